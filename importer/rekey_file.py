"""The re-key file: ``rekey.csv`` in a drop, or a file that a person names, read and judged."""

from dataclasses import dataclass, field

import polars as pl

from importer.contracts.header import normal
from importer.contracts.values import clean
from importer.model import findings
from importer.model.drop import DropFile
from importer.model.sheet import ROW, Sheet, position
from importer.planning.crosswalk import Rows, nothing
from importer.planning.rekey_rows import judged
from importer.reading.delimited import read

COLUMNS = {"old_id": "old", "new_id": "new", "type": "type"}
PAST = {"table": pl.String, "old": pl.String, "new": pl.String}


@dataclass(frozen=True)
class Rekeys:
    """What a re-key file gives.

    ``crosswalk``: its right rows; ``notes``: findings; ``rows``: file → how many rows it has.
    """

    crosswalk: pl.DataFrame = field(default_factory=nothing)
    notes: pl.DataFrame = field(default_factory=findings.empty)
    rows: dict[str, int] = field(default_factory=dict)


def rekeys(file: DropFile, stored: Rows, past: pl.DataFrame | None = None) -> Rekeys:
    """Read a re-key file and judge it against the stored roster.

    ``past``: re-keys (``table``, ``old``, ``new``) that were done and are not done again.
    """
    reading = read(file.name, file.path, file.size, frozenset(map(normal, COLUMNS)))
    sheet = reading.sheet
    if sheet is None:
        return Rekeys(notes=pl.concat([reading.findings, _refused(file.name, "it can't be read")]))
    at = _columns(sheet)
    rows = {file.name: sheet.rows}
    if lacking := [name for name in COLUMNS if name not in at]:
        told = f"it has no column {', '.join(lacking)}"
        return Rekeys(notes=pl.concat([reading.findings, _refused(file.name, told)]), rows=rows)
    values = {COLUMNS[name]: clean(pl.col(place)) for name, place in at.items()}
    frame = sheet.scan().select(pl.col(ROW).alias("row"), **values).collect()
    said = judged(frame, file.name, stored, pl.DataFrame(schema=PAST) if past is None else past)
    notes = [reading.findings, said.notes]
    if wrong := said.wrong + len(sheet.damaged):
        notes.append(_refused(file.name, f"{wrong:,} of {sheet.rows:,} rows can't be carried out"))
    return Rekeys(said.crosswalk, pl.concat(notes), rows)


def _columns(sheet: Sheet) -> dict[str, str]:
    """Column of the file's own → where it stands; ``evidence`` and others are for people."""
    known = {normal(name): name for name in COLUMNS}
    told = [(known.get(normal(name)), place) for place, name in enumerate(sheet.header)]
    return {name: position(place) for name, place in reversed(told) if name}


def _refused(file: str, why: str) -> pl.DataFrame:
    return findings.frame([{"code": "PLAN-527", "severity": "BLOCK", "file": file, "detail": why}])
