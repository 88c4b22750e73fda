"""Prints docs/settings.md: python tests/settings/settings_page.py > docs/settings.md."""

import re
from collections.abc import Iterator

from importer.settings import TEMPLATE

_HEAD = """\
# Settings

<!-- Written by: python tests/settings/settings_page.py > docs/settings.md -->

`district.toml` in a workspace says what a district decided once. `importer init` writes it with all
settings at their defaults. `importer config show -w DIR` lists what counts,
`importer config check -w DIR` (or `importer config check FILE`) finds mistakes, each with its line.
A changed setting makes the same drop be planned again.
"""
_SETTING = re.compile(r"(?:# )?([a-z_]+|\"\d+\") = (.+)")
_SECTION = re.compile(r"(?:# )?(\[+[a-z_.]+\]+)")


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_lines()])


def _lines() -> Iterator[str]:
    """The template's own words: comments as text, settings with their defaults."""
    yield "## At the top of the file\n"
    for block in TEMPLATE.strip().split("\n\n")[1:]:
        words: list[str] = []
        shown: list[str] = []
        section = ""
        for line in block.split("\n"):
            if found := _SECTION.fullmatch(line):
                section = found[1]
            elif found := _SETTING.fullmatch(line):
                empty = line.startswith("#")
                shown.append(f"`{found[1]}` = `{found[2]}`" + (" (an example)" if empty else ""))
            else:
                words.append(line.removeprefix("# "))
        if section:
            yield f"## {section}\n"
        if shown:
            yield "\n".join(f"* {one}" for one in shown) + "\n"
        if words:
            yield " ".join(words) + "\n"


if __name__ == "__main__":
    print(page())
