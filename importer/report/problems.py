"""What is wrong with each row of a file, in words: its own findings, or what it waits for."""

import polars as pl

from importer.model.sheet import ROW
from importer.report.sent import SentFile
from importer.report.words import LONGEST, SEVERITIES

_FAULT = pl.col("severity").is_in(["BLOCK", "ERROR"])


def problems(
    file: SentFile, findings: pl.DataFrame, held: pl.DataFrame, most: int | None = None
) -> pl.DataFrame:
    """Each row of the file with a problem, ascending: ``_row`` (u32), ``texts`` (list), ``held``.

    ``findings``: findings of the whole drop with message and fix; ``held``: ``file``, ``row`` and
    ``cause`` of it. ``most``: rows that are told; those with faults of their own come first.
    """
    name = file.sheet.name
    own = findings.filter((pl.col("file") == name) & (pl.col("row") > 1))
    mine = held.filter(pl.col("file") == name).unique("row", keep="first", maintain_order=True)
    damaged = file.damage()
    if most is not None:
        rows = [part.select("row") for part in (own, damaged, mine)]
        told = pl.concat(rows).unique(maintain_order=True).head(most)
        own, damaged, mine = (
            part.join(told, on="row", how="semi", maintain_order="left")
            for part in (own, damaged, mine)
        )
    waiting = mine.join(own.filter(_FAULT), on="row", how="anti")
    parts = [
        own.select("row", text=_own_text()),
        _waits(name, waiting, findings),
        damaged,
    ]
    grouped = pl.concat(parts).group_by("row", maintain_order=True).agg(texts=pl.col("text"))
    is_held = pl.col("row").is_in(mine["row"].implode())
    return grouped.sort("row").select(pl.col("row").alias(ROW), "texts", held=is_held)


def _own_text() -> pl.Expr:
    many = pl.format(" (In {} rows of this file; this is the first.)", "rows")
    more = pl.when(pl.col("rows") > 1).then(many).otherwise(pl.lit(""))
    return pl.concat_str(labelled(), more)


def labelled() -> pl.Expr:
    """Severity, message and fix of a finding as one text: colour alone isn't for everybody."""
    return pl.concat_str(_label(), pl.lit(": "), _sentence())


def _label() -> pl.Expr:
    return pl.col("severity").replace_strict(SEVERITIES, return_dtype=pl.String)


def _sentence() -> pl.Expr:
    return pl.concat_str(_cut("message"), pl.lit(" "), _cut("fix")).str.strip_chars(" ")


def _cut(column: str) -> pl.Expr:
    text = pl.col(column)
    short = text.str.head(LONGEST - 1) + "…"
    return pl.when(text.str.len_chars() > LONGEST).then(short).otherwise(text)


def _waits(name: str, waiting: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """``row`` and ``text`` of rows that are held for a fault that is told elsewhere."""
    first = findings.unique("cause", keep="first", maintain_order=True).select(
        "cause", "severity", "message", "fix", where="file", at="row", many=pl.col("rows") > 1
    )
    told = waiting.select("row", "cause").join(
        first, on="cause", how="left", maintain_order="left", nulls_equal=True
    )
    spot = pl.format(", row {}", "at").fill_null("")
    elsewhere = pl.concat_str(pl.lit("Waits for: "), "where", spot, pl.lit(": "), _cut("message"))
    # One finding stands for all rows of the file that say the same.
    same = (pl.col("where") == name) & pl.col("many") & pl.col("at").is_not_null()
    alike = pl.concat_str(_label(), pl.format(", as in row {}: ", "at"), _sentence())
    text = pl.when(same).then(alike).otherwise(elsewhere)
    return told.select("row", text=text.fill_null("Waits for another row."))
