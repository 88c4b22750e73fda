"""Cases of review, commit and undo: what is shown is what happens, whole or not at all."""

import subprocess
import sys
from pathlib import Path

import polars as pl
from case_drops import District, written

from importer import flow, reviews, undo
from importer.checks.catalogue import ENROLLMENTS, SECTIONS, STUDENTS, clever
from importer.model.history import Commit, Who
from importer.model.tables import TABLES
from importer.store.folder import FolderStore

_DAY = Who("Zoë", "2026-09-20T06:00:00Z")
_TWO = STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,3\n"


def _tables(district: District, number: int | None = None) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a commit, status and origin included."""
    store = district.store
    commit = store.head() if number is None else (store.commit(number) if number else None)
    return {t: sorted(store.table(t, commit).collect().rows(), key=str) for t in TABLES}


def _undo(district: District, number: int, choice: str = "") -> Commit:
    plan = undo.plan_undo(district.store, number, choice)
    assert choice or plan.undone.conflicts.is_empty()
    return flow.commit(district.store, undo.keep(district.store, plan, _DAY), _DAY, "undo: a case")


def test_D16_the_same_enrollment_dropped_twice(tmp_path: Path) -> None:
    """The second drop without it is no change, and no error."""
    district = District(tmp_path)
    both = ENROLLMENTS + "0101,M1,S2\n"
    district.commit(clever(students=_TWO, enrollments=both))
    first = district.sync(clever(students=_TWO))
    assert first.did() == {("archive", "enrollments", "M1 / S2 / student")}
    again = district.sync(clever(students=_TWO + "\n"))
    assert (again.committed, again.did(), again.found("ERROR")) == (True, set(), [])


def test_D21_the_last_row_is_wrong(tmp_path: Path) -> None:
    """The rows before it go in; by policy the drop is taken whole or not at all."""
    wrong = clever(students=_TWO + "0101,S3,,Di,,3\n")
    district = District(tmp_path / "some")
    district.commit(clever())
    assert district.sync(wrong).did("add") == {
        ("add", "people", "S2"),
        ("add", "roles", "S2 / 0101 / student"),
    }
    whole = District(tmp_path / "whole", "skip_errors = false\n")
    whole.commit(clever())
    told = whole.sync(wrong)
    assert (told.committed, told.waiting) == (False, ("*:drop",))
    assert set(whole.stored("people")) == {"S1", "T1"}


def test_D32_what_the_preview_shows_is_what_the_commit_does(tmp_path: Path) -> None:
    """Row by row, with some changes unchecked; another preview is refused, and nothing done."""
    district = District(tmp_path)
    district.commit(clever())
    planned = district.plan(clever(students=_TWO, sections=SECTIONS.replace("1\n", "9\n", 1)))
    store, run = district.store, planned.run
    done = reviews.decide(store, run, reviews.Word(["person=S2"], [], "not ours"), _DAY)
    shown = done.change.changes.filter("picked").select("action", "table", "key").rows()
    was = _tables(district)
    made = flow.commit(store, run, _DAY)
    now = _tables(district)
    differ = {table for table in TABLES if was[table] != now[table]}
    assert differ == {table for _, table, _ in shown}
    assert made.counts == done.change.counts()
    assert "S2" not in district.stored("people")


def test_E24_undo_of_a_batch_that_only_created(tmp_path: Path) -> None:
    """What was created goes, without a trace in the roster; history keeps it."""
    district = District(tmp_path)
    district.commit(clever())
    new = clever(students=_TWO, sections=SECTIONS + "0101,M2,T1,2\n",
                 enrollments=ENROLLMENTS + "0101,M2,S2\n")  # fmt: skip
    assert district.sync(new).did("edit", "archive") == set()
    made = _undo(district, 2)
    assert _tables(district) == _tables(district, 1)
    assert {a for counts in made.counts.values() for a in counts} == {"withdraw"}
    assert (made.sync, made.undoes) == ("undo", 2)
    assert [c.number for c in district.store.commits()] == [1, 2, 3]


_KILLED = """
import os, sys
from pathlib import Path
from importer import flow
from importer.model.history import Who
from importer.store import commits, rosters
from importer.store.folder import FolderStore
store, stage = FolderStore.open(Path(sys.argv[1])), sys.argv[2]
def die(*_args, **_named):
    os._exit(9)
if stage == "record":
    commits.create_whole = die
else:
    whole, left = rosters.publish, [int(stage)]
    def some(*args):
        left[0] -= 1
        return whole(*args) if left[0] >= 0 else die()
    rosters.publish = some
