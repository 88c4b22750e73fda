"""The one streaming pass over a file: which rows are suspect, and what comparing rows needs."""

from collections.abc import Callable, Mapping

import polars as pl

from importer.checks import groups, keys, superset, tally
from importer.checks.agreement import AGREED, Agreement
from importer.checks.around import Around
from importer.checks.belongs import suspect as suspect_pairs
from importer.checks.bound import Bound
from importer.checks.outcome import GONE, KEY, target_name
from importer.checks.references import Known
from importer.checks.windows import suspect as suspect_dates
from importer.contracts import numbered
from importer.contracts.contract import Column, Make, Rule
from importer.contracts.mapping import Source
from importer.contracts.numbered import ROW_KEY, ROW_LINE, with_numbers
from importer.model.sheet import ROW, Misread

BAD = "_bad"
_DOUBTFUL = "_doubtful"


def one_pass(
    bound: Bound, suspect: list[pl.Expr], around: Around, agreed: Agreement | None
) -> pl.DataFrame:
    """The one pass over the file: ``_row``, ``_bad``, ``_key``, and a few columns more.

    Misread where a sheet was taken on trust and its rows aren't as they should be.
    """
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
    columns |= _compared(bound, around, agreed)
    for name in around.shared:
        value = pl.col(bound.at[name])
        columns[f"_u_{name}"] = pl.when(value != "").then(value.str.to_lowercase().hash())
    for link in own_links(bound):
        columns[f"_o_{link.name}"] = ~superset.blank(pl.col(bound.at[link.name]))
    columns |= tally.hashes(bound)
    for code, name, expression in counts(bound):
        columns[f"_n_{code}_{name}"] = expression
    rows = bound.sheet.scan()
    if agreed:  # told once, for all that asks it
        rows = rows.with_columns(agreed.row.alias(AGREED))
    if around.numbered and (make := _numbered(bound)):
        source = Source(bound.contract, bound.table, frozenset(bound.at), "", bound.sheet.name)
        rows = with_numbers(source, make, rows.with_columns(bound.raw(name) for name in bound.at))
        columns |= {name: pl.col(name) for name in (ROW_KEY, ROW_LINE)}
    if not bound.sheet.on_trust:
        return rows.select(ROW, **columns).collect(engine="streaming")
    columns[_DOUBTFUL] = bound.sheet.doubtful()
    try:
        passed = rows.select(ROW, **columns).collect(engine="streaming")
    except pl.exceptions.ComputeError as wrong:  # a row with too many cells, or not UTF-8
        raise Misread(bound.sheet.name) from wrong
    if passed[_DOUBTFUL].any():
        raise Misread(bound.sheet.name)
    return passed.drop(_DOUBTFUL)


def _numbered(bound: Bound) -> Make | None:
    """The make whose rows are told as numbers: of a long full list that is no more than that."""
    whole = bound.mode == "bulk" and bound.sheet.rows >= numbered.FROM and not bound.sheet.derived
    return numbered.plain(bound.table) if whole else None


def _compared(bound: Bound, around: Around, agreed: Agreement | None) -> dict[str, pl.Expr]:
    """Rows that don't say what their parents say: a column for each rule about that."""
    found: dict[str, pl.Expr] = {}
    for rule in groups.rules_of(bound, "within", "belongs"):
        name = f"_{rule.kind[0]}_{rule.check}"
        if agreed and rule.check in agreed.rules:
            found[name] = ~pl.col(AGREED)
        elif window := around.windows.get(rule.check):
            found[name] = suspect_dates(rule, bound, window).fill_null(False)
        elif known_pairs := around.said.get(rule.check):
            found[name] = suspect_pairs(rule, bound, known_pairs).fill_null(False)
    return found


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


def own_links(bound: Bound) -> list[Column]:
    """The columns that name rows of the same table."""
    return [column for column in bound.columns() if column.ref == bound.table.name]


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
