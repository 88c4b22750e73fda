"""The stored roster against what a drop says: adds, edits, archives, reactivations."""

from dataclasses import dataclass

import polars as pl

from importer.model.changes import CHANGES, text_of
from importer.model.tables import ORIGIN, TABLES, key_text
from importer.planning.assemble import KEY, Incoming

_OLD = "_old"
_SEEN = ["origin_file", "origin_row"]
MARKED = "the file marks it as gone"


@dataclass(frozen=True)
class TablePlan:
    """The changes of one canonical table (``changes.CHANGES``, ids not set yet).

    ``after``: the rows that they write (stored schema); ``held``: how many stored rows are held.
    """

    table: str
    changes: pl.DataFrame
    after: pl.DataFrame
    held: int = 0


def compare(table: str, stored: pl.LazyFrame, incoming: Incoming) -> TablePlan:
    """Compare one table. Rows that are held or out of scope give no change."""
    new = incoming.rows.with_columns(key_text(table).alias(KEY))
    live = new.filter(pl.col("status") == "active")
    completing = pl.col("origin_table").is_in(sorted(incoming.completing))
    if stored.select(pl.len()).collect().item() == 0:
        live = live.filter(~completing)
        return TablePlan(table, _adds(table, live), live.drop(KEY))
    old = stored.with_columns(key_text(table).alias(KEY))
    held = _held_keys(incoming, old)
    added = live.filter(~completing)
    added = added.join(old.select(KEY).collect(), on=KEY, how="anti", maintain_order="left")
    back, edited = _touched(table, live, old, incoming)
    untouched = pl.concat([held, incoming.beyond])
    kept = pl.col(KEY).is_in(untouched.implode())
    back, edited = (part.filter(~kept) for part in (back, edited))
    gone = _gone(new, old, incoming, untouched)
    changes = pl.concat(
        [
            _adds(table, added),
            _edits(table, edited, "edit", "its row differs from the roster"),
            _edits(table, back, "reactivate", "it was archived and is sent again"),
            _archives(table, gone, incoming),
        ]
    )
    after = pl.concat([added, *(part.select(added.columns) for part in (edited, back))])
    return TablePlan(table, changes, after.drop(KEY), len(held))


def _held_keys(incoming: Incoming, old: pl.LazyFrame) -> pl.Series:
    """Keys of stored rows that come from rows left out: neither edited nor archived."""
    found = [series.alias(KEY) for series in incoming.exact]
    for shape in incoming.owners:
        on = shape.columns
        found.append(old.join(shape.lazy(), on=on, how="semi").select(KEY).collect().to_series())
    known = old.select(KEY).collect().to_series()
    whole = pl.concat(found).unique() if found else pl.Series(KEY, [], dtype=pl.String)
    accepted = incoming.rows.select(key_text(incoming.table)).to_series()
    return whole.filter(whole.is_in(known.implode()) & ~whole.is_in(accepted.implode()))