run = store.runs()[-1]
flow.commit(store, run, Who("Zoë", "2026-09-20T06:00:00Z"))
"""


def _killed(district: District, stage: str) -> None:
    """Commit the newest run in a process that dies on the way."""
    args = [sys.executable, "-c", _KILLED, str(district.store.root), stage]
    assert subprocess.run(args, check=False).returncode == 9


def test_E25_a_crash_on_the_way_then_success(tmp_path: Path) -> None:
    """The same run once more: everything once, nothing doubled."""
    district, calm = District(tmp_path / "killed"), District(tmp_path / "calm")
    for each in (district, calm):
        each.commit(clever())
        each.plan(clever(students=_TWO))
    _killed(district, "1")
    made = flow.commit(district.store, district.store.runs()[-1], _DAY)
    flow.commit(calm.store, calm.store.runs()[-1], _DAY)
    assert made.number == 2
    assert _tables(district) == _tables(calm)
    assert district.store.verify() == []


def test_E26_a_crash_for_good(tmp_path: Path) -> None:
    """Wherever a commit is killed, before its record is there nothing of it is."""
    district = District(tmp_path)
    district.commit(clever())
    was = _tables(district)
    district.plan(clever(students=_TWO))
    for stage in ("0", "1", "record"):
        _killed(district, stage)
        store = FolderStore.open(district.store.root)
        head = store.head()
        assert head is not None and head.number == 1
        assert _tables(district) == was
        assert store.verify() == []


def test_what_was_unchecked_comes_again_and_is_left_out_until_a_person_checks_it(
    tmp_path: Path,
) -> None:
    """Night by night, the same drop and another one with the same change; the rest goes on."""
    district = District(tmp_path)
    district.commit(clever())
    run = district.plan(clever(students=_TWO)).run
    reviews.decide(district.store, run, reviews.Word(["person=S2"], [], "not ours"), _DAY)
    flow.commit(district.store, run, _DAY)
    for more in ("", "\n", "0101,S3,di@oak.example,Di,Fox,3\n"):
        told = district.sync(clever(students=_TWO + more))
        assert told.committed
        assert "not ours" in told.says("PLAN-561")
        assert "S2" not in district.stored("people")
    assert "S3" in district.stored("people")
    run = district.plan(clever(students=_TWO + more + "\n")).run
    reviews.decide(district.store, run, reviews.Word([], ["person=S2"], "ours after all"), _DAY)
    flow.commit(district.store, run, _DAY)
    assert "S2" in district.stored("people")


def test_a_run_under_review_is_not_committed_by_a_sync(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever())
    drop = written(clever(students=_TWO), tmp_path / "drop")
    run = flow.plan_drop(drop, district.store, _DAY).run
    reviews.decide(district.store, run, reviews.Word(["person=S2"], [], "not ours"), _DAY)
    done = flow.sync(drop, district.store, _DAY)
    assert (done.commit, done.planned.run.id) == (None, run.id)


def test_an_undo_gives_back_values_and_what_was_archived(tmp_path: Path) -> None:
    """Edits, archives, moves and comings back: each row as it was, with where it came from."""
    district = District(tmp_path)
    schools = "School_id,School_name,School_number\n0101,Oak School,1\n0102,Elm School,2\n"
    district.commit(clever(schools=schools, students=_TWO))
    moved = STUDENTS.replace("0101,S1,bo@oak.example,Bo,Lind,3", "0102,S1,bo@elm.example,Bo,Lind,4")
    told = district.sync(clever(schools=schools, students=moved))
    assert {action for action, _, _ in told.did()} == {"edit", "move", "archive"}
    _undo(district, 2)
    assert _tables(district) == _tables(district, 1)
    _undo(district, 3)
    assert _tables(district) == _tables(district, 2)


def test_a_later_enrollment_in_a_section_that_would_go_is_asked_for(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever(students=_TWO))
    new = clever(students=_TWO, sections=SECTIONS + "0101,M2,T1,2\n")
    district.commit(new)
    district.commit({**new, "enrollments.csv": ENROLLMENTS + "0101,M2,S2\n"})
    plan = undo.plan_undo(district.store, 2)
    assert {(c["table"], c["key"], c["commit"]) for c in undo.conflicts(plan)} == {
        ("enrollments", "M2 / S2 / student", 3)
    }
    kept = undo.plan_undo(district.store, 2, undo.KEEP_LATER).undone.change
    assert "sections" not in kept.counts()
    _undo(district, 2, undo.TAKE_BACK)
    assert set(district.stored("sections")) == {"M1"}
    assert set(district.stored("enrollments", "archived")) == {"M2 / S2 / student"}


def test_a_commit_whose_files_are_gone_is_not_guessed_at(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever())
    district.commit(clever(students=_TWO))
    first = district.store.commit(1).tables["people"].sha256
    (district.store.root / "rosters" / f"{first}.parquet").unlink()
    try:
        undo.plan_undo(district.store, 2)
    except Exception as error:  # what it says is the promise
        assert str(error).startswith("Commit 2 can't be undone: The roster file")
    else:
        raise AssertionError("it was guessed")
    assert isinstance(district.store.table("people", district.store.head()), pl.LazyFrame)
