"""An inbox that others write to at any time: what is read is whole, what is taken away was read."""

import hashlib
import os
from pathlib import Path

import pytest

from benchmarks.torn_reads import torn_reads
from importer.intake.inbox import LEAVING, Inbox
from importer.intake.limits import Limits
from importer.intake.place import ChangedError, Entry
from importer.model.errors import StorageError


def inbox(folder: Path, *, keep: bool = False, limits: Limits | None = None) -> Inbox:
    return Inbox(folder, limits or Limits(), keep=keep)


def only(place: Inbox) -> Entry:
    (entry,) = place.listing().entries
    return entry


def test_a_copy_is_what_was_listed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes(b"id\n1\n")
    place = inbox(tmp_path / "in")
    sha256 = place.copy(only(place), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"id\n1\n"
    assert sha256 == hashlib.sha256(b"id\n1\n").hexdigest()
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "how", ["overwritten", "replaced", "gone", "a link", "shorter", "a folder"]
)
def test_a_file_that_was_touched_since_it_was_listed_is_not_copied(
    tmp_path: Path, how: str
) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.csv"
    path.write_bytes(b"id\n1\n")
    (tmp_path / "secret").write_bytes(b"id\n9\n")
    place = inbox(tmp_path / "in")
    entry = only(place)
    if how == "overwritten":
        path.write_bytes(b"id\n2\n")
    elif how == "shorter":
        os.truncate(path, 3)
    else:
        path.unlink()
    if how == "replaced":
        path.write_bytes(b"id\n1\n")
    elif how == "a link":
        path.symlink_to(tmp_path / "secret")
    elif how == "a folder":
        path.mkdir()
    with pytest.raises(ChangedError):
        place.copy(entry, tmp_path / "copy")


def test_a_folder_that_became_a_link_leads_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "monday"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"id\n1\n")
    place = inbox(tmp_path / "in")
    entry = only(place)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"symbolic|Not a directory"):
        place.copy(entry, tmp_path / "copy")


def test_what_is_taken_away_is_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id\n1\n")
    place = inbox(tmp_path)
    entry = only(place)
    path.write_bytes(b"id\n2\n")  # the next push
    assert place.take_away([entry]) == []
    assert path.read_bytes() == b"id\n2\n"
    assert place.take_away([only(place)]) == []
    assert list(tmp_path.iterdir()) == []


def test_what_was_leaving_when_we_were_stopped_comes_back(tmp_path: Path) -> None:
    (tmp_path / f"{LEAVING}a.csv").write_bytes(b"id\n1\n")
    (tmp_path / f"{LEAVING}b.csv").write_bytes(b"old")
    (tmp_path / "b.csv").write_bytes(b"new")
    assert {e.name for e in inbox(tmp_path).listing().entries} == {"a.csv", "b.csv"}
    assert (tmp_path / "b.csv").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_files_that_cannot_be_taken_away_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    folder.mkdir()
    (folder / "a.csv").write_text("id\n")
    place = inbox(tmp_path)
    entries = place.listing().entries
    folder.rename(tmp_path / "other")
    (tmp_path / "monday").write_text("no folder any more")
    assert place.take_away(entries) == ["a.csv"]


def test_too_many_files_are_no_drop(tmp_path: Path) -> None:
    for number in range(1_002):
        (tmp_path / f"{number}.csv").touch()
    with pytest.raises(StorageError, match="more than 1,000 files"):
        inbox(tmp_path).listing()


def test_too_many_files_in_folders_are_no_drop(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for number in range(600):
            (tmp_path / folder / f"{number}.csv").touch()
    with pytest.raises(StorageError, match="more than 1,000 files"):
        inbox(tmp_path).listing()


def test_a_file_above_the_limit_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 11)
    listing = inbox(tmp_path, limits=Limits(file_bytes=10)).listing()
    assert (listing.entries, len(listing.rejected)) == ((), 1)


def test_a_file_that_is_overwritten_all_the_time_is_never_read_half(tmp_path: Path) -> None:
    """Real writers beside us, in place; `python -m benchmarks.torn_reads` does it for minutes."""
    told = torn_reads(tmp_path, files=8, reads=30)
    assert told.accepted >= 30
    assert told.torn == 0


def test_the_writers_are_such_that_a_careless_reader_reads_halves(tmp_path: Path) -> None:
    """Without rest the same readers are taken in, so the test above can fail."""
    assert torn_reads(tmp_path, files=8, reads=300, quiet=0).torn > 0
