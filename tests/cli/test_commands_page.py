"""docs/commands.md is what --help says."""

from pathlib import Path

from commands_page import page

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
AGAIN = "write it again: python tests/cli/commands_page.py > docs/commands.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page() + "\n", AGAIN
