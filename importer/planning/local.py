"""Fields that people edited on the platform, three ways: committed, sent, and on the platform.

What the platform has stays, field by field: the roster takes it over, and the row's ``local`` notes
``column=value that was committed before``. A source that says another value than that since then is
in conflict, in every run until one of the two gives way.
"""

import polars as pl

from importer.model.changes import text_of
from importer.model.tables import TABLES
from importer.planning.incoming import KEY
from importer.planning.taking import Taking

OURS = "_ours"
_OLD, _MINE = "_old", "_mine"
CONFLICTS: dict[str, pl.DataType] = {
    "table": pl.String(),
    "column": pl.String(),
    "file": pl.String(),
    "row": pl.UInt32(),
    "sent": pl.String(),  # "" = nothing
    "platform": pl.String(),
    "locked": pl.Boolean(),
    "sis_wins": pl.Boolean(),
}


def none() -> pl.DataFrame:
    """No conflicts."""
    return pl.DataFrame(schema=CONFLICTS)


def settle(table: str, touched: pl.DataFrame, how: Taking) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``touched`` with what the platform keeps, those that then say nothing left out; conflicts.

    ``touched``: new values, stored ones as ``…_old``. A column ``_ours`` is added: whether the row
    takes a value over from the platform.
    """
    touched = touched.with_columns(pl.lit(value=False).alias(OURS))
    fields = _concerned(table, touched, how)
    if not fields or touched.is_empty():
        return touched, none()
    mine = how.edited.select(
        KEY,
        *(
            (
                pl.col(c) if c in how.edited.columns else pl.lit(None, TABLES[table].columns[c])
            ).alias(c + _MINE)
            for c in fields
        ),
    )
    touched = touched.join(mine, on=KEY, how="left", maintain_order="left")
    found = []
    for column in fields:
        touched, conflicts = _field(table, column, touched, how)
        found.append(conflicts)
    content = [c for c in TABLES[table].columns if c not in TABLES[table].key]
    differs = [pl.col(c).ne_missing(pl.col(c + _OLD)) for c in (*content, "status", "local")]
    touched = touched.filter(pl.any_horizontal(differs))
    return touched.drop(c + _MINE for c in fields), pl.concat(found)


def _concerned(table: str, touched: pl.DataFrame, how: Taking) -> list[str]:
    """The columns that are locked, edited now, or noted as edited before."""
    noted = touched["local" + _OLD].explode().str.splitn("=", 2).struct[0].drop_nulls().unique()
    edited = [s.name for s in how.edited if s.name != KEY and s.null_count() < len(s)]
    wanted = {*how.locks, *noted, *edited} - set(TABLES[table].key)
    return [c for c in TABLES[table].columns if c in wanted]


def _field(
    table: str, column: str, touched: pl.DataFrame, how: Taking
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One column settled, and its conflicts."""
    dtype = TABLES[table].columns[column]
    mark = column + "="
    marks = pl.col("local" + _OLD).list.eval(
        pl.element().filter(pl.element().str.starts_with(mark))
    )
    noted = marks.list.first().str.strip_prefix(mark)
    edited = pl.col(column + _MINE).is_not_null()
    has = pl.col(column + _OLD).is_not_null()
    locked = has & pl.lit(column in how.locks)
    base = pl.coalesce(noted, text_of(column + _OLD, dtype).fill_null(""))
    sent = text_of(column, dtype).fill_null("")
    platform = pl.coalesce(column + _MINE, column + _OLD)
    shown = text_of("_platform", dtype).fill_null("")
    judged = touched.with_columns(_platform=platform, _noted=noted).with_columns(
        _base=base, _sent=sent, _shown=shown, _keeps=edited | noted.is_not_null() | locked
    )
    apart = (pl.col("_sent") != pl.col("_base")) & (pl.col("_sent") != pl.col("_shown"))
    judged = judged.with_columns(_conflict=pl.col("_keeps") & apart)
    yields = pl.col("_conflict") & pl.lit(how.sis_wins) & ~locked
    stays = pl.col("_keeps") & ~yields
    others = pl.col("local").list.eval(pl.element().filter(~pl.element().str.starts_with(mark)))
    own = pl.concat_list(pl.concat_str(pl.lit(mark), "_base"))
    kept = pl.concat_list(pl.coalesce(others, pl.lit([], pl.List(pl.String))), own)
    noting = stays & (edited | pl.col("_noted").is_not_null())
    without = pl.when(others.list.len() > 0).then(others)
    settled = judged.with_columns(
        pl.when(stays).then("_platform").otherwise(column).alias(column),
        pl.when(noting).then(kept).otherwise(without).alias("local"),
        (pl.col(OURS) | (stays & edited)).alias(OURS),
    )
    conflicts = judged.filter("_conflict").select(
        table=pl.lit(table),
        column=pl.lit(column),
        file=pl.col("origin_file"),
        row=pl.col("origin_row"),
        sent=pl.col("_sent"),
        platform=pl.col("_shown"),
        locked=locked,
        sis_wins=yields,
    )
    return settled.select(touched.columns), conflicts.cast(CONFLICTS)  # type: ignore[arg-type]
