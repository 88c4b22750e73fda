"""Delimited text: the fast path, and the proof for every line that it may be taken.

polars pads a short row silently and renames doubled headers, so every physical line is checked
first: right number of fields, quotes only where RFC 4180 allows them. Lines that are merely too
short or too long are set aside by number; a file with any other doubt is read by the careful
parser (``careful.py``).
"""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import polars as pl

from importer.model import findings
from importer.model.sheet import ROW, Sheet
from importer.reading import careful, sniff
from importer.reading.careful import BOM, MAX_LINE
from importer.reading.grid import MAX_COLUMNS


@dataclass(frozen=True)
class Reading:
    """What became of one file: a sheet, if it is a table at all, and structural findings."""

    sheet: Sheet | None
    findings: pl.DataFrame


@dataclass(frozen=True)
class _Bytes:
    """What one look at all bytes told."""

    has_quotes: bool
    has_returns: bool
    ends_well: bool


def read(name: str, path: PurePath, size: int) -> Reading:
    """Read one file of text; never raises for what is in it.

    Findings have the columns of ``findings.FINDINGS`` with FILE-1xx codes.
    """
    if size == 0:
        return refused(name, "FILE-103")
    with sniff.mapped(path) as data:
        head = data[: sniff.HEAD]
        if words := sniff.disguise(head):
            return refused(name, "FILE-102" if words != "binary data" else "FILE-101", words)
        encoding = sniff.encoding(head)
        # Looking for one byte is 20 times as fast as looking for three.
        marked = data.find(BOM[:1], 1) >= 0 and data.find(BOM, 1) >= 0
        plain = data.find(b"\n") >= 0 and data.find(b"\0") < 0 and not marked
        ends_well = data[-1:] in b"\r\n"
        first = data[: data.find(b"\n")] if plain else b""
        bytes_ = _Bytes(data.find(b'"') >= 0, data.find(b"\r") >= 0, ends_well)
    if encoding or not plain or not first.strip(b"\xef\xbb\xbf \r\t"):
        return _careful(name, path, encoding)
    return _by_lines(name, path, first, bytes_)


def read_wide(name: str, path: PurePath, size: int) -> Reading:
    """Read a file whose rows may go on beyond its header; otherwise as ``read`` does.

    The cells beyond become columns whose header is empty, as many as the widest row has. A row may
    end before columns without a name; one that lacks named ones is damaged (FILE-130).
    """
    reading = read(name, path, size)
    sheet, codes = reading.sheet, set(reading.findings["code"])
    if sheet is None or ("FILE-131" not in codes and sheet.header[-1].strip()):
        return reading
    with sniff.mapped(path) as data:
        encoding = sniff.encoding(data[: sniff.HEAD])
    return _careful(name, path, encoding, wide=True)


def refused(name: str, code: str, detail: str = "", **place: Any) -> Reading:
    """A file that is no table, and the finding that says why; ``place``: its row and column."""
    return Reading(None, findings.frame([_finding(name, code, "ERROR", detail=detail, **place)]))


def _finding(name: str, code: str, severity: str, **more: Any) -> dict[str, Any]:
    return {"file": name, "code": code, "severity": severity, **more}


def _by_lines(name: str, path: PurePath, first: bytes, bytes_: _Bytes) -> Reading:
    try:
        line = first.decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError:
        return _careful(name, path, "")
    separator = sniff.separator_of(line)
    header = sniff.header_cells(line, separator)
    if header is None or line.lower().startswith("sep="):
        return _careful(name, path, "")
    if len(header) > MAX_COLUMNS:
        return refused(name, "FILE-148", f"its first line has {len(header)} columns")
    try:
        lines, odd = _odd_lines(path, separator, len(header), bytes_)
    except pl.exceptions.PolarsError:  # not UTF-8
        return _careful(name, path, "")
    if odd["long"].any():
        return refused(name, "FILE-148", f"row {odd.filter('long')[ROW][0]} is longer than 1 MiB")
    if odd["doubtful"].any():
        return _careful(name, path, "")
    blank = odd.filter("blank")[ROW]
    ragged = odd.filter(~pl.col("blank"))
    cut = not bytes_.ends_well and bool(ragged[ROW].max() == lines) if len(ragged) else False
    sheet = Sheet(
        name,
        path,
        tuple(header),
        lines - 1 - len(blank),
        ragged[ROW],
        blank,
        separator,
        cut=cut,
    )
    notes = structure_findings(sheet, ragged.select(ROW, "fields"), len(header))
    marked = [_finding(name, "FILE-154", "INFO")] if first.startswith(BOM) else []
    return Reading(sheet, pl.concat([findings.frame(marked), notes]))