def _touched(
    table: str, live: pl.DataFrame, old: pl.LazyFrame, incoming: Incoming
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that were archived, and rows that differ: new values, old ones as ``…_old``."""
    content = [c for c in TABLES[table].columns if c not in TABLES[table].key]
    said = [c for c in content if any(c in columns for columns in incoming.says.values())]
    both = live.lazy().join(old, on=KEY, how="inner", suffix=_OLD, maintain_order="left")
    both = both.with_columns(_kept(name, incoming) for name in content)
    differs = [pl.col(c).ne_missing(pl.col(c + _OLD)) for c in said]
    both = both.with_columns(_differs=pl.any_horizontal(differs) if differs else pl.lit(False))
    was_gone = pl.col("status" + _OLD) == "archived"
    hit = both.filter(was_gone | pl.col("_differs")).collect(engine="streaming")
    hit = _undrop(hit, content, incoming, differs)
    completing = pl.col("origin_table").is_in(sorted(incoming.completing))
    hit = hit.filter(~(completing & was_gone))
    guest = pl.col("origin_table").is_in(sorted(incoming.guests))
    guest &= pl.col("origin_table") != pl.col("origin_table" + _OLD)
    hit = hit.with_columns(_origin_kept(completing | (guest & ~was_gone)))
    return hit.filter(was_gone), hit.filter(~was_gone)


def _kept(name: str, incoming: Incoming) -> pl.Expr:
    """A column that the row's file doesn't have keeps its stored value."""
    sayers = [table for table, columns in incoming.says.items() if name in columns]
    says = pl.col("origin_table").is_in(sayers)
    if incoming.guests:
        guest = pl.col("origin_table").is_in(sorted(incoming.guests))
        says &= ~(guest & pl.col(name).is_null())
    return pl.when(says).then(pl.col(name)).otherwise(pl.col(name + _OLD)).alias(name)


def _origin_kept(completing: pl.Expr) -> list[pl.Expr]:
    """A row that is only completed stays the row of the file that it came from."""
    origin = [name for name in ORIGIN if name != "status"]
    return [pl.when(completing).then(name + _OLD).otherwise(name).alias(name) for name in origin]


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
        pl.when(lack).then(pl.col(c + _OLD)).otherwise(pl.col(c)).alias(c)
        for lack, c in zip(lacks, content, strict=True)
    ]
    hit = hit.with_columns(kept).drop("_lost")
    still = pl.any_horizontal(differs) if differs else pl.lit(False)
    return hit.filter(still | (pl.col("status" + _OLD) == "archived"))


def _gone(
    new: pl.DataFrame, old: pl.LazyFrame, incoming: Incoming, untouched: pl.Series
) -> pl.DataFrame:
    """Active stored rows that are no longer there, with ``_why`` and ``_picked``.

    They are absent from a full list, their record was sent anew without them, or marked as gone.
    """
    active = old.filter(pl.col("status") == "active", ~pl.col(KEY).is_in(untouched.implode()))
    marked = new.filter(pl.col("status") == "archived").select(KEY, *_SEEN, *_record(new))
    live = new.filter(pl.col("status") == "active").select(KEY).lazy()
    absent = active.filter(pl.col("origin_table").is_in(sorted(incoming.full)))
    absent = absent.join(live, on=KEY, how="anti").join(marked.lazy(), on=KEY, how="anti")
    unnamed = pl.col("origin_table").is_in(sorted(incoming.keyless))
    parts = [
        absent.with_columns(_why=pl.lit("it is no longer in the file"), _picked=~unnamed),
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
    frames = pl.collect_all(parts, engine="streaming")
    return pl.concat(frames).unique(KEY, keep="first", maintain_order=True)


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


def change_rows(table: str, rows: pl.DataFrame, **given: pl.Expr) -> pl.DataFrame:
    """A changes frame of ``rows`` (which has ``_k``); ``given`` overrides the defaults."""
    nothing = pl.lit([], pl.List(pl.String))
    school = "school_id" if "school_id" in rows.columns else None
    columns = {
        "id": pl.lit(0),
        "action": pl.lit("add"),
        "table": pl.lit(table),
        "key": pl.col(KEY),
        "from_key": pl.lit(None, pl.String),
        "school_id": pl.col(school) if school else pl.lit(None, pl.String),
        "columns": nothing,
        "before": nothing,
        "after": nothing,
        "because": pl.lit(""),
        "source_file": pl.col("origin_file"),
        "source_row": pl.col("origin_row"),
        "picked": pl.lit(True),
        **given,
    }
    return rows.select(**columns).cast(CHANGES)  # type: ignore[arg-type]


def _adds(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    return change_rows(table, rows, because=pl.lit("it is not in the roster yet"))


def _archives(table: str, rows: pl.DataFrame, incoming: Incoming) -> pl.DataFrame:
    because = (
        pl.when("_picked")
        .then(pl.col("_why"))
        .otherwise(
            pl.col("_why") + "; not picked, because the file has rows whose id can't be read"
        )
    )
    return change_rows(
        table, rows, action=pl.lit("archive"), because=because, picked=pl.col("_picked")
    )


def _edits(table: str, rows: pl.DataFrame, action: str, because: str) -> pl.DataFrame:
    """Before → after of the columns that differ."""
    target = TABLES[table]
    content = [(c, d) for c, d in target.columns.items() if c not in target.key]
    lists: dict[str, list[pl.Expr]] = {"columns": [], "before": [], "after": []}
    for name, dtype in content:
        differs = pl.col(name).ne_missing(pl.col(name + _OLD))
        values = (pl.lit(name), text_of(name + _OLD, dtype), text_of(name, dtype))
        for part, value in zip(lists.values(), values, strict=True):
            # A blank shows as an empty text, so that the three lists stay in step.
            part.append(pl.when(differs).then(value.fill_null("")))
    shown = {name: pl.concat_list(parts).list.drop_nulls() for name, parts in lists.items()}
    return change_rows(table, rows, action=pl.lit(action), because=pl.lit(because), **shown)
