"""What spreadsheets and wrong encodings do to single values, found before a value is judged.

A cheap mask (``mask``) lets few values by; only those are looked at. What is said here is not said
again: the cell is taken out, or goes on as it was before it was damaged.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from importer.checks import garbled
from importer.checks.habits import NOTHING, Habits
from importer.checks.ledger import Ledger
from importer.checks.marks import (
    BLANKS,
    CUT,
    DATED,
    ERRORS,
    NONE,
    QUOTED,
    QUOTED_TEXT,
    UNSEEN,
    WHOLE_DATE,
    WIDE,
    anything,
)
from importer.checks.plain_ids import (
    DASHES,
    DECIMAL,
    QUOTES,
    SCIENTIFIC,
    THOUSANDS,
    undamaged,
)
from importer.contracts.contract import Column
from importer.model.sheet import ROW

_BARE = undamaged(pl.col("value"))


@dataclass(frozen=True)
class Cells:
    """The doubtful cells of one column (``_row``, ``value``), and what is known of the column."""

    ledger: Ledger
    column: Column
    habits: Habits
    frame: pl.DataFrame

    def holding(self, pattern: str) -> pl.DataFrame:
        """Those that match."""
        return self.frame.filter(pl.col("value").str.contains(pattern))

    def find(self, rows: pl.DataFrame, code: str, drops: bool = True) -> None:
        """Note cells: of an id the row is held; else the value is left out, or only doubted."""
        name, is_id = self.column.name, self.habits.kind == "id"
        severity, gone = ("ERROR", ()) if is_id else ("WARNING", (name,) if drops else ())
        self.ledger.find(rows, code, name, severity=severity, drops=gone)
        if not drops and not is_id:
            self.ledger.doubt(rows[ROW], name)


def explained(ledger: Ledger, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """Find the damaged among the clean ``cells`` (``_row``, ``value``); returns those to judge."""
    habits = ledger.bound.habits.get(column.name, NOTHING)
    if not habits.kind:
        return cells
    doubtful = cells.filter(pl.col("value").str.contains(anything(habits.kind)))
    if doubtful.is_empty():
        return cells
    for rule in _RULES:
        if doubtful.is_empty():
            break
        found = rule(Cells(ledger, column, habits, doubtful))[ROW]
        if found.is_empty():
            continue
        there = found.implode()
        doubtful = doubtful.filter(~pl.col(ROW).is_in(there))
        if rule in _LAST_WORD or (rule is _quoted and habits.kind in ("id", "number")):
            cells = cells.filter(~pl.col(ROW).is_in(there))
    return cells.with_columns(_unquoted(ledger, column))


def _unquoted(ledger: Ledger, column: Column) -> pl.Expr:
    """The values as they are read from now on."""
    reads = ledger.reads.get(column.name)
    return pl.col("value").replace(reads) if reads else pl.col("value")


def _errors(cells: Cells) -> pl.DataFrame:
    """#N/A and the like: no value, but no blank either."""
    wrong, column = cells.holding(ERRORS), cells.column
    must = column.need == "required" or column.name in cells.ledger.bound.key
    if must or cells.habits.kind == "id":
        cells.ledger.find(wrong, "CELL-227", column.name, severity="ERROR")
    else:
        offered = wrong.with_columns(mended=pl.lit(""))
        cells.ledger.find(offered, "CELL-227", column.name, drops=(column.name,))
    return wrong


def _quoted(cells: Cells) -> pl.DataFrame:
    """A sign that was to keep a spreadsheet from computing: of ids a person says so, else read."""
    kind, column = cells.habits.kind, cells.column
    wrong = cells.holding(QUOTED.get(kind, QUOTED_TEXT))
    if wrong.is_empty():
        return wrong
    wrong = wrong.with_columns(mended=pl.col("value").str.strip_prefix("'"))
    if kind in ("id", "number"):
        cells.find(wrong, "CELL-225", drops=False)
    else:
        cells.ledger.find(wrong, "CELL-225", column.name, severity="INFO")
        cells.ledger.reads.setdefault(column.name, {}).update(
            wrong.select("value", "mended").iter_rows()
        )
    return wrong


def _scientific(cells: Cells) -> pl.DataFrame:
    return _of_ids(cells, "CELL-221", SCIENTIFIC, mended=None)


