"""How often each school is named, counted in the one pass: large files aren't read again for it."""

from collections.abc import Mapping

import polars as pl

from importer.checks.bound import Bound
from importer.checks.keys import Rows
from importer.checks.references import NO_IDS, Known
from importer.contracts.mapping import names_school
from importer.model.sheet import ROW

_HASH = "_hash"
_MOST = 100_000  # different cells; a column of more doesn't name schools


def hashes(bound: Bound) -> dict[str, pl.Expr]:
    """``_s_<column>``: the hash of each cell that names a school; none where all rows are held."""
    if bound.sheet.frame is not None:
        return {}
    names = {names_school(make) for make in bound.table.makes} & bound.at.keys()
    plain = [name for name in names if not bound.table.columns[name].derive]
    return {f"_s_{name}": pl.col(bound.at[name]).hash() for name in sorted(plain)}


def count(
    bound: Bound, passed: pl.DataFrame, known: Mapping[str, Known]
) -> dict[str, pl.DataFrame]:
    """Column → ``n`` rows for each of its values, and how to tell it.

    That is ``told``, the value, where the table that it names has it; else ``_row``, one of the
    rows: they have to be fetched.
    """
    counted = {}
    for name in hashes(bound):
        tally = passed.group_by(pl.col(name).alias(_HASH)).agg(pl.len().alias("n"), pl.first(ROW))
        if tally.height <= _MOST:
            offered = known.get(bound.table.columns[name.removeprefix("_s_")].ref)
            ids = (offered.ids if offered else NO_IDS).drop_nulls().unique()
            told = pl.DataFrame({_HASH: ids.hash(), "told": ids})
            tally = tally.join(told, on=_HASH, how="left")
            row = pl.when(pl.col("told").is_null()).then(ROW).alias(ROW)
            counted[name.removeprefix("_s_")] = tally.with_columns(row)
    return counted


def named(counted: Mapping[str, pl.DataFrame], fetched: Rows) -> dict[str, pl.DataFrame]:
    """Column → its cells as they stand in the file, ``n``, how many rows have each, their hash."""
    found = {}
    for name, tally in counted.items():
        cells = fetched.raw(tally[ROW].drop_nulls()).select(ROW, name)
        cell = pl.coalesce("told", name).alias(name)
        found[name] = tally.join(cells, on=ROW, how="left").select(_HASH, "n", cell)
    return found


def held(
    tallies: Mapping[str, pl.DataFrame], passed: pl.DataFrame, rows: pl.Series
) -> dict[str, pl.DataFrame]:
    """The same with ``held``: how many of these ``rows`` (u32) have each."""
    is_held = pl.col(ROW).is_in(rows.implode()).alias("held")
    counts = {
        name: passed.lazy()
        .select(pl.col(f"_s_{name}").alias(_HASH), is_held)
        .group_by(_HASH)
        .agg(pl.sum("held"))
        .collect(engine="streaming")
        for name in tallies
    }
    return {name: told.join(counts[name], on=_HASH, how="left") for name, told in tallies.items()}
