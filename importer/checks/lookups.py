"""Rows that name records by login, number or name: which record of the roster is meant.

Spreadsheets that people fill in know no source ids. What they say instead is looked up in the
committed roster and in the same drop; nothing is picked where two records fit.
"""

from collections.abc import Callable, Mapping

import polars as pl

from importer.checks import hints
from importer.checks.ledger import Ledger, cause_of
from importer.checks.outcome import Outcome
from importer.checks.roster import CAUSE, Directory
from importer.contracts.contract import Column, Lookup, Make
from importer.contracts.mapping import Source, columns_in, make_rows, text_expr
from importer.contracts.values import clean_columns
from importer.model.sheet import ROW
from importer.model.tables import TABLES

_NAMED = ("schools", "people", "sections")  # what rows of other tables may name
_WAS = "_was"  # what a row was known by before it was looked up


def look_up(outcome: Outcome, directory: Directory) -> None:
    """Resolve the derived columns of a table; ``outcome.resolved`` gets ``_row`` and their ids.

    Rows that name nothing, or more than one record, are found and held.
    """
    bound, ledger = outcome.bound, outcome.ledger
    columns = [column for column in bound.columns() if column.derive]
    if not columns:
        return
    rows = bound.named(bound.sheet.scan().collect())
    rows = rows.with_columns(clean_columns(rows, bound.at))
    first = rows.select(ROW, pl.col(bound.key[0]).alias(_WAS))
    for column in columns:
        # Built anew: an earlier column it is made from may be resolved by now.
        rows = rows.with_columns(text_expr(column.derive, value_in(rows)).alias(column.name))
        if column.lookup:
            rows = _resolved(ledger, column, column.lookup, rows, directory)
    if bound.table.columns[bound.key[0]].derive:
        _met(outcome, rows.join(first, on=ROW))
    outcome.resolved = rows.select(ROW, *(column.name for column in columns))
    outcome.settle()
    for make in bound.table.makes:
        if make.table in _NAMED:
            directory.brought.setdefault(make.table, []).append(_bringing(outcome, make, rows))


def _resolved(
    ledger: Ledger, column: Column, lookup: Lookup, rows: pl.DataFrame, directory: Directory
) -> pl.DataFrame:
    """``rows`` with the ids that a column names; what it names in vain is found."""
    key = TABLES[lookup.table].key[0]
    pairs = ((column.name, key), *lookup.by)
    told = matches(rows, pairs, key, directory.records(lookup.table))
    named = pl.concat([rows, told], how="horizontal")
    judged = named.filter(pl.col(column.name).is_not_null(), ~_out(ledger))
    _find(ledger, column, judged.filter("_many"), "LINK-414")
    _linked(ledger, column, judged, pairs, directory)
    new = judged.filter(pl.col("_id").is_null(), ~pl.col("_many"))
    if lookup.new == "always":
        _weak(ledger, column, lookup, new, directory)
        if directory.committed is not None:
            _must_exist(ledger, column, new)
    elif lookup.new == "never" or directory.has_committed(lookup.table):
        _unknown(ledger, column, lookup, new, directory)
    return rows.with_columns(pl.coalesce(told["_id"], pl.col(column.name)).alias(column.name))


