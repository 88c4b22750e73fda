"""How the headers of a drop are read, for a terminal: each with its column, samples and doubts."""

from collections.abc import Iterator
from typing import TypedDict

from importer.report.lines import Told
from importer.report.safe import for_terminal, shape
from importer.report.words import count, cut

_BOLD, _DIM, _YELLOW = "1", "2", "33"
_WIDEST = 28
_SETTLED = ("exact", "spelling", "alias", "confirmed")
_HOW = {
    "exact": "exact",
    "spelling": "same name, spelt otherwise",
    "alias": "alias",
    "confirmed": "confirmed by {by}",
    "suggested": "suggested, {likeness:.0f} % alike",
    "ignored": "ignored, as {by} said",
    "unknown": "not known",
    "apart": "not of the format",
    "blank": "without a name",
}


class HeaderLine(TypedDict):
    """One header. ``column``: what it is, may be (``how`` = suggested) or empty.

    ``how``: exact, spelling, alias, confirmed, suggested, ignored, unknown, apart or blank;
    ``sure``: selected beforehand, still to be confirmed; ``samples``: three values, or their
    shapes (``shapes``) where one of the unknown columns may be secret; none of a secret column.
    """

    header: str
    column: str
    how: str
    by: str
    likeness: float
    sure: bool
    samples: list[str]
    shapes: bool
    secret: bool
    doubt: str


class FileView(TypedDict):
    """One file: what it is taken for and why, its headers, and which required columns lack one.

    ``format`` and ``table`` are empty where it isn't known; then ``near`` is the nearest kind, and
    ``why`` tells more. ``header``: whether the first line looks like one.
    """

    file: str
    format: str
    table: str
    why: str
    near: str
    fingerprint: str
    header: bool
    headers: list[HeaderLine]
    missing: list[str]


def redacted(view: FileView) -> FileView:
    """A copy without values: unknown headers and samples as shapes."""
    return {**view, "headers": [_masked(line) for line in view["headers"]]}


def _masked(line: HeaderLine) -> HeaderLine:
    known = line["how"] in ("exact", "spelling", "alias")
    header = line["header"] if known else shape(line["header"])
    samples = line["samples"] if line["shapes"] else [shape(value) for value in line["samples"]]
    return {**line, "header": header, "samples": samples, "shapes": True, "by": ""}


def header_lines(views: list[FileView], told: Told) -> str:
    """All files, one block each."""
    return "\n\n".join("\n".join(_file(view, told)) for view in views) + "\n"


def _file(view: FileView, told: Told) -> Iterator[str]:
    kind = f"{view['format']}/{view['table']}" if view["table"] else "of no known kind"
    yield from told.wrapped(f"{view['file']}: {kind}", code=_BOLD)
    yield from told.wrapped(f"  {view['why']}.", indent=2)
    if not view["header"]:
        says = "The first line doesn't look like headers, so only its shapes are shown. If there "
        says += "is no header line, put one above."
        yield from told.wrapped(says, head="  ! ", code=_YELLOW)
    yield from _columns(view["headers"], told)
    for line in view["headers"]:
        if line["doubt"]:
            says = f"“{cut(line['header'], 40)}”: {line['doubt']}."
            yield from told.wrapped(says, head="  ! ", code=_YELLOW)
    if view["missing"]:
        what = "header is" if len(view["missing"]) == 1 else "headers are"
        says = f"required, but no {what} known for it: {', '.join(view['missing'])}."
        yield from told.wrapped(says, head="  ! ", code=_YELLOW)
    if any(line["shapes"] and line["samples"] for line in view["headers"]):
        says = "Some values are shown as shapes (Aaaa-99 for Anna-12): they may be secret."
        yield from told.wrapped(says, head="    ", code=_DIM)


def _columns(headers: list[HeaderLine], told: Told) -> Iterator[str]:
    rows = [_cells(line) for line in headers]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    for line, row in zip(headers, rows, strict=True):
        first, second, third = (f"{cell:<{w}}" for cell, w in zip(row, widths, strict=False))
        mark = " " if line["how"] in (*_SETTLED, "ignored", "apart", "blank") else "?"
        text = cut(f"  {mark} {first}  {second}  {third}  {row[3]}".rstrip(), told.width)
        yield told.paint(text, _YELLOW if mark == "?" else "")


def _cells(line: HeaderLine) -> tuple[str, str, str, str]:
    how = _HOW[line["how"]].format(by=line["by"] or "a person", likeness=line["likeness"])
    arrow = {"": "", "suggested": "→ "}.get(line["how"] if line["column"] else "", "= ")
    column = f"{arrow}{line['column']}{'?' if line['how'] == 'suggested' else ''}"
    samples = "(hidden)" if line["secret"] else " · ".join(cut(v, 20) for v in line["samples"])
    cells = (cut(line["header"], _WIDEST), cut(column, _WIDEST), how, samples)
    return tuple(for_terminal(cell) for cell in cells)  # type: ignore[return-value]


def strange(views: list[FileView]) -> list[FileView]:
    """The files of a drop of no known format. Of a known one others are passed over, no more."""
    return [] if any(view["table"] for view in views) else views


def summed(views: list[FileView]) -> str:
    """What is left to do, in a sentence."""
    missing = sum(len(view["missing"]) for view in views)
    files = len(strange(views))
    lines = [line for view in views if view["table"] for line in view["headers"]]
    asked = sum(line["how"] in ("suggested", "unknown") for line in lines)
    told = [f"{count(missing, 'required column')} without a header"] if missing else []
    told += [f"{count(files, 'file')} of no known kind"] if files else []
    told += [f"{count(asked, 'header')} that nobody knows"] if asked and not told else []
    return f"{' and '.join(told)}." if told else "Every header is known."
