"""Counts per school: what a drop sends, and what the roster has."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from importer.contracts.contract import Make
from importer.contracts.mapping import make_rows, names_school
from importer.contracts.values import clean
from importer.model.tables import STANDING, TABLES
from importer.planning.incoming import Accepted

_COUNTED = {"roles": "people", "sections": "sections", "enrollments": "enrollments"}
SENT = {
    "school_id": pl.String(),
    "name": pl.String(),
    "people": pl.Int64(),
    "sections": pl.Int64(),
    "enrollments": pl.Int64(),
    "held": pl.Int64(),
}
_TITLES = {
    "people": ("given_name", "family_name"),
    "schools": ("name",),
    "sections": ("title",),
    "courses": ("title",),
}
ALL = "*"
_UNNAMED = 1_000  # schools that no file of the drop has: those with most rows are told


def schools_sent(parts: list[Accepted]) -> pl.DataFrame:
    """What a drop sends for each school: ``SENT``. Rows that are left out count as ``held`` too."""
    names: list[pl.LazyFrame] = []
    counts: list[pl.LazyFrame] = []
    for part in parts:
        for make in part.source.table.makes:
            if make.table == "schools":
                names.append(make_rows(part.source, make, part.rows).select("school_id", "name"))
            elif make.table in _COUNTED and "school_id" in make.columns:
                counts.append(_counted(part, make, _COUNTED[make.table]))
                counts.append(_held(part, make))
    if not names and not counts:
        return pl.DataFrame(schema=SENT)
    tallied = pl.concat(
        [pl.LazyFrame(schema={"school_id": pl.String, "what": pl.String, "n": pl.Int64}), *counts]
    )
    by = tallied.group_by("school_id", "what").agg(pl.sum("n")).collect(engine="streaming")
    wide = by.pivot("what", index="school_id", values="n")
    empty_name = pl.LazyFrame(schema={"school_id": pl.String, "name": pl.String})
    named = pl.concat([empty_name, *names]).unique("school_id").collect()
    whole = named.join(wide, on="school_id", how="full", coalesce=True)
    missing = [pl.lit(0).alias(c) for c in SENT if c not in whole.columns]
    whole = whole.with_columns(missing).select(list(SENT))
    numbers = [
        pl.col(c).fill_null(0).cast(pl.Int64) for c in SENT if c not in ("school_id", "name")
    ]
    whole = whole.with_columns(pl.col("name").fill_null(""), *numbers)
    # Where every row names another wrong school, nobody reads a line for each of them.
    unnamed = whole.filter(pl.col("name") == "")
    rows = pl.sum_horizontal("people", "sections", "enrollments")
    most = unnamed.top_k(_UNNAMED, by=[rows, "school_id"], reverse=[False, True])
    return whole.filter(
        (pl.col("name") != "") | pl.col("school_id").is_in(most["school_id"].implode())
    )


def _counted(part: Accepted, make: Make, what: str) -> pl.LazyFrame:
    """Rows by school as they were sent; only the column that names the school is read."""
    name = names_school(make)
    if make.each or make.when or make.among or name not in part.source.present:
        return _by_school(make_rows(part.source, make, part.rows), what)
    sent = part.sent.group_by(name).agg(n=pl.len())
    cells = part.tally[name].lazy() if name in part.tally else sent
    return _by_cell(cells, make, "n", what)


def _held(part: Accepted, make: Make) -> pl.LazyFrame:
    """Rows by school that are left out."""
    tally = part.tally.get(names_school(make))
    if tally is not None and "held" in tally.columns:
        return _by_cell(tally.lazy(), make, "held", "held")
    present = part.source.present & set(part.held.columns)
    return _by_school(
        make_rows(replace(part.source, present=present), make, part.held.lazy()), "held"
    )


def _by_cell(cells: pl.LazyFrame, make: Make, number: str, what: str) -> pl.LazyFrame:
    """A ``number`` of rows for each cell that names their school, or some of them."""
    named = cells.select(school_id=pl.col(names_school(make)), n=number)
    if make.each_in:
        named = named.with_columns(pl.col("school_id").str.split(",")).explode("school_id")
    # Cleaned are the few groups, not all rows.
    by = named.group_by("school_id").agg(pl.sum("n").cast(pl.Int64))
    tidy = by.select(clean(pl.col("school_id")), pl.lit(what).alias("what"), "n")
    return tidy.filter(pl.col("school_id").is_not_null())


def _by_school(rows: pl.LazyFrame, what: str) -> pl.LazyFrame:
    by = rows.group_by("school_id").agg(n=pl.len().cast(pl.Int64))
    return by.select("school_id", pl.lit(what).alias("what"), "n")


def names(
    ids: pl.Series, after: Mapping[str, pl.LazyFrame], stored: Callable[[str], pl.LazyFrame]
) -> dict[str, str]:
    """What people call the persons, sections, courses and schools of these ids: id → name."""
    told: dict[str, str] = {}
    for table, columns in _TITLES.items():
        key = TABLES[table].key[0]
        name = pl.concat_str(columns, separator=" ", ignore_nulls=True)
        frames = [stored(table), *([after[table]] if table in after else [])]
        for frame in frames:  # the new name wins
            known = frame.filter(pl.col(key).is_in(ids.implode())).select(key, name).collect()
            told |= dict(known.iter_rows())
    return told


def active_by_school(table: str, stored: Callable[[str], pl.LazyFrame]) -> dict[str, int]:
    """Active rows of a canonical table by school; ``*`` = all.

    A person counts for the school of the first role.
    """
    active = stored(table).filter(pl.col("status") == "active")
    total = active.select(pl.len()).collect().item()
    if table == "people":
        roles = stored("roles").filter(pl.col("status").is_in(STANDING))
        roles = roles.unique("person_id", keep="first", maintain_order=True)
        active = active.join(roles.select("person_id", "school_id"), on="person_id")
    if table != "people" and "school_id" not in TABLES[table].columns:
        return {ALL: total}
    by = active.group_by("school_id").len().collect(engine="streaming")
    return {ALL: total, **{school: n for school, n in by.iter_rows() if school is not None}}
