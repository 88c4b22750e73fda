"""Rows that name records by login, number or name: which record of the roster is meant.

Spreadsheets that people fill in know no source ids. What they say instead is looked up in the
committed roster and in the same drop; nothing is picked where two records fit.
"""

from collections.abc import Callable, Mapping

import polars as pl

from importer.checks import hints
from importer.checks.ledger import Ledger, cause_of
from importer.checks.matching import matches, value_in
from importer.checks.others import check_alike, check_others
from importer.checks.outcome import Outcome
from importer.checks.roster import CAUSE, ROLE, Directory
from importer.checks.zeros import lost_numbers
from importer.contracts.contract import Column, Lookup, Make
from importer.contracts.mapping import Source, columns_in, constants, make_rows, text_expr
from importer.contracts.values import clean_columns, read_as
from importer.model.sheet import ROW
from importer.model.tables import TABLES

_NAMED = ("schools", "people", "sections")  # what rows of other tables may name
_WAS = "_was"  # what a row was known by before it was looked up


def look_up(outcome: Outcome, directory: Directory) -> None:
    """Resolve the derived columns of a table; ``outcome.resolved`` gets ``_row`` and their ids.

    Rows that name nothing, or more than one record, or somebody else's, are found and held.
    """
    bound, ledger = outcome.bound, outcome.ledger
    columns = [column for column in bound.columns() if column.derive]
    if not columns:
        return
    rows = bound.named(bound.sheet.scan().collect())
    rows = rows.with_columns(clean_columns(rows, bound.at))
    # A role may be said in another spelling of its word.
    rows = rows.with_columns(read_as(pl.col(n), reads) for n, reads in ledger.reads.items())
    first = rows.select(ROW, pl.col(bound.key[0]).alias(_WAS))
    for column in columns:
        # Built anew: an earlier column it is made from may be resolved by now.
        rows = rows.with_columns(text_expr(column.derive, value_in(rows)).alias(column.name))
        if column.lookup and _says_nothing(column, directory):
            rows = rows.with_columns(pl.lit(directory.only_school).alias(column.name))
        if column.lookup:
            rows = _resolved(ledger, column, column.lookup, rows, directory)
    if bound.table.columns[bound.key[0]].derive:
        _met(outcome, rows.join(first, on=ROW))
    outcome.resolved = rows.select(ROW, *(column.name for column in columns))
    outcome.settle()
    for make in bound.table.makes:
        if make.table in _NAMED:
            directory.brought.setdefault(make.table, []).append(_bringing(outcome, make, rows))


def _says_nothing(column: Column, directory: Directory) -> bool:
    """Whether no cell says which school it is, and the settings know just one."""
    of_schools = column.lookup is not None and column.lookup.table == "schools"
    return of_schools and not columns_in(column.derive) and directory.only_school != ""


def _resolved(
    ledger: Ledger, column: Column, lookup: Lookup, rows: pl.DataFrame, directory: Directory
) -> pl.DataFrame:
    """``rows`` with the ids that a column names; what it names in vain is found."""
    key = TABLES[lookup.table].key[0]
    pairs = ((column.name, key), *lookup.by)
    told = matches(rows, pairs, key, directory.records(lookup.table))
    if lookup.table == "people" and lookup.new == "always":
        told = _or_archived(rows, told, pairs, directory.archived(lookup.table))
    named = pl.concat([rows, told], how="horizontal")
    judged = named.filter(pl.col(column.name).is_not_null(), ~_out(ledger))
    _several(ledger, column, judged.filter("_many"), directory)
    judged = judged.filter(~pl.col("_many"))
    _linked(ledger, column, judged, pairs, directory)
    check_others(ledger, column, lookup, judged, directory)
    new = judged.filter(pl.col("_id").is_null())
    if lookup.new == "always":
        lost_numbers(ledger, lookup, new, directory)
        if lookup.alike:
            check_alike(ledger, lookup, new, directory)
        if directory.committed is not None:
            _must_exist(ledger, column, new)
    elif lookup.new == "never" or directory.has_committed(lookup.table):
        announced = directory.committed.announced if directory.committed else frozenset()
        known = pl.col(column.name).str.to_lowercase().is_in(list(announced))
        _unknown(ledger, column, lookup, new.filter(~known), directory)
    else:
        _spellings(ledger, column, lookup, judged, directory)
    known = pl.when(~told["_many"]).then(told["_id"])
    return rows.with_columns(pl.coalesce(known, column.name).alias(column.name))


def _or_archived(
    rows: pl.DataFrame, told: pl.DataFrame, pairs: tuple[tuple[str, str], ...], old: pl.LazyFrame
) -> pl.DataFrame:
    """``told``, and for rows that mean nobody who is there the archived record that they mean."""
    gone = matches(rows, pairs, pairs[0][1], old)
    unknown = told["_id"].is_null()
    return told.with_columns(
        pl.when(unknown).then(gone[name]).otherwise(told[name]).alias(name) for name in told.columns
    )


