"""Which record a row means: the first of several ways to name one that tells."""

from collections.abc import Callable

import polars as pl

from importer.contracts.mapping import text_expr
from importer.model.sheet import ROW


def matches(
    rows: pl.DataFrame, pairs: tuple[tuple[str, str], ...], key: str, records: pl.LazyFrame
) -> pl.DataFrame:
    """For each row ``_id``, the ``key`` that the first fitting pair tells; ``_many`` if several do.

    Of several ``_id`` is the smallest. ``_pair`` is the place of that pair.
    """
    nothing = {"_id": pl.lit(None, pl.String), "_many": pl.lit(False), "_pair": pl.lit(0)}
    found = rows.select(ROW).with_columns(**nothing).drop(ROW)
    for place, (mine, theirs) in enumerate(pairs):
        asked = rows.select(ROW, _v=text_expr(mine, value_in(rows))).drop(ROW)
        wanted = asked["_v"].drop_nulls().unique()
        known = (
            records.select(_v=text_expr(theirs, pl.col), _k=pl.col(key).cast(pl.String))
            .filter(pl.col("_v").is_in(wanted.implode()))
            .group_by("_v")
            .agg(_k=pl.col("_k").min(), _n=pl.col("_k").n_unique())
            .collect()
        )
        hit = asked.join(known, on="_v", how="left", maintain_order="left").drop("_v")
        both = pl.concat([found, hit], how="horizontal")
        first = pl.col("_id").is_null() & pl.col("_k").is_not_null()
        found = both.select(
            _id=pl.coalesce("_id", "_k"),
            _many=pl.when(first).then(pl.col("_n") > 1).otherwise("_many"),
            _pair=pl.when(first).then(pl.lit(place)).otherwise("_pair"),
        )
    return found


def value_in(rows: pl.DataFrame) -> Callable[[str], pl.Expr]:
    """Columns of the file by name; one that it lacks is blank."""
    return lambda name: pl.col(name) if name in rows.columns else pl.lit(None, pl.String)
