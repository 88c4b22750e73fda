"""docs/checks.md is what the catalogue says."""

from pathlib import Path

from importer.checks.catalogue import CATALOGUE
from importer.cli.checks_page import changed, page

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
AGAIN = "write it again: python -m importer explain --markdown > docs/checks.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(CATALOGUE.values()), AGAIN


def test_every_check_shows_a_difference() -> None:
    same = [c.code for c in CATALOGUE.values() if not changed(c.wrong, c.right)]
    assert same == [], "their wrong example is their right one"


def test_what_cannot_be_seen_is_written_out() -> None:
    assert changed({"a.csv": "x\u200b\r\n\n"}, {}) == ["a.csv", "  x<U+200B><U+000D>", "  "]
    assert changed({"a.csv": b"\xff\n"}, {"b.csv": ""}) == ["a.csv", "  \\xff", "(without b.csv)"]