def _out(ledger: Ledger) -> pl.Expr:
    """Rows that are left out already."""
    skipped = [part.alias(ROW) for part in ledger.skipped]
    return pl.col(ROW).is_in(pl.concat([ledger.held_rows()[ROW], *skipped]).implode())


def _find(
    ledger: Ledger, column: Column, rows: pl.DataFrame, code: str, cause: pl.Expr | None = None
) -> None:
    """Note rows (``detail`` where known) at the cell that names the record: the first filled.

    ``cause``: that of all rows; else each value is one.
    """
    columns = ledger.bound.table.columns
    about = column.lookup.table if column.lookup else ""
    sources = [name for name in _sources(column, columns) if name in rows.columns]
    if not sources:  # derived from nothing in the row: no cell says it
        kept = [name for name in (ROW, "detail") if name in rows.columns]
        said = rows.select(*kept, value=pl.lit(column.label))
        ledger.find(said, code, ledger.bound.sheet.name, cause=cause_of("LINK", about, code))
    for name in sources:
        filled = pl.col(name).is_not_null()
        here, rows = rows.filter(filled), rows.filter(~filled)
        kept = [ROW, "detail"] if "detail" in here.columns else [ROW]
        found = here.select(*kept, value=pl.col(name))
        each = cause_of("LINK", about, code, pl.col("value"))
        ledger.find(found, code, name, cause=each if cause is None else cause)


def _sources(column: Column, columns: Mapping[str, Column]) -> list[str]:
    """The columns of the file that a derived column is made from, its own ones first."""
    parts = [columns[name] for name in columns_in(column.derive)]
    deeper = [name for part in parts if part.derive for name in _sources(part, columns)]
    return [*(part.name for part in parts if not part.derive), *deeper]


def _several(ledger: Ledger, column: Column, many: pl.DataFrame, directory: Directory) -> None:
    """Rows that name more than one record; where no cell does, the records are told."""
    if many.height:
        told = "" if columns_in(column.derive) else hints.school_names(directory)
        _find(ledger, column, many.with_columns(detail=pl.lit(told)), "LINK-414")


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
        names = columns_in(mine)
        spelled = ", ".join(ledger.bound.spelled.get(n, n) for n in names)
        cause = cause_of("LINK-417", ledger.bound.table.name, mine)
        found = here.select(ROW, detail=pl.lit(spelled))
        ledger.find(found, "LINK-417", names[-1], cause=cause)


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
    if lookup.table in directory.unread:  # one cause for all, which mends them all
        detail = pl.lit(", since a sheet of this upload that may have it could not be read")
        cause = cause_of("LINK", lookup.table, "unread")
        _find(ledger, column, nowhere.with_columns(detail=detail), lookup.check, cause)
        return
    told = hints.close_names(nowhere, lookup, directory, value_in(nowhere))
    _find(ledger, column, nowhere.with_columns(detail=told), lookup.check)


def _spellings(
    ledger: Ledger, column: Column, lookup: Lookup, rows: pl.DataFrame, directory: Directory
) -> None:
    """The first names of an empty roster: those a slip away from one that more rows say."""
    for name in _sources(column, ledger.bound.table.columns):
        cells = rows.select(ROW, value=pl.col(name)).drop_nulls()
        told = hints.slips(cells["value"], lookup, directory)
        found = cells.with_columns(
            detail=pl.col("value").replace_strict(told or {"": ""}, default=None)
        )
        cause = cause_of("ROW-318", name, pl.col("value"))
        ledger.find(found.drop_nulls(), "ROW-318", name, cause=cause)


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
    count = pl.len().over(key).cast(pl.String)
    found = met.select(ROW, key, value=bound.shown(key), detail=count)
    cause = cause_of("LINK", bound.table.name, pl.col(key))
    ledger.find(found, "ROW-301", key, cause=cause)


def _bringing(outcome: Outcome, make: Make, rows: pl.DataFrame) -> Callable[[], pl.DataFrame]:
    """What gives the records that a table brings, each with the cause that holds its row."""
    bound = outcome.bound
    source = Source(bound.contract, bound.table, frozenset(bound.at), "", bound.sheet.name)
    role = next((constants(m)["role"] for m in bound.table.makes if m.table == "roles"), None)

    def give() -> pl.DataFrame:
        skipped = [part.alias(ROW) for part in outcome.ledger.skipped]
        out = pl.concat([pl.Series(ROW, [], dtype=pl.UInt32), *skipped])
        said = rows.filter(~pl.col(ROW).is_in(out.implode()))
        held = outcome.ledger.held_rows().select(origin_row=ROW, **{CAUSE: "cause"})
        made = make_rows(source, make, said.lazy()).filter(pl.col("status") == "active")
        if make.table == "people":
            made = made.with_columns(pl.lit(role, pl.String).alias(ROLE))
        return made.join(held.lazy(), on="origin_row", how="left").collect()

    return give
