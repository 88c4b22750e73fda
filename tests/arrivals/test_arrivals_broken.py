"""What a hostile or clumsy sender, or a broken machine, can do to a turn: nothing that counts."""

import hashlib
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterable
from multiprocessing import spawn
from pathlib import Path

import pytest
from arrivals_districts import AT_ONCE, MONDAY, TUESDAY, district, go, lying, outcomes, send, zipped

from importer import settings
from importer.fleet import clock
from importer.fleet import every as every_module
from importer.fleet import turn as turn_module
from importer.fleet.acting import who
from importer.fleet.night import night
from importer.fleet.turn import District, rest_of, turn
from importer.intake.inbox import Inbox
from importer.intake.leaving import LEAVING
from importer.intake.limits import Limits
from importer.intake.place import Entry
from importer.model.errors import UsageError

SIS = AT_ONCE + '[[sources]]\nname = "sis"\nfolder = "sis"\n'


def test_a_source_folder_that_became_a_link_leads_nowhere(tmp_path: Path) -> None:
    """Who may write into the inbox could have another district's drops taken from there."""
    other = district(tmp_path / "elm")
    send(other.root / "inbox", MONDAY)
    store = district(tmp_path / "oak", SIS)
    (store.root / "inbox" / "sis").symlink_to(other.root / "inbox")
    (told,) = go(store)
    assert (told.outcome, told.exit_code) == ("failed", 4)
    assert lying(other) == sorted(MONDAY)
    assert store.head() is None


@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_a_source_folder_that_is_none_fails_alone(tmp_path: Path, kind: str) -> None:
    store = district(tmp_path / "oak", SIS + '[[sources]]\nname = "hr"\nfolder = "hr"\n')
    sis = store.root / "inbox" / "sis"
    sis.write_text("") if kind == "file" else sis.symlink_to("nowhere")
    send(store.root / "inbox" / "hr", MONDAY)
    assert outcomes(store) == ["failed", "committed"]


