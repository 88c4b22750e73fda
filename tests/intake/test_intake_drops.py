import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.intake.drops import Limits, open_drop
from importer.intake.identity import drop_id
from importer.intake.manifest import promised
from importer.model.drop import Drop, DropFile
from importer.model.errors import StorageError, UsageError
from importer.store.kept import content_id

FILES = {"Students.csv": b"id\n1\n", "schools.csv": b"id\n", "empty.csv": b""}


def opened(path: Path, limits: Limits | None = None, *, identify: bool = True) -> Drop:
    scratch = path.parent / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    return open_drop(path, scratch, limits or Limits(), identify=identify)


def folder_of(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def zip_of(path: Path, files: dict[str, bytes], top: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return path


def contents(drop: Drop) -> dict[str, bytes]:
    assert all(file.size == file.path.stat().st_size for file in drop.files)
    return {file.name: file.path.read_bytes() for file in drop.files}


def codes(drop: Drop) -> dict[str, tuple[str, str]]:
    return {r.name: (r.code, r.detail) for r in drop.rejected}


def test_a_list_that_says_two_things_of_a_file_proves_nothing() -> None:
    assert promised(f"{'0' * 64}  a.csv\n{'0' * 64}  a.csv\n") == {"a.csv": "0" * 64}
    assert promised(f"{'0' * 64}  a.csv\n{'1' * 64}  a.csv\n") is None


def test_folder_and_zip_of_the_same_files_are_the_same_drop(tmp_path: Path) -> None:
    backwards = dict(reversed(FILES.items()))
    drops = [
        opened(folder_of(tmp_path / "a", FILES)),
        opened(folder_of(tmp_path / "b/c", backwards)),
        opened(folder_of(tmp_path / "d/only", FILES).parent),
        opened(zip_of(tmp_path / "e.zip", FILES)),
        opened(zip_of(tmp_path / "F.ZIP", backwards, top="export/today/")),
        opened(zip_of(folder_of(tmp_path / "inbox", {}) / "today.zip", FILES).parent),
    ]
    assert len({drop.id for drop in drops}) == 1
    assert contents(drops[-1]) == FILES
    assert [f.name for f in drops[-1].files] == sorted(FILES)


def test_a_file_alone_is_the_same_drop_in_a_folder_or_a_zip(tmp_path: Path) -> None:
    one = {"students.csv": b"id\n1\n"}
    folder = folder_of(tmp_path / "a", one)
    link = tmp_path / "x/students.csv"
    link.parent.mkdir()
    link.symlink_to(folder / "students.csv")
    places = [folder, folder / "students.csv", zip_of(tmp_path / "a.zip", one), link]
    assert len({opened(place).id for place in places}) == 1
    assert opened(link).files[0].path == folder / "students.csv"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files=st.dictionaries(
        st.from_regex(r"[a-z0-9]{1,4}\.csv", fullmatch=True), st.binary(), min_size=1
    )
)
def test_the_id_is_that_of_the_names_and_bytes(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    place = tmp_path_factory.mktemp("drop")
    expected = content_id((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())
    assert opened(folder_of(place / "a", files)).id == expected
    packed = opened(zip_of(place / "a.zip", files))
    assert packed.id == expected
    assert contents(packed) == files


@pytest.mark.parametrize(
    "other",
    [
        {"Students.csv": b"id\n2\n"},
        {"students.csv": b"id\n1\n"},
        {"Students.csv": b"id\n1\n", "a.csv": b""},
        {"Students.csvid": b"\n1\n"},
    ],
)
def test_another_name_or_byte_is_another_drop(tmp_path: Path, other: dict[str, bytes]) -> None:
    one = opened(folder_of(tmp_path / "a", {"Students.csv": b"id\n1\n"}))
    assert opened(folder_of(tmp_path / "b", other)).id != one.id


def test_of_files_that_cannot_be_read_the_first_is_told(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", {"a.csv": b"id\n" * 1_000_000, "d.csv": b"id\n"})
    for name in ("b.csv", "c.csv"):
        (place / name).symlink_to("a.csv")
    files = [DropFile(name, place / name, 3) for name in ("a.csv", "b.csv", "c.csv", "d.csv")]
    for sent in (files, files[::-1]):
        with pytest.raises(OSError) as error:
            drop_id(sent)
        first = next(file for file in sent if file.path.is_symlink())
        assert Path(error.value.filename) == first.path


def test_nobody_pays_for_an_id_that_is_not_needed(tmp_path: Path) -> None:
    drop = opened(folder_of(tmp_path / "a", FILES), identify=False)
    assert (drop.id, drop.label) == ("", str(tmp_path / "a"))


def test_everything_but_regular_files_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", {"students.csv": b"id\n"})
    (tmp_path / "secret.csv").touch()
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "dead.csv").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.csv")
    folder_of(folder / "old", {"students.csv": b"x"})
    (folder / "up.csv.FilePart").touch()
    (folder / "~$students.xlsx").touch()
    (folder / "bad\x1b[31m.csv").touch()
    (folder / "rtl\u202e.csv").touch()
    Path(os.fsdecode(os.fsencode(folder) + b"/b\xff.csv")).touch()
    drop = opened(folder)
    assert [file.name for file in drop.files] == ["students.csv"]
    assert {code for code, _ in codes(drop).values()} == {"FILE-107"}
    assert {name: detail for name, (_, detail) in codes(drop).items()} == {
        "link.csv": "it is a symbolic link",
        "dead.csv": "it is a symbolic link",
        "pipe.csv": "it is not a regular file",
        "old": "it is a folder",
        "up.csv.FilePart": "its name says that it is still being written",
        "~$students.xlsx": "it is a lock file of Excel; the workbook is still open",
        r"bad\x1b[31m.csv": "its name holds characters that can't be shown",
        r"rtl\u202e.csv": "its name holds characters that can't be shown",
        r"b\udcff.csv": "its name holds characters that can't be shown",
    }


def test_noise_of_operating_systems_is_not_even_mentioned(tmp_path: Path) -> None:
    noise = dict.fromkeys((".DS_Store", "Thumbs.db", "desktop.ini", "._students.csv"), b"")
    folder = folder_of(tmp_path / "in", {**FILES, **noise})
    (folder / "__MACOSX").mkdir()
    assert (contents(opened(folder)), opened(folder).rejected) == (FILES, ())
    packed = zip_of(tmp_path / "in.zip", {**FILES, **noise, "__MACOSX/x/._a.csv": b""})
    assert (contents(opened(packed)), opened(packed).rejected) == (FILES, ())


@pytest.mark.parametrize("packed", [True, False])
def test_a_folder_in_the_way_is_a_note(tmp_path: Path, packed: bool) -> None:
    folder = folder_of(tmp_path / "in/Export 1", {**FILES, ".hidden": b""}).parent
    place = zip_of(tmp_path / "in.zip", FILES, top="Export 1/") if packed else folder
    drop = opened(place)
    assert (contents(drop), codes(drop)) == (FILES, {"Export 1": ("FILE-146", "")})


@pytest.mark.parametrize("packed", [True, False])
def test_folders_beside_files_are_passed_over(tmp_path: Path, packed: bool) -> None:
    folder_of(tmp_path / "in", FILES)
    folder_of(tmp_path / "in/old", FILES)
    if packed:
        zip_of(tmp_path / "in.zip", {**FILES, **{f"old/{name}": b"" for name in FILES}})
    drop = opened(tmp_path / ("in.zip" if packed else "in"))
    assert contents(drop) == FILES
    assert codes(drop) == {"old": ("FILE-107", "it is a folder")}


@pytest.mark.parametrize("other", ["STUDENTS.csv", "STUDENTS.CSV"])
def test_names_that_differ_only_in_case_are_both_left_out(tmp_path: Path, other: str) -> None:
    drop = opened(folder_of(tmp_path / "in", {**FILES, other: b""}))
    assert sorted(contents(drop)) == ["empty.csv", "schools.csv"]
    assert {name: code for name, (code, _) in codes(drop).items()} == {
        "Students.csv": "FILE-109",
        other: "FILE-109",
    }


def test_a_file_over_the_limit_is_passed_over(tmp_path: Path) -> None:
    files = {"students.csv": b"12345", "schools.csv": b"1"}
    limits = Limits(file_bytes=4)
    for place in (folder_of(tmp_path / "a", files), zip_of(tmp_path / "a.zip", files)):
        drop = opened(place, limits)
        assert contents(drop) == {"schools.csv": b"1"}
        assert codes(drop) == {"students.csv": ("FILE-107", "it is larger than 4 bytes")}
    assert opened(tmp_path / "a/students.csv", limits).files == ()


def test_too_many_files_are_refused_without_listing_them_all(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", {f"{n}.csv": b"" for n in range(65)})
    with pytest.raises(UsageError, match="more than 64 files"):
        opened(folder)
    (folder / "0.csv").unlink()
    assert len(opened(folder).files) == 64


@pytest.mark.parametrize("noise", [{}, {".DS_Store": b""}])
def test_an_empty_folder_is_said(tmp_path: Path, noise: dict[str, bytes]) -> None:
    with pytest.raises(UsageError, match="There is no file in"):
        opened(folder_of(tmp_path / "in", noise))


def test_only_unfinished_uploads_are_no_error_but_no_drop(tmp_path: Path) -> None:
    drop = opened(folder_of(tmp_path / "in", {"students.csv.part": b"id"}))
    assert (drop.files, drop.id, len(drop.rejected)) == ((), "", 1)


@pytest.mark.parametrize("name", ["missing", "missing.zip", "file.csv/students.csv"])
def test_a_wrong_path_is_a_usage_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.csv").touch()
    with pytest.raises(UsageError, match="There is no "):
        opened(tmp_path / name)


def test_a_named_device_or_fifo_is_a_usage_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UsageError, match="is not a file"):
            open_drop(path, tmp_path / "scratch", Limits(), identify=True)


@pytest.mark.parametrize("call", ["os.scandir", "os.open"])
def test_what_can_not_be_read_is_said_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """By hand: the tests may run as root, who may read everything."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    folder = folder_of(tmp_path / "in", FILES)
    with monkeypatch.context() as patch:
        patch.setattr(call, refuse)
        with pytest.raises(StorageError, match="could not be read: Permission denied") as caught:
            open_drop(folder, tmp_path / "scratch", Limits(), identify=True)
    assert "right to read" in caught.value.fix
