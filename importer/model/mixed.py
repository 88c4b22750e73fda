"""Several values of a row as one number: millions of rows are told apart without holding them."""

from collections.abc import Iterable

import polars as pl

_MIX = 0x9E3779B97F4A7C15  # an odd constant: order of the parts counts


def mixed(values: Iterable[pl.Expr]) -> pl.Expr:
    """One u64 for several columns, lists too; the plain hash for one column.

    Good for one process, polars changes its hashes. Hashing a struct of the columns would take
    three times as long: polars writes its rows out first.
    """
    first, *others = (value.hash() for value in values)
    for number in others:
        first = first * pl.lit(_MIX, pl.UInt64) + number
    return first
