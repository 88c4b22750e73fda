"""Rows that say again what their parent says: an enrollment's school is that of its section."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks.bound import Bound
from importer.checks.keys import key_hash
from importer.checks.ledger import Ledger
from importer.checks.outcome import Outcome
from importer.contracts.contract import Rule, Table
from importer.contracts.values import clean
from importer.model.sheet import ROW


@dataclass(frozen=True)
class Said:
    """What the parents say: ``_parent`` and ``_own`` (texts), and the hashes of these pairs."""

    rows: pl.DataFrame
    pairs: pl.Series


def said(rule: Rule, table: Table, outcomes: Mapping[str, Outcome]) -> Said | None:
    """What a ``belongs`` rule compares with; None where the parents' file isn't there.

    ``rule.columns`` are the one that names the parent and the one that says it again;
    ``rule.through`` the parent's column that says it first.
    """
    parent = outcomes.get(table.columns[rule.columns[0]].ref)
    if parent is None or rule.through[0] not in parent.bound.at:
        return None
    bound = parent.bound
    names = {"_parent": bound.key[0], "_own": rule.through[0]}
    plain = bound.sheet.ascii_only
    values = [clean(bound.said(name), plain).alias(to) for to, name in names.items()]
    rows = bound.sheet.scan().select(values)
    known = rows.drop_nulls().unique("_parent", keep="none").collect(engine="streaming")
    return Said(known, known.select(key_hash([pl.col("_parent"), pl.col("_own")])).to_series())


def suspect(rule: Rule, bound: Bound, said: Said) -> pl.Expr:
    """Rows that don't say what any parent says; all others need no second look."""
    pair = key_hash([bound.said(name) for name in rule.columns])
    return ~pair.is_in(said.pairs.implode())


def check_belongs(ledger: Ledger, rule: Rule, said: Said, rows: pl.DataFrame) -> None:
    """Find those of ``rows`` (clean values, none that is held) whose parent says something else."""
    parent, own = rule.columns
    both = rows.join(
        said.rows, left_on=parent, right_on="_parent", how="inner", maintain_order="left"
    )
    wrong = both.filter(pl.col(own) != pl.col("_own"))
    detail = pl.format("{} belongs to {}", parent, "_own")
    ledger.find(wrong.select(ROW, value=own, detail=detail), rule.check, own)
