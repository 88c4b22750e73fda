"""docs/settings.md is what the template says."""

from pathlib import Path

from settings_page import page

from importer import settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
AGAIN = "write it again: python tests/settings/settings_page.py > docs/settings.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page() + "\n", AGAIN


def test_every_setting_is_on_the_page() -> None:
    names = [name.rpartition(".")[2] for name in settings.flat(settings.Policy())]
    told = page()
    assert [n for n in names if f"`{n}` = " not in told and f"{n}]" not in told] == []
