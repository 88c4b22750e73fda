"""Ids within one file: which come twice, and whether that is allowed.

Hashes tell which rows to look at; the texts decide.
"""

from collections.abc import Collection

import polars as pl

from importer.checks.bound import Bound
from importer.checks.ledger import Ledger, cause_of
from importer.checks.parts import chunks
from importer.checks.plain_ids import SCIENTIFIC
from importer.model.mixed import mixed
from importer.model.repeats import repeated
from importer.model.sheet import ROW
from importer.model.tables import ID_SEPARATOR


def key_hash(values: list[pl.Expr]) -> pl.Expr:
    """One u64 for the columns of a key; the plain hash for one column."""
    return mixed(values)


def key_text(columns: tuple[str, ...]) -> pl.Expr:
    """The key as one text; null where a part is missing."""
    return pl.concat_str(list(columns), separator=ID_SEPARATOR)


def rows_again(passed: pl.DataFrame, column: str) -> pl.Series:
    """The rows whose hash comes more than once (``passed``: ``_row`` and the hash column)."""
    return passed[ROW].filter(passed[column].is_in(repeated(passed[column]).implode()))


class Rows:
    """The rows that somebody looks at closely, read once (unless they are very many)."""

    MOST = 1_000_000

    def __init__(self, bound: Bound, wanted: pl.Series) -> None:
        """``wanted``: the rows (u32) that will probably be asked for."""
        self._bound = bound
        wanted = wanted.unique().sort()
        self._kept = self._read(wanted) if 0 < len(wanted) <= self.MOST else None

    def _read(self, rows: pl.Series) -> pl.DataFrame:
        return self._bound.named(self._bound.sheet.fetch(rows))

    def raw(self, rows: pl.Series) -> pl.DataFrame:
        """These rows as they stand in the file, under the contract's names."""
        rows = rows.unique().sort()
        if self._kept is not None:
            at = self._kept[ROW].search_sorted(rows)
            at = at.filter(at < self._kept.height)
            if len(at) == len(rows) and (self._kept[ROW].gather(at) == rows).all():
                return self._kept[at]
        return self._read(rows)

    def tidy(self, rows: pl.Series, names: Collection[str] = ()) -> pl.DataFrame:
        """The same with clean values, of these columns or all."""
        rows = rows.unique().sort()
        return pl.concat([self._tidy(part, names) for part in chunks(rows)] or [self._tidy(rows)])

    def _tidy(self, rows: pl.Series, names: Collection[str] = ()) -> pl.DataFrame:
        raw = self.raw(rows)
        return raw.select(ROW, *self._bound.tidy(raw, names or self._bound.at))


def check_key(ledger: Ledger, tidy: pl.DataFrame) -> pl.DataFrame:
    """Judge the rows whose key comes again (``tidy``: clean values), as far as their hashes tell.

    Returns ``_row`` and ``_key`` of the rows whose key really comes again.
    """
    bound = ledger.bound
    named = ", ".join(bound.spelled[name] for name in bound.key)
    shown = pl.concat_str([bound.shown(n).fill_null("") for n in bound.key], separator=" / ")
    frame = tidy.with_columns(_key=key_text(bound.key), value=shown)
    # A hash may be shared by chance, and blank keys are told as missing values.
    frame = frame.filter(pl.col("_key").is_not_null(), ~ledger.left_out())
    frame = frame.filter(pl.col("_key").is_duplicated())
    # Ids whose digits a spreadsheet has cut off are alike by that: it is said as their fault.
    frame = frame.filter(~pl.col("_key").str.contains(SCIENTIFIC))
    if frame.is_empty():
        return frame.select(ROW, "_key")
    cause = cause_of("LINK", bound.table.name, pl.col("_key"))
    _identical(ledger, frame, list(bound.at))
    rest = frame.filter(pl.struct(list(bound.at)).is_first_distinct())
    rest = rest.filter(pl.col("_key").is_duplicated())
    if bound.table.repeats:
        rest = _repeats(ledger, rest, named, cause)
    count = pl.len().over("_key").cast(pl.String)
    # All rows of such a key are concerned, the identical ones among them too.
    wrong = frame.filter(pl.col("_key").is_in(rest["_key"].implode()))
    _find(ledger, wrong.with_columns(detail=count), "ROW-301", named, cause)
    return frame.select(ROW, "_key")


def _find(ledger: Ledger, rows: pl.DataFrame, code: str, named: str, cause: pl.Expr) -> None:
    keep = [c for c in (ROW, "value", "detail", "_key") if c in rows.columns]
    first = ledger.bound.key[0] if len(ledger.bound.key) == 1 else named
    ledger.find(rows.select(keep), code, first, cause=cause)


def _identical(ledger: Ledger, frame: pl.DataFrame, columns: list[str]) -> None:
    """Rows that repeat an earlier one in every column: taken once."""
    extra = frame.with_columns(detail=pl.col(ROW).first().over(columns).cast(pl.String))
    extra = extra.filter(pl.col("detail") != pl.col(ROW).cast(pl.String))
    ledger.find(extra.select(ROW, "detail"), "ROW-302")
    ledger.skip(extra[ROW])


def _repeats(ledger: Ledger, frame: pl.DataFrame, named: str, cause: pl.Expr) -> pl.DataFrame:
    """Rows that may repeat a key if only certain columns differ; returns those that may not."""
    bound, repeats = ledger.bound, ledger.bound.table.repeats
    assert repeats is not None
    stable = [name for name in bound.at if name not in repeats.columns and name not in bound.key]
    counts = frame.group_by("_key").agg(pl.col(stable).n_unique())
    differs = [pl.when(pl.col(n) > 1).then(pl.lit(bound.spelled[n])) for n in stable]
    told = pl.concat_str(differs or [pl.lit("")], separator=", ", ignore_nulls=True)
    counts = counts.select("_key", detail=told)
    frame = frame.join(counts, on="_key", how="left", maintain_order="left")
    wrong = frame.filter(pl.col("detail") != "")
    _find(ledger, wrong, "ROW-303", named, cause)
    fine = frame.filter(pl.col("detail") == "").drop("detail")
    if repeats.check:
        _find(ledger, fine.filter(~pl.col("_key").is_first_distinct()), repeats.check, named, cause)
    if repeats.most:
        many = fine.with_columns(detail=pl.len().over("_key"))
        many = many.filter(pl.col("detail") > repeats.most, pl.col("_key").is_first_distinct())
        _find(ledger, many, "ROW-305", named, cause)
    return frame.clear()


def check_pair(ledger: Ledger, columns: tuple[str, ...], check: str, tidy: pl.DataFrame) -> None:
    """Rows that say the same in these columns under different keys: taken once, with a warning.

    ``tidy`` has the rows with clean values. A row that is left out already says nothing here: the
    other one is then the only one.
    """
    held = ledger.held_rows()[ROW]
    held = held.filter(held.is_in(tidy[ROW].implode()))
    frame = tidy.filter(~pl.col(ROW).is_in(held.implode()))
    frame = frame.with_columns(_pair=key_text(columns))
    frame = frame.filter(pl.col("_pair").is_not_null(), ~ledger.left_out())
    first = pl.col(ROW).first().over("_pair")
    extra = frame.with_columns(detail=first).filter(pl.col("detail") != pl.col(ROW))
    ledger.find(extra.select(ROW, pl.col("detail").cast(pl.String)), check)
    ledger.skip(extra[ROW])
