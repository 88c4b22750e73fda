"""Several sources of one district: who is absent from one is not absent from another."""

from pathlib import Path

import pytest
from arrivals_districts import AT_ONCE, MONDAY, TUESDAY, district, go, send
from cli_runs import run

from importer.checks.catalogue import STUDENTS, clever
from importer.store.folder import FolderStore

TWO = AT_ONCE + (
    '[[sources]]\nname = "north"\nformat = "clever"\nfolder = "north"\n'
    '[[sources]]\nname = "south"\nformat = "clever"\nfolder = "south"\n'
)
STAFF = AT_ONCE + (
    '[[sources]]\nname = "sis"\nformat = "clever"\nfolder = "sis"\n'
    '[[sources]]\nname = "staff"\nformat = "user-import-tool"\nfolder = "staff"\n'
)
EDUCATORS = (
    "FirstName,LastName,Email,SchoolName,TeacherRole,ProctorRole,Username,Password,UserID\n"
    "Ida,Moe,ida@oak.example,Oak School,TRUE,FALSE,imoe,,E1\n"
)
SOUTH = {
    name: str(text).replace("0101", "0202").replace("T1", "T9").replace("S1", "S9")
    .replace("M1", "M9").replace("bo@", "ed@").replace("Bo,", "Ed,").replace("Oak", "Elm")
    for name, text in clever().items()
}  # fmt: skip


def people(store: FolderStore, status: str = "active") -> list[str]:
    rows = store.table("people", store.head()).filter(status=status).select("person_id").collect()
    return sorted(rows["person_id"])


def test_each_source_has_its_own_absences(tmp_path: Path) -> None:
    store = district(tmp_path / "lake", TWO)
    send(store.root / "inbox" / "north", TUESDAY)
    send(store.root / "inbox" / "south", SOUTH)
    assert [(t.source, t.outcome) for t in go(store)] == [
        ("north", "committed"), ("south", "committed"),
    ]  # fmt: skip
    both = people(store)
    assert {"S1", "S3", "S9"} < set(both)
    send(store.root / "inbox" / "north", MONDAY)  # S3 has left, S9 was never here
    (north, south) = go(store)
    assert (north.outcome, north.counts["people"]) == ("committed", {"archive": 1})
    assert south.outcome == "nothing"
    assert people(store) == [one for one in both if one != "S3"]


def test_who_leaves_one_source_is_archived_and_nobody_else(tmp_path: Path) -> None:
    store = district(tmp_path / "lake", TWO)
    many = STUDENTS + "".join(f"0101,N{n},,Kim,Ode{n},3\n" for n in range(30))
    send(store.root / "inbox" / "north", clever(students=many))
    send(store.root / "inbox" / "south", SOUTH)
    go(store)
    fewer = "".join(many.splitlines(keepends=True)[:-1])
    send(store.root / "inbox" / "north", clever(students=fewer))
    (north, _) = go(store)
    assert (north.outcome, north.counts["people"]) == ("committed", {"archive": 1})
    assert people(store, "archived") == ["N29"]


def test_what_is_old_for_one_source_says_nothing_of_another(tmp_path: Path) -> None:
    """North sends Monday's drop, then south sends; north's Monday again changes nothing."""
    store = district(tmp_path / "lake", TWO)
    send(store.root / "inbox" / "north", MONDAY)
    go(store)
    send(store.root / "inbox" / "south", SOUTH)
    go(store)
    send(store.root / "inbox" / "north", MONDAY)
    (north, _) = go(store)
    assert (north.outcome, north.counts) == ("same", {})
    assert len(store.commits()) == 2


def test_students_from_the_sis_and_staff_on_a_sheet(tmp_path: Path) -> None:
    store = district(tmp_path / "lake", STAFF)
    send(store.root / "inbox" / "sis", MONDAY)
    (sis, _) = go(store)
    assert sis.outcome == "committed"
    send(store.root / "inbox" / "staff", {"educators.csv": EDUCATORS})
    turns = {turn.source: turn for turn in go(store)}
    assert (turns["staff"].outcome, turns["staff"].counts["people"]) == ("committed", {"add": 1})
    before = people(store)
    assert len(before) == 3
    send(store.root / "inbox" / "sis", TUESDAY)
    turns = {turn.source: turn for turn in go(store)}
    assert turns["sis"].outcome == "committed"
    assert set(before) < set(people(store))


def test_what_lies_beside_the_folders_of_the_sources_is_said(tmp_path: Path) -> None:
    store = district(tmp_path / "lake", TWO)
    send(store.root / "inbox", MONDAY)
    turns = go(store)
    assert [turn.outcome for turn in turns] == ["nothing", "nothing", "held"]
    assert "lie in inbox/ itself" in turns[-1].says
    assert "inbox/north, inbox/south" in turns[-1].fix


def test_a_drop_by_hand_says_whose_it_is(tmp_path: Path) -> None:
    store = district(tmp_path / "lake", TWO)
    send(tmp_path / "monday", MONDAY)
    unnamed = run("sync", tmp_path / "monday", "-w", store.root)
    assert (unnamed.code, "--source, one of: north, south" in unnamed.err) == (2, True)
    wrong = run("sync", tmp_path / "monday", "-w", store.root, "--source", "west")
    assert (wrong.code, "no source “west”" in wrong.err) == (2, True)
    done = run("sync", tmp_path / "monday", "-w", store.root, "--source", "north")
    assert done.code == 0
    head = store.head()
    assert head is not None
    assert head.source == "north"


@pytest.mark.parametrize("command", ["run", "intake"])
def test_the_commands_tell_which_source(tmp_path: Path, command: str) -> None:
    store = district(tmp_path / "lake", TWO)
    send(store.root / "inbox" / "north", MONDAY)
    told = run(command, store.root)
    assert told.code == 0
    assert "+ north: Committed as number 1" in told.out
    assert "= south: Nothing has arrived." in told.out
