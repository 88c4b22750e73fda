"""Who is meant by a name: ids first, then what only one has, then names in any case."""

import pytest
from directory_rosters import Rows, person, role, roster

from importer.report.lookup import find, nearly

ROWS: Rows = {
    "schools": [{"school_id": "0101", "name": "Oak School"}, {"school_id": "S3", "name": "Elm"}],
    "people": [
        person("S1", "Ana Silva", email="Ana.Silva@oak.example", username="asilva"),
        person("S11", "Bo Silva", student_number="77"),
        person("S2", "ana  silva", status="archived"),
        person("77", "Cy Ray", preferred_given_name="Cyrus"),
        person("asilva", "Lu Orr"),
        person("G", "Zoë Müller"),
    ],
    "roles": [role("S2", "0101", "student", "archived"), role("S1", "0101", "student"),
              role("S1", "S3", "student", "archived")],
    "sections": [{"section_id": "S3", "title": "Maths", "school_id": "0101"},
                 {"section_id": "M2", "title": "MATHS", "school_id": "S3"}],
}  # fmt: skip
TABLES = roster(ROWS)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ("S1", ["S1"]),  # and not S11
        ("s1", []),  # ids are exact
        ("77", ["77"]),  # an id comes before a student number
        ("asilva", ["asilva"]),  # and before a username
        ("ana.silva@OAK.example", ["S1"]),
        ("ANA silva", ["S1", "S2"]),
        ("  Ana   Silva ", ["S1", "S2"]),
        ("zoe\u0308 mu\u0308ller", ["G"]),  # typed in another Unicode form
        ("cyrus ray", ["77"]),
        ("maths", ["S3", "M2"]),
        ("oak school", ["0101"]),
        ("Silva", []),
        ("", []),
    ],
)
def test_the_best_kind_of_match_wins(wanted: str, ids: list[str]) -> None:
    assert [match["id"] for match in find(TABLES, wanted)] == ids


def test_one_id_of_two_kinds_is_told_apart_by_the_kind() -> None:
    assert [match["kind"] for match in find(TABLES, "S3")] == ["section", "school"]
    assert [match["kind"] for match in find(TABLES, "S3", ["school"])] == ["school"]


def test_a_match_says_where_it_is_and_whether_it_is_archived() -> None:
    told = {match["id"]: (match["school"], match["status"]) for match in find(TABLES, "ana silva")}
    assert told == {"S1": ("0101", "active"), "S2": ("0101", "archived")}


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ("silva", ["S1", "S2", "S11"]),  # a word of the name
        ("Anna Silva", ["S1", "S2"]),
        ("S111", ["S11"]),
        ("quite another", []),
    ],
)
def test_near_names_are_offered(wanted: str, ids: list[str]) -> None:
    assert [match["id"] for match in nearly(TABLES, wanted)] == ids


def test_an_empty_roster_knows_nobody() -> None:
    assert find(roster({}), "Ana") == [] == nearly(roster({}), "Ana")
