"""What became of one file, and what any reader of tables must say about its rows."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from importer.model import findings
from importer.model.sheet import ROW, Sheet


@dataclass(frozen=True)
class Reading:
    """What became of one file: a sheet, if it is a table at all, and structural findings.

    ``likely`` is how the file was probably meant where its header is damaged: of ``sheet`` then no
    row can be taken, or it is None. It is for a person to accept.
    """

    sheet: Sheet | None
    findings: pl.DataFrame
    likely: Sheet | None = None


def refused(name: str, code: str, detail: str = "", **place: Any) -> Reading:
    """A file that is no table, and the finding that says why; ``place``: its row and column."""
    return Reading(None, findings.frame([finding(name, code, "ERROR", detail=detail, **place)]))


def finding(name: str, code: str, severity: str, **more: Any) -> dict[str, Any]:
    """The record of a finding about a file."""
    return {"file": name, "code": code, "severity": severity, **more}


def structure_findings(sheet: Sheet, ragged: pl.DataFrame, width: int) -> pl.DataFrame:
    """Findings for what any reader must say: ragged and blank rows, separator, nothing below.

    ``ragged`` has ``_row`` and ``fields``; null fields: the quotes don't add up, 0: a stray CR. A
    column ``code`` may say that something else is the matter. ``width`` is how many fields a row
    should have.
    """
    notes: list[dict[str, Any]] = []
    if sheet.cut:
        last = int(sheet.damaged[-1])
        notes.append(finding(sheet.name, "FILE-137", "BLOCK", row=last))
    if len(sheet.blank):
        first = int(sheet.blank[0])
        note = finding(sheet.name, "FILE-133", "INFO", row=first, rows=len(sheet.blank))
        notes.append(note)
    if sheet.separator != ",":
        name = {";": "semicolon", "\t": "tab", "|": "vertical bar"}[sheet.separator]
        notes.append(finding(sheet.name, "FILE-138", "WARNING", row=1, detail=name))
    if sheet.rows == 0:
        notes.append(finding(sheet.name, "FILE-104", "WARNING", row=1))
    told = findings.frame(notes)
    return pl.concat([_ragged(sheet.name, ragged, width), told]) if len(ragged) else told


def _ragged(name: str, ragged: pl.DataFrame, width: int) -> pl.DataFrame:
    """A finding for each damaged row."""
    fields = pl.col("fields")
    said = pl.col("code") if "code" in ragged.columns else pl.lit(None, pl.String)
    rows_ = pl.col("rows") if "rows" in ragged.columns else pl.lit(1)
    code = (
        pl.when(said.is_not_null())
        .then(said)
        .when(fields.is_null())
        .then(pl.lit("FILE-132"))
        .when(fields == 0)
        .then(pl.lit("FILE-149"))
        .when(fields < width)
        .then(pl.lit("FILE-130"))
        .otherwise(pl.lit("FILE-131"))
    )
    return ragged.select(
        code=code,
        severity=pl.lit("ERROR"),
        file=pl.lit(name),
        row=pl.col(ROW),
        column=pl.lit(None, pl.String),
        value=pl.lit(None, pl.String),
        detail=pl.format("{} of {}", fields, pl.lit(width)),
        rows=rows_.cast(pl.UInt32),
        cause=pl.lit(None, pl.UInt64),
        mended=pl.lit(None, pl.String),
        values=pl.lit(None, pl.UInt32),
    )