def test_a_commit_stays_told_where_nothing_can_be_remembered(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    (store.root / "memory").write_text("")
    turns, _ = night(store.root, lambda: who("nightly", automatic=True), wait=False)
    assert [(done.outcome, done.exit_code, done.commit) for done in turns] == [("committed", 7, 1)]


def test_a_commit_stays_told_where_the_inbox_vanishes_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the commit and the taking away: the outcome is safe already."""
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    inbox = store.root / "inbox"

    def gone(*args: object) -> str:
        inbox.rename(store.root / "elsewhere")
        return ""

    monkeypatch.setattr(turn_module, "deliver", gone)
    committed, failed = go(store)
    assert (committed.outcome, committed.exit_code, committed.commit) == ("committed", 7, 1)
    assert (failed.outcome, failed.exit_code) == ("failed", 4)


class Stubborn(Inbox):
    """An inbox from which nothing can be removed, as one of another account's with a sticky bit."""

    def take_away(self, entries: Iterable[Entry]) -> list[str]:
        return [entry.name for entry in entries]


@pytest.mark.parametrize("beside", [{}, {"new.csv.part": ""}])
def test_what_cannot_be_taken_away_is_taken_over_once(
    tmp_path: Path, beside: dict[str, str]
) -> None:
    """And what is pushed over it is new all the same."""
    store = district(tmp_path / "oak")
    send(store.root / "inbox", {**MONDAY, **beside})
    place = Stubborn(store.root / "inbox", Limits())
    oak = District.open(store.root, lambda: who("nightly", automatic=True))
    (feed,) = oak.feeds()

    def codes() -> list[tuple[str, int]]:
        return [(done.outcome, done.exit_code) for done in turn(oak, feed, place, wait=True)]

    assert codes()[0] == ("committed", 7)
    assert ("committed", 7) not in codes()
    send(store.root / "inbox", TUESDAY)
    assert codes()[0] == ("committed", 7)


@pytest.mark.parametrize("name", ["", ".", "..", "...", "folder/", ".hidden"])
def test_names_as_importer_gives_them_lead_nowhere(tmp_path: Path, name: str) -> None:
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    made = store.root / "inbox" / f"{LEAVING}{name}"
    made.mkdir() if name.endswith("/") else made.write_text("")
    assert outcomes(store) == ["committed"]
    assert (store.root / "district.toml").exists()


@pytest.mark.parametrize("folder", ["export", "export.zip", "students.csv"])
def test_a_folder_is_a_drop_whatever_it_is_called(tmp_path: Path, folder: str) -> None:
    """Like a zip, or like a file in it."""
    store = district(tmp_path / "oak")
    send(store.root / "inbox" / folder, MONDAY)
    assert outcomes(store) == ["committed"]
    assert lying(store) == []


def test_a_name_that_has_no_room_while_it_leaves_is_passed_over(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    send(store.root / "inbox", {**MONDAY, "学" * 80 + ".csv": "a\n1\n"})
    assert outcomes(store) == ["committed"]


def test_uploads_that_give_the_last_name_meanwhile_are_no_error(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, Limits())
    stop = threading.Event()

    def rename() -> None:
        while not stop.is_set():
            for number in range(20):
                (tmp_path / f"{number}.csv.part").write_text("")
                (tmp_path / f"{number}.csv.part").rename(tmp_path / f"{number}.csv")

    writer = threading.Thread(target=rename)
    writer.start()
    try:
        looks = [inbox.listing() for _ in range(1_000)]
    finally:
        stop.set()
        writer.join()
    assert any(entry.name.endswith(".part") for look in looks for entry in look.entries)


def test_an_upload_that_was_never_finished_holds_nobody_up(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    inbox = store.root / "inbox"
    send(inbox, {"old.zip.filepart": "half"})
    (alone,) = go(store, wait=True)
    assert (alone.outcome, alone.exit_code) == ("held", 3)
    zipped(tmp_path / "monday", MONDAY, inbox / "new.zip")
    assert outcomes(store) == ["committed", "held"]
    assert lying(store) == ["old.zip.filepart"]


@pytest.mark.parametrize("listed", [{}, {"SHA256SUMS": ""}])
def test_a_drop_of_more_files_than_any_format_has_is_said_and_holds_nobody_up(
    tmp_path: Path, listed: dict[str, str]
) -> None:
    store = district(tmp_path / "oak")
    inbox = store.root / "inbox"
    send(inbox, {**MONDAY, **listed, **{f"{number}.csv": "a\n1\n" for number in range(60)}})
    (told,) = go(store)
    assert (told.outcome, told.exit_code) == ("held", 3)
    assert "more than 64 files" in told.says
    zipped(tmp_path / "monday", MONDAY, inbox / "new.zip")
    assert outcomes(store) == ["committed", "held"]


def test_a_sentinel_alone_is_no_drop_and_holds_nobody_up(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", AT_ONCE + 'sentinel = "done.txt"\n')
    inbox = store.root / "inbox"
    send(inbox, {"done.txt": ""})
    assert outcomes(store) == ["held"]
    zipped(tmp_path / "monday", MONDAY, inbox / "monday.zip")
    assert outcomes(store) == ["committed", "held"]
    zipped(tmp_path / "tuesday", TUESDAY, inbox / "tuesday.zip")
    assert outcomes(store) == ["committed", "held"]


def test_a_list_of_checksums_that_lists_itself_proves_the_rest(tmp_path: Path) -> None:
    """As sha256sum * > SHA256SUMS writes it where yesterday's list lies."""
    store = district(tmp_path / "oak", "")
    sums = {name: hashlib.sha256(str(text).encode()).hexdigest() for name, text in MONDAY.items()}
    sums["SHA256SUMS"] = hashlib.sha256(b"").hexdigest()
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items())
    send(store.root / "inbox", {**MONDAY, "SHA256SUMS": lines})
    assert outcomes(store) == ["committed"]


def test_what_is_passed_over_is_said_where_nothing_else_came(tmp_path: Path) -> None:
    store = district(tmp_path / "oak")
    (store.root / "inbox" / "students.csv").symlink_to("elsewhere")
    (told,) = go(store)
    assert told.outcome == "nothing"
    assert "students.csv (it is a symbolic link)" in told.says


def test_reports_never_take_the_place_of_what_is_not_theirs(tmp_path: Path) -> None:
    store = district(tmp_path / "oak", AT_ONCE + '[deliver]\nfolder = "out"\nkeep = 1\n')
    (store.root / "out" / "000000-of-the-district").mkdir(parents=True)
    for files in (MONDAY, TUESDAY):
        send(store.root / "inbox", files)
        go(store)
    assert len(list((store.root / "out").iterdir())) == 2
    assert (store.root / "out" / "000000-of-the-district").exists()


@pytest.mark.parametrize("folder", ["runs", "./drops", ".", "inbox/sis"])
def test_reports_are_not_delivered_into_folders_of_the_workspace(folder: str) -> None:
    with pytest.raises(UsageError, match=r"deliver\.folder"):
        settings.read(f'[deliver]\nfolder = "{folder}"\n')


@pytest.mark.parametrize(
    "record",
    [
        {"seen": {"": [1]}, "done": None},
        {"seen": {"": ["look", "a", "b"]}, "done": {}},
        {"seen": [], "done": {"": 3}},
        {},
    ],
)
def test_what_was_remembered_in_another_shape_is_forgotten(
    tmp_path: Path, record: dict[str, object]
) -> None:
    store = district(tmp_path / "oak")
    with store.lock():
        store.remember("arriving", {**record, "clock": clock.name()})
    send(store.root / "inbox", MONDAY)
    assert outcomes(store) == ["committed"]


def test_a_drop_that_the_disk_has_no_room_for_is_a_turn_that_failed(tmp_path: Path) -> None:
    """And not an error of its own that takes the district's other sources along."""
    store = district(tmp_path / "oak", SIS + '[[sources]]\nname = "hr"\nfolder = "hr"\n')
    send(store.root / "inbox" / "sis", {**MONDAY, "large.csv": b"0" * 300_000})
    send(store.root / "inbox" / "hr", MONDAY)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        turns = go(store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [(done.outcome, done.exit_code) for done in turns] == [("failed", 4), ("committed", 0)]
    assert "could not be copied into the workspace" in turns[0].says
    assert len(lying(store)) == len(MONDAY) + 1


def test_a_look_that_sees_what_was_seen_before_writes_nothing(tmp_path: Path) -> None:
    """A watch looks thousands of times a day, and whoever works meanwhile must not find it busy."""
    store = district(tmp_path / "oak", "[arrivals]\nquiet = 600\n")
    send(store.root / "inbox", MONDAY)
    oak = District.open(store.root, lambda: who("nightly", automatic=True))
    (feed,) = oak.feeds()
    rest_of(oak, feed)
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*")}
    assert not rest_of(oak, feed)
    assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*")} == before


def test_where_no_process_can_be_started_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after Python was taken away or replaced; else a night would never end."""
    store = district(tmp_path / "oak")
    send(store.root / "inbox", MONDAY)
    monkeypatch.setattr(every_module, "START", 2.0)
    python = tmp_path / "python"
    refuse = 'case "$*" in *spawn_main*) exit 1;; esac'
    python.write_text(f'#!/bin/sh\n{refuse}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(spawn, "get_executable", lambda: os.fsencode(python))
    ((_, (told,)),) = every_module.every([store.root], every_module.Allowed(), "me", wait=False)
    assert (told.outcome, told.exit_code) == ("failed", 4)
    assert lying(store) == sorted(MONDAY)
