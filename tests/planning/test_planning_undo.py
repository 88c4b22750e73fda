"""Laws of undo: commit and undo is no change, byte for byte, whenever and however often."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from planning_districts import District, Roster, districts, edited
from planning_reviews import WHO, Rows, orphans, roster_of, waiting
from planning_rosters import FEW, rosters

from importer import flow, undo
from importer.model.history import Commit
from importer.model.tables import TABLES

KINDS = (
    "add student", "rename student", "remove student", "move student", "other contact", "enroll",
    "drop enrollment", "change section", "remove teacher's section",
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[District]:
    """Some states of a district, one after the other."""
    states = [draw(districts(least=3))]
    for _ in range(draw(st.integers(1, 3))):
        other = draw(districts(least=3)) if draw(st.integers(0, 3)) == 0 else states[-1]
        states.append(draw(edited(other, KINDS, 6)))
    return states


def take_back(roster: Roster, number: int, choice: str = "") -> Commit | None:
    """Undo a commit; None where there is nothing to undo or a person must choose."""
    plan = undo.plan_undo(roster.store, number, choice)
    if not plan.undone.change.changes.height or (plan.undone.conflicts.height and not choice):
        return None
    run = undo.keep(roster.store, plan, WHO)
    return flow.commit(roster.store, run, WHO, f"undo of {number}: a test says so")


def committed(roster: Roster, states: list[District]) -> None:
    for state in states:
        waiting(roster, state).commit()


@FEW
@given(histories())
def test_commit_and_undo_is_no_change(states: list[District]) -> None:
    """The newest commits are undone one after the other, down to an empty roster."""
    with rosters() as [roster]:
        committed(roster, states)
        for number in range(len(states), 0, -1):
            take_back(roster, number)
            assert roster_of(roster) == roster_of(roster, number - 1)


@FEW
@given(histories())
def test_undo_of_an_undo_is_the_commit_again(states: list[District]) -> None:
    with rosters() as [roster]:
        committed(roster, states)
        was = roster_of(roster)
        for _ in range(2):
            last = roster.store.head()
            assert last is not None
            done = take_back(roster, last.number)
        if done is not None:
            assert roster_of(roster) == was


def _changed(before: Rows, after: Rows) -> set[tuple[str, str]]:
    return {
        (table, key)
        for table in TABLES
        for key in before[table].keys() | after[table].keys()
        if before[table].get(key) != after[table].get(key)
    }


def _at(rows: Rows, ends: set[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    return {(table, key): rows[table].get(key) for table, key in ends}


def _of(conflicts: list[dict[str, object]]) -> set[tuple[str, str]]:
    return {(str(c["table"]), str(c["key"])) for c in conflicts}


def _hangs(conflict: dict[str, object]) -> bool:
    """Whether a conflict is about what a row hangs on."""
    return "it hangs on" in str(conflict["why"]) or "it hung on" in str(conflict["why"])


@FEW
@given(histories(), st.data())
def test_an_old_commit_is_undone_row_by_row(states: list[District], data: st.DataObject) -> None:
    """What nobody touched since is exactly as before; what the commit didn't touch stays."""
    with rosters() as [roster]:
        committed(roster, states)
        number = data.draw(st.integers(1, len(states)))
        before, done, head = (roster_of(roster, n) for n in (number - 1, number, len(states)))
        plan = undo.plan_undo(roster.store, number)
        listed = undo.conflicts(plan)
        found, hanging = _of(listed), _of([c for c in listed if _hangs(c)])
        mine, later = _changed(before, done), _changed(done, head)
        assert {(c["table"], c["key"]) for c in _same_column(before, done, head)} <= found
        assert found - hanging <= mine & later, "nothing clashes that nobody touched since"
        if found:
            assert later
            plan = undo.plan_undo(roster.store, number, undo.KEEP_LATER)
        if not plan.undone.change.changes.height:
            return
        flow.commit(roster.store, undo.keep(roster.store, plan, WHO), WHO)
        now = roster_of(roster)
        kept = mine - later if not found else set()
        assert _at(now, kept) == _at(before, kept)
        others = {(t, k) for t in TABLES for k in head[t].keys() | now[t].keys()} - mine
        assert _at(now, others) == _at(head, others)
        assert orphans(now) <= orphans(head) | orphans(before)


