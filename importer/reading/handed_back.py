"""Rows that importer handed back as CSV and that come again: its ``'`` is taken away."""

from dataclasses import replace

import polars as pl

from importer.model import findings
from importer.model.guard import guarded, has_guard
from importer.model.own_sheets import BEFORE
from importer.model.sheet import Misread
from importer.reading.delimited import Reading


def as_sent(reading: Reading) -> Reading:
    """A reading whose values are the sender's; with FILE-197 where any was guarded.

    Only a table whose last column is ``Problems`` was handed back so. In it each text that begins
    like a formula was guarded, so one ``'`` too many is never taken away. ``Misread`` if all rows
    are needed and the sheet was taken on trust.
    """
    sheet = reading.sheet
    if sheet is None or sheet.header[-1].strip() != BEFORE[0]:
        return reading
    if sheet.on_trust:
        raise Misread(sheet.name)
    names = sheet.names()[:-1]
    rows = sheet.scan().collect()
    guards = rows.select(has_guard(pl.col(name)).sum() for name in names).sum_horizontal().item()
    header = tuple(cell[1:] if guarded(cell[1:]) == cell else cell for cell in sheet.header)
    if not guards and header == sheet.header:
        return reading
    bare = rows.with_columns(
        pl.when(has_guard(pl.col(n))).then(pl.col(n).str.slice(1)).otherwise(n).alias(n)
        for n in names
    )
    note = {"code": "FILE-197", "severity": "INFO", "file": sheet.name, "rows": guards}
    notes = findings.frame([note] if guards else [])
    return Reading(replace(sheet, header=header, frame=bare), pl.concat([reading.findings, notes]))
