"""The files of a corrected copy, and what can't be part of it."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

import polars as pl

from importer.contracts.header import normal
from importer.examine import Examined
from importer.mending.accepted import Cell
from importer.mending.delimited import corrected
from importer.mending.edits import Edits
from importer.mending.package import Unmendable
from importer.mending.places import tables
from importer.mending.shape import Table
from importer.mending.workbook import SheetEdits
from importer.mending.workbook import corrected as corrected_workbook
from importer.model.physical import physical
from importer.model.sheet import ROW
from importer.reading import sniff
from importer.reading.careful import decoded
from importer.report.sent import secret_spellings

_STRANGE = (ExpatError, ElementTree.ParseError, KeyError, ValueError, zipfile.BadZipFile)
"""What a workbook may raise whose sheets can be read and whose other parts are odd."""


def copies(sent: Examined, edits: Mapping[str, Edits]) -> tuple[dict[str, bytes], frozenset[Cell]]:
    """File name → content of the copy, and the cells that could not be changed.

    ``edits`` by the name that a table has in findings. ``Unmendable`` where one can't be made.
    """
    made: dict[str, bytes] = {}
    left: frozenset[Cell] = frozenset()
    for file in sent.drop.files:
        mine = [table for table in tables(sent) if table.sheet.path == file.path]
        for table in mine:
            _refuse_doubt(sent, table, edits[table.file])
        if mine and mine[0].in_workbook:
            made[file.name], cells = _workbook(file.path, mine, edits)
            left |= cells
        elif mine:
            made[file.name] = _text(file.path, mine[0], edits[mine[0].file])
    return made, left


def file_of(sent: Examined, table: str) -> str:
    """The name of the file that a table, by its name in findings, came in."""
    path = next(t.sheet.path for t in tables(sent) if t.file == table)
    return next(file.name for file in sent.drop.files if file.path == path)


def blanked(sent: Examined) -> Iterator[tuple[str, str]]:
    """The secret columns that hold anything: file and header."""
    for table in tables(sent):
        for at in sorted(table.secret):
            filled = pl.col(f"c{at}").fill_null("").str.strip_chars() != ""
            if table.sheet.scan().select(filled.any()).collect().item():
                yield table.file, table.sheet.header[at].strip()


def apart(sent: Examined) -> dict[str, str]:
    """Files that are not copied, and why."""
    known = {table.sheet.path for table in tables(sent)}
    why = "no file of this format; which of its columns hold passwords can't be told"
    return {file.name: why for file in sent.drop.files if file.path not in known}


def _text(path: PurePath, table: Table, edits: Edits) -> bytes:
    with sniff.mapped(path) as data:
        whole = data[:]
    encoding = sniff.encoding(whole[: sniff.HEAD])
    wanted = edits.unicode or "FILE-105" in edits.codes
    read = decoded(whole, encoding) if wanted else ()
    return corrected(table.sheet, table.head, physical(whole, encoding), edits, read)


def _workbook(
    path: PurePath, mine: list[Table], edits: Mapping[str, Edits]
) -> tuple[bytes, frozenset[Cell]]:
    sheets = [
        SheetEdits(t.file, t.sheet.header, edits[t.file], _was(t, edits[t.file])) for t in mine
    ]
    try:
        return corrected_workbook(path, sheets, frozenset(secret_spellings()))
    except _STRANGE:
        raise Unmendable("it is written in a way that only its own program understands") from None


def _was(table: Table, edits: Edits) -> dict[tuple[int, int], str]:
    """What the cells that change say now."""
    rows = pl.Series(ROW, sorted(edits.cells), dtype=pl.UInt32)
    names = table.sheet.names()
    was = {}
    for row, *values in table.sheet.fetch(rows).select(ROW, *names).iter_rows():
        for at in edits.cells[row]:
            was[row, at] = values[at] or ""
    return was


def _refuse_doubt(sent: Examined, table: Table, edits: Edits) -> None:
    """Refuse a copy in which a password might stand in another column than its own."""
    if not table.secret:
        return
    spelled = secret_spellings()
    guessed = [n for n in table.secret if normal(table.sheet.header[n]) not in spelled]
    if any(table.names[n] is None for n in guessed):
        raise Unmendable(
            f"{table.file}: a column that must be there isn't found, so that any other may be the "
            "one with passwords, which a copy must not hold"
        )
    doubt = len(table.sheet.damaged) - len(edits.best)
    if doubt:
        raise Unmendable(
            f"{table.file}: {doubt} of its rows are damaged, and any cell of them may be a "
            "password, which a copy must not hold"
        )