def _same_column(before: Rows, done: Rows, head: Rows) -> list[dict[str, Any]]:
    """Content that the commit changed and somebody changed again, not back; told in plain words."""
    found = []
    for table, key in _changed(before, done) & _changed(done, head):
        b, d, n = (rows[table].get(key) for rows in (before, done, head))
        if not (b and d and n):
            continue
        names = [*TABLES[table].columns, "status"]
        if any(b[c] != d[c] != n[c] and n[c] != b[c] for c in names):
            found.append({"table": table, "key": key})
    return found


@FEW
@given(histories(), st.data())
def test_taken_back_is_taken_back_and_nothing_hangs_in_the_air(
    states: list[District], data: st.DataObject
) -> None:
    with rosters() as [roster]:
        committed(roster, states)
        number = data.draw(st.integers(1, len(states)))
        before, done, head = (roster_of(roster, n) for n in (number - 1, number, len(states)))
        plan = undo.plan_undo(roster.store, number, undo.TAKE_BACK)
        listed = undo.conflicts(plan)
        if not plan.undone.change.changes.height:
            return
        flow.commit(roster.store, undo.keep(roster.store, plan, WHO), WHO)
        now = roster_of(roster)
        hanging = _of([c for c in listed if _hangs(c)])
        for table, key in _changed(before, done) - hanging:
            was, is_now = before[table].get(key), now[table].get(key)
            made = done[table].get(key)
            if was is None or made is None:
                assert is_now == was or head[table].get(key) is None or _same(table, is_now, was)
                continue
            differ = [c for c in [*TABLES[table].columns, "status"] if was[c] != made[c]]
            assert is_now is not None
            assert [is_now[c] for c in differ] == [was[c] for c in differ]
        assert orphans(now) <= orphans(head) | orphans(before)


def _same(table: str, one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return all(one[c] == other[c] for c in [*TABLES[table].columns, "status"])


@st.composite
def apart(draw: st.DrawFn) -> tuple[District, District, District, District]:
    """A district; one student changed; then another one; and the second change alone."""
    base = draw(districts(least=3))
    ids = sorted({row["Student_id"] for row in base["students"]})
    first, second = draw(st.permutations(ids))[:2]
    kinds = st.sampled_from(["rename", "move", "remove", "enroll"])
    one, two = draw(kinds), draw(kinds)
    both = _edit(_edit(base, first, one), second, two)
    return base, _edit(base, first, one), both, _edit(base, second, two)


def _edit(district: District, who: str, kind: str) -> District:
    rows = [dict(row) for row in district["students"]]
    enrolled = [dict(row) for row in district["enrollments"]]
    for row in rows:
        if row["Student_id"] == who and kind == "rename":
            row["Last_name"] = f"Renamed {who}"
        if row["Student_id"] == who and kind == "move":
            row["School_id"] = district["schools"][0]["School_id"]
    if kind == "remove":
        rows = [row for row in rows if row["Student_id"] != who]
        enrolled = [row for row in enrolled if row["Student_id"] != who]
    if kind == "enroll":
        section = district["sections"][0]
        place = {"School_id": section["School_id"], "Section_id": section["Section_id"]}
        enrolled = [e for e in enrolled if {**place, "Student_id": who} != e]
        enrolled.append({**place, "Student_id": who})
    return {**district, "students": rows, "enrollments": enrolled}


@FEW
@given(apart())
def test_an_old_commit_beside_independent_later_ones_never_was(
    states: tuple[District, District, District, District],
) -> None:
    base, one, both, alone = states
    with rosters(2) as [roster, other]:
        committed(roster, [base, one, both])
        committed(other, [base, alone])
        take_back(roster, 2)
        assert roster.content() == other.content()
        assert roster.content("archived") == other.content("archived")
