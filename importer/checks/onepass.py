"""The one streaming pass over a file: which rows are suspect, and what comparing rows needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks import groups, keys, superset
from importer.checks.belongs import Said
from importer.checks.belongs import suspect as suspect_pairs
from importer.checks.bound import Bound
from importer.checks.outcome import GONE, KEY, target_name
from importer.checks.references import Known
from importer.checks.windows import Windows
from importer.checks.windows import suspect as suspect_dates
from importer.contracts.contract import Rule
from importer.model.sheet import ROW

BAD = "_bad"


@dataclass(frozen=True)
class Around:
    """What the other files have to do with a table.

    ``known``: what earlier tables offer to be named. ``targets``: (column, word) pairs that later
    references ask for; ``shared``: columns whose values are compared across files (their hashes
    stay in ``passed``); ``windows``: code of a rule → the times that its rows must keep to;
    ``said``: code of a rule → what the parents of its rows say.
    """

    known: Mapping[str, Known]
    targets: list[tuple[str, str]]
    shared: list[str]
    windows: Mapping[str, Windows]
    said: Mapping[str, Said]


def one_pass(bound: Bound, suspect: list[pl.Expr], around: Around) -> pl.DataFrame:
    """The one pass over the file: ``_row``, ``_bad``, ``_key``, and a few columns more."""
    ruled = [superset.rule_suspect(bound, rule) for rule in bound.table.rules]
    key = keys.key_hash([pl.col(bound.at[name]) for name in bound.key])
    doubts = [*suspect, *(p for p in ruled if p is not None), *_elsewhere(bound, around.known, key)]
    columns = {BAD: pl.any_horizontal(p.fill_null(False) for p in doubts), KEY: key}
    columns[GONE] = is_gone(bound, bound.said)
    for column, word in around.targets:
        columns[target_name(column, word)] = _is_word(bound, column, word)
    for index, rule in enumerate(pairs(bound)):
        columns[f"_p{index}"] = groups.rule_hash(rule, bound.said)
    for index, rule in enumerate(needing(bound)):
        columns[f"_g{index}"] = groups.rule_hash(rule, bound.said)
        columns[f"_f{index}"] = groups.is_so(rule, bound.said)
    for rule in groups.rules_of(bound, "within"):
        if window := around.windows.get(rule.check):
            columns[f"_w_{rule.check}"] = suspect_dates(rule, bound, window).fill_null(False)
    for rule in groups.rules_of(bound, "belongs"):
        if known_pairs := around.said.get(rule.check):
            columns[f"_b_{rule.check}"] = suspect_pairs(rule, bound, known_pairs).fill_null(False)
    for name in around.shared:
        value = pl.col(bound.at[name])
        columns[f"_u_{name}"] = pl.when(value != "").then(value.str.to_lowercase().hash())
    for code, name, expression in counts(bound):
        columns[f"_n_{code}_{name}"] = expression
    return bound.sheet.scan().select(ROW, **columns).collect(engine="streaming")


def _is_word(bound: Bound, column: str, word: str) -> pl.Expr:
    """Whether a row is of a kind that references ask for; a kind of somebody's own may be it."""
    value = bound.said(column).str.strip_chars().str.to_lowercase()
    words = bound.contract.words.get(bound.table.columns[column].words)
    own = value.str.starts_with(words.open) if words and words.open else pl.lit(False)
    return (value == word.lower()) | own


def _elsewhere(bound: Bound, known: Mapping[str, Known], key: pl.Expr) -> list[pl.Expr]:
    """Rows whose id is used in a table that may not share ids with this one."""
    others = [known[name].accepted for name in bound.table.apart_from if name in known]
    return [key.is_in(other.implode()) for other in others]


def pairs(bound: Bound) -> list[Rule]:
    """Rules about rows that share the values of some columns; what says nothing new comes first."""
    return [*groups.rules_of(bound, "unique"), *groups.rules_of(bound, "one")]


def needing(bound: Bound) -> list[Rule]:
    """Rules that want something of each group of rows; of a delta the other rows aren't here."""
    return groups.rules_of(bound, "some") if bound.mode == "bulk" else []


def counts(bound: Bound) -> list[tuple[str, str, pl.Expr]]:
    """Facts that are only counted, so that a column blank in every row costs nothing."""
    found = [
        ("CELL-202", c.name, superset.blank(bound.said(c.name).str.strip_chars()))
        for c in bound.columns()
        if c.need == "recommended"
    ]
    state = bound.contract.row_state
    if state and bound.mode == "bulk" and bound.contract.absence == "archive":
        for name in (n for n in state.bulk_blank if n in bound.at):
            filled = ~superset.blank(value := bound.said(name))
            if name == state.column:
                gone = (value.str.to_lowercase() == state.gone).fill_null(False)
                found.append(("CELL-217", name, gone))
                filled &= ~gone
            found.append(("CELL-216", name, filled))
    return found


def is_gone(bound: Bound, value: Callable[[str], pl.Expr] = pl.col) -> pl.Expr:
    """Rows that take a record away: what they point to may be gone already."""
    state = bound.contract.row_state
    if state is None or bound.mode != "delta" or state.column not in bound.at:
        return pl.lit(False)
    return (value(state.column).str.to_lowercase() == state.gone).fill_null(False)
