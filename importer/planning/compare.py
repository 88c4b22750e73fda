"""The stored roster against what a drop says: adds, edits, archives, reactivations."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from importer.model.tables import ORIGIN, STANDING, TABLES, key_text
from importer.planning import local, sieve
from importer.planning.incoming import KEY, Incoming
from importer.planning.listing import KINDS, OLD, adds, archives, edits, kinds, told
from importer.planning.taking import Taking, arriving, later

_SEEN = ["origin_file", "origin_row"]
MARKED = "the file marks it as gone"
ABSENT = "it is no longer in the file"


@dataclass(frozen=True)
class TablePlan:
    """The changes of one canonical table (``changes.CHANGES``, ids not set yet).

    ``after``: the rows that they write (stored schema); ``held``: how many stored rows are held;
    ``conflicts``: fields that the platform keeps (``local.CONFLICTS``); ``unlike``: the rows that
    were compared, where they are few; ``never``: the rows that their file marks as gone and that
    the roster never had.
    """

    table: str
    changes: pl.DataFrame
    after: pl.DataFrame
    held: int = 0
    conflicts: pl.DataFrame = field(default_factory=local.none)
    unlike: sieve.Unlike | None = None
    never: pl.DataFrame = field(default_factory=pl.DataFrame)


_DEFAULT = Taking()
AT_ONCE = 100_000
"""Rows that are put side by side with what is stored of them, at a time."""


def compare(
    table: str, stored: pl.LazyFrame, incoming: Incoming, how: Taking = _DEFAULT
) -> TablePlan:
    """Compare one table. Rows that are held or out of scope give no change."""
    new, there = sieve.sides(table, stored, incoming, how)
    unlike = sieve.unlike(table, new, there)
    live = new.filter(pl.col("status") == "active")
    never = new.filter(pl.col("status") == "archived").join(there, on=KEY, how="anti")
    completing = pl.col("origin_table").is_in(sorted(incoming.completing))
    if there.is_empty():
        live = arriving(live.filter(~completing), how)
        return TablePlan(table, adds(table, live), live.drop(KEY), unlike=unlike, never=never)
    old = there.lazy()
    held = held_keys(incoming, old.filter(pl.col("status").is_in(STANDING)), new)
    # Told by its hash: a join would copy all columns of rows that are nearly all alike in this.
    known = pl.col(KEY).hash().is_in(there[KEY].hash().implode())
    added = arriving(live.filter(~completing, ~known), how)
    untouched = pl.concat([held, incoming.beyond])
    gone = _gone(new, old, incoming, untouched)
    alone = _by_themselves(old, live, pl.concat([untouched, gone[KEY]]), how)
    found, conflicts = [], [local.none()]
    for hit in _touched_in_turn(live.filter(known), old, incoming, alone, how):
        free = hit.filter(~pl.col(KEY).is_in(untouched.implode()))
        touched, more = local.settle(table, free, how)
        conflicts.append(more)
        for kind, rows in kinds(touched).items():
            told_of = edits(table, rows, kind, told(table, kind))
            found.append((KINDS.index(kind), told_of, rows.select(added.columns)))
    found.sort(key=lambda part: part[0])
    changes = pl.concat([adds(table, added), *(part[1] for part in found), archives(table, gone)])
    after = pl.concat([added, *(part[2] for part in found)]).drop(KEY)
    return TablePlan(table, changes, after, len(held), pl.concat(conflicts), unlike, never)


def _by_themselves(
    old: pl.LazyFrame, live: pl.DataFrame, out: pl.Series, how: Taking
) -> pl.LazyFrame:
    """Stored rows that change though nobody sent them: due today, or edited on the platform.

    ``out``: keys (text) that stay as they are or are gone.
    """
    day = later(how.today) if how.today else pl.lit(value=False)
    due = (pl.col("status") == "pending") & ~day
    edited = pl.col("status").is_in(STANDING) & pl.col(KEY).is_in(how.edited[KEY].implode())
    rows = old.filter(due | edited, ~pl.col(KEY).is_in(out.implode()))
    return rows.join(live.lazy().select(KEY), on=KEY, how="anti")


def held_keys(incoming: Incoming, old: pl.LazyFrame, new: pl.DataFrame | None = None) -> pl.Series:
    """Keys of stored rows that come from rows left out: neither edited nor archived.

    ``old``: the stored rows, ``new``: those that are sent, with ``_k``; None = all that are.
    """
    found = [series.alias(KEY) for series in incoming.exact]
    for shape in incoming.owners:
        on = shape.columns
        found.append(old.join(shape.lazy(), on=on, how="semi").select(KEY).collect().to_series())
    whole = pl.concat(found).unique() if found else pl.Series(KEY, [], dtype=pl.String)
    if whole.is_empty():
        return whole
    sent = incoming.rows.select(key_text(incoming.table).alias(KEY)) if new is None else new.lazy()
    known = whole.to_frame().lazy().join(old.select(KEY), on=KEY, how="semi", maintain_order="left")
    held = known.join(sent.select(KEY), on=KEY, how="anti", maintain_order="left")
    return held.collect(engine="streaming").to_series()


def _touched_in_turn(
    live: pl.DataFrame, old: pl.LazyFrame, incoming: Incoming, alone: pl.LazyFrame, how: Taking
) -> Iterator[pl.DataFrame]:
    """``_touched``, ``AT_ONCE`` rows at a time: both sides of all of them take GB."""
    last = max(live.height - 1, 0) // AT_ONCE
    for turn in range(last + 1):
        rows = live.slice(turn * AT_ONCE, AT_ONCE)
        yield _touched(rows, old, incoming, alone if turn == last else alone.head(0), how)


def _touched(
    live: pl.DataFrame, old: pl.LazyFrame, incoming: Incoming, alone: pl.LazyFrame, how: Taking
) -> pl.DataFrame:
    """Rows that were archived, that differ or begin: new values, old ones as ``…_old``.

    ``live``: those that are stored, too; ``alone``: stored rows that are looked at though not sent.
    """
    target = TABLES[incoming.table]
    content = [c for c in target.columns if c not in target.key]
    said = [c for c in content if any(c in columns for columns in incoming.says.values())]
    met = old.filter(pl.col(KEY).hash().is_in(live[KEY].hash().implode()))
    both = live.lazy().join(met, on=KEY, how="inner", suffix=OLD, maintain_order="left")
    both = both.with_columns(_kept(name, incoming, how) for name in content)
    both = pl.concat([both, _twice(alone).select(both.collect_schema().names())])
    both = both.with_columns(pl.col("local" + OLD).alias("local"), status=_status(how))
    differs = [pl.col(c).ne_missing(pl.col(c + OLD)) for c in said]
    both = both.with_columns(_differs=pl.any_horizontal(differs) if differs else pl.lit(False))
    was_gone = ~pl.col("status" + OLD).is_in(STANDING)
    other = pl.col("status").ne_missing(pl.col("status" + OLD))
    other |= pl.col(KEY).is_in(how.edited[KEY].implode())
    hit = both.filter(other | pl.col("_differs")).collect(engine="streaming")
    hit = _undrop(hit, content, incoming, [*differs, other])
    completing = pl.col("origin_table").is_in(sorted(incoming.completing))
    hit = hit.filter(~(completing & was_gone))
    guest = pl.col("origin_table").is_in(sorted(incoming.guests))
    guest &= pl.col("origin_table") != pl.col("origin_table" + OLD)
    return hit.with_columns(_origin_kept(completing | (guest & ~was_gone)))


def _twice(alone: pl.LazyFrame) -> pl.LazyFrame:
    """Rows as if they had been sent as they are stored."""
    columns = [name for name in alone.collect_schema().names() if name != KEY]
    return alone.with_columns(pl.col(name).alias(name + OLD) for name in columns)


def _status(how: Taking) -> pl.Expr:
    """Who was active stays so; all others wait for their first day."""
    if how.today is None:
        return pl.lit("active")
    waits = later(how.today) & (pl.col("status" + OLD) != "active")
    return pl.when(waits).then(pl.lit("pending")).otherwise(pl.lit("active"))


def _kept(name: str, incoming: Incoming, how: Taking) -> pl.Expr:
    """A column that the row's file doesn't have, or whose cell is blank, keeps its stored value."""
    sayers = [table for table, columns in incoming.says.items() if name in columns]
    says = pl.col("origin_table").is_in(sayers)
    if not how.clears:
        says &= pl.col(name).is_not_null() | _cleared(name, incoming)
    if name in how.sticky:
        says &= pl.col(name + OLD).is_null()
    if incoming.guests:
        guest = pl.col("origin_table").is_in(sorted(incoming.guests))
        says &= ~(guest & pl.col(name).is_null())
    return pl.when(says).then(pl.col(name)).otherwise(pl.col(name + OLD)).alias(name)


def _cleared(name: str, incoming: Incoming) -> pl.Expr:
    """Whether the file says in so many words that there is no value."""
    if (here := incoming.cleared.filter(pl.col("column") == name)).is_empty():
        return pl.lit(value=False)
    place = pl.struct(pl.col("origin_table"), pl.col("origin_row"))
    told = here.select(pl.struct("origin_table", "origin_row")).to_series()
    return place.is_in(told.implode())


def _origin_kept(completing: pl.Expr) -> list[pl.Expr]:
    """A row that is only completed stays the row of the file that it came from."""
    origin = [name for name in ORIGIN if name.startswith("origin")]
    return [pl.when(completing).then(name + OLD).otherwise(name).alias(name) for name in origin]


def _undrop(
    hit: pl.DataFrame, content: list[str], incoming: Incoming, differs: list[pl.Expr]
) -> pl.DataFrame:
    """A value that a warning left out keeps its stored value: it was not readable, not cleared."""
    if incoming.dropped.is_empty() or hit.is_empty():
        return hit
    on = ["origin_table", "origin_row"]
    lost = incoming.dropped.group_by(on).agg(_lost=pl.col("column"))
    hit = hit.join(lost, on=on, how="left", maintain_order="left")
    lacks = [pl.col("_lost").list.contains(c).fill_null(False) for c in content]
    kept = [
        pl.when(lack).then(pl.col(c + OLD)).otherwise(pl.col(c)).alias(c)
        for lack, c in zip(lacks, content, strict=True)
    ]
    hit = hit.with_columns(kept).drop("_lost")
    return hit.filter(pl.any_horizontal(differs))


def _gone(
    new: pl.DataFrame, old: pl.LazyFrame, incoming: Incoming, untouched: pl.Series
) -> pl.DataFrame:
    """Active and pending rows that are no longer there, with ``_why`` and ``_picked``.

    They are absent from a full list, their record was sent anew without them, or marked as gone.
    """
    active = old.filter(pl.col("status").is_in(STANDING), ~pl.col(KEY).is_in(untouched.implode()))
    marked = new.filter(pl.col("status") == "archived").select(KEY, *_SEEN, *_record(new))
    live = new.filter(pl.col("status") == "active").select(KEY).lazy()
    absent = active.filter(pl.col("origin_table").is_in(sorted(incoming.full)))
    absent = absent.join(live, on=KEY, how="anti").join(marked.lazy(), on=KEY, how="anti")
    unnamed = pl.col("origin_table").is_in(sorted(incoming.keyless))
    placed = ["school_id"] if "school_id" in TABLES[incoming.table].columns else []
    listed = [KEY, "status", *_SEEN, *placed, "_why", "_picked"]
    parts = [
        absent.with_columns(_why=pl.lit(ABSENT), _picked=~unnamed),
        active.drop(_SEEN)
        .join(marked.lazy(), on=KEY)
        .filter(_same_record(new))
        .select(absent.collect_schema().names())
        .with_columns(_why=pl.lit(MARKED), _picked=pl.lit(True)),
    ]
    for shape in incoming.refresh:
        again = active.join(shape.lazy(), on=shape.columns, how="semi")
        again = again.join(live, on=KEY, how="anti").join(marked.lazy(), on=KEY, how="anti")
        parts.append(
            again.with_columns(_why=pl.lit("its record was sent without it"), _picked=pl.lit(True))
        )
    first, *more = pl.collect_all([part.select(listed) for part in parts], engine="streaming")
    if all(part.is_empty() for part in more):
        return first
    return pl.concat([first, *more]).unique(KEY, keep="first", maintain_order=True)


def _record(new: pl.DataFrame) -> list[pl.Expr]:
    """The id of the record that a row came from, where its table keeps it apart from the key."""
    return [pl.col("source_id").alias("_record")] if "source_id" in new.columns else []


def _same_record(new: pl.DataFrame) -> pl.Expr:
    """Whether the record that is marked as gone is the stored one, or may be.

    Of two records with one key the other one may still be there.
    """
    if "source_id" not in new.columns:
        return pl.lit(True)
    return (pl.col("_record") == pl.col("source_id")).fill_null(True)
