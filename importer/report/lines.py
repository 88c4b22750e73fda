"""The summary for a terminal: verdict, files, causes in order, plan, and the next command."""

import textwrap
from collections.abc import Iterator, Sequence

from importer.report.safe import for_terminal
from importer.report.summary import Plan, Summary
from importer.report.words import (
    HASH,
    LEVELS,
    LONGEST,
    SEVERITIES,
    action,
    count,
    cut,
    effect,
    number,
    where,
)

_MOST = 10
_COUNTED = ("add", "edit", "move", "re-key", "archive", "reactivate")
_BOLD, _DIM, _RED, _GREEN, _YELLOW, _MAGENTA = "1", "2", "31", "32", "33", "35"
_LEVEL_COLOURS = {"good": _GREEN, "warn": _YELLOW, "bad": _RED, "hold": _MAGENTA}
_SEVERITY_COLOURS = {"BLOCK": _MAGENTA, "ERROR": _RED, "WARNING": _YELLOW, "INFO": _DIM}


def lines(summary: Summary, width: int = 80, colour: bool = False) -> str:
    """A short account, verdict first; nothing in it can move the cursor or hide text."""
    told = Told(max(width, 40), colour)
    blocks = (
        _verdict(summary, told),
        _files(summary, told),
        _causes(summary, told),
        _plan(summary["plan"], told),
        _skipped(summary, told),
        _next(summary, told),
    )
    return "\n\n".join(filter(None, map("\n".join, blocks))) + "\n"


_NARROWEST = 20  # letters beside a head that is as wide as the line


class Told:
    """The one gate to the terminal: escapes, wraps and, if asked to, colours."""

    def __init__(self, width: int, colour: bool):
        self.width, self.colour = width, colour

    def paint(self, text: str, code: str) -> str:
        """Text that is safe already, in a colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def wrapped(self, text: str, head: str = "", code: str = "", indent: int = 0) -> Iterator[str]:
        """A paragraph with a hanging indent; the head in front of it, or all of it, in a colour."""
        lead, body = for_terminal(head), for_terminal(cut(text, LONGEST))
        wrapped = textwrap.wrap(
            body,
            # A head as wide as the line leaves no room beside it, and wrapping would never end.
            self.width if len(lead) < self.width else len(lead) + _NARROWEST,
            initial_indent=" " * len(lead),
            subsequent_indent=" " * (indent or len(lead)),
            break_on_hyphens=False,
        )
        for at, line in enumerate(wrapped):
            first = self.paint(lead, code) + line[len(lead) :]
            yield (first if at == 0 else line) if lead else self.paint(line, code)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """Columns: the first to the left, the others to the right; long names are cut."""
        cells = [[for_terminal(cell) for cell in row] for row in (head, *rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        first = min(widths[0], max(8, self.width - sum(widths[1:]) - 2 * len(widths[1:])))
        for at, (name, *figures) in enumerate(cells):
            right = "".join(f"  {f:>{w}}" for f, w in zip(figures, widths[1:], strict=True))
            line = f"{cut(name, first):<{first}}{right}"
            yield self.paint(line, _DIM) if at == 0 else line


def _verdict(summary: Summary, told: Told) -> Iterator[str]:
    verdict, totals = summary["verdict"], summary["totals"]
    head = f"{LEVELS[verdict['level']]}: "
    code = f"{_BOLD};{_LEVEL_COLOURS[verdict['level']]}"
    yield from told.wrapped(verdict["sentence"], head, code, indent=2)
    said = [
        f"{summary['title']}: {summary['format']['title']}",
        count(len(summary["files"]), "file"),
        f"{count(totals['rows'], 'row')}, {number(totals['held'])} held",
        count(totals.get("causes", len(summary["causes"])), "cause"),
    ]
    yield from told.wrapped("; ".join(said), code=_DIM)
    if summary["redacted"]:
        yield from told.wrapped("Redacted: names, ids and values are shown as shapes.", code=_DIM)


def _files(summary: Summary, told: Told) -> Iterator[str]:
    if not summary["files"]:
        return
    rows = [
        [line["file"], *(number(n) for n in (line["rows"], line["held"])),
         number(line["errors"]), number(line["warnings"])]
        for line in summary["files"]
    ]  # fmt: skip
    yield from told.table(["File", "rows", "held", "errors", "warnings"], rows)
    for line in summary["files"]:
        if line["note"]:
            yield from told.wrapped(line["note"], f"  {cut(line['file'], 30)}: ", indent=4)


def _causes(summary: Summary, told: Told) -> Iterator[str]:
    causes, every = summary["causes"], summary["totals"].get("causes", 0)
    for cause in causes[:_MOST]:
        severity = cause["severity"]
        head = f"{cause['id']:>2}  {SEVERITIES.get(severity, severity)}  "
        text = f"{where(cause)}: {cause['says']} {effect(cause)} [{cause['code']}]"
        code = _SEVERITY_COLOURS.get(severity, _BOLD)
        yield from told.wrapped(text, head, code, indent=4)
        if cause["fix"]:
            yield from told.wrapped(cause["fix"], "    Fix: ", indent=4)
    if len(causes) > _MOST:
        rest = count((every or len(causes)) - _MOST, "more cause")
        where_ = f"the first {number(len(causes))} are" if every else "all of them"
        yield from told.wrapped(f"and {rest}, {where_} in the report", "    ")


def _plan(plan: Plan | None, told: Told) -> Iterator[str]:
    if plan is None:
        return
    against = f"against commit {plan['base']}" if plan["base"] else "the first commit"
    yield from told.wrapped(f"Planned changes, {against}:", code=_BOLD)
    lists: list[str] = []
    for c in plan["counts"]:
        figures = (
            ("add", c["add"]), ("edit", c["edit"]), ("move", c["move"]),
            ("re-key", c["rekey"]), ("archive", c["archive"]), ("reactivate", c["reactivate"]),
            ("held", c["held"]),
        )  # fmt: skip
        said = ", ".join(f"{number(n)} {name}" for name, n in figures if n)
        if said:
            lists.append(f"{c['table']}: {said}")
    for group in plan["groups"]:
        if group["action"] not in _COUNTED:
            lists.append(f"{group['table']}: {number(group['count'])} {group['action']}")
        if off := sum(not shown["picked"] for shown in group["shown"]):
            listed = f"{off} of {len(group['shown'])} listed are not picked"
            lists.append(f"{action(group['action'])[1]} {group['table']}: {listed}")
    for text in lists or ["nothing changes"]:
        yield from told.wrapped(text, "  ", indent=4)
    if plan["preview"]:
        yield from told.wrapped(plan["preview"][:HASH], "  preview ", indent=4)


def _skipped(summary: Summary, told: Told) -> Iterator[str]:
    if summary["skipped"]:
        yield from told.wrapped("Not checked:", code=_BOLD)
    for skip in summary["skipped"]:
        yield from told.wrapped(f"{skip['code']}: {skip['because']}", "  ", indent=4)


def _next(summary: Summary, told: Told) -> Iterator[str]:
    step = summary["verdict"]["next"]
    if step.startswith("importer "):
        # A command is never wrapped: it is there to be copied.
        yield "Next: " + told.paint(for_terminal(step), _BOLD)
    elif step:
        yield from told.wrapped(step, "Next: ", _BOLD)
