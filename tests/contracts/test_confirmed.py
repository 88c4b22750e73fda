"""mapping.toml: what may stand there, what every mistake is told, and what it means."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from importer.contracts import confirmed_file
from importer.contracts.confirmed import (
    NOTHING,
    Confirmed,
    HeaderRule,
    ValueRule,
    applied,
    reads,
)
from importer.contracts.guarded import guarded
from importer.contracts.header import fingerprint, matched
from importer.contracts.load import contracts
from importer.model.errors import UsageError

RULE = """\
[[headers]]
table = "clever/students"
fingerprint = "f1"
columns = { "Pupil No" = "Student_id" }
ignored = ["Mascot"]
by = "kim"
at = "2026-09-01T06:00:00Z"
"""
VALUE = """\
[[values]]
table = "clever/students"
column = "Grade"
value = "Grade 7"
becomes = "7"
code = "CELL-204"
by = "kim"
at = "2026-09-01T06:00:00Z"
"""
HEADER = HeaderRule(
    "clever/students", "f1", "kim", "2026-09-01T06:00:00Z", {"Pupil No": "Student_id"}, ("Mascot",)
)
CLEVER = contracts()["clever"]


def _read(text: str) -> Confirmed:
    return confirmed_file.read(text, contracts())


def test_it_is_read_as_it_stands() -> None:
    of_value = ValueRule(
        "clever/students", "Grade", "Grade 7", "7", "kim", "2026-09-01T06:00:00Z", "CELL-204"
    )
    assert _read(RULE + VALUE) == Confirmed((HEADER,), (of_value,))
    assert _read("") == NOTHING


@pytest.mark.parametrize(
    ("text", "told", "fix"),
    [
        ("[[header]]\n", "there is no setting header.", "headers"),
        (RULE.replace("columns", "colums"), "line 4: there is no setting headers 1.colums", "col"),
        (RULE.replace("by =", "# by ="), "line 1: headers 1 has no by", "needs table"),
        (RULE.replace('"kim"', "7"), "line 6: headers 1.by must be a text", "by = "),
        (RULE.replace("clever/students", "clever/studens"), "no table", "clever/students"),
        (RULE.replace('"Student_id"', '"Studen_id"'), "no column “Studen_id”", "Student_id?"),
        (RULE.replace("Pupil No", "Last name"), "own name of another column", "rename"),
        (RULE.replace("Mascot", "pupil no"), "confirmed and ignored", "only one"),
        (RULE + RULE.replace("Pupil No", "Pupil"), "two headers", "--ignore"),
        (VALUE.replace('"Grade"', '"Grad"'), "no column “Grad”", "Grade?"),
        ("headers = 3", "must be written as sections, [[headers]]", ""),
        ("[[headers", "can't be read", "Correct"),
    ],
)
def test_every_mistake_is_told_with_what_may_be_meant(text: str, told: str, fix: str) -> None:
    with pytest.raises(UsageError) as error:
        _read(text)
    assert "mapping.toml" in str(error.value) and told in str(error.value)
    assert fix in error.value.fix


@pytest.mark.parametrize(
    "column",
    ["Student_id", "School_id", "Student_number", "State_id", "First_name", "Middle_name",
     "Last_name", "Student_email", "Username", "Password", "Contact_name", "Contact_email"],
)  # fmt: skip
def test_ids_names_and_addresses_are_never_replaced_by_a_rule(column: str) -> None:
    with pytest.raises(UsageError, match=f"{column} are never replaced: it (is|holds|tells|names)"):
        _read(VALUE.replace('"Grade"', f'"{column}"'))


@pytest.mark.parametrize("column", ["Grade", "Gender", "DOB", "Race", "Student_city"])
def test_words_may_be(column: str) -> None:
    assert guarded(CLEVER, CLEVER.tables["students"], column) == ""


def test_a_column_from_which_an_id_is_derived_is_guarded_too() -> None:
    sheets = contracts()["user-import-tool"]
    assert guarded(sheets, sheets.tables["students"], "SchoolName")
    assert guarded(sheets, sheets.tables["students"], "Grade") == ""


@examples(max_examples=60)
@given(
    st.dictionaries(st.text(min_size=1, max_size=12), st.just("Student_id"), max_size=1),
    st.text(max_size=12),
    st.lists(st.text(min_size=1, max_size=12), max_size=3),
)
def test_what_is_added_is_read_again(columns: dict[str, str], by: str, ignored: list[str]) -> None:
    rule = HeaderRule("oneroster-1.1/users", "f", by, "2026-09-01", {}, tuple(ignored))
    more = HeaderRule("clever/students", "g", by, "2026-09-01", columns)
    value = ValueRule("clever/students", "Grade", by, "7", by, "")
    text = confirmed_file.added("# as agreed\n", [rule, more, value])
    try:
        found = _read(text)
    except UsageError as error:  # a header that by chance is the name of another column
        assert "own name" in str(error)
        return
    assert found == Confirmed((rule, more), (value,))


def test_adding_leaves_what_people_wrote() -> None:
    text = "# our own comment\n" + RULE
    assert confirmed_file.added(text, [HEADER]).startswith(text)


def test_the_last_word_counts() -> None:
    later = HeaderRule("clever/students", "f1", "lee", "2026-10-01", {}, ("Pupil No",))
    table = applied(CLEVER, Confirmed((HEADER, later))).tables["students"]
    assert matched(CLEVER, table, ("pupil-no",)) == [None]


@pytest.mark.parametrize("name", ["clever", "oneroster-1.1"])
def test_a_confirmed_header_is_known_however_it_is_spelt(name: str) -> None:
    contract = contracts()[name]
    table, key = next((t.name, t.key[0]) for t in contract.tables.values() if t.key)
    rule = HeaderRule(f"{name}/{table}", "f", "kim", "", {"Pupil No": key})
    mine = applied(contract, Confirmed((rule,)))
    assert matched(mine, mine.tables[table], ("PUPIL_NO", "Pupil")) == [key, None]
    assert matched(contract, contract.tables[table], ("Pupil No",)) == [None]


def test_the_names_of_the_format_come_first() -> None:
    rule = HeaderRule("clever/students", "f", "kim", "", {"Email_address": "Username"})
    table = applied(CLEVER, Confirmed((rule,))).tables["students"]
    told = matched(CLEVER, table, ("Student_email", "Email address"))
    assert told == ["Student_email", "Username"]


def test_the_identity_is_that_of_the_meaning() -> None:
    base = Confirmed((HEADER,))
    other = HeaderRule("clever/students", "f1", "lee", "2027-01-01", HEADER.columns, ("Mascot",))
    assert NOTHING.identity("p") == "p"
    assert base.identity("p") == Confirmed((other,)).identity("p") != "p"
    assert base.identity("q") != base.identity("p")
    value = ValueRule("clever/students", "Grade", "Grade 7", "7", "kim", "")
    assert Confirmed((HEADER,), (value,)).identity("p") != base.identity("p")


def test_values_are_read_by_column() -> None:
    confirmed = _read(VALUE)
    assert reads("clever/students", "Grade", confirmed) == {"Grade 7": "7"}
    assert reads("clever/students", "Gender", confirmed) == {}


def test_a_fingerprint_is_of_names_and_order() -> None:
    assert fingerprint(("School ID", "Grade")) == fingerprint(("school_id ", "GRADE"))
    assert fingerprint(("Grade", "School_id")) != fingerprint(("School_id", "Grade"))
