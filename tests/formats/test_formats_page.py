"""docs/formats.md is what the contracts say."""

from pathlib import Path

from formats_page import page
from inventory import inventory

from importer.contracts.load import contracts

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
AGAIN = "write it again: python tests/formats/formats_page.py > docs/formats.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page() + "\n", AGAIN


def test_every_file_of_every_format_is_on_the_page() -> None:
    told = page()
    files = [f for c in contracts().values() for t in c.tables.values() for f in t.files]
    assert [name for name in files if name not in told] == []


def test_the_figure_is_that_of_the_inventory() -> None:
    assert f"**{len(inventory()):,} faults planted" in page()
