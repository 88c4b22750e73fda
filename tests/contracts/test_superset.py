"""A law: judging only the suspect rows finds what judging every row finds."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from contracts_nasty import SMALL, File, contents, find, small, tables, written
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importer.checks import exact, groups, keys, rules
from importer.checks.alike import check_alike
from importer.checks.around import Around
from importer.checks.day_order import say_order, settled
from importer.checks.ledger import HELD_ROWS, Ledger, cause_of
from importer.checks.references import Known, check_links
from importer.checks.table import check_table
from importer.contracts.values import clean
from importer.model.sheet import ROW

COUNTED = ["CELL-202", "CELL-216", "CELL-217"]  # told by the one pass itself
IDS = pl.Series(["A1", "a1", "x", "\u00e9", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"])


def references(file: File) -> dict[str, Known]:
    """Some ids that the file may name in others; the last ones are of the wrong kind."""
    bound = file.bound
    known: dict[str, Known] = {}
    for column in bound.columns():
        if column.ref and column.ref != bound.table.name:
            known.setdefault(column.ref, Known(IDS.hash()))
            if column.target:
                target = (column.target.column, column.target.is_)
                known[column.ref].typed[target] = IDS.head(3).hash()
    return known


def on_every_row(file: File, known: Mapping[str, Known]) -> Ledger:
    """The exact rules over all rows, without any predicate before them."""
    bound = file.bound.acquainted(sample := file.bound.sheet.sample())
    order = settled(bound, lambda: bound.named(file.bound.sheet.scan().collect()))
    bound, ledger = order.bound, Ledger(order.bound)
    raw = bound.named(bound.sheet.scan().collect())
    for name in [name for name in bound.table.former if name in bound.at]:
        gone = rules.former(bound, name, pl.col(name))
        left = raw.filter(gone).select(ROW, value=pl.col(name).str.strip_chars())
        cause = cause_of("CELL-251", bound.sheet.name, name, pl.col("value"))
        ledger.find(left, "CELL-251", name, cause=cause)
        ledger.skip(left[ROW])
        raw = raw.filter(~gone)
    tidy = raw.with_columns(bound.read(name, clean(pl.col(name))) for name in bound.at)
    nothing = rules.blank_rows(bound, tidy)[ROW]
    ledger.find(nothing.to_frame(), "FILE-133")
    ledger.skip(nothing)
    raw, tidy = (frame.filter(~pl.col(ROW).is_in(nothing.implode())) for frame in (raw, tidy))
    leaving = pl.col(ROW).is_in(rules.leaving(bound, raw).implode())
    for column in bound.columns():
        cells = raw.select(ROW, value=pl.col(column.name))
        said = (pl.col("value").str.strip_chars() != "").fill_null(False)
        exact.check_column(ledger, column, cells.filter(said | ~leaving))
    words = {c.name: exact.null_word(bound, c) for c in bound.columns()}
    tidy = tidy.with_columns(
        pl.when(pl.col(n) != w).then(n).alias(n) for n, w in words.items() if w
    )
    for rule in bound.table.rules:
        rules.check_rule(ledger, rule, tidy.filter(~leaving))
    state = bound.contract.row_state
    staying = tidy
    if (
        state and bound.mode == "delta" and state.column in bound.at
    ):  # what is gone may point nowhere
        gone = pl.col(state.column).str.to_lowercase() == state.gone
        staying = tidy.filter(~gone.fill_null(False))
    for column in bound.columns():
        if column.ref in known:
            check_links(ledger, column, known[column.ref], staying)
    say_order(ledger, order, sample)
    keys.check_key(ledger, tidy)
    for rule in groups.rules_of(bound, "unique"):
        keys.check_pair(ledger, rule.columns, rule.check, staying)
    for rule in groups.rules_of(bound, "one"):
        groups.check_one(ledger, rule, staying)
    for rule in groups.rules_of(bound, "some") if bound.mode == "bulk" else ():
        groups.check_some(ledger, rule, tidy, pl.Series([], dtype=pl.UInt64))
    for rule in groups.rules_of(bound, "alike"):
        check_alike(ledger, rule)
    return ledger


def findings_of(ledger: Ledger) -> pl.DataFrame:
    """Its findings, but for those that are only counted and those about the file's own ids."""
    whole = ledger.all_findings()
    return whole.filter(~pl.col("code").is_in(COUNTED), ~own_links(ledger))


def own_links(ledger: Ledger) -> pl.Expr:
    """Findings about references of the file to itself, which are judged in another way."""
    own = [c.name for c in ledger.bound.columns() if c.ref == ledger.bound.table.name]
    return pl.col("code").str.starts_with("LINK") & pl.col("column").is_in(own)


def left_out(ledger: Ledger) -> set[tuple[object, ...]]:
    """The rows that are held or skipped, and the values that are dropped."""
    whole = ledger.all_findings()
    own = whole.filter(own_links(ledger))["cause"]
    held = pl.concat([pl.DataFrame(schema=HELD_ROWS), *ledger.held])
    held = held.filter(~pl.col("cause").is_in(own.implode()))
    out: set[tuple[object, ...]] = {("held", row) for row in held[ROW]}
    out |= {("skipped", row) for part in ledger.skipped for row in part}
    refs = {c.name for c in ledger.bound.columns() if c.ref == ledger.bound.table.name}
    dropped = {cell for part in ledger.dropped for cell in part.rows()}
    return out | {("dropped", *cell) for cell in dropped if cell[1] not in refs}


def compare(file: File, known: Mapping[str, Known] | None = None) -> None:
    """Both ways find the same, and leave out the same."""
    around = Around(known or {}, [], [], {}, {})
    fast = check_table(file.bound, file.reading.findings, around).ledger
    slow = on_every_row(file, known or {})
    found, wanted = (set(findings_of(ledger).rows()) for ledger in (fast, slow))
    missed, added = list(wanted - found), list(found - wanted)
    assert not missed and not added, f"missed {missed[:2]}, added {added[:2]}"
    assert left_out(fast) == left_out(slow)


@pytest.mark.parametrize("name", SMALL)
def test_small_files(tmp_path: Path, name: str) -> None:
    file = small(name, tmp_path)
    compare(file)
    compare(file, references(file))


# No shrinking: the message names the row, and finding a smaller file would take minutes.
@pytest.mark.parametrize("place", tables())
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=st.data())
def test_nasty_files(place: str, data: st.DataObject) -> None:
    contract, table = find(place)
    mode = data.draw(st.sampled_from(["bulk", "delta"] if contract.row_state else ["bulk"]))
    with written(data.draw(contents(contract, table)), contract, table, mode) as file:
        compare(file, references(file) if data.draw(st.booleans()) else None)