def matches(
    rows: pl.DataFrame, pairs: tuple[tuple[str, str], ...], key: str, records: pl.LazyFrame
) -> pl.DataFrame:
    """For each row ``_id``, the ``key`` that the first fitting pair tells; ``_many`` if several do.

    ``_pair`` is the place of that pair.
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
            .agg(_k=pl.col("_k").first(), _n=pl.col("_k").n_unique())
            .collect()
        )
        hit = asked.join(known, on="_v", how="left", maintain_order="left").drop("_v")
        both = pl.concat([found, hit], how="horizontal")
        free = pl.col("_id").is_null() & ~pl.col("_many")
        one, many = free & (pl.col("_n") == 1), free & (pl.col("_n") > 1)
        found = both.select(
            _id=pl.when(one).then("_k").otherwise("_id"),
            _many=pl.col("_many") | many.fill_null(False),
            _pair=pl.when(one).then(pl.lit(place)).otherwise("_pair"),
        )
    return found


def value_in(rows: pl.DataFrame) -> Callable[[str], pl.Expr]:
    """Columns of the file by name; one that it lacks is blank."""
    return lambda name: pl.col(name) if name in rows.columns else pl.lit(None, pl.String)


def _out(ledger: Ledger) -> pl.Expr:
    """Rows that are left out already."""
    skipped = [part.alias(ROW) for part in ledger.skipped]
    return pl.col(ROW).is_in(pl.concat([ledger.held_rows()[ROW], *skipped]).implode())


def _find(ledger: Ledger, column: Column, rows: pl.DataFrame, code: str) -> None:
    """Note rows (``detail`` where known) at the cell that names the record: the first filled."""
    columns = ledger.bound.table.columns
    about = column.lookup.table if column.lookup else ""
    sources = [name for name in _sources(column, columns) if name in rows.columns]
    if not sources:  # derived from nothing in the row: it is said of the row
        ledger.find(rows.select(ROW), code, cause=cause_of("LINK", about, code))
    for name in sources:
        filled = pl.col(name).is_not_null()
        here, rows = rows.filter(filled), rows.filter(~filled)
        kept = [ROW, "detail"] if "detail" in here.columns else [ROW]
        found = here.select(*kept, value=pl.col(name))
        ledger.find(found, code, name, cause=cause_of("LINK", about, code, pl.col("value")))


def _sources(column: Column, columns: Mapping[str, Column]) -> list[str]:
    """The columns of the file that a derived column is made from, its own ones first."""
    parts = [columns[name] for name in columns_in(column.derive)]
    deeper = [name for part in parts if part.derive for name in _sources(part, columns)]
    return [*(part.name for part in parts if not part.derive), *deeper]


def _linked(
    ledger: Ledger,
    column: Column,
    judged: pl.DataFrame,
    pairs: tuple[tuple[str, str], ...],
    directory: Directory,
) -> None:
    """Say which rows were matched with committed records by something other than their id."""
    if column.lookup is None or column.lookup.new != "always" or not directory.committed:
        return
    linked = judged.filter(pl.col("_id").is_not_null(), pl.col("_pair") > 0)
    for place, (mine, _) in enumerate(pairs):
        here = linked.filter(pl.col("_pair") == place)
        spelled = ", ".join(ledger.bound.spelled.get(n, n) for n in columns_in(mine))
        ledger.find(here.select(ROW, detail=pl.lit(spelled)), "LINK-417", column.name)


def _unknown(
    ledger: Ledger, column: Column, lookup: Lookup, new: pl.DataFrame, directory: Directory
) -> None:
    """Rows that name what isn't there; those that name a held row of this drop wait with it."""
    if not directory.can_tell(lookup.table):
        return
    waits = matches(new, lookup.by, CAUSE, directory.held(lookup.table))["_id"]
    waiting = new.select(ROW, cause=waits.cast(pl.UInt64)).drop_nulls()
    ledger.hold(waiting)
    nowhere = new.filter(waits.is_null())
    told = hints.close_names(nowhere, lookup, directory, value_in(nowhere))
    _find(ledger, column, nowhere.with_columns(detail=told), lookup.check)


def _weak(
    ledger: Ledger, column: Column, lookup: Lookup, new: pl.DataFrame, directory: Directory
) -> None:
    """New records known only by what they say, and that like one that exists."""
    if not lookup.alike:
        return
    weak = new.filter(pl.all_horizontal(value_in(new)(n).is_null() for n in lookup.weak))
    key = TABLES[lookup.table].key[0]
    told = matches(weak, lookup.alike, key, directory.existing(lookup.table))
    like = pl.concat([weak.drop(told.columns), told], how="horizontal")
    like = like.filter(pl.col("_id").is_not_null() | pl.col("_many"))
    _find(
        ledger, column, like.with_columns(detail=hints.logins(like["_id"], directory)), "LINK-415"
    )


def _must_exist(ledger: Ledger, column: Column, new: pl.DataFrame) -> None:
    """Rows whose action needs a record that is there, on one that isn't."""
    bound = ledger.bound
    state = bound.contract.row_state
    if column.name in bound.key and state and state.column in bound.at:
        action = pl.col(state.column)
        wrong = new.filter(action.str.to_lowercase().is_in(state.existing))
        _find(ledger, column, wrong.with_columns(detail=action), "LINK-416")


def _met(outcome: Outcome, rows: pl.DataFrame) -> None:
    """Rows that turn out to mean the same record though they name it in different ways."""
    bound, ledger = outcome.bound, outcome.ledger
    key = bound.key[0]
    met = rows.filter(~_out(ledger)).filter(pl.col(_WAS).n_unique().over(key) > 1)
    found = met.select(ROW, value=pl.col(key), detail=pl.len().over(key).cast(pl.String))
    cause = cause_of("LINK", bound.table.name, pl.col("value"))
    ledger.find(found, "ROW-301", key, cause=cause)


def _bringing(outcome: Outcome, make: Make, rows: pl.DataFrame) -> Callable[[], pl.DataFrame]:
    """What gives the records that a table brings, each with the cause that holds its row."""
    bound = outcome.bound
    source = Source(bound.contract, bound.table, frozenset(bound.at), "", bound.sheet.name)

    def give() -> pl.DataFrame:
        skipped = [part.alias(ROW) for part in outcome.ledger.skipped]
        out = pl.concat([pl.Series(ROW, [], dtype=pl.UInt32), *skipped])
        said = rows.filter(~pl.col(ROW).is_in(out.implode()))
        held = outcome.ledger.held_rows().select(origin_row=ROW, **{CAUSE: "cause"})
        made = make_rows(source, make, said.lazy()).filter(pl.col("status") == "active")
        return made.join(held.lazy(), on="origin_row", how="left").collect()

    return give
