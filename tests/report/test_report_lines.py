"""The terminal account: verdict first, next command last, and nothing that a terminal obeys."""

import re

import pytest
from report_summaries import SUMMARIES, disaster, typical

from importer.report.lines import lines
from importer.report.redact import redacted
from importer.report.safe import for_terminal


@pytest.mark.parametrize("name", SUMMARIES)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_control_reaches_the_terminal_and_lines_fit(name: str, width: int) -> None:
    said = lines(SUMMARIES[name](), width)
    body = said.splitlines()
    assert all(line == for_terminal(line) for line in body) and "\n".join(body) + "\n" == said
    assert all(len(line) <= width for line in body if not line.startswith("Next: "))


@pytest.mark.parametrize("name", SUMMARIES)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    plain, coloured = (lines(SUMMARIES[name](), colour=colour) for colour in (False, True))
    assert "\x1b" not in plain and "\x1b[1;" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_the_whole_account() -> None:
    said = lines(typical())
    assert said.startswith(
        "Needs fixing: 262 of 12,310 rows are held; the other 12,048 can go in.\n"
    )
    assert said.endswith("\nNext: importer run monday --only-good\n")
    one_line = " ".join(said.split())
    assert "1 Error students.csv row 14, School_id “101”: No school has the School_id" in one_line
    assert (
        "Found in 43 rows. Holds 261 rows: 218 in enrollments.csv, 43 in students.csv." in one_line
    )
    assert "people: 70 add, 64 edit, 2 move, 12 archive, 1 reactivate, 44 held" in said
    assert "students.csv     4,100    44      44         0" in said
    assert "LINK-410: There is no terms file" in said


def test_ten_causes_and_how_many_more() -> None:
    said = lines(disaster())
    assert "and 9 more causes, all of them in the report" in said
    assert said.count("[PLAN-501]") <= 10


def test_more_causes_than_are_listed_are_counted() -> None:
    few, many = typical(), disaster()
    few["totals"]["causes"] = many["totals"]["causes"] = 72_050
    assert "; 72,050 causes" in " ".join(lines(few).split())
    assert "and 72,040 more causes, the first 19 are in the report" in lines(many)


def test_redacted_lines_show_no_value() -> None:
    said = lines(redacted(typical()))
    assert "101”" not in said and "31/02/2012" not in said and "School_id “999”" in said
