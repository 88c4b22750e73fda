"""Delimited text: the fast path, and the proof for every byte that it may be taken.

polars pads a short row silently and renames doubled headers, so what it reads is only taken where
it explains the whole file: ``exact.py`` counts bytes, and of a file too large to be held every
physical line is checked (``streamed.py``). A file with any doubt is read by the careful parser
(``careful.py``).
"""

import mmap
import threading
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import polars as pl

from importer.model import findings
from importer.model.sheet import ROW, Sheet, position
from importer.reading import careful, sniff
from importer.reading.careful import MAX_LINE, Parsed
from importer.reading.encoding import BOM
from importer.reading.exact import LARGEST, exact
from importer.reading.grid import MAX_COLUMNS
from importer.reading.layout import Layout, lay_out
from importer.reading.odd_lines import RAGGED
from importer.reading.records import MOST_ODD
from importer.reading.streamed import Expected, counted, odd_lines
from importer.reading.structure import Reading, finding, refused, structure_findings

__all__ = ["Reading", "read", "read_wide", "refused", "structure_findings"]

CAREFUL_BYTES = 128 << 20
"""Bytes of a file that the careful parser takes: it needs up to thirteen times as much memory."""

_alone = threading.Lock()
"""Files may be read at once, but for those: of two of them the memory would add up."""

_FIRST = 8 << 10  # bytes that tell a text from something else

MOST_LINES = 20_000_000
"""Lines that the careful parser takes: each costs memory, however short it is."""


def read(
    name: str,
    path: PurePath,
    size: int,
    known: frozenset[str] = frozenset(),
    on_trust: bool = False,
) -> Reading:
    """Read one file of text; never raises for what is in it.

    ``known``: names of columns (as ``contracts.header.normal`` gives them), by which a header is
    found. ``on_trust``: of a large file counts may do, see ``Sheet``. Findings have the columns of
    ``findings.FINDINGS`` with FILE-1xx codes.
    """
    if size == 0:
        return refused(name, "FILE-103")
    with sniff.mapped(path) as data:
        head = data[: sniff.HEAD]
        if words := sniff.disguise(head[:_FIRST]):
            return refused(name, "FILE-102" if words != "binary data" else "FILE-101", words)
        if row := sniff.too_long(data, MAX_LINE):
            return refused(name, "FILE-148", f"row {row:,} is longer than 1 MiB")
        encoding = sniff.encoding(head[:_FIRST])
        plain = not encoding and not head.startswith(sniff.PACKED)
        layout = _layout(head, known) if plain else None
        if layout is not None and layout.simple:
            if size > LARGEST:
                return _streamed(name, path, data, layout, known, on_trust)
            if reading := _exact(name, path, data, layout):
                return reading
    return _careful(name, path, encoding, known=known)


def read_wide(name: str, path: PurePath, size: int, known: frozenset[str] = frozenset()) -> Reading:
    """Read a file whose rows may go on beyond its header; otherwise as ``read`` does.

    The cells beyond become columns whose header is empty, as many as the widest row has. A row may
    end before columns without a name; one that lacks named ones is damaged (FILE-130).
    """
    reading = read(name, path, size, known)
    sheet, codes = reading.sheet, set(reading.findings["code"])
    odd = {"FILE-131", "FILE-170", "FILE-171"} & codes
    if sheet is None or (not odd and sheet.header[-1].strip()):
        return reading
    with sniff.mapped(path) as data:
        encoding = sniff.encoding(data[:_FIRST])
    return _careful(name, path, encoding, wide=True, known=known)


def _layout(head: bytes, known: frozenset[str]) -> Layout | None:
    """How the file is laid out, if its first lines are plain UTF-8."""
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        lines = whole.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return None
    return lay_out(lines, known)


def _exact(name: str, path: PurePath, data: mmap.mmap, layout: Layout) -> Reading | None:
    """The fast path; None if the file doesn't add up."""
    assert layout.header is not None
    header = layout.header
    if len(header) > MAX_COLUMNS or layout.nameless:
        return None
    whole = exact(path, data, layout.dialect.separator, header, MAX_LINE)
    if whole is None:
        return None
    none = pl.Series(ROW, [], dtype=pl.UInt32)
    sheet = Sheet(
        name,
        path,
        tuple(header),
        whole.frame.height,
        none,
        none,
        layout.dialect.separator,
        frame=whole.frame,
        ascii=whole.ascii,
    )
    return _reading(sheet, [finding(name, "FILE-154", "INFO")] if data[:3] == BOM else [])


def _reading(
    sheet: Sheet, notes: list[dict[str, Any]], ragged: pl.DataFrame | None = None
) -> Reading:
    """A sheet with what is to be said of it: the notes, and its ragged rows."""
    rows = pl.DataFrame(schema=RAGGED) if ragged is None else ragged
    structure = structure_findings(sheet, rows, len(sheet.header))
    told = pl.concat([findings.frame(notes), structure]) if notes else structure
    return Reading(sheet, told)


