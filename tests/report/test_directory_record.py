"""One record: what it is, what belongs to it, and what each commit did to it and nobody else."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from directory_rosters import Rows, monday_tuesday, person, role, roster, taking
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model.changes import CHANGES
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.report.lookup import find
from importer.report.record_card import Card, details, parts
from importer.report.record_history import of_record, of_school
from importer.roster_view import RosterView, open_view

IDS = st.sampled_from(["S1", "S11", "1", "S", "S1.", "student"])
ABOUT = {
    "person": {"people": {"person_id"}, "roles": {"person_id"}, "enrollments": {"person_id"},
               "relationships": {"person_id", "related_id"}},
    "section": {"sections": {"section_id"}, "enrollments": {"section_id"}},
    "school": {"schools": {"school_id"}},
}  # fmt: skip


@st.composite
def _change(draw: st.DrawFn) -> dict[str, Any]:
    table = draw(st.sampled_from(list(TABLES)))
    key = [draw(IDS) for _ in TABLES[table].key]
    left = draw(st.none() | st.just([draw(IDS) for _ in key]))
    return {
        **dict.fromkeys(CHANGES),
        "action": "move" if left else "add",
        "table": table,
        "key": ID_SEPARATOR.join(key),
        "from_key": ID_SEPARATOR.join(left) if left else None,
        "school_id": draw(st.none() | IDS),
        "picked": draw(st.booleans()),
    }


@settings(deadline=None)
@given(st.lists(_change()), st.sampled_from(list(ABOUT)), IDS)
def test_a_change_is_of_a_record_by_whole_parts_of_its_key(
    changes: list[dict[str, Any]], kind: str, wanted: str
) -> None:
    def concerns(change: dict[str, Any]) -> bool:
        columns = ABOUT[kind].get(change["table"], set())
        keys = [key.split(ID_SEPARATOR) for key in (change["key"], change["from_key"]) if key]
        names = TABLES[change["table"]].key
        return change["picked"] and any(
            (column, wanted) in zip(names, key, strict=True) for key in keys for column in columns
        )

    numbered = [{**change, "id": number} for number, change in enumerate(changes)]
    frame = pl.DataFrame(numbered, schema=CHANGES, orient="row")
    found = frame.filter(of_record(kind, wanted))["id"].to_list()
    assert found == [change["id"] for change in numbered if concerns(change)]


def test_a_school_counts_what_left_it_too() -> None:
    key = ID_SEPARATOR.join
    moved = {
        **dict.fromkeys(CHANGES), "table": "roles", "action": "move", "picked": True,
        "key": key(["A", "2", "student"]), "from_key": key(["A", "1", "student"]), "school_id": "2",
    }  # fmt: skip
    frame = pl.DataFrame([moved], schema=CHANGES, orient="row")
    assert [frame.filter(of_school(school)).height for school in ("1", "2", "3")] == [1, 1, 0]


ROWS: Rows = {
    "schools": [{"school_id": "1", "name": "Oak", "parent_id": "D"},
                {"school_id": "D", "name": "Oak District"}],
    "terms": [{"term_id": "F", "name": "Fall"}, {"term_id": "Y", "name": "Year"}],
    "courses": [{"course_id": "C", "title": "Mathematics"}],
    "people": [person("S1", "Bo Ray", grades=["3", "4"], enabled=True), person("S11", "Cy Abel"),
               person("G", "Kaya Jessup", phone="555"), person("T", "Kim Ode")],
    "roles": [role("S1", "1", "student"), role("S11", "1", "student")],
    "sections": [{"section_id": "M", "title": "Maths", "school_id": "1", "course_id": "C",
                  "term_ids": ["Y", "F"]}],
    "enrollments": [taking("M", "S1", school_id="1"), taking("M", "T", "teacher"),
                    taking("M", "S11", school_id="1", status="archived")],
    "relationships": [{"person_id": "S1", "related_id": "G", "type": "Parent"}],
}  # fmt: skip


def _parts(kind: str, record_id: str) -> dict[str, list[dict[str, Any]]]:
    tables = roster(ROWS)
    [match] = find(tables, record_id, [kind])
    return {part["title"]: part["rows"] for part in parts(tables, match, None)}


def test_a_person_has_roles_sections_and_family() -> None:
    assert _parts("person", "S1") == {
        "Roles": [{"school": "Oak", "school_id": "1", "role": "student", "status": "active"}],
        "Sections": [{"title": "Maths", "section_id": "M", "role": "student",
                      "teachers": "Kim Ode", "school": "Oak", "status": "active"}],
        "Family and contacts": [{"name": "Kaya Jessup", "person_id": "G", "relation": "Parent",
                                 "phone": "555", "status": "active"}],
    }  # fmt: skip
    assert _parts("person", "G")["Family and contacts"] == [
        {"name": "Bo Ray", "person_id": "S1", "relation": "Parent of", "status": "active"}
    ]


def test_a_section_has_terms_teachers_and_students_the_active_first() -> None:
    told = _parts("section", "M")
    assert [row["name"] for row in told["Students"]] == ["Bo Ray", "Cy Abel"]
    assert [row["status"] for row in told["Students"]] == ["active", "archived"]
    assert [row["name"] for row in told["Teachers"]] == ["Kim Ode"]
    assert [row["term_id"] for row in told["Terms"]] == ["F", "Y"]


def test_a_school_has_what_is_beneath_it_and_its_sections() -> None:
    assert _parts("school", "D") == {
        "Beneath it": [{"name": "Oak", "school_id": "1", "status": "active"}]
    }
    assert _parts("school", "1")["Sections"] == [
        {"title": "Maths", "section_id": "M", "students": 1, "status": "active"}
    ]


def test_details_are_the_filled_columns_and_what_their_ids_mean() -> None:
    tables = roster(ROWS)
    [match] = find(tables, "M", ["section"])
    found, origin = details(tables, match)
    told = {detail["column"]: (detail["value"], detail["refers"]) for detail in found}
    assert told == {
        "section_id": ("M", ""), "school_id": ("1", "Oak"), "course_id": ("C", "Mathematics"),
        "title": ("Maths", ""), "term_ids": ("Y, F", ""),
    }  # fmt: skip
    assert (origin["file"], origin["row"]) == ("sections.csv", 2)


@dataclass(frozen=True)
class Sample:
    """The sample district after Monday and Tuesday."""

    view: RosterView
    folder: Path

    def card(self, wanted: str, kind: str = "") -> Card:
        [match] = self.view.find(wanted, kind)
        return self.view.card(match)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample") / "w"
    view = open_view(monday_tuesday(folder))
    return Sample(replace(view, organisations={"0101": "Lakeview portal"}), folder)


def _history(card: Card) -> list[tuple[int, str, str, str]]:
    return [(s["commit"], s["action"], s["table"], s["key"]) for s in card["history"]]


def test_a_new_surname_is_told_with_commit_person_file_and_row(sample: Sample) -> None:
    card = sample.card("305857")
    assert card["name"].endswith("Fairweather") and card["status"] == "active"
    [edit] = [step for step in card["history"] if step["action"] == "edit"]
    assert edit["columns"] == [
        {"name": "family_name", "before": "Pettigrew", "after": "Fairweather"}
    ]
    assert (edit["commit"], edit["at"], edit["actor"]) == (2, "2026-11-24T06:00:00Z", "Kim Ode")
    assert (edit["file"], edit["row"], edit["drop"]) == ("students.csv", 121, "tuesday")
    assert [step["commit"] for step in card["history"]] == [2, *[1] * (len(card["history"]) - 1)]


def test_a_pupil_who_moved_has_both_schools_and_both_ends(sample: Sample) -> None:
    card = sample.card("304683")
    [roles] = [part for part in card["parts"] if part["name"] == "roles"]
    assert [(row["school_id"], row["status"]) for row in roles["rows"]] == [
        ("0102", "active"), ("0101", "archived"),
    ]  # fmt: skip
    told = _history(card)
    assert (2, "move", "roles", "304683 / 0102 / student") in told
    assert len([step for step in told if step[:3] == (2, "archive", "enrollments")]) == 4
    assert all("304683" in key for *_, key in told)


def test_an_enrollment_that_moved_is_told_in_both_sections(sample: Sample) -> None:
    for section in ("33001", "33002"):
        told = _history(sample.card(section, "section"))
        assert (2, "move", "enrollments", "33002 / 306074 / student") in told


def test_an_archived_pupil_is_found_and_says_why(sample: Sample) -> None:
    card = sample.card("304505")
    assert card["status"] == "archived"
    [gone] = [s for s in card["history"] if (s["action"], s["table"]) == ("archive", "people")]
    assert gone["because"] == "it is no longer in the file"


def test_a_school_tells_its_counts_organisation_and_what_changed_in_it(sample: Sample) -> None:
    card = sample.card("0101", "school")
    [entry] = sample.view.overview(["0101"])["schools"]
    assert card["counts"] == entry["counts"]
    assert card["organisation"] == entry["organisation"] == "Lakeview portal"
    assert _history(card) == [(1, "add", "schools", "0101")]
    added = {t["table"]: t["count"] for t in card["tallies"] if t["commit"] == 1}
    assert added["sections"] == 11 and {t["action"] for t in card["tallies"]} >= {"move", "archive"}


def test_a_commit_whose_run_is_gone_or_damaged_is_named_not_feared(tmp_path: Path) -> None:
    store = monday_tuesday(tmp_path / "w")
    first, second = (tmp_path / "w" / "runs" / run.id for run in store.runs())
    shutil.rmtree(first)
    (second / "changes.parquet").write_bytes(b"rubbish")
    view = open_view(store)
    card = view.card(view.find("305857")[0])
    assert [untold["commit"] for untold in card["untold"]] == [2, 1]
    assert "gone" in card["untold"][1]["why"] and "damaged" in card["untold"][0]["why"]
    assert card["history"] == [] and card["details"]
