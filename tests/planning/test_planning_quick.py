"""Quick sync: only what the source changed since its last committed drop."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_districts import (
    BAD_EDITS,
    GOOD_EDITS,
    District,
    Roster,
    clever,
    districts,
    edited,
    write,
)
from planning_rosters import LAWS, rosters

from importer import flow, holds, settings
from importer.model.errors import OnHoldError, StorageError, UsageError
from importer.model.history import Asked, Who

QUICK = Asked(quick=True)


def _send(roster: Roster, district: District, asked: Asked = Asked()) -> flow.Synced:  # noqa: B008
    """A district sent, and released from whatever it is on hold for."""
    roster.sent += 1
    path = write(roster.folder / f"drop{roster.sent}", clever(district))
    who = Who("test", f"2026-11-23T06:{roster.sent // 60:02}:{roster.sent % 60:02}Z")
    done = flow.sync(path, roster.store, who, asked=asked)
    if done.waiting:
        holds.approve(roster.store, done.planned.run, done.waiting, "a test says so", who)
        return replace(done, commit=flow.commit(roster.store, done.planned.run, who))
    return done


def _did(done: flow.Synced) -> set[tuple[str, str, str]]:
    changes = done.planned.change.changes
    if done.planned.nothing_new:  # then these are what was committed before
        return set()
    return set(changes.filter("picked").select("action", "table", "key").rows())


@st.composite
def pairs(draw: st.DrawFn) -> tuple[District, District]:
    before = draw(districts())
    before = draw(edited(before, (*GOOD_EDITS, *BAD_EDITS), 2))
    return before, draw(edited(before, (*GOOD_EDITS, *BAD_EDITS), 4))


@LAWS
@given(pairs())
def test_after_a_drop_that_was_committed_whole_quick_and_full_are_the_same(
    pair: tuple[District, District],
) -> None:
    before, after = pair
    with rosters(2) as [full, quick]:
        for roster in (full, quick):
            if _send(roster, before).commit is None:
                return  # so much is wrong that nobody can commit it
        changed = _did(_send(full, after))
        done = _send(quick, after, QUICK)
        assert done.planned.run.sync == "quick" or done.planned.nothing_new
        assert _did(done) == changed
        assert quick.content() == full.content()
        assert quick.content("archived") == full.content("archived")


def _district(students: str = "AB") -> District:
    return {
        "schools": [{"School_id": "1", "School_name": "Oak", "School_number": "1"}],
        "teachers": [
            {"School_id": "1", "Teacher_id": "T", "First_name": "Al", "Last_name": "Ode",
             "Teacher_email": "t@a.example"},
        ],
        "students": [
            {"School_id": "1", "Student_id": n, "First_name": n, "Last_name": "Lind"}
            for n in students
        ],
        "sections": [
            {"School_id": "1", "Section_id": "M", "Teacher_id": "T", "Name": "Maths",
             "Section_number": "1"},
        ],
        "enrollments": [{"School_id": "1", "Section_id": "M", "Student_id": n} for n in students],
    }  # fmt: skip


def test_what_was_not_wanted_does_not_come_back_nor_what_hangs_on_it() -> None:
    with rosters(1) as [roster]:
        _send(roster, _district("AB"))
        text = settings.TEMPLATE
        (roster.store.root / "district.toml").write_text(
            text.replace('changes = ["add", ', "changes = [")
        )
        _send(roster, _district("ABC"))  # C is not added: additions are not synced
        (roster.store.root / "district.toml").write_text(text)
        later = _district("ABCD")
        later["enrollments"].append({"School_id": "1", "Section_id": "N", "Student_id": "C"})
        later["sections"].append({**later["sections"][0], "Section_id": "N", "Name": "Art"})
        done = _send(roster, later, QUICK)
        added = {key for action, table, key in _did(done) if table == "people"}
        assert added == {"D"}
        hanging = done.planned.change.changes.filter(key="N\x1fC\x1fstudent")
        assert hanging["picked"].to_list() == [False]
        assert "the person it belongs to is not in the roster" in hanging["because"][0]
        back = _did(_send(roster, later))
        assert ("add", "people", "C") in back  # everything means everything
        assert ("add", "enrollments", "N\x1fC\x1fstudent") in back


def test_a_row_left_out_last_time_and_gone_now_is_gone() -> None:
    with rosters(1) as [roster]:
        _send(roster, _district("ABC"))
        faulty = _district("ABC")
        faulty["students"][2]["Last_name"] = ""
        _send(roster, faulty)
        assert "C" in roster.content()["people"]
        _send(roster, _district("AB"), QUICK)
        assert "C" in roster.content("archived")["people"]


def test_since_says_which_drop_is_compared_with() -> None:
    with rosters(1) as [roster]:
        _send(roster, _district("AB"))
        _send(roster, _district("ABC"))
        done = _send(roster, _district("ABCD"), Asked(quick=True, since=1))
        assert done.planned.run.since == 1
        assert {key for _, table, key in _did(done) if table == "people"} == {"D"}
        with pytest.raises(UsageError, match="Commit 9 is not of a whole drop"):
            _send(roster, _district("A"), Asked(quick=True, since=9))


def test_a_first_drop_and_a_drop_that_is_no_longer_kept_say_do_a_full_sync() -> None:
    with rosters(1) as [roster]:
        with pytest.raises(UsageError) as first:
            _send(roster, _district(), QUICK)
        assert "full sync" in first.value.fix
        _send(roster, _district())
        for folder in (roster.store.root / "drops").iterdir():
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
        with pytest.raises(StorageError, match="not kept here, or no longer") as lost:
            _send(roster, _district("ABC"), QUICK)
        assert "full sync" in lost.value.fix


def _two_schools(elm: str) -> District:
    """Oak with A and B, Elm with these students."""
    district = _district("AB")
    district["schools"].append({"School_id": "2", "School_name": "Elm", "School_number": "2"})
    district["students"] += [
        {"School_id": "2", "Student_id": n, "First_name": n, "Last_name": "Ray"} for n in elm
    ]
    return district


def test_picked_schools_alone_are_touched_without_a_changed_filter() -> None:
    with rosters(1) as [roster]:
        _send(roster, _two_schools("XY"))
        later = _two_schools("XYZ")
        later["students"][0]["Last_name"] = "Berg"
        path = write(roster.folder / "later", clever(later))
        elm = Asked(schools=("2",))
        done = flow.sync(path, roster.store, Who("test", "2026-11-24T06:00:00Z"), asked=elm)
        assert done.commit, done.waiting
        assert done.planned.run.schools == ["2"]
        assert {table_key[1:] for table_key in _did(done)} == {
            ("people", "Z"), ("roles", "Z\x1f2\x1fstudent"),
        }  # fmt: skip
        # The rest of the drop was never carried out, so a quick sync can't go on from it.
        quick = flow.sync(path, roster.store, Who("test", "2026-11-25T06:00:00Z"), asked=QUICK)
        assert quick.planned.run.since == 1
        assert ("edit", "people", "A") in _did(quick)


def test_a_school_that_nobody_knows_and_one_that_is_not_shared_are_refused() -> None:
    with rosters(1) as [roster]:
        _send(roster, _two_schools("X"))
        with pytest.raises(UsageError, match="Neither the drop nor the roster has a school “22”"):
            _send(roster, _two_schools("XY"), Asked(schools=("22",)))
        policy = settings.TEMPLATE.replace("schools = []", 'schools = ["1"]', 1)
        (roster.store.root / "district.toml").write_text(policy)
        with pytest.raises(UsageError, match="School 2 is not shared"):
            _send(roster, _two_schools("XY"), Asked(schools=("2",)))


def test_a_test_run_changes_nothing_and_is_never_committed() -> None:
    with rosters(1) as [roster]:
        path = write(roster.folder / "drop", clever(_district()))
        who = Who("test", "2026-11-23T06:00:00Z")
        tried = flow.sync(path, roster.store, who, asked=Asked(test=True))
        assert (tried.commit, tried.planned.run.sync, roster.store.head()) == (None, "test", None)
        assert tried.planned.run.counts["people"] == {"add": 3}
        with pytest.raises(OnHoldError, match="is a test run"):
            flow.commit(roster.store, tried.planned.run, who)
        assert flow.sync(path, roster.store, who).commit  # the real one is planned anew


def test_a_test_run_needs_active_and_test_run_both_on() -> None:
    with rosters(1) as [roster]:
        path = write(roster.folder / "drop", clever(_district()))
        who, toml = Who("test", "2026-11-23T06:00:00Z"), roster.store.root / "district.toml"
        off = settings.TEMPLATE.replace("active = true", "active = false", 1)
        for text in (off, off.replace("test_run = false", "test_run = true")):
            toml.write_text(text)
            for asked in (Asked(), Asked(test=True)):
                with pytest.raises(OnHoldError, match="not active"):
                    flow.sync(path, roster.store, who, asked=asked)
        assert roster.store.runs() == []
        toml.write_text(settings.TEMPLATE.replace("test_run = false", "test_run = true", 1))
        assert flow.sync(path, roster.store, who).planned.run.sync == "test"
        assert roster.store.head() is None
