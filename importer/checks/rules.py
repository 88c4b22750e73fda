"""The exact rules over several columns of one row, run on the suspect rows with clean values."""

from collections.abc import Callable

import polars as pl

from importer.checks.bound import Bound
from importer.checks.ledger import Ledger
from importer.contracts.contract import Rule
from importer.contracts.values import any_date
from importer.model.sheet import ROW


def check_rule(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    """Run one rule over ``frame``: ``_row`` and clean values under the contract's names."""
    if rule.kind in _ELSEWHERE or any(name not in frame.columns for name in rule.columns):
        return
    _KINDS[rule.kind](ledger, rule, frame)


def _needs(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    """If any of ``when_any`` is given, all of ``columns`` must be; else they are all left out."""
    given = [pl.col(name).is_not_null() for name in rule.when_any if name in frame.columns]
    for name in rule.columns:
        wrong = frame.filter(pl.any_horizontal(given), pl.col(name).is_null())
        known = tuple(n for n in rule.when_any if n in frame.columns)
        ledger.find(wrong.select(ROW), rule.check, name, drops=known)


def _together(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    for name, other in (rule.columns, rule.columns[::-1]):
        wrong = frame.filter(pl.col(name).is_null(), pl.col(other).is_not_null())
        detail = pl.lit(ledger.bound.spelled[other]).alias("detail")
        ledger.find(wrong.select(ROW, detail), rule.check, name)


def _order(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    first, second = rule.columns
    columns = ledger.bound.table.columns
    early = any_date(pl.col(first), columns[first])
    late = any_date(pl.col(second), columns[second])
    _report(ledger, rule, frame.filter(late < early), second, pl.col(first))


def _year_of_end(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    year, end = rule.columns
    kind = pl.col(rule.only["column"]).str.to_lowercase() == rule.only["is"].lower()
    ends = any_date(pl.col(end), ledger.bound.table.columns[end]).dt.year().cast(pl.String)
    is_year = pl.col(year).str.contains("^[0-9]{4}$")
    _report(ledger, rule, frame.filter(kind, is_year, pl.col(year) != ends), year, ends)


def _same_length(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    first, second = rule.columns
    sizes = [pl.col(name).str.split(",").list.len() for name in rule.columns]
    wrong = frame.drop_nulls([first, second]).filter(sizes[0] != sizes[1])
    _report(ledger, rule, wrong, second, pl.lit(ledger.bound.spelled[first]))


def _only_for(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    flag, role = rule.columns
    wrong = frame.filter(
        pl.col(flag).str.to_lowercase() == rule.value,
        pl.col(role).str.to_lowercase() != rule.only["is"].lower(),
    )
    # Of a row that is left out, the role itself may be what is wrong.
    wrong = wrong.filter(~_held(ledger, wrong))
    shown = wrong.select(ROW, value=pl.col(flag), detail=pl.col(role))
    ledger.find(shown, rule.check, flag, drops=(flag,))


def _any_of(ledger: Ledger, rule: Rule, frame: pl.DataFrame) -> None:
    """At least one of the columns says ``value``; the first is named."""
    said = [pl.col(n).str.to_lowercase().is_in(_spellings(ledger, rule, n)) for n in rule.columns]
    none = frame.filter(~pl.any_horizontal(test.fill_null(False) for test in said))
    none = none.filter(~_held(ledger, none))
    spelled = " / ".join(ledger.bound.spelled[name] for name in rule.columns)
    ledger.find(none.select(ROW, detail=pl.lit(spelled)), rule.check, rule.columns[0])


def _spellings(ledger: Ledger, rule: Rule, column: str) -> list[str]:
    """All that is read as the word of the rule, in small letters: yes for TRUE."""
    words = ledger.bound.contract.words[ledger.bound.table.columns[column].words]
    return [text for text, word in words.spellings().items() if word.lower() == rule.value]


def _held(ledger: Ledger, frame: pl.DataFrame) -> pl.Expr:
    """Rows of a frame that an error leaves out already."""
    return pl.col(ROW).is_in(ledger.held_among(frame[ROW]).implode())


def _report(ledger: Ledger, rule: Rule, wrong: pl.DataFrame, column: str, detail: pl.Expr) -> None:
    ledger.find(wrong.select(ROW, value=pl.col(column), detail=detail), rule.check, column)


_KINDS: dict[str, Callable[[Ledger, Rule, pl.DataFrame], None]] = {
    "needs": _needs,
    "together": _together,
    "order": _order,
    "year_of_end": _year_of_end,
    "same_length": _same_length,
    "only_for": _only_for,
    "any_of": _any_of,
}
# These compare rows: keys.py, groups.py, windows.py, alike.py, complete.py.
_ELSEWHERE = ("unique", "one", "some", "within", "belongs", "alike", "complete")


def leaving(bound: Bound, frame: pl.DataFrame) -> pl.Series:
    """Rows that only take a known record away: it is enough that they say which.

    ``frame``: raw values under the contract's names.
    """
    state = bound.contract.row_state
    if state is None or state.gone not in state.existing or state.column not in bound.at:
        return pl.Series(ROW, [], dtype=pl.UInt32)
    said = bound.read(state.column, pl.col(state.column)).str.strip_chars()
    gone = said.str.to_lowercase() == state.gone
    named = [pl.col(name).str.strip_chars() != "" for name in bound.key]
    return frame.filter(gone, *named)[ROW]


def blank_rows(bound: Bound, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of separators only: nothing in any column that the contract knows."""
    sent = [column.name for column in bound.columns() if not column.derive]
    blank = [pl.col(name).str.strip_chars().fill_null("") == "" for name in sent]
    return frame.filter(pl.all_horizontal(blank))


def former(bound: Bound, column: str, value: pl.Expr) -> pl.Expr:
    """Whether a raw value of a column says that somebody is no longer there."""
    words = bound.table.former.get(column, ())
    known = bound.contract.words.get(bound.table.columns[column].words)
    spellings = known.spellings().items() if known else ((word.lower(), word) for word in words)
    telling = [text for text, word in spellings if word in words]
    said = bound.read(column, value).str.strip_chars().str.to_lowercase()
    return said.is_in(telling).fill_null(False)
