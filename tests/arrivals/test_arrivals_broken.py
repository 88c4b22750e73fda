"""What a hostile or clumsy sender, or a broken machine, can do to a turn: nothing that counts."""

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from arrivals_districts import AT_ONCE, MONDAY, TUESDAY, district, go, lying, outcomes, send

from importer.fleet import turn as turn_module
from importer.fleet.acting import who
from importer.fleet.night import night
from importer.fleet.turn import District, turn
from importer.intake.inbox import Inbox
from importer.intake.leaving import LEAVING
from importer.intake.limits import Limits
from importer.intake.place import Entry

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
