"""What the checks of one file found: findings, rows that are held, values that are dropped."""

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from importer.checks.bound import Bound
from importer.checks.catalogue import CATALOGUE
from importer.checks.most import Told
from importer.model import findings
from importer.model.findings import FINDINGS
from importer.model.sheet import ROW

DROPPED: dict[str, pl.DataType] = {ROW: pl.UInt32(), "column": pl.String()}
"""Single values that a warning left out: the row and the contract's column."""

HELD_ROWS: dict[str, pl.DataType] = {ROW: pl.UInt32(), "cause": pl.UInt64()}


def cause_of(*parts: str | pl.Expr) -> pl.Expr:
    """One number for one root cause, from the parts that name it. Stands within one run only."""
    exprs = [pl.lit(part) if isinstance(part, str) else part for part in parts]
    return pl.concat_str(exprs, separator="\x1f", ignore_nulls=True).hash()


def _each_once(held: pl.DataFrame) -> pl.DataFrame:
    """Each row with the cause that was found first. Sorting millions beats looking them up."""
    order = held.select(pl.arg_sort_by(ROW, maintain_order=True)).to_series()
    rows = held[ROW].gather(order)
    return held[order.filter(rows.ne_missing(rows.shift(1))).sort()]


@dataclass
class Ledger:
    """Collects frames; nothing here goes row by row."""

    bound: Bound
    aggregate: bool = True  # let one finding stand for many rows, where its check says so
    findings: list[pl.DataFrame] = field(default_factory=list)
    held: list[pl.DataFrame] = field(default_factory=list)
    dropped: list[pl.DataFrame] = field(default_factory=list)
    doubted: list[pl.DataFrame] = field(default_factory=list)
    cleared: list[pl.DataFrame] = field(default_factory=list)
    skipped: list[pl.Series] = field(default_factory=list)
    faulty: dict[str, list[pl.Series]] = field(default_factory=dict)
    reads: dict[str, dict[str, str]] = field(default_factory=dict)
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    _once: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HELD_ROWS))

    def find(
        self,
        rows: pl.DataFrame,
        code: str,
        column: str = "",
        *,
        severity: str = "",
        cause: pl.Expr | None = None,
        drops: tuple[str, ...] = (),
    ) -> None:
        """Note ``rows`` as findings of a code: ``_row``, and ``value``, ``detail``, ``mended``.

        ERROR holds the rows, but not where ``rows`` has a column ``rows``: one row then stands for
        a whole column of the file. ``cause`` is an expression over ``rows``; by default all rows of
        the same code and column have one cause. ``drops`` are the columns whose values are left
        out.
        """
        if rows.is_empty():
            return
        check, file = CATALOGUE[code], self.bound.sheet.name
        severity = self.bound.contract.severity(code, severity or check.severity)
        cause = cause_of(code, file, column) if cause is None else cause
        noted = rows.with_columns(cause.alias("cause"))
        told = None
        if self.aggregate and "rows" not in rows.columns:
            rest = cause_of(code, file, column, "rest")
            told = self.told.setdefault((code, column), Told(rest, check.each))
            noted = told.gathered(noted)
        if severity == "ERROR" and "rows" not in rows.columns:
            self.held.append(noted.select(HELD_ROWS.keys()))
            if column in self.bound.key and code.startswith(("FILE", "CELL", "LINK")):
                self.faulty.setdefault(column, []).append(rows[ROW])
        self.dropped += [rows.select(ROW, pl.lit(name).alias("column")) for name in drops]
        if told:
            noted, counted = told.parted(noted)
        if noted.height:
            self.findings.append(self._frame(noted, code, column, severity))
        if told and counted.height:
            self._count(told, self._frame(counted, code, column, severity))

    def _frame(self, noted: pl.DataFrame, code: str, column: str, severity: str) -> pl.DataFrame:
        field_ = self.bound.table.columns.get(column)  # a key of several columns is none of them
        secret = field_ is not None and field_.secret
        spelled = self.bound.spelled.get(column, column) or None

        def given(name: str, default: object) -> pl.Expr:
            return pl.col(name) if name in noted.columns else pl.lit(default)

        return noted.select(
            code=pl.lit(code),
            severity=pl.lit(severity),
            file=pl.lit(self.bound.sheet.name),
            row=pl.col(ROW),
            column=pl.lit(spelled, pl.String),
            value=pl.lit(None, pl.String) if secret else given("value", None).cast(pl.String),
            detail=given("detail", None).cast(pl.String),
            rows=given("rows", 1).cast(pl.UInt32),
            cause=pl.col("cause"),
            mended=pl.lit(None, pl.String) if secret else given("mended", None).cast(pl.String),
            values=given("values", None),
        ).cast(FINDINGS)  # type: ignore[arg-type]

    def _count(self, told: Told, lines: pl.DataFrame) -> None:
        if not told.counted:
            told.place = len(self.findings)
            self.findings.append(lines.clear())
        told.counted.append(lines)

    def all_findings(self) -> pl.DataFrame:
        """All findings of this file."""
        parts = list(self.findings)
        for told in self.told.values():
            if told.counted:
                parts[told.place] = told.summed()
        return pl.concat([findings.empty(), *parts])

    def unlisted(self) -> Counter[str]:
        """Severity → places that are counted in other findings, for they are too many."""
        more: Counter[str] = Counter()
        for told in self.told.values():
            if told.counted:
                more[told.counted[0]["severity"][0]] += told.unlisted()
        return more

    def trusted(self, column: str) -> pl.Expr:
        """A column without values that are wrong themselves: they don't tell whose row it is."""
        wrong = self.wrong_rows(column)
        if wrong.is_empty():
            return pl.col(column)
        return pl.when(~pl.col(ROW).is_in(wrong.implode())).then(column).alias(column)

    def wrong_rows(self, column: str) -> pl.Series:
        """The rows (u32) whose value of this part of the key is wrong itself."""
        parts = [part.alias(ROW) for part in self.faulty.get(column, [])]
        return pl.concat([pl.Series(ROW, [], dtype=pl.UInt32), *parts])

    def hold(self, rows: pl.DataFrame) -> None:
        """Hold rows (``_row``, ``cause``) for a reason that another finding gives."""
        if not rows.is_empty():
            self.held.append(rows.select(HELD_ROWS.keys()))

    def skip(self, rows: pl.Series) -> None:
        """Leave rows out that say nothing new; their keys are not held."""
        if len(rows):
            self.skipped.append(rows.cast(pl.UInt32))

    def drop(self, rows: pl.Series, column: str) -> None:
        """Leave a single value of these rows out, for a reason that another finding gives."""
        if len(rows):
            self.dropped.append(pl.DataFrame({ROW: rows}).with_columns(column=pl.lit(column)))

    def clear(self, rows: pl.Series, column: str) -> None:
        """Read values as a word for nothing: unlike a blank, it takes away what is stored."""
        if len(rows):
            self.cleared.append(pl.DataFrame({ROW: rows}).with_columns(column=pl.lit(column)))

    def doubt(self, rows: pl.Series, column: str) -> None:
        """Take a value of these rows only where nothing is stored: a finding says why."""
        if len(rows):
            self.doubted.append(pl.DataFrame({ROW: rows}).with_columns(column=pl.lit(column)))

    def left_out(self, column: str = "") -> pl.Expr:
        """Rows that say nothing new, and those whose value in ``column`` was left out."""
        dropped = [part.filter(pl.col("column") == column)[ROW] for part in self.dropped]
        rows = [pl.Series(ROW, [], dtype=pl.UInt32), *self.skipped, *dropped]
        return pl.col(ROW).is_in(pl.concat([part.alias(ROW) for part in rows]).implode())

    def held_among(self, rows: pl.Series) -> pl.Series:
        """Held rows (u32) of the stretch of the file in which these rows lie."""
        if rows.is_empty():
            return rows
        first, last = rows.min(), rows.max()
        near = [part[ROW].filter(part[ROW].is_between(first, last)) for part in self.held]
        return pl.concat([rows.clear(), *near])

    def close(self, first: int) -> None:
        """Forget all but the first cause of each row held since ``held`` was ``first`` long."""
        if len(self.held) > first + 1:
            self.held[first:] = [_each_once(pl.concat(self.held[first:]))]

    def held_rows(self) -> pl.DataFrame:
        """``_row`` and ``cause``: each held row once, with the cause that was found first."""
        if not (len(self.held) == 1 and self.held[0] is self._once):
            self._once = _each_once(pl.concat([self._once.clear(), *self.held]))
            self.held = [self._once]
        return self._once
