"""What planning gets of each table: accepted rows as a scan, held rows, dropped values."""

import polars as pl

from importer.checks.drop import Checked
from importer.checks.outcome import Outcome
from importer.contracts.contract import Contract
from importer.contracts.mapping import Source
from importer.contracts.values import clean
from importer.model.sheet import ROW
from importer.planning.assemble import Accepted


def accepted(checked: Checked, contract: Contract, drop: str) -> list[Accepted]:
    """All checked tables, in the order of the contract. ``drop`` is the id of the drop."""
    return [_accepted(outcome, contract, drop) for outcome in checked.outcomes.values()]


def _accepted(outcome: Outcome, contract: Contract, drop: str) -> Accepted:
    tied = outcome.bound
    source = Source(contract, tied.table, frozenset(tied.at), drop, tied.sheet.name)
    held = outcome.ledger.held_rows()[ROW]
    out = pl.concat([held, outcome.skipped()])
    rows = tied.sheet.scan()
    if len(out):
        rows = rows.filter(~pl.col(ROW).is_in(out.implode()))
    dropped = outcome.dropped()
    values = [_read_as(outcome, name, dropped) for name in tied.at]
    readable = held.filter(~held.is_in(tied.sheet.damaged.implode())).sort()
    named = outcome.rows.tidy(readable)
    named = named.with_columns(outcome.ledger.trusted(name) for name in tied.key)
    blind = pl.all_horizontal(pl.col(name).is_null() for name in tied.key)
    keyless = len(tied.sheet.damaged) > 0 or not named.filter(blind).is_empty()
    sent = tied.sheet.scan().select(ROW, *(tied.raw(name) for name in tied.at))
    rows = rows.select(ROW, *values)
    if outcome.resolved is not None:
        sent, rows = (_named(frame, outcome.resolved) for frame in (sent, rows))
        named = _named(named.lazy(), outcome.resolved).collect()
    return Accepted(source, tied.mode, sent.drop(ROW), rows, named, dropped, keyless)


def _named(rows: pl.LazyFrame, resolved: pl.DataFrame) -> pl.LazyFrame:
    """Rows with the ids of the records that they name instead of what they say."""
    bare = rows.drop([name for name in resolved.columns if name != ROW])
    return bare.join(resolved.lazy(), on=ROW, how="left", maintain_order="left")


def _read_as(outcome: Outcome, name: str, dropped: pl.DataFrame) -> pl.Expr:
    """A column's clean values: other spellings replaced, values that were left out null."""
    tied = outcome.bound
    value = clean(pl.col(tied.at[name]), tied.sheet.ascii_only)
    reads = outcome.ledger.reads.get(name)
    if reads and tied.table.columns[name].list:
        item = pl.element().str.strip_chars().replace(reads)
        value = value.str.split(",").list.eval(item).list.join(",")
    elif reads:
        value = value.replace(reads)
    lost = dropped.filter(pl.col("column") == name)[ROW]
    if len(lost):
        value = pl.when(~pl.col(ROW).is_in(lost.implode())).then(value)
    return value.alias(name)
