"""References between files: one missing parent is one finding, and its rows are held with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from importer.checks.exact import items, null_word
from importer.checks.ledger import Ledger, cause_of
from importer.checks.plain_ids import SCIENTIFIC, undamaged
from importer.contracts.contract import Column
from importer.contracts.values import clean
from importer.model.sheet import ROW

_MOST_ZEROS = 8

NO_KEYS = pl.Series("key", [], dtype=pl.UInt64)
NO_IDS = pl.Series("key", [], dtype=pl.String)


@dataclass
class Known:
    """The ids of one source table that other rows may name.

    ``accepted``: their hashes (u64); ``archived``: those of ids that are out of use, which may be
    accepted too if they come back. ``held``: ids of rows that are left out (``key`` text,
    ``cause``): rows that name them wait for the same cause. ``typed``: hashes of those whose
    column has a certain word, by (column, word). ``ids``: all of them as they stand in the file,
    right or wrong, where its rows are held in memory.
    """

    accepted: pl.Series
    held: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"key": pl.String(), "cause": pl.UInt64()})
    )
    typed: dict[tuple[str, str], pl.Series] = field(default_factory=dict)
    archived: pl.Series = field(default_factory=lambda: NO_KEYS)
    ids: pl.Series = field(default_factory=lambda: NO_IDS)


def either(tables: Iterable[Known]) -> Known:
    """The ids of several tables, for a column that may name a row of any of them."""
    known = list(tables)
    return Known(
        pl.concat([one.accepted for one in known]),
        held=pl.concat([one.held for one in known]),
        archived=pl.concat([one.archived for one in known]),
    )


def check_links(ledger: Ledger, column: Column, known: Known, tidy: pl.DataFrame) -> None:
    """Judge the references in one column; ``tidy`` has ``_row`` and clean values."""
    cells = tidy.select(ROW, value=pl.col(column.name)).drop_nulls("value")
    cells = items(cells) if column.list else cells
    there = pl.col("value").hash().is_in(known.accepted.implode())
    astray = cells.filter(~there)
    if astray.height:
        _astray(ledger, column, known, astray)
    if column.target:
        _wrong_kind(ledger, column, known, cells.filter(there))


def _astray(ledger: Ledger, column: Column, known: Known, astray: pl.DataFrame) -> None:
    """References (``_row``, ``value``) to no row that is taken: to one that is held, or nowhere."""
    waiting = astray.join(known.held, left_on="value", right_on="key", how="inner")
    _wait(ledger, column, waiting)
    nowhere = astray.join(known.held, left_on="value", right_on="key", how="anti")
    old = pl.col("value").hash().is_in(known.archived.implode())
    _archived(ledger, column, nowhere.filter(old))
    _nowhere(ledger, column, known, nowhere.filter(~old))


def _wait(ledger: Ledger, column: Column, waiting: pl.DataFrame) -> None:
    """Rows whose parent is held wait with it; a value that may be missing is left out."""
    if column.dangling_severity == "ERROR":
        ledger.hold(waiting)
    else:
        ledger.drop(waiting[ROW], column.name)


def _nowhere(ledger: Ledger, column: Column, known: Known, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    hints = _hints(rows["value"].unique(), known.accepted)
    if column.list:  # what is proposed for one of the ids is not what the cell should say
        hints = hints.with_columns(mended=pl.lit(None, pl.String))
    rows = rows.join(hints, on="value", how="left").with_columns(pl.col("detail").fill_null(""))
    severity = column.dangling_severity
    drops = () if severity == "ERROR" else (column.name,)
    cause = cause_of("LINK", column.ref, pl.col("value"))
    ledger.find(
        rows.sort(ROW), column.link, column.name, severity=severity, cause=cause, drops=drops
    )


def _archived(ledger: Ledger, column: Column, rows: pl.DataFrame) -> None:
    """References to records that have left."""
    severity = column.archived or column.dangling_severity
    drops = () if column.archived or severity == "ERROR" else (column.name,)
    cause = cause_of("LINK", column.ref, pl.col("value"))
    ledger.find(
        rows.sort(ROW), "LINK-419", column.name, severity=severity, cause=cause, drops=drops
    )


def _hints(values: pl.Series, accepted: pl.Series) -> pl.DataFrame:
    """``value``, ``detail`` and ``mended``: the id that exists and that a spreadsheet made it of.

    Where several exist, the first is named, and none is proposed.
    """
    value, other = pl.col("value"), pl.col("other")
    asked = pl.DataFrame({"value": values}).with_columns(bare=undamaged(value))
    zeros = {"0" * n: "the zeros in front are gone" for n in range(1, _MOST_ZEROS)}
    ways = {f"{text}…": pl.lit(text) + pl.col("bare") for text in zeros}
    ways["…"] = pl.col("bare").str.strip_chars_start("0")
    ways["bare"] = pl.col("bare")
    why = {f"{text}…": told for text, told in zeros.items()}
    why |= {"…": "it has no zeros in front", "bare": "a spreadsheet writes it in another way"}
    tried = asked.select("value", **ways).unpivot(
        index="value", variable_name="way", value_name="other"
    )
    there = tried.filter(other != value, other.hash().is_in(accepted.implode()))
    told = pl.format("; “{}” exists: {}", other, pl.col("way").replace_strict(why, default=""))
    one = pl.when(other.n_unique() == 1).then(other.first())
    found = there.group_by("value", maintain_order=True).agg(detail=told.first(), mended=one)
    lost = pl.when(value.str.contains(SCIENTIFIC)).then(
        pl.lit("; a spreadsheet has replaced its digits")
    )
    hints = asked.select("value").join(found, on="value", how="left", maintain_order="left")
    return hints.with_columns(detail=pl.coalesce("detail", lost))


def _wrong_kind(ledger: Ledger, column: Column, known: Known, cells: pl.DataFrame) -> None:
    assert column.target is not None
    typed = known.typed.get((column.target.column, column.target.is_))
    if typed is None:
        return
    wrong = cells.filter(~pl.col("value").hash().is_in(typed.implode()))
    cause = cause_of(column.target.check, column.ref, pl.col("value"))
    ledger.find(wrong, column.target.check, column.name, cause=cause)


def check_own_links(ledger: Ledger, column: Column, known: Known) -> None:
    """References of a file to itself (parents, agents), once all its ids are known."""
    bound = ledger.bound
    value = pl.col(bound.at[column.name])
    named = value.is_not_null() & (value != "")
    if not column.list:
        named &= ~value.hash().is_in(known.accepted.implode())
    if word := null_word(bound, column):
        named &= clean(value) != word
    suspects = bound.sheet.scan().filter(named).select(ROW, clean(value).alias(column.name))
    check_links(ledger, column, known, suspects.collect(engine="streaming"))
