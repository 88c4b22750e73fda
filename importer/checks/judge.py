"""The exact rules over the suspect rows of a file."""

from collections.abc import Mapping

import polars as pl

from importer.checks import exact, groups, keys, rules
from importer.checks.bound import Bound
from importer.checks.ledger import Ledger, cause_of
from importer.checks.onepass import is_gone, pairs
from importer.checks.outcome import KEY
from importer.checks.references import Known, check_links
from importer.contracts.contract import Column
from importer.model.sheet import ROW


def judge(
    ledger: Ledger, raw: pl.DataFrame, known: Mapping[str, Known], local: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """Run the exact rules over some rows; returns ``_row``, ``_key`` (text), clean key hashes.

    ``local`` tells for each column in which of the rows its rules could find anything.
    """
    bound = ledger.bound
    nothing = rules.blank_rows(bound, raw)[ROW]
    if len(nothing):
        ledger.find(pl.DataFrame({ROW: nothing}), "FILE-133")
        ledger.skip(nothing)
        raw = raw.filter(~pl.col(ROW).is_in(nothing.implode()))
    raw = _without_former(ledger, raw)
    doubts = raw.select(ROW, *(pl.col(name).alias(at) for name, at in bound.at.items())).select(
        predicate.alias(name) for name, predicate in local.items()
    )
    leaving = rules.leaving(bound, raw)
    for column in bound.columns():
        if not doubts[column.name].any():
            continue
        cells = raw.select(ROW, value=pl.col(column.name)).filter(doubts[column.name])
        if len(leaving):
            said = pl.col("value").str.strip_chars() != ""
            cells = cells.filter(said.fill_null(False) | ~pl.col(ROW).is_in(leaving.implode()))
        if cells.height:
            exact.check_column(ledger, column, cells)
    tidy = raw.select(ROW, *bound.tidy(raw, _looked_at(bound)))
    empty = [(n, exact.null_word(bound, bound.table.columns[n])) for n in tidy.columns if n != ROW]
    tidy = tidy.with_columns(pl.when(pl.col(n) != w).then(n).alias(n) for n, w in empty if w)
    staying = tidy.filter(~pl.col(ROW).is_in(leaving.implode()))
    for rule in bound.table.rules:
        rules.check_rule(ledger, rule, staying)
    alive = tidy.filter(~is_gone(bound))
    for column in _outward(bound, known):
        check_links(ledger, column, known[column.ref], alive)
    named = {f"{KEY}_clean": keys.key_hash([pl.col(n) for n in bound.key])}
    for index, rule in enumerate(pairs(bound)):
        named[f"_p{index}_clean"] = groups.rule_hash(rule, pl.col)
    # Millions of ids that nobody will name are not kept as text.
    key = keys.key_text(bound.key) if bound.is_named else pl.lit(None, pl.String)
    return tidy.select(ROW, key.alias(KEY), **named)


def _without_former(ledger: Ledger, raw: pl.DataFrame) -> pl.DataFrame:
    """The rows but for those of people who are no longer there: they are left out unjudged."""
    bound = ledger.bound
    for name in (name for name in bound.table.former if name in bound.at):
        gone = rules.former(bound, name, pl.col(name))
        left = raw.filter(gone).select(ROW, value=pl.col(name).str.strip_chars())
        cause = cause_of("CELL-251", bound.sheet.name, name, pl.col("value"))
        ledger.find(left, "CELL-251", name, cause=cause)
        ledger.skip(left[ROW])
        raw = raw.filter(~gone)
    return raw


def _looked_at(bound: Bound) -> list[str]:
    """The columns whose clean values rules, references and keys look at."""
    state = bound.contract.row_state
    used = {*bound.key, *([state.column] if state else ())}
    used |= {column.name for column in bound.columns() if column.ref}
    for rule in bound.table.rules:
        used |= {*rule.columns, *rule.when_any, *rule.dates, rule.only.get("column", "")}
    return [name for name in bound.at if name in used]


def _outward(bound: Bound, known: Mapping[str, Known]) -> list[Column]:
    return [column for column in bound.columns() if column.ref in known]