def _streamed(
    name: str,
    path: PurePath,
    data: mmap.mmap,
    layout: Layout,
    known: frozenset[str],
    on_trust: bool,
) -> Reading:
    """A file that is too large to be held: its lines are checked, its rows stay where they are."""
    assert layout.header is not None
    header, separator = layout.header, layout.dialect.separator
    if len(header) > MAX_COLUMNS:
        return refused(name, "FILE-148", f"its first line has {len(header)} columns")
    signs = sniff.signs(path)
    # Looking for one byte is 20 times as fast as looking for three.
    marked = not signs.ascii and data.find(BOM[:1], 1) >= 0 and data.find(BOM, 1) >= 0
    if marked or signs.zeros:
        return _careful(name, path, "", known=known)
    expected = Expected(separator, header, signs.quotes, signs.returns)
    notes = [finding(name, "FILE-154", "INFO")] if data[:3] == BOM else []
    try:
        if on_trust and not layout.nameless and (lines := counted(path, data, expected)):
            none = pl.Series(ROW, [], dtype=pl.UInt32)
            told = (name, path, tuple(header), lines - 1, none, none, separator)
            return _reading(Sheet(*told, ascii=signs.ascii, on_trust=True), notes)
        lines, odd = odd_lines(path, expected, MOST_ODD)
    except pl.exceptions.PolarsError:  # not UTF-8
        return _careful(name, path, "", known=known)
    if isinstance(odd, int):
        return refused(name, "FILE-148", f"{odd:,} of its rows are blank or damaged")
    ragged = odd.filter(~pl.col("blank"))
    if len(ragged) and len(data) <= CAREFUL_BYTES:
        return _careful(name, path, "", known=known)
    if ragged["doubtful"].any():
        row = ragged.filter("doubtful")[ROW][0]
        return refused(name, "FILE-148", _TOO_LARGE.format(f"row {row:,}"))
    blank = odd.filter("blank")[ROW]
    cut = data[-1:] not in b"\r\n" and len(ragged) > 0 and ragged[ROW].max() == lines
    rows = lines - 1 - len(blank)
    told = (name, path, tuple(header), rows, ragged[ROW], blank, separator)
    sheet = Sheet(*told, cut=cut, ascii=signs.ascii)
    notes += [finding(name, "FILE-165", "WARNING", row=1)] if layout.nameless else []
    return _reading(sheet, notes, ragged.select(ROW, "fields"))


_TOO_LARGE = "{} needs a closer look, for which the file is too large (over 128 MiB)"


def _careful(
    name: str,
    path: PurePath,
    encoding: str,
    wide: bool = False,
    known: frozenset[str] = frozenset(),
) -> Reading:
    with sniff.mapped(path) as data:
        if len(data) > CAREFUL_BYTES:
            return refused(name, "FILE-148", _TOO_LARGE.format("it"))
        bytes_ = data[:]
    if bytes_.count(b"\n") > MOST_LINES:
        return refused(
            name, "FILE-148", f"it has more than {MOST_LINES:,} lines, many of them blank"
        )
    with _alone:
        parsed = careful.parse(bytes_, encoding, wide, known)
    likely = _sheet(name, path, parsed) if parsed.header is not None else None
    notes = [finding(name, **note) for note in parsed.notes]
    if parsed.failure:
        reading = refused(name, parsed.failure, parsed.detail, **parsed.place)
        return Reading(None, reading.findings, likely)
    assert likely is not None
    if parsed.unsure:
        return _unsure(likely, parsed, notes)
    structure = structure_findings(likely, parsed.ragged, parsed.fewest)
    return Reading(likely, pl.concat([findings.frame(notes), structure]))


def _sheet(name: str, path: PurePath, parsed: Parsed) -> Sheet:
    return Sheet(
        name,
        path,
        tuple(parsed.header or []),
        parsed.frame.height + len(parsed.damaged),
        parsed.damaged,
        parsed.blank,
        parsed.separator,
        frame=parsed.frame,
        cut=parsed.cut,
        best=parsed.best,
        passed=parsed.passed,
    )


def _unsure(likely: Sheet, parsed: Parsed, notes: list[dict[str, Any]]) -> Reading:
    """Header and rows don't fit each other: no row can be taken, and one finding says so."""
    width = len(parsed.unsure)
    nothing = {ROW: pl.UInt32(), **{position(n): pl.String() for n in range(width)}}
    every = pl.concat([likely.scan().collect()[ROW], likely.damaged]).sort()
    sheet = replace(
        likely,
        header=tuple(parsed.unsure),
        damaged=every,
        frame=pl.DataFrame(schema=nothing),
        best=None,
    )
    of = "{} names, and its rows have {}".format(*parsed.fields)
    row = parsed.layout.at + 1 if parsed.layout else 1
    told = finding(sheet.name, "FILE-170", "ERROR", row=row, rows=len(every), detail=of)
    return replace(_reading(sheet, [*notes, told]), likely=likely)
