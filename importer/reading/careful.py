"""The careful parser, for files whose lines don't add up: slow, and it never guesses silently.

A line that it can't read for certain is set aside with its physical line number.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from importer.model.sheet import ROW
from importer.reading import sniff
from importer.reading.grid import MAX_COLUMNS, Grid

_MOST_JOINED = 50  # physical lines that one quoted value may span
BOM = b"\xef\xbb\xbf"
MAX_LINE = 1 << 20  # bytes; a longer line is a lost quote or line end, or meant to do harm


@dataclass
class Parsed:
    """Header and rows, and what stood in the way. ``failure`` is a FILE code if there is no header.

    ``fewest`` cells make a row. ``ragged`` has ``_row`` and ``fields`` (null = the quotes don't add
    up); ``notes`` are findings without the file's name. ``place``: row and column of the failure.
    ``undecoded``: rows that aren't UTF-8, each with the text before the wrong byte and the detail.
    """

    header: list[str] | None = None
    fewest: int = 0
    separator: str = ","
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    ragged: pl.DataFrame = field(default_factory=pl.DataFrame)
    blank: pl.Series = field(default_factory=lambda: pl.Series(ROW, [], dtype=pl.UInt32))
    notes: list[dict[str, Any]] = field(default_factory=list)
    failure: str = ""
    detail: str = ""
    place: dict[str, Any] = field(default_factory=dict)
    cut: bool = False
    undecoded: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, code: str, severity: str, **more: Any) -> None:
        """Note a finding about the file."""
        self.notes.append({"code": code, "severity": severity, **more})


@dataclass(frozen=True)
class _Record:
    row: int
    cells: list[str] | None  # None: the quotes don't add up


def parse(data: bytes, encoding: str, wide: bool = False) -> Parsed:
    """Parse a whole file. ``encoding`` is what a byte order mark says, or empty for UTF-8.

    ``wide``: cells beyond the header are columns without a name, and rows may end before them.
    """
    out = Parsed()
    if data.startswith(BOM):
        out.add("FILE-154", "INFO")
    lines = _lines(data, encoding, out)
    at = next((i for i, line in enumerate(lines) if line.strip()), None)
    if at is not None and lines[at].lower().startswith("sep="):  # Excel's own first line
        at = next((i for i in range(at + 1, len(lines)) if lines[i].strip()), None)
    if at is None:
        out.failure = "FILE-103"
        return out
    out.separator = sniff.separator_of(lines[at])
    out.header = sniff.header_cells(lines[at], out.separator)
    if out.header is None:
        out.failure = "FILE-132"
        column = sniff.open_quote(lines[at], out.separator) + 1
        out.place = {"row": at + 1, "column": str(column)}
        return out
    if len(out.header) > MAX_COLUMNS or max(map(len, lines)) > MAX_LINE:
        wide = len(out.header) > MAX_COLUMNS
        told = f"its header has {len(out.header):,} columns" if wide else "a row is over 1 MiB long"
        out.header, out.failure, out.detail = None, "FILE-148", told
        return out
    _say_undecoded(out, at + 1)
    if at:
        out.add("FILE-139", "INFO", row=at + 1)
    _rows(lines, at + 1, out, wide)
    if out.header is None:
        return out
    whole = data.endswith((b"\n", b"\r", b"\n\0", b"\0\n"))
    out.cut = not whole and bool(len(out.ragged)) and out.ragged[ROW].max() == len(lines)
    return out


def _lines(data: bytes, encoding: str, out: Parsed) -> list[str]:
    """The physical lines without their ends; lines that can't be decoded are noted."""
    if encoding:
        out.add("FILE-106", "WARNING", detail=encoding.upper())
        return _split(data.decode(encoding, "replace").removeprefix("\ufeff"), out)
    try:
        return _split(data.decode("utf-8-sig"), out)
    except UnicodeDecodeError:
        pass
    lines = []
    body = data.removeprefix(BOM)
    parts = re.split(rb"(\r\n|\n)" if b"\n" in data else rb"(\r)", body)
    offset = len(data) - len(body)
    for number, (raw, end) in enumerate(zip(parts[::2], [*parts[1::2], b""], strict=True), 1):
        try:
            lines.append(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            lines.append(raw.decode("cp1252", "replace"))
            detail = f"byte 0x{raw[error.start]:02X} at offset {offset + error.start:,}"
            out.undecoded.append((number, raw[: error.start].decode("utf-8"), detail))
        offset += len(raw) + len(end)
    return lines[:-1] if lines and not lines[-1] else lines


def _say_undecoded(out: Parsed, header_row: int) -> None:
    """Note the rows that aren't UTF-8, with the column of the first wrong byte."""
    assert out.header is not None
    for row, before, detail in out.undecoded:
        at = sniff.place_in(before, out.separator)[0]
        inside = row > header_row and at < len(out.header)
        column = (out.header[at].strip() or None) if inside else None
        out.add("FILE-105", "ERROR", row=row, column=column, detail=detail)


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


def _rows(lines: list[str], start: int, out: Parsed, wide: bool) -> None:
    """Fill frame, ragged rows and blank rows from the lines after the header."""
    assert out.header is not None
    width = len(out.header)
    out.fewest = _named(out.header) if wide else width
    grid = Grid(width)
    ragged: list[tuple[int, int | None]] = []
    blank: list[int] = []
    for record in _records(lines, start, out):
        if record.cells is None:
            ragged.append((record.row, None))
            continue
        fields = len(record.cells)
        if fields and not any(c.strip() for c in record.cells):
            blank.append(record.row)
        elif fields == width or (wide and fields >= out.fewest):
            grid.add(record.row, record.cells)
            if wide and (told := grid.objection()):
                out.header, out.failure, out.detail = None, "FILE-148", told
                return
        else:
            ragged.append((record.row, fields))
    out.header += [""] * (grid.width - width)
    out.frame = grid.frame()
    out.ragged = pl.DataFrame(ragged, schema={ROW: pl.UInt32, "fields": pl.UInt32}, orient="row")
    out.blank = pl.Series(ROW, blank, dtype=pl.UInt32)


def _named(header: list[str]) -> int:
    """How many columns there are up to the last one with a name; at least one."""
    return max((at + 1 for at, cell in enumerate(header) if cell.strip()), default=1)


def _records(lines: list[str], start: int, out: Parsed) -> Iterator[_Record]:
    """One record a line; a quoted value may go on over lines if the record then fits exactly."""
    assert out.header is not None
    width, index, joined = len(out.header), start, 0
    while index < len(lines):
        cells, used = _record(lines, index, width, out.separator)
        if used > 1:
            joined += 1
            if joined == 1:
                out.add("FILE-135", "WARNING", row=index + 1)
        yield _Record(index + 1, cells)
        index += used


def _record(lines: list[str], at: int, width: int, separator: str) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at this line, and how many lines it takes."""
    text = lines[at]
    if "\r" in text:  # a lone carriage return: nobody can tell whether a row should end here
        return [], 1
    if '"' not in text:
        return text.split(separator), 1
    for used in range(1, min(_MOST_JOINED, len(lines) - at) + 1):
        if used > 1:
            text += "\n" + lines[at + used - 1]
        if text.count('"') % 2:
            continue
        try:
            cells = next(csv.reader([text], delimiter=separator, strict=True))
        except csv.Error:
            return None, 1
        if used == 1 or len(cells) == width:
            return cells, used
        return None, 1
    return None, 1
