"""Ids that the roster knows in another spelling: a spreadsheet took their zeros away.

``123`` for ``00123`` is not a new person, and ``00123`` has not left. Such rows are held, and so is
the record that they most likely mean.
"""

from dataclasses import dataclass

import polars as pl

from importer.checks.ledger import Ledger, cause_of
from importer.checks.outcome import KEY, Outcome
from importer.checks.plain_ids import plain, what_happened
from importer.checks.roster import Committed, Directory
from importer.contracts.contract import Contract, Lookup
from importer.contracts.values import clean
from importer.model.sheet import ROW
from importer.model.tables import TABLES

_MOST_LISTED = 3


@dataclass(frozen=True)
class Stored:
    """The ids that the committed roster has for a source table, as text."""

    active: pl.Series
    archived: pl.Series


def stored_ids(contract: Contract, table: str, committed: Committed | None) -> Stored | None:
    """Those ids; None where nothing is committed or the table's ids aren't the roster's."""
    if committed is None or committed.empty:
        return None
    for make in contract.tables[table].makes:
        key, column = contract.tables[table].key, TABLES[make.table].key[0]
        if len(key) == 1 and make.columns.get(column) == key[0]:  # else its ids aren't the roster's
            active, old = (
                rows.select(column).collect().to_series()
                for rows in (committed.active(make.table), committed.archived(make.table))
            )
            return Stored(active, old)
    return None


def lost_zeros(outcome: Outcome, stored: Stored) -> None:
    """Find the rows whose new id is a known one that a spreadsheet has changed.

    Looks closer only where the file has ids that the roster doesn't know and lacks some that it
    knows. One record that may be meant: the row is held, and that record with it. Several: the
    same, without a proposal. An archived one alone: a warning.
    """
    bound = outcome.bound
    sent = outcome.passed[KEY]
    missing = stored.active.filter(~stored.active.hash().is_in(sent.implode()))
    gone = stored.archived.filter(~stored.archived.hash().is_in(sent.implode()))
    known = pl.concat([stored.active.hash(), stored.archived.hash()])
    fresh = outcome.passed.filter(~pl.col(KEY).is_in(known.implode()))[ROW]
    if bound.table.columns[bound.key[0]].derive or not len(fresh) or not len(missing) + len(gone):
        return
    rows = _ids(outcome, fresh)
    meant = _alike(rows, missing)
    outcome.meant = meant.select(ROW, "value", "meant")
    _say(outcome, meant)
    old = _alike(rows.filter(~pl.col(ROW).is_in(meant[ROW].implode())), gone)
    _say(outcome, old, severity="WARNING")
    if meant.height:
        outcome.read_keys = pl.concat(
            [outcome.read_keys, rows.select(ROW, pl.col("value").alias(KEY))]
        ).unique(ROW, keep="last", maintain_order=True)
        outcome.settle()


def _ids(outcome: Outcome, fresh: pl.Series) -> pl.DataFrame:
    """``_row`` and ``value`` of these rows, but for those that say nothing new."""
    bound = outcome.bound
    value = clean(bound.raw(bound.key[0]), bound.sheet.ascii_only)
    rows = bound.sheet.scan().select(ROW, value=value).filter(pl.col(ROW).is_in(fresh.implode()))
    read = rows.drop_nulls().collect(engine="streaming")
    return read.filter(~pl.col(ROW).is_in(outcome.skipped().implode()))


def _alike(rows: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """``rows`` with each of the ids (``meant``) that they may mean, a line for each pair."""
    known = pl.DataFrame({"meant": ids}).with_columns(_plain=plain(pl.col("meant")))
    named = rows.with_columns(_plain=plain(pl.col("value")))
    return named.join(known, on="_plain", maintain_order="left").drop("_plain")


def _say(outcome: Outcome, meant: pl.DataFrame, severity: str = "ERROR") -> None:
    key = outcome.bound.key[0]
    wrong = outcome.ledger.wrong_rows(key)  # what is wrong with these ids is said already
    for kind, part in _told(meant.filter(~pl.col(ROW).is_in(wrong.implode()))).items():
        cause = cause_of("ROW-330", outcome.bound.sheet.name, kind, severity)
        outcome.ledger.find(part, "ROW-330", key, severity=severity, cause=cause)


def _told(meant: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Each row once with ``detail``, and with a proposal where it can mean one record only."""
    several = pl.col("meant").n_unique().over(ROW) > 1
    taken = pl.col("value").n_unique().over("meant") > 1
    judged = meant.with_columns(_clear=~(several | taken).any().over(ROW))
    found = judged.group_by(ROW, maintain_order=True).agg(
        pl.first("value", "_clear"), pl.col("meant").unique().sort()
    )
    one = pl.col("meant").list.first()
    listed = pl.col("meant").list.head(_MOST_LISTED).list.join("” and “")
    clear = found.filter("_clear").with_columns(
        detail=pl.format("“{}”: {}", one, what_happened(pl.col("value"), one)), mended=one
    )
    doubtful = found.filter(~pl.col("_clear")).with_columns(
        detail=pl.format("“{}”, and nobody can tell which row means which", listed),
        mended=pl.lit(None, pl.String),
    )
    parts = {"one": clear, "several": doubtful}
    return {k: p.select(ROW, "value", "detail", "mended").sort(ROW) for k, p in parts.items()}


def lost_numbers(ledger: Ledger, lookup: Lookup, new: pl.DataFrame, directory: Directory) -> None:
    """Find the rows of a sheet that would add somebody whose number is a known one without zeros.

    ``new``: rows (clean values) that mean no record that is there.
    """
    if directory.committed is None or directory.committed.empty or new.is_empty():
        return
    bound = ledger.bound
    for mine, theirs in lookup.by:
        column = bound.table.columns.get(mine)
        if column is None or column.type != "id" or mine not in bound.at:
            continue
        said = new.select(ROW, value=mine).drop_nulls()
        told = ledger.held_rows()[ROW]
        said = said.filter(~pl.col(ROW).is_in(told.implode()))
        ids = directory.existing(lookup.table).select(theirs).unique().collect().to_series()
        meant = _alike(said, ids.drop_nulls())
        for kind, part in _told(meant).items():
            cause = cause_of("LINK-430", bound.sheet.name, mine, kind)
            ledger.find(part, "LINK-430", mine, cause=cause)
