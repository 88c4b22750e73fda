"""docs/options.md answers all eighteen options, and tells of every setting that stands for one."""

import re
from pathlib import Path

import pytest

from importer import settings
from importer.settings import Policy

PAGE = (Path(__file__).parents[2] / "docs" / "options.md").read_text("utf-8")
_SECTIONS = ("sync", "absent", "local", "share")


def test_all_eighteen_are_answered() -> None:
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.M)
    assert [int(row[0]) for row in rows] == list(range(1, 19))
    assert all(cell.strip() for row in rows for cell in row)


@pytest.mark.parametrize(
    "name", [n for n in settings.flat(Policy()) if n.partition(".")[0] in _SECTIONS]
)
def test_every_setting_is_told(name: str) -> None:
    section, _, key = name.partition(".")
    if section == "share":
        assert "`[share]`" in PAGE
    else:
        assert re.search(rf"`(\[{section}\] )?{key}\b", PAGE) or f"| {key} |" in PAGE


@pytest.mark.parametrize(
    "name", re.findall(r"`\[(sync|absent|local)\] (\w+)[^`]*` \| ([^|]+) \|", PAGE)
)
def test_a_default_is_what_the_page_says(name: tuple[str, str, str]) -> None:
    section, key, told = name
    value = settings.flat(Policy())[f"{section}.{key}"]
    words = {True: "`true`", False: "`false`"}
    expected = words.get(value) if isinstance(value, bool) else f'`"{value}"`'
    assert told == expected or told in ("both", "all")
