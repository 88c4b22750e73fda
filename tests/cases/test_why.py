"""Why somebody is, or isn't, in the roster on a day: the answers that support gives."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from case_drops import District, header, row

from importer import flow, holds, settings
from importer.checks.catalogue import ENROLLMENTS, SECTIONS, STUDENTS, clever
from importer.last_seen import in_drop
from importer.model.changes import CHANGES, ChangeSet
from importer.model.errors import UsageError
from importer.model.history import Asked, Who
from importer.planning.plan import apply
from importer.report.lines import Told
from importer.report.lookup import Match
from importer.report.why import answer, record
from importer.report.why_lines import lines
from importer.roster_view import open_view
from importer.why import Question, heard_of, why

_SIX = ("S1", "S2", "S3", "S4", "S5", "S6")
_HELD = settings.TEMPLATE.replace("held_rows = 0.25", "held_rows = 1.0")


def _drop(
    students: tuple[str, ...] = _SIX, enrolled: tuple[str, ...] = _SIX, section: str = "M1"
) -> dict[str, str | bytes]:
    rows = "".join(f"0101,{i},{i}@oak.example,Bo{i},Lind,3\n" for i in students)
    places = "".join(f"0101,{section},{i}\n" for i in enrolled)
    return clever(
        students=header(STUDENTS) + rows,
        enrollments=header(ENROLLMENTS) + places,
    )


def _match(kind: str, id_: str, name: str = "") -> Match:
    return Match(kind=kind, id=id_, name=name, school="", status="")


def _why(district: District, person: str, section: str = "M1", on: str = "") -> list[str]:
    where = _match("section", section, "Maths") if section else None
    asked = Question(_match("person", person, "Bo"), section=where, on=on)
    facts = why(open_view(district.store), asked)
    json.dumps(record(facts))
    assert lines(facts, Told(80, colour=False)).startswith(answer(facts)[0][:30])
    return answer(facts)


def test_last_row_that_had_it_and_the_first_drop_that_had_not(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop())  # day 1
    district.commit(_drop(enrolled=("S6", "S5", "S4", "S3", "S2", "S1")))  # S2 stands in row 6 now
    district.commit(_drop(enrolled=("S6", "S5", "S4", "S3", "S1")))  # day 3
    assert _why(district, "S2") == [
        "Bo is not in Maths (M1): archived on 2026-09-03 06:00 UTC with drop day 3 (commit 3, Zoë):"
        " enrollments.csv no longer had the row.",
        "The last drop that had it: day 2, enrollments.csv row 6; the first that had not: day 3.",
    ]
    assert _why(district, "S2", on="2026-09-02") == [
        "Bo was in Maths (M1) on 2026-09-02: added on 2026-09-01 06:00 UTC with drop day 1"
        " (commit 1, Zoë), enrollments.csv row 3."
    ]
    assert _why(district, "S2", on="2026-08-31")[0] == ("Bo was never in Maths (M1) on 2026-08-31.")


def test_a_drop_on_hold_is_the_first_that_had_not_and_who_released_it_is_told(
    tmp_path: Path,
) -> None:
    district = District(tmp_path)
    district.commit(_drop())
    held = district.sync(_drop(enrolled=()))  # a class that loses everybody
    assert not held.committed
    told = _why(district, "S2", on="2026-09-02")
    assert told[0].startswith("Bo was in Maths (M1) on 2026-09-02: added")
    assert told[-1].startswith("Drop day 2 of 2026-09-02 06:00 UTC was not committed (run 000002-")
    assert "on hold for " in told[-1]
    assert told[-1].endswith("so nothing of it was done.")
    run = district.store.runs()[-1]
    who = Who("Kim Ode", "2026-09-03T08:00:00Z")
    holds.approve(district.store, run, run.blocks, "the class was closed", who)
    flow.commit(district.store, run, who)
    told = _why(district, "S2")
    assert told[0].startswith(
        "Bo is not in Maths (M1): archived on 2026-09-03 08:00 UTC with drop day 2 (commit 2, Kim"
    )
    assert "the first that had not: day 2." in told[1]
    assert told[2].endswith("Kim Ode released it: the class was closed.")


def test_a_row_left_out_because_of_an_error_is_named_with_its_code(tmp_path: Path) -> None:
    district = District(tmp_path, _HELD)
    faulty = _drop(("S1", "S2"), ("S1", "S2"))
    faulty["students.csv"] = str(faulty["students.csv"]).replace("BoS2,Lind", "BoS2,")
    district.commit(faulty)
    told = _why(district, "S2", section="")
    assert told[0] == "Bo was never in the roster."
    assert told[1].startswith(
        "A row about this was left out of drop day 1, 2026-09-01 06:00 UTC, because of an error:"
        " students.csv row 3: "
    )
    assert told[1].endswith("[CELL-201]")
    assert heard_of(district.store, "S2")
    assert not heard_of(district.store, "S")


def test_a_change_that_policy_leaves_undone_is_said(tmp_path: Path) -> None:
    kinds = settings.TEMPLATE.replace('changes = ["add", ', "changes = [")
    district = District(tmp_path)
    district.commit(_drop(("S1",), ("S1",)))
    (district.store.root / "district.toml").write_text(kinds)
    district.commit(_drop(("S1", "S2"), ("S1", "S2")))
    told = _why(district, "S2", section="")
    assert told == [
        "Bo was never in the roster.",
        "Commit 2 of 2026-09-02 06:00 UTC, drop day 2, listed “add” and left it undone: it is not"
        " in the roster yet (policy: additions are not synced), students.csv row 3.",
    ]


def test_somebody_out_of_scope_and_somebody_who_was_never_sent(tmp_path: Path) -> None:
    share = settings.TEMPLATE.replace('highest_grade = ""', 'highest_grade = "2"')
    district = District(tmp_path, share)
    district.commit(_drop(("S1",), ("S1",)))
    assert _why(district, "S1", section="") == [
        "Bo was never in the roster.",
        "Drop day 1 has it, students.csv row 2, but it is outside what the district shares"
        " ([share] highest_grade = 2).",
    ]
    assert _why(district, "S9", section="")[1] == "The newest drop, day 1, doesn't have it either."


def test_who_moved_is_followed_to_the_other_section(tmp_path: Path) -> None:
    other = row(SECTIONS, 2).replace("M1", "M2")
    both = SECTIONS + other
    district = District(tmp_path)
    before, after = _drop(("S1", "S2"), ("S1", "S2")), _drop(("S1", "S2"), ("S1",))
    after["enrollments.csv"] = str(after["enrollments.csv"]) + "0101,M2,S2\n"
    for drop in (before, after):
        drop["sections.csv"] = both
        district.commit(drop)
    told = _why(district, "S2")
    assert told[0].startswith("Bo is not in Maths (M1): moved on 2026-09-02 06:00 UTC with drop")
    assert "(M2)." in told[0]
    assert _why(district, "S2", "M2")[0].startswith("Bo is in Maths (M2): moved on 2026-09-02")


def test_who_left_with_the_section_learns_that_from_the_section(tmp_path: Path) -> None:
    district = District(
        tmp_path, settings.TEMPLATE.replace("school_floor = 5", "school_floor = 99")
    )
    other = SECTIONS + row(SECTIONS, 2).replace("M1", "M2").replace("Maths", "Art")
    first = _drop(("S1", "S2"), ("S1",))
    first["sections.csv"] = other
    first["enrollments.csv"] = str(first["enrollments.csv"]) + "0101,M2,S2\n"
    district.commit(first)
    run = district.plan(_drop(("S1", "S2"), ("S1",))).run
    who = Who("Zoë", "2026-09-02T06:00:00Z")
    if run.blocks:
        holds.approve(district.store, run, run.blocks, "the course is over", who)
    flow.commit(district.store, run, who)
    told = _why(district, "S2", "M2")
    assert told[0].startswith("Bo is not in Maths (M2): archived on 2026-09-02")
    asked = Question(_match("section", "M2", "Art"))
    whole = answer(why(open_view(district.store), asked))
    assert whole[0].endswith("sections.csv no longer had the row.")
    assert whole[1].startswith("The last drop that had it: day 1, sections.csv row 3;")


def test_a_test_run_and_another_school_tell_nothing_of_who_had_the_row(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop())
    path, who = district.folder / "tried", Who("Zoë", "2026-09-01T09:00:00Z")
    path.mkdir()
    for name, content in _drop(enrolled=("S1", "S3", "S4", "S5", "S6")).items():
        (path / name).write_text(str(content))
    flow.sync(path, district.store, who, asked=Asked(test=True))
    district.commit(_drop(enrolled=("S1", "S3", "S4", "S5", "S6")))
    told = _why(district, "S2")
    assert told[1] == (
        "The last drop that had it: day 1, enrollments.csv row 3; the first that had not: day 2."
    )


def test_without_the_drop_the_place_is_not_guessed(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop())
    district.commit(_drop(enrolled=("S6", "S5", "S4", "S3", "S2", "S1")))
    district.commit(_drop(enrolled=("S1", "S3", "S4", "S5", "S6")))
    second = district.store.runs()[1]
    assert in_drop(district.store, second, "people", {0: {"S2"}})
    for file in (district.store.root / "drops" / second.drop).iterdir():
        file.unlink()
    (district.store.root / "drops" / second.drop).rmdir()
    assert in_drop(district.store, second, "people", {0: {"S2"}}) is None
    assert _why(district, "S2")[1] == (
        "The last drop that had it: day 2, enrollments.csv; the first that had not: day 3."
    )


def _by_hand(district: District, made: dict[str, str], sync: str) -> None:
    """A commit with this one change: what an undo or a crosswalk leaves behind."""
    store, head, last = district.store, district.store.head(), district.store.runs()[-1]
    assert head is not None
    nothing: dict[str, object] = {name: [] for name in ("columns", "before", "after")}
    plain = {"id": 1, "because": "a person said so", "picked": True, **nothing}
    changes = pl.DataFrame([{**plain, **made}], schema=CHANGES, orient="row")
    drop = "" if sync == "undo" else last.drop
    run = replace(last, id="000009-byhand", sync=sync, drop=drop, base=head.number, files={})
    run = replace(run, at="2026-09-09T06:00:00Z", actor="Kim Ode")
    with store.new_run(run.id) as folder:
        folder.frame("changes", changes)
        folder.finish(run)
    stored = store.table(made["table"], head)
    if made["action"] == "re-key":
        stored = stored.with_columns(pl.col("person_id").replace({made["from_key"]: made["key"]}))
    done = apply(made["table"], stored, ChangeSet(head.number, drop, changes, {}))
    assert done is not None
    tables = {**head.tables, made["table"]: store.put_table(done)}
    commit = replace(head, number=head.number + 1, parent=store.record_sha(head.number))
    commit = replace(commit, run=run.id, sync=sync, tables=tables, at=run.at, actor=run.actor)
    store.add_commit(commit)


def test_a_new_id_is_followed_back_and_forth(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop(("S1", "S2"), ()) | {"enrollments.csv": ENROLLMENTS})
    rekeyed = {"action": "re-key", "table": "people", "key": "N2", "from_key": "S2"}
    _by_hand(district, rekeyed, "full")
    told = _why(district, "N2", section="")
    assert told[0].startswith("Bo is in the roster: added on 2026-09-01 06:00 UTC with drop day 1")
    assert told[1].startswith("Last changed: re-keyed on 2026-09-09 06:00 UTC with drop day 1")
    assert _why(district, "S2", section="")[0] == (
        "Bo is not in the roster: re-keyed on 2026-09-09 06:00 UTC with drop day 1 (commit 2, Kim"
        " Ode); the record goes on as BoS2 Lind (N2)."
    )


def test_an_undo_is_told_as_one(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop(("S1", "S2"), ("S1", "S2")))
    left = {"action": "archive", "table": "enrollments", "key": "M1\x1fS2\x1fstudent"}
    _by_hand(district, left, "undo")
    assert _why(district, "S2") == [
        "Bo is not in Maths (M1): archived on 2026-09-09 06:00 UTC by undoing (commit 2, Kim Ode);"
        " a person said so."
    ]


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop())
    with pytest.raises(UsageError, match="no day and no moment"):
        _why(district, "S1", on="14/11/2026")
