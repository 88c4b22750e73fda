"""What goes along with an unchecked change, case by case; and what changes leave behind."""

from collections.abc import Iterable

import polars as pl
import pytest

from importer.model import changes as change_set
from importer.model.changes import CHANGES, ChangeSet
from importer.model.errors import UsageError
from importer.model.tables import ID_SEPARATOR, TABLES, stored_schema
from importer.planning.effects import NO_CLASS, NO_ROLE, NO_TEACHER, OTHER_TEACHER, Effects
from importer.planning.preview import preview
from importer.planning.review import reviewed
from importer.planning.selectors import chosen
from importer.planning.undo import Times, undo

Row = dict[str, str]
Db = dict[str, list[Row]]


def _frame(table: str, rows: Iterable[Row]) -> pl.DataFrame:
    filled = [{"status": "active", **row} for row in rows]
    return pl.DataFrame(filled, schema=stored_schema(table))


def _stored(db: Db):  # type: ignore[no-untyped-def]
    return lambda table: _frame(table, db.get(table, [])).lazy()


def _key(table: str, row: Row) -> str:
    return ID_SEPARATOR.join(row[part] for part in TABLES[table].key)


def _plan(*made: tuple[str, str, Row] | tuple[str, str, Row, str]) -> ChangeSet:
    """Changes (action, table, row, what is left), numbered from 1, with the rows they write."""
    rows = []
    after: dict[str, list[Row]] = {}
    for number, (action, table, row, *left) in enumerate(made, 1):
        blank = {"columns": [], "before": [], "after": [], "because": "", "picked": True}
        told = {"id": number, "action": action, "table": table, "key": _key(table, row)}
        school = row.get("school_id")
        rows.append({**blank, **told, "school_id": school, "from_key": left[0] if left else None})
        if action not in ("archive", "re-key"):
            after.setdefault(table, []).append(row)
    frame = pl.DataFrame(rows, schema=CHANGES) if rows else change_set.empty()
    return ChangeSet(1, "d", frame, {t: _frame(t, listed).lazy() for t, listed in after.items()})


def _off(plan: ChangeSet, db: Db, *uncheck: str, check: tuple[str, ...] = ()) -> set[int]:
    return set(reviewed(plan, [(uncheck, check)], _stored(db)).off["id"])


OAK, ELM = {"school_id": "1"}, {"school_id": "2"}
ANA, BO = {"person_id": "T1"}, {"person_id": "S1"}
M1, M2 = {"section_id": "M1", "school_id": "1"}, {"section_id": "M2", "school_id": "1"}


def _in(section: str, person: str, role: str = "student") -> Row:
    return {"section_id": section, "person_id": person, "role": role, "school_id": "1"}


def _as(person: str, school: str = "1", role: str = "student") -> Row:
    return {"person_id": person, "school_id": school, "role": role}


BASE: Db = {
    "schools": [OAK],
    "people": [ANA, BO],
    "roles": [_as("T1", role="teacher"), _as("S1")],
    "sections": [M1],
    "enrollments": [_in("M1", "S1"), _in("M1", "T1", "teacher")],
}


def test_a_new_school_takes_all_that_is_new_in_it_along() -> None:
    new = {**M2, "school_id": "2"}
    plan = _plan(
        ("add", "schools", ELM),
        ("add", "sections", new),
        ("add", "people", {"person_id": "S2"}),
        ("add", "roles", _as("S2", "2")),
        ("add", "enrollments", _in("M2", "S2")),
    )
    assert _off(plan, BASE, "1") == {1, 2, 4, 5}
    assert _off(plan, BASE, "3") == {3, 4, 5}


def test_who_stays_in_a_section_keeps_it_and_all_who_are_in_it() -> None:
    plan = _plan(("archive", "sections", M1), ("archive", "enrollments", _in("M1", "S1")),
                 ("archive", "enrollments", _in("M1", "T1", "teacher")))  # fmt: skip
    assert _off(plan, BASE, "2") == {1, 2, 3}
    assert _off(plan, BASE, "2", check=("3",)) == {1, 2}, "a person may say that the teacher goes"


def test_an_archive_with_another_reason_stays() -> None:
    plan = _plan(("archive", "people", BO), ("archive", "sections", M1),
                 ("archive", "enrollments", _in("M1", "S1")))  # fmt: skip
    assert _off(plan, BASE, "1") == {1}
    assert _off(plan, BASE, "1", "2") == {1, 2, 3}


def test_a_move_keeps_both_its_ends() -> None:
    moved = ("move", "enrollments", _in("M2", "S1"), _key("enrollments", _in("M1", "S1")))
    plan = _plan(("add", "sections", M2), ("archive", "sections", M1), moved)
    assert _off(plan, BASE, "1") == {1, 2, 3}, "M1 has to stay for who doesn't leave it"
    assert _off(plan, BASE, "2") == {2}


def test_without_its_new_id_nothing_is_done_under_it() -> None:
    plan = _plan(
        ("re-key", "people", {"person_id": "S9"}, "S1"),
        ("edit", "people", {"person_id": "S9"}),
        ("add", "enrollments", _in("M1", "S9")),
        ("archive", "roles", _as("S9")),
        ("add", "people", {"person_id": "S1"}),
    )
    assert _off(plan, BASE, "1") == {1, 2, 3, 4, 5}, "nor does anybody else get the old id"
    assert _off(plan, BASE, "2") == {2}