def _odd_lines(
    path: PurePath, separator: str, width: int, bytes_: _Bytes
) -> tuple[int, pl.DataFrame]:
    """How many physical lines the file has, and those that aren't ``width`` well-formed fields.

    The frame has ``_row``, ``fields`` (counted without regard to quotes), ``blank``, ``long``,
    ``doubtful``.
    """
    line = pl.col("line")
    if bytes_.has_quotes:
        sep = re.escape(separator)
        cell = f'(?:"(?:[^"]|"")*"|[^"{sep}]*)'
        good = line.str.contains(f"^{cell}(?:{sep}{cell}){{{width - 1}}}$")
    else:
        good = line.str.count_matches(separator, literal=True) == width - 1
    # One field wide, a blank line is a good line by its count.
    blank = line.str.strip_chars(f" \t{separator}") == ""
    returns = line.str.contains("\r", literal=True)  # not at the end: no line end of this file
    if bytes_.has_returns:
        good &= ~returns
    long = line.str.len_bytes() > MAX_LINE
    scan = pl.scan_lines(str(path), name="line", row_index_name=ROW, row_index_offset=1, glob=False)
    # So short a good line holds separators only.
    nothing = line.str.len_bytes() < width if width > 1 else blank
    suspect = ~good | long | nothing
    count, odd = scan.select(pl.len(), odd=suspect.sum()).collect(engine="streaming").row(0)
    rows = scan.filter(suspect) if odd else scan.clear()  # most files have none
    found = rows.select(
        ROW,
        (line.str.count_matches(separator, literal=True) + 1).alias("fields"),
        blank.alias("blank"),
        (line.str.contains('"', literal=True) | returns).alias("doubtful"),
        long.alias("long"),
    )
    whole = found.filter((pl.col(ROW) > 1) | pl.col("long"))
    return count, whole.collect(engine="streaming")


def _careful(name: str, path: PurePath, encoding: str, wide: bool = False) -> Reading:
    with sniff.mapped(path) as data:
        parsed = careful.parse(data[:], encoding, wide)
    if parsed.header is None:
        return refused(name, parsed.failure, parsed.detail, **parsed.place)
    sheet = Sheet(
        name,
        path,
        tuple(parsed.header),
        parsed.frame.height + len(parsed.ragged),
        parsed.ragged[ROW],
        parsed.blank,
        parsed.separator,
        frame=parsed.frame,
        cut=parsed.cut,
    )
    notes = [_finding(name, **note) for note in parsed.notes]
    structure = structure_findings(sheet, parsed.ragged, parsed.fewest)
    return Reading(sheet, pl.concat([findings.frame(notes), structure]))


def structure_findings(sheet: Sheet, ragged: pl.DataFrame, width: int) -> pl.DataFrame:
    """Findings for what any reader must say: ragged and blank rows, separator, nothing below.

    ``ragged`` has ``_row`` and ``fields``; null fields: the quotes don't add up, 0: a stray CR.
    ``width`` is how many fields a row should have.
    """
    fields = pl.col("fields")
    code = (
        pl.when(fields.is_null())
        .then(pl.lit("FILE-132"))
        .when(fields == 0)
        .then(pl.lit("FILE-149"))
        .when(fields < width)
        .then(pl.lit("FILE-130"))
        .otherwise(pl.lit("FILE-131"))
    )
    rows = ragged.select(
        code=code,
        severity=pl.lit("ERROR"),
        file=pl.lit(sheet.name),
        row=pl.col(ROW),
        column=pl.lit(None, pl.String),
        value=pl.lit(None, pl.String),
        detail=pl.format("{} of {}", fields, pl.lit(width)),
        rows=pl.lit(1, pl.UInt32),
        cause=pl.lit(None, pl.UInt64),
        mended=pl.lit(None, pl.String),
    )
    notes: list[dict[str, Any]] = []
    if sheet.cut:
        last = int(sheet.damaged[-1])
        notes.append(_finding(sheet.name, "FILE-137", "BLOCK", row=last))
    if len(sheet.blank):
        first = int(sheet.blank[0])
        note = _finding(sheet.name, "FILE-133", "INFO", row=first, rows=len(sheet.blank))
        notes.append(note)
    if sheet.separator != ",":
        name = {";": "semicolon", "\t": "tab", "|": "vertical bar"}[sheet.separator]
        notes.append(_finding(sheet.name, "FILE-138", "WARNING", row=1, detail=name))
    if sheet.rows == 0:
        notes.append(_finding(sheet.name, "FILE-104", "WARNING", row=1))
    return pl.concat([rows, findings.frame(notes)])