def _wide(cells: Cells) -> pl.DataFrame:
    return _of_ids(cells, "CELL-226", WIDE, drops=False)


def _amount(cells: Cells) -> pl.DataFrame:
    pattern = THOUSANDS if cells.habits.decimals else f"(?:{THOUSANDS})|(?:{DECIMAL})"
    return _of_ids(cells, "CELL-223", pattern)


def _cut(cells: Cells) -> pl.DataFrame:
    return _of_ids(cells, "CELL-222", CUT if cells.habits.cut else NONE, mended=None)


def _typographic(cells: Cells) -> pl.DataFrame:
    """Typed quotes and dashes that a word processor made pretty; the id is taken as it is."""
    wrong = cells.holding(f"{QUOTES}|{DASHES}" if cells.habits.kind == "id" else NONE)
    if wrong.height:
        wrong = wrong.with_columns(mended=_BARE)
        cells.ledger.find(wrong, "CELL-238", cells.column.name)
    return wrong


def _of_ids(
    cells: Cells, code: str, pattern: str, mended: pl.Expr | None = _BARE, drops: bool = True
) -> pl.DataFrame:
    """The ids that match; ``mended``: what they most likely were."""
    if cells.habits.kind not in ("id", "number"):
        return cells.frame.clear()
    wrong = cells.holding(pattern)
    if wrong.height:
        offered = wrong if mended is None else wrong.with_columns(mended=mended)
        cells.find(offered, code, drops=drops)
    return wrong


def _texts(cells: Cells) -> Cells:
    wanted = cells.habits.kind in ("number", "name", "place", "text")
    return cells if wanted else replace(cells, frame=cells.frame.clear())


def _dated(cells: Cells) -> pl.DataFrame:
    """9-10 as 10-Sep: which of its numbers came first nobody can tell."""
    pattern = DATED if cells.habits.dated else NONE
    if cells.habits.kind == "place":
        pattern = f"(?:{DATED})|(?:{WHOLE_DATE})"
    wrong = cells.holding(pattern)
    cells.find(wrong, "CELL-235")
    return wrong


def _garbled(cells: Cells) -> pl.DataFrame:
    """Letters that were written in one encoding and read in another."""
    wrong = garbled.repaired(_texts(cells).frame)
    cells.find(wrong, "CELL-228", drops=False)
    return wrong


def _lost(cells: Cells) -> pl.DataFrame:
    """Letters that an encoding could not hold; of an id nobody can tell whose it was."""
    kind = cells.habits.kind
    asked = cells if kind == "id" else _texts(cells)
    wrong = asked.holding(garbled.LOST_IN_NAMES if kind == "name" else garbled.LOST)
    cells.find(wrong, "CELL-229", drops=False)
    return wrong


def _unseen(cells: Cells) -> pl.DataFrame:
    """Signs in a text that nobody sees; it is read without them. Ids have CELL-209."""
    name = cells.column.name
    looked_at = ("number", "email", "name", "place", "text")
    wrong = cells.holding(UNSEEN) if cells.habits.kind in looked_at else cells.frame.clear()
    if wrong.is_empty():
        return wrong
    value = pl.col("value").str.replace_all(BLANKS, " ").str.replace_all(UNSEEN, "")
    wrong = wrong.with_columns(mended=value.str.strip_chars())
    if cells.habits.kind in ("number", "email"):
        cells.ledger.find(wrong, "CELL-230", name, severity="WARNING")
        cells.ledger.doubt(wrong[ROW], name)
        return wrong
    seen = wrong.filter(pl.col("mended") != "")
    cells.ledger.find(seen, "CELL-230", name)
    cells.ledger.find(wrong.filter(pl.col("mended") == ""), "CELL-230", name, drops=(name,))
    cells.ledger.reads.setdefault(name, {}).update(seen.select("value", "mended").iter_rows())
    return wrong


_RULES: tuple[Callable[[Cells], pl.DataFrame], ...] = (
    _errors,
    _quoted,
    _scientific,
    _wide,
    _amount,
    _cut,
    _typographic,
    _dated,
    _garbled,
    _lost,
    _unseen,
)
_LAST_WORD = (_errors, _scientific, _wide, _amount, _typographic)
