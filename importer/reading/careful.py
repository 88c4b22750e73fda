"""The careful parser, for files whose lines don't add up: slow, and it never guesses silently.

A line that it can't read for certain is set aside with its physical line number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from importer.model.sheet import ROW
from importer.reading import sniff
from importer.reading.encoding import BOM, Doubt, decode
from importer.reading.grid import MAX_COLUMNS
from importer.reading.header_row import FIRST_ROWS
from importer.reading.layout import LINES, Layout, lay_out
from importer.reading.mending import Mender
from importer.reading.notes import about_layout, about_line_ends
from importer.reading.odd_lines import RAGGED, Shape
from importer.reading.records import read_rows

MAX_LINE = 1 << 20  # bytes; a longer line is a lost quote or line end, or meant to do harm


@dataclass
class Parsed:
    """Header and rows, and what stood in the way.

    ``failure`` is a FILE code where no row of the file can be taken; ``place``: row and column.

    ``header`` is None if nothing is known of the columns. It is only likely where there is a
    failure, or where ``unsure`` says what was sent: that header doesn't fit the rows, of which
    ``fields`` are the widths. ``fewest`` cells make a row. ``ragged``: see ``records.RAGGED``;
    ``damaged``: these and the ``swept`` ones that hang on the last of them; ``passed``: rows below
    line 1 that are none of the table's. ``notes`` are findings without the file's name.
    ``undecoded``: what is in doubt about the letters of rows.
    """

    layout: Layout | None = None
    header: list[str] | None = None
    unsure: list[str] = field(default_factory=list)
    fields: tuple[int, int] = (0, 0)
    fewest: int = 0
    separator: str = ","
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    best: pl.DataFrame | None = None
    ragged: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RAGGED))
    swept: int = 0
    damaged: pl.Series = field(default_factory=lambda: _rows([]))
    blank: pl.Series = field(default_factory=lambda: _rows([]))
    passed: pl.Series = field(default_factory=lambda: _rows([]))
    notes: list[dict[str, Any]] = field(default_factory=list)
    failure: str = ""
    detail: str = ""
    place: dict[str, Any] = field(default_factory=dict)
    cut: bool = False
    undecoded: list[Doubt] = field(default_factory=list)

    def add(self, code: str, severity: str, **more: Any) -> None:
        """Note a finding about the file."""
        self.notes.append({"code": code, "severity": severity, **more})

    def refuse(self, code: str, detail: str) -> "Parsed":
        """Take no row of the file, for this reason."""
        self.failure, self.detail, self.header = code, detail, None
        return self


def parse(
    data: bytes, encoding: str, wide: bool = False, known: frozenset[str] = frozenset()
) -> Parsed:
    """Parse a whole file. ``encoding`` is what a byte order mark says, or empty for UTF-8.

    ``wide``: cells beyond the header are columns without a name, and rows may end before them.
    ``known``: names of columns, by which a header is found.
    """
    out = Parsed()
    if data.startswith(BOM):
        out.add("FILE-154", "INFO")
    lines = _lines(data, encoding, out)
    layout = lay_out(lines[: LINES + FIRST_ROWS], known)
    if layout is None:
        out.failure = "FILE-103"
        return out
    out.layout, out.separator = layout, layout.dialect.separator
    if max(map(len, lines)) > MAX_LINE:
        return out.refuse("FILE-148", "a row is over 1 MiB long")
    if layout.header is None and not _mended(lines, layout, out):
        return out
    out.header = out.header or layout.header
    assert out.header is not None
    if len(out.header) > MAX_COLUMNS:
        return out.refuse("FILE-148", f"its header has {len(out.header):,} columns")
    _say_undecoded(out, layout.at + 1)
    out.notes += about_layout(layout)
    ends_well = data.endswith((b"\n", b"\r", b"\n\0", b"\0\n"))
    _fill(out, lines, layout, wide, known, ends_well)
    if not encoding and not any(note["code"] == "FILE-135" for note in out.notes):
        out.notes += about_line_ends(data)
    return out


def _lines(data: bytes, announced: str, out: Parsed) -> list[str]:
    """The physical lines without their ends; what can't be decoded for certain is noted."""
    decoded = decode(data, announced)
    out.notes += decoded.notes
    out.undecoded = decoded.doubts
    return _split(decoded.text, out)


