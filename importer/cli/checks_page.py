"""``docs/checks.md``, written from the catalogue."""

from collections.abc import Iterable, Iterator

from importer.checks.catalogue import Check, Files

_STAGES = {
    "FILE": "Files: is it a table, are the files there, does the header say what we need",
    "CELL": "Cells: single values",
    "ROW": "Rows: against each other, and the values of one row",
    "LINK": "Links: references between files",
    "PLAN": "Plan: what a drop would change",
}
_MEANS = {
    "ERROR": "the row is left out; the record that it names stays as it is",
    "WARNING": "the row goes in; the value may be left out",
    "INFO": "noted, nothing to do",
    "BLOCK": "nothing is committed until a person says so",
}
_ROWS, _WIDTH = 16, 200  # of an example file that are shown


def page(checks: Iterable[Check]) -> str:
    """The whole page: a list of all checks, then each with its words and its examples."""
    listed = in_order(checks)
    return "\n".join(
        [*_head(listed), *(line for stage in _STAGES for line in _stage(stage, listed))]
    )


def in_order(checks: Iterable[Check]) -> list[Check]:
    """Stage after stage, as a drop goes through them."""
    stages = list(_STAGES)
    return sorted(checks, key=lambda c: (stages.index(c.code.partition("-")[0]), c.code))


def _head(checks: list[Check]) -> Iterator[str]:
    yield "# Checks"
    yield ""
    yield "<!-- Written by: python -m importer explain --markdown > docs/checks.md -->"
    yield ""
    yield f"importer has {len(checks)} checks. A code keeps its meaning: scripts may use it."
    yield "`importer explain CODE` prints the same words."
    yield ""
    yield "| Severity | What it means |"
    yield "|---|---|"
    yield from (f"| {severity} | {means} |" for severity, means in _MEANS.items())
    yield ""
    yield "A broken reference is an error only where the format can't do without the value;"
    yield "else the value is left out with a warning."
    yield ""


def _stage(stage: str, checks: list[Check]) -> Iterator[str]:
    here = [check for check in checks if check.code.startswith(stage)]
    yield f"## {_STAGES[stage]}"
    yield ""
    yield "| Code | Severity | Name |"
    yield "|---|---|---|"
    for check in here:
        yield f"| [{check.code}](#{check.code.lower()}) | {check.severity} | {check.name} |"
    yield ""
    for check in here:
        yield from _entry(check)


def _entry(check: Check) -> Iterator[str]:
    yield f"### {check.code}"
    yield ""
    yield f"**{check.name}** ({check.severity}). {check.why}"
    yield ""
    yield f"- Says: {_plain(check.says)}"
    yield f"- Fix: {_plain(check.fix)}"
    yield ""
    if check.before is not None and check.before != check.right:
        yield from _example("Committed before", check.before, check.wrong)
    yield from _example("Wrong", check.wrong, check.right)
    yield from _example("Right", check.right, check.wrong)


def _plain(text: str) -> str:
    """A text with its placeholders as words in code, so that Markdown leaves them alone."""
    for name in ("file", "row", "column", "value", "detail", "rows"):
        text = text.replace("{" + name + "}", f"`{name}`")
    return text


def _example(title: str, files: Files, other: Files) -> Iterator[str]:
    told = changed(files, other)
    if told:
        yield f"{title}:"
        yield ""
        yield "```text"
        yield from told
        yield "```"
        yield ""


def changed(files: Files, other: Files) -> list[str]:
    """The files of an example that differ from the other example, each under its name."""
    told: list[str] = []
    for name, content in files.items():
        if other.get(name) != content:
            told += [name, *(f"  {line}" for line in _lines(content))]
    gone = [name for name in other if name not in files]
    return told + [f"(without {name})" for name in gone]


def _lines(content: str | bytes) -> list[str]:
    """A file as a person can read it: what can't be seen is written out, a long one is cut."""
    text = content if isinstance(content, str) else content.decode("utf-8", "backslashreplace")
    lines = [_seen(line) for line in text.removesuffix("\n").split("\n")] if text else ["(empty)"]
    if len(lines) > _ROWS + 1:
        lines = [*lines[:_ROWS], f"… {len(lines) - _ROWS} more rows"]
    return [line if len(line) <= _WIDTH else line[:_WIDTH] + "…" for line in lines]


def _seen(line: str) -> str:
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in line)
