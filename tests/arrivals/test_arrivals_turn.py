"""The unattended turn of a district: what arrives in its inbox is committed or held, never lost."""

import hashlib
import itertools
import os
import shutil
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from arrivals_districts import AT_ONCE, MONDAY, TUESDAY, district, go, lying, outcomes, send, zipped

from importer.checks.catalogue import STUDENTS, clever
from importer.fleet.acting import who
from importer.fleet.night import night
from importer.intake import settled
from importer.resources import SAMPLES
from importer.store.folder import FolderStore


def active(store: FolderStore, table: str = "people") -> int:
    head = store.head()
    return head.tables[table].active if head else 0


def test_a_push_every_night(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    inbox = store.root / "inbox"
    assert outcomes(store) == ["nothing"]
    send(inbox, MONDAY)
    (monday,) = go(store)
    assert (monday.outcome, monday.exit_code, monday.commit) == ("committed", 0, 1)
    assert lying(store) == []
    send(inbox, MONDAY)
    assert outcomes(store) == ["same"]
    assert lying(store) == []
    send(inbox, TUESDAY)
    (tuesday,) = go(store)
    assert (tuesday.commit, tuesday.counts["people"]) == (2, {"add": 1})
    head = store.head()
    assert head is not None
    assert (head.actor, head.automatic) == ("nightly", True)


def test_a_drop_that_is_still_arriving_waits_and_is_taken_later(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", "[arrivals]\nquiet = 1\n")
    send(store.root / "inbox", MONDAY)
    (turn,) = go(store)
    assert (turn.outcome, turn.exit_code) == ("waiting", 0)
    assert lying(store) == sorted(MONDAY)
    assert outcomes(store, wait=True) == ["committed"]


def test_what_is_on_hold_is_kept_in_the_workspace_and_leaves_the_inbox(tmp_path: Path) -> None:
    """The next push must not be mixed with it."""
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    go(store)
    half = {name: text for name, text in MONDAY.items() if name != "students.csv"}
    send(store.root / "inbox", half)
    (turn,) = go(store)
    assert (turn.outcome, turn.exit_code, turn.commit) == ("held", 3, 0)
    assert turn.blocks
    assert lying(store) == []
    assert {file.name for file in store.drop(turn.drop).files} == set(half)
    assert active(store) == 2


def test_a_drop_of_no_known_format_is_rejected_with_its_run(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    send(store.root / "inbox", {"menu.csv": "day,meal\nMonday,Soup\n"})
    (turn,) = go(store)
    assert (turn.outcome, turn.exit_code) == ("rejected", 1)
    assert store.run_path(turn.run, "report.html").is_file()
    assert lying(store) == []


@pytest.mark.parametrize(
    "missing", [n for k in (1, 2, 4) for n in itertools.combinations(MONDAY, k)]
)
def test_no_set_of_files_that_is_not_whole_archives_anybody(
    tmp_path: Path, missing: tuple[str, ...]
) -> None:
    """The absence of a file never means that its rows are gone."""
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    go(store)
    before = active(store), active(store, "enrollments")
    send(store.root / "inbox", {n: text for n, text in MONDAY.items() if n not in missing})
    (turn,) = go(store)
    assert turn.outcome == "held"
    assert (active(store), active(store, "enrollments")) == before


@pytest.mark.parametrize("name", MONDAY)
def test_a_file_with_a_header_and_no_rows_archives_nobody(tmp_path: Path, name: str) -> None:
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    go(store)
    text = MONDAY[name]
    assert isinstance(text, str)
    send(store.root / "inbox", {**MONDAY, name: text.split("\n")[0] + "\n"})
    assert outcomes(store) == ["held"]
    assert active(store) == 2


def test_an_older_drop_that_comes_again_is_held(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    for files in (MONDAY, TUESDAY, MONDAY):
        send(store.root / "inbox", files)
        (turn,) = go(store)
    assert turn.outcome == "held"
    assert active(store) == 3


def test_several_drops_are_taken_one_after_another(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    inbox = store.root / "inbox"
    zipped(tmp_path / "m", MONDAY, inbox / "2026-11-21.zip")
    os.utime(inbox / "2026-11-21.zip", (1, 1))
    send(inbox / "2026-11-22", TUESDAY)
    assert [(t.outcome, t.commit) for t in go(store)] == [("committed", 1), ("committed", 2)]
    assert lying(store) == []
    assert not (inbox / "2026-11-22").exists()


def test_a_zip_that_is_cut_is_not_taken_for_whole_sooner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its directory comes last: without it only rest can tell, and then it is rejected.

    The drop that came after it doesn't overtake it.
    """
    monkeypatch.setattr(settled, "ZIP_QUIET", 0.0)
    store = district(tmp_path / "oak", "[arrivals]\nquiet = 2\n")
    inbox = store.root / "inbox"
    zipped(tmp_path / "m", MONDAY, tmp_path / "whole.zip")
    content = (tmp_path / "whole.zip").read_bytes()
    (inbox / "cut.zip").write_bytes(content[:-30])
    (inbox / "whole.zip").write_bytes(content)
    assert outcomes(store) == ["waiting", "waiting"]
    assert outcomes(store, wait=True) == ["rejected", "committed"]
    assert lying(store) == []


def sums(files: Mapping[str, str | bytes]) -> str:
    told = {n: c if isinstance(c, bytes) else c.encode() for n, c in files.items()}
    return "".join(f"{hashlib.sha256(told[n]).hexdigest()}  {n}\n" for n in sorted(told))


def test_a_drop_that_brings_its_checksums_need_not_wait(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", "[arrivals]\nquiet = 300\n")
    send(store.root / "inbox", {**MONDAY, "SHA256SUMS": sums(MONDAY)})
    assert outcomes(store) == ["committed"]
    assert lying(store) == []


def test_with_checksums_no_set_of_files_starts_before_it_is_whole(tmp_path: Path) -> None:
    """Every set of files that may lie there while an upload is under way, in whatever order."""
    store = district(tmp_path / "oak", "[arrivals]\nquiet = 300\n")
    inbox = store.root / "inbox"
    files = {**MONDAY, "SHA256SUMS": sums(MONDAY)}
    for size in range(1, len(files)):
        for there in itertools.combinations(files, size):
            send(inbox, {name: files[name] for name in there})
            assert outcomes(store) == ["waiting"], there
            shutil.rmtree(inbox)
            inbox.mkdir()
    assert store.runs() == []


def test_a_file_that_does_not_fit_its_checksum_is_held_in_the_end(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    cut = str(MONDAY["students.csv"])[:-9]
    send(store.root / "inbox", {**MONDAY, "students.csv": cut, "SHA256SUMS": sums(MONDAY)})
    (turn,) = go(store)
    assert turn.outcome == "held"
    found = store.run_frame(turn.run, "findings")
    assert found.filter(code="FILE-198")["file"].to_list() == ["students.csv"]


def test_the_same_files_with_a_list_that_fits_are_another_drop(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    send(store.root / "inbox", {**MONDAY, "SHA256SUMS": sums(TUESDAY)})
    assert outcomes(store) == ["held"]
    send(store.root / "inbox", {**MONDAY, "SHA256SUMS": sums(MONDAY)})
    assert outcomes(store) == ["committed"]


def test_without_its_sentinel_nothing_is_taken_over(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", AT_ONCE + 'sentinel = "done.txt"\n')
    send(store.root / "inbox", MONDAY)
    (turn,) = go(store)
    assert (turn.outcome, turn.exit_code, turn.run) == ("held", 3, "")
    assert "done.txt has not come" in turn.says
    send(store.root / "inbox", {"done.txt": ""})
    assert outcomes(store) == ["committed"]
    assert lying(store) == []


def test_files_that_are_to_stay_are_taken_again_when_they_change(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", AT_ONCE + 'taken = "keep"\n')
    inbox = store.root / "inbox"
    send(inbox, MONDAY)
    assert outcomes(store) == ["committed"]
    assert lying(store) == sorted(MONDAY)
    assert outcomes(store) == ["nothing"]
    send(inbox, {"students.csv": TUESDAY["students.csv"]})
    assert outcomes(store) == ["committed"]
    assert outcomes(store) == ["nothing"]


def test_what_is_passed_over_is_said_in_the_report(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    inbox = store.root / "inbox"
    send(inbox, MONDAY)
    (inbox / "courses.csv").symlink_to("/etc/passwd")
    os.mkfifo(inbox / "staff.csv")
    (inbox / "terms.csv").write_text("x")
    os.link(inbox / "terms.csv", tmp_path / "second")
    (inbox / "bad\x1b[2J.csv").write_text("x")
    (inbox / b"\xff.csv".decode("utf-8", "surrogateescape")).write_text("x")
    (turn,) = go(store)
    found = store.run_frame(turn.run, "findings").filter(code="FILE-107")
    told = dict(found.select("file", "message").iter_rows())
    assert "it is a symbolic link" in told["courses.csv"]
    assert "it is not a regular file" in told["staff.csv"]
    assert "it has a second name" in told["terms.csv"]
    assert {r"bad\x1b[2J.csv", r"\udcff.csv"} < set(told)


def test_a_district_that_is_switched_off_leaves_everything_where_it_is(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", "active = false\n" + AT_ONCE)
    send(store.root / "inbox", MONDAY)
    assert outcomes(store) == ["off"]
    assert lying(store) == sorted(MONDAY)


def test_a_test_run_commits_nothing(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", "test_run = true\n" + AT_ONCE)
    send(store.root / "inbox", MONDAY)
    assert outcomes(store) == ["test"]
    assert store.head() is None


def test_whoever_comes_second_is_told_who_holds_the_workspace(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    with store.lock():
        (turn,) = go(store)
    assert (turn.outcome, turn.exit_code) == ("failed", 5)
    assert f"process {os.getpid()}" in turn.says
    assert lying(store) == sorted(MONDAY)
    assert outcomes(store) == ["committed"]


def test_a_next_push_that_lands_during_a_turn_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was overwritten after it was copied stays, and is the next drop."""
    store = district(tmp_path / "oak")
    inbox = store.root / "inbox"
    send(inbox, MONDAY)
    committing = FolderStore.add_commit

    def push_then_commit(self: FolderStore, commit: object) -> None:
        send(inbox, {"students.csv": TUESDAY["students.csv"]})
        committing(self, commit)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "add_commit", push_then_commit)
        turns = go(store)
    assert [t.outcome for t in turns][:1] == ["committed"]
    (turn, *_) = turns
    first = {f.name: f.path.read_text() for f in store.drop(turn.drop).files}
    assert first == dict(MONDAY)
    assert active(store) == 2  # the set without its other files is held, not half committed
    send(inbox, TUESDAY)
    assert outcomes(store) == ["committed"]
    assert active(store) == 3


def test_reports_are_laid_out_for_the_district(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", AT_ONCE + '[deliver]\nfolder = "outgoing"\nkeep = 2\n')
    (store.root / "outgoing").mkdir()
    for number in range(3):
        more = f"0101,S{number + 5},,Di,Fox,3\n"
        send(store.root / "inbox", clever(students=STUDENTS + more))
        (turn,) = go(store)
    made = sorted(path.name for path in (store.root / "outgoing").iterdir())
    assert len(made) == 2
    assert turn.run in made
    report = store.root / "outgoing" / turn.run / "report.html"
    assert report.read_bytes() == store.run_path(turn.run, "report.html").read_bytes()


def test_a_report_that_cannot_be_delivered_changes_nothing_but_the_code(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", AT_ONCE + '[deliver]\nfolder = "nowhere"\n')
    send(store.root / "inbox", MONDAY)
    (turn,) = go(store)
    assert (turn.outcome, turn.exit_code, turn.commit) == ("committed", 7, 1)
    assert "could not be delivered" in turn.says


def test_a_folder_that_is_no_workspace_has_no_turn(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="is no workspace of importer"):
        night(tmp_path, who, wait=False)


def test_a_turn_ends_though_a_sender_never_stops(tmp_path: Path) -> None:
    """Without a quiet period each look finds a drop that is another one when it is read."""
    store = district(tmp_path / "oak")
    inbox = store.root / "inbox"
    send(inbox, MONDAY)
    done = threading.Event()

    def overwrite() -> None:
        for number in itertools.count():
            if done.is_set():
                return
            send(inbox, {"students.csv": STUDENTS + f"0101,S{number},,Di,Fox,3\n" * 3})

    sender = threading.Thread(target=overwrite, daemon=True)
    sender.start()
    try:
        turns = ThreadPoolExecutor(1).submit(go, store).result(timeout=60)
    finally:
        done.set()
        sender.join()
    assert turns


def test_of_a_cut_file_it_is_said_that_it_is_cut_and_that_first(tmp_path: Path) -> None:
    """In the few rows that are left, columns look swapped by chance: nobody is sent after that."""
    nights = SAMPLES / "clever_monday_tuesday"
    store = district(tmp_path / "oak")
    for night_ in ("monday", "tuesday"):
        for path in (nights / night_).iterdir():
            shutil.copy(path, store.root / "inbox")
        students = store.root / "inbox" / "students.csv"
        if night_ == "tuesday":
            os.truncate(students, 15_000)
        (turn,) = go(store)
    assert turn.outcome == "held"
    assert turn.codes[0] == "FILE-137"
    assert "PLAN-547" not in turn.codes
    assert store.run_data(turn.run, "summary")["causes"][0]["code"] == "FILE-137"