def test_a_swap_of_ids_is_done_whole_or_not() -> None:
    plan = _plan(("re-key", "people", ANA, "S1"), ("re-key", "people", BO, "T1"))
    assert _off(plan, BASE, "1") == _off(plan, BASE, "2") == {1, 2}


def test_what_planning_left_out_cannot_be_checked() -> None:
    plan = _plan(("add", "people", {"person_id": "S2"}))
    left = ChangeSet(1, "d", plan.changes.with_columns(picked=pl.lit(False)), plan.after)
    done = reviewed(left, [((), ("all",))], _stored(BASE))
    assert not done.change.changes["picked"].any()


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        ("2", {2}), ("1-3", {1, 2, 3}), ("all", {1, 2, 3, 4}), ("archive", {1, 4}),
        ("people", {1, 2}), ("person=S1", {1, 3}), ("section=M1", {3, 4}), ("school=1", {3, 4}),
        ("key=M1 / S1 / student", {3}), ("kind=add and table=people", {2}), ("person_id=S2", {2}),
        ("family_name=Ray", {2}), ("archive and section=M1", {4}),
    ],
)  # fmt: skip
def test_a_selector_names(selector: str, ids: set[int]) -> None:
    plan = _plan(
        ("archive", "people", BO),
        ("add", "people", {"person_id": "S2", "family_name": "Ray"}),
        ("edit", "enrollments", _in("M1", "S1")),
        ("archive", "sections", M1),
    )
    assert set(chosen(plan, [selector])) == ids


@pytest.mark.parametrize("selector", ["", "9", "pets", "pets=1", "person=S7", "all and ", "1-"])
def test_a_selector_that_names_nothing_is_refused_without_a_name(selector: str) -> None:
    with pytest.raises(UsageError) as refused:
        chosen(_plan(("archive", "people", BO)), [selector])
    assert "S7" not in str(refused.value)


def test_effects_are_what_is_left_behind() -> None:
    db = {
        **BASE,
        "schools": [OAK, ELM],
        "people": [*BASE["people"], {"person_id": "T2"}],
        "roles": [*BASE["roles"], _as("T2", "2", "teacher")],
    }
    plan = _plan(
        ("archive", "enrollments", _in("M1", "T1", "teacher")),
        ("archive", "roles", _as("S1")),
        ("archive", "enrollments", _in("M1", "S1")),
        ("add", "sections", M2),
        ("add", "enrollments", _in("M2", "T2", "teacher")),
    )
    effects = Effects(plan, _stored(db))
    assert effects.summary() == {
        "changes": 5,
        "schools": 1,
        "accounts_archived": 0,
        "classes_without_teacher": 1,
        "students_without_class": 1,
        "people_without_role": 1,
    }
    assert effects.log().select("id", "warning").rows() == [
        (1, NO_TEACHER), (2, NO_ROLE), (3, NO_CLASS), (5, OTHER_TEACHER),
    ]  # fmt: skip


def test_a_preview_knows_any_other_difference_but_order() -> None:
    one = _plan(("add", "people", ANA), ("add", "people", BO), ("archive", "sections", M1))
    other = _plan(("archive", "sections", M1), ("add", "people", BO), ("add", "people", ANA))
    assert preview(one) == preview(other)
    renamed = _plan(("add", "people", {**ANA, "family_name": ""}), ("add", "people", BO),
                    ("archive", "sections", M1))  # fmt: skip
    seen = {preview(p) for p in (one, renamed, _plan(("add", "people", ANA)), _plan())}
    assert len(seen) == 4


def test_an_undo_gives_back_the_ids_of_before() -> None:
    """What came later under the new id is later work, and keeps its row under the old one."""
    done: Db = {
        **BASE,
        "people": [ANA, {"person_id": "S9"}],
        "roles": [BASE["roles"][0], _as("S9")],
        "enrollments": [_in("M1", "S9"), BASE["enrollments"][1]],
    }
    now: Db = {**done, "sections": [M1, M2], "enrollments": [*done["enrollments"], _in("M2", "S9")]}
    pairs = pl.DataFrame({"table": ["people"], "old": ["S1"], "new": ["S9"]})
    times = Times(_stored(BASE), _stored(done), _stored(now), 2, 3, pairs)
    found = undo(times, ["people", "roles", "enrollments"])
    assert found.conflicts.is_empty()
    rows = found.change.changes.select("action", "table", "key", "from_key").rows()
    assert rows == [("re-key", "people", "S1", "S9")]


def test_an_id_that_somebody_else_got_since_is_not_given_back() -> None:
    done: Db = {"people": [ANA, {"person_id": "S9"}]}
    now: Db = {"people": [ANA, {"person_id": "S9"}, {"person_id": "S1"}]}
    pairs = pl.DataFrame({"table": ["people"], "old": ["S1"], "new": ["S9"]})
    found = undo(Times(_stored(BASE), _stored(done), _stored(now), 2, 3, pairs), ["people"])
    assert found.change.changes.is_empty()
    assert found.conflicts.select("table", "key").rows() == [("people", "S1")]
