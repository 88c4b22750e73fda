"""What comes again among the rows of one file: ids, and what rows share that may not be shared.

The pass over the file gives hashes (``passed``); the rows that these tell are compared by their
texts, so many at once.
"""

from collections.abc import Mapping

import polars as pl

from importer.checks import groups, keys
from importer.checks.bound import Bound
from importer.checks.ledger import Ledger
from importer.checks.onepass import is_gone, needing, pairs
from importer.checks.outcome import KEY
from importer.checks.parts import sharing
from importer.model.sheet import ROW

KEYS = {ROW: pl.UInt32(), KEY: pl.String()}


def altered(passed: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """The rows with an id in which spaces or letters had to change, and the hashes of clean ids."""
    at = passed[ROW].search_sorted(judged[ROW])  # all of them are there, in order
    names = [name for name in passed.columns if name == KEY or name.startswith("_p")]
    clean = judged.select(ROW, *(pl.col(f"{name}_clean").alias(name) for name in names))
    raw = passed.select(names)[at]
    return clean.filter(
        pl.any_horizontal(clean[n].is_not_null() & clean[n].ne_missing(raw[n]) for n in names)
    )


def clean_keys(
    passed: pl.DataFrame, found: list[pl.DataFrame]
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """``passed`` with the hashes of clean ids, where spaces or letters had to change.

    Also, by hash column, the rows that share a hash which came about so.
    """
    shared: dict[str, pl.Series] = {}
    if not found:
        return passed, shared
    rows = pl.concat(found).sort(ROW)
    at = passed[ROW].search_sorted(rows[ROW])
    for name in rows.columns[1:]:
        better = (
            passed[name].gather(at).ne_missing(rows[name]) & rows[name].is_not_null()
        ).arg_true()
        if len(better):
            new = passed[name].clone().scatter(at.gather(better), rows[name].gather(better))
            passed = passed.with_columns(new.alias(name))
            alike = new.is_in(rows[name].gather(better).implode())
            shared[name] = passed[ROW].filter(alike)
    return passed, shared


def repeats(bound: Bound, passed: pl.DataFrame) -> dict[str, pl.Series]:
    """Rows whose key hash, or pair hash, comes again: hash column → rows."""
    names = [KEY, *(f"_p{index}" for index in range(len(pairs(bound))))]
    return {name: keys.rows_again(passed, name) for name in names}


def twice(
    ledger: Ledger, passed: pl.DataFrame, again: Mapping[str, pl.Series], fetched: keys.Rows
) -> pl.DataFrame:
    """Keys that come again, and pairs that should not; returns the keys of the rows looked at."""
    read = [pl.DataFrame(schema=KEYS)]
    for rows in sharing(passed, KEY, again[KEY]):
        told = keys.check_key(ledger, fetched.tidy(rows))
        read += [told] if ledger.bound.is_named else []
    for index, rule in enumerate(pairs(ledger.bound)):
        for rows in sharing(passed, f"_p{index}", again[f"_p{index}"]):
            tidy = fetched.tidy(rows).filter(~is_gone(ledger.bound))
            if rule.kind == "one":
                groups.check_one(ledger, rule, tidy)
            else:
                keys.check_pair(ledger, rule.columns, rule.check, tidy)
    return pl.concat(read)


def some(ledger: Ledger, passed: pl.DataFrame, fetched: keys.Rows) -> None:
    """Groups of rows in which none says what one must say."""
    for index, rule in enumerate(needing(ledger.bound)):
        there = passed[f"_g{index}"].filter(passed[f"_f{index}"]).unique()
        for rows in sharing(passed, f"_g{index}", groups.lacking(passed, index)):
            groups.check_some(ledger, rule, fetched.tidy(rows), there)
