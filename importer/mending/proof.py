"""The proof that a corrected copy differs from what was sent in nothing but what was accepted."""

import polars as pl

from importer.mending.delimited import BREAKS
from importer.mending.edits import Edits
from importer.model.sheet import ROW, Sheet, position


def same(sent: Sheet, edits: Edits, copy: Sheet | None) -> bool:
    """Whether the copy reads as ``sent`` does with the edits made: header, rows, damaged rows."""
    if copy is None or len(copy.damaged) != len(sent.damaged) - len(edits.best):
        return False
    header = [edits.header.get(n, cell) for n, cell in enumerate(sent.header)]
    kept = [n for n in range(len(header)) if n not in edits.nameless]
    if [header[n] for n in kept] != list(copy.header):
        return False
    return _rows(_edited(sent, edits), kept).equals(
        _rows(copy.scan().collect(), list(range(len(kept))))
    )


def _edited(sent: Sheet, edits: Edits) -> pl.DataFrame:
    names = sent.names()
    frame = sent.scan().select(ROW, *names).collect().with_columns(pl.col(ROW).cast(pl.UInt32))
    if edits.best and sent.best is not None:
        best = sent.best.filter(pl.col(ROW).is_in(list(edits.best)))
        frame = pl.concat([frame, best.select(frame.columns).cast(frame.schema)]).sort(ROW)
    if "FILE-135" in edits.codes:
        broken = (pl.col(n).str.replace_all(BREAKS, " ") for n in names)
        frame = frame.with_columns(broken)
    frame = frame.with_columns(_cells(frame, edits))
    hidden = [pl.lit(None, pl.String).alias(position(n)) for n in edits.secret]
    return frame.with_columns(hidden)


def _cells(frame: pl.DataFrame, edits: Edits) -> list[pl.Series]:
    """The columns with changed cells."""
    by_column: dict[int, dict[int, str]] = {}
    for row, cells in edits.cells.items():
        for at, text in cells.items():
            by_column.setdefault(at, {})[row] = text
    changed = []
    for at, texts in by_column.items():
        rows = pl.DataFrame({ROW: list(texts), "text": list(texts.values())}).cast({ROW: pl.UInt32})
        joined = frame.select(ROW, position(at)).join(
            rows, on=ROW, how="left", maintain_order="left"
        )
        changed.append(joined.select(pl.coalesce("text", position(at))).to_series())
    named = zip(changed, by_column, strict=True)
    return [series.alias(position(at)) for series, at in named]


def _rows(frame: pl.DataFrame, kept: list[int]) -> pl.DataFrame:
    """The cells of all rows that hold anything, whatever their line."""
    cells = (pl.col(position(n)).fill_null("").alias(f"v{place}") for place, n in enumerate(kept))
    rows = frame.select(cells)
    blank = pl.all_horizontal(pl.col(n).str.strip_chars() == "" for n in rows.columns)
    return rows.filter(~blank)