def _mended(lines: list[str], layout: Layout, out: Parsed) -> bool:
    """A header whose quotes don't add up: the file is refused; how it was meant is only likely."""
    text, quote = lines[layout.at], layout.dialect.quote
    begin = text[: max(0, text.rfind(quote))]  # where a quote that is never closed began
    at = sniff.place_in(begin, out.separator)[0]
    out.place = {"row": layout.at + 1, "column": str(at + 1)}
    out.refuse("FILE-132", "")
    width = layout.width or text.count(out.separator) + 1
    out.header = Mender(layout.dialect, width).best(text)
    return out.header is not None


def _fill(
    out: Parsed,
    lines: list[str],
    layout: Layout,
    wide: bool,
    known: frozenset[str],
    ends_well: bool,
) -> None:
    """The rows below the header."""
    assert out.header is not None
    _fit_header(out, layout, wide)
    width = len(out.header)
    out.fewest = _named(out.header) if wide else width
    shape = Shape(layout.dialect, out.header, width, out.fewest, known, wide)
    rows = read_rows(lines, layout.at + layout.rows, shape, ends_well)
    if rows.told:
        out.refuse("FILE-148", rows.told)
        return
    out.header += [""] * (rows.grid.width - width)
    out.frame, out.best, out.swept = rows.frame, rows.best, len(rows.swept)
    out.ragged = pl.DataFrame(rows.ragged, schema=RAGGED, orient="row")
    out.damaged = pl.concat([out.ragged[ROW], _rows(rows.swept)]).sort()
    out.blank = _rows(rows.blank)
    out.passed = _rows([*range(2, layout.at + layout.rows + 1), *rows.again, *rows.notes])
    for row in rows.again:
        out.add("FILE-161", "WARNING", row=row)
    if rows.joined:
        out.add("FILE-135", "WARNING", row=rows.joined[0], rows=len(rows.joined))
    if rows.notes:
        out.add("FILE-168", "WARNING", row=rows.notes[0], rows=len(rows.notes))
    last = not rows.swept and len(out.ragged) and out.ragged[ROW].max() == len(lines)
    out.cut = not ends_well and bool(last)


def _fit_header(out: Parsed, layout: Layout, wide: bool) -> None:
    """What to do where the rows are as wide as each other, but not as the header.

    Columns without a name at the end of the header, which no row has, are simply not there. In all
    other cases nobody knows which value belongs to which name, so no row can be taken.
    """
    header, width = out.header or [], layout.width
    if not width or width == len(header) or (wide and width > len(header)):
        return
    row = layout.at + 1
    if not any(cell.strip() for cell in header[width:]) and width < len(header):
        out.header = header[:width]
        out.add("FILE-171", "INFO", row=row, rows=len(header) - width)
        return
    if wide:
        return
    out.unsure, out.fields = header, (len(header), width)
    named = [cell for cell in header if cell.strip()]
    shorter = named if len(named) == width else header[:width]
    out.header = shorter + [""] * (width - len(shorter))


def _rows(numbers: Sequence[int]) -> pl.Series:
    return pl.Series(ROW, numbers, dtype=pl.UInt32)


def _named(header: list[str]) -> int:
    """How many columns there are up to the last one with a name; at least one."""
    return max((at + 1 for at, cell in enumerate(header) if cell.strip()), default=1)


def _say_undecoded(out: Parsed, header_row: int) -> None:
    """Note the rows whose letters are in doubt, with the column of the first of them."""
    assert out.header is not None
    for doubt in out.undecoded:
        at = sniff.place_in(doubt.before, out.separator)[0]
        inside = doubt.row > header_row and at < len(out.header)
        column = (out.header[at].strip() or None) if inside else None
        more = {"row": doubt.row, "rows": doubt.rows, "column": column, "detail": doubt.detail}
        out.add(doubt.code, doubt.severity, **more)


def _split(text: str, out: Parsed) -> list[str]:
    """Lines end with LF or CRLF; with CR only where the file has no LF at all."""
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        out.add("FILE-134", "WARNING", row=row, detail="U+0000")
        text = text.replace("\0", "")
    if "\n" not in text and "\r" in text:
        out.add("FILE-136", "INFO")
        lines = text.split("\r")
    else:
        lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines and not lines[-1] else lines


def decoded(data: bytes, encoding: str) -> list[str]:
    """The physical lines of a file as they are read, without their ends; ``encoding`` as above."""
    return _lines(data, encoding, Parsed())
