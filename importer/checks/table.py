"""All checks of one file: one streaming pass tells the suspect rows, the exact rules judge them."""

from collections.abc import Iterator, Mapping

import polars as pl

from importer.checks import groups, keys, superset, tally
from importer.checks.agreement import AGREED, agreement
from importer.checks.alike import check_alike
from importer.checks.around import Around
from importer.checks.belongs import check_belongs
from importer.checks.bound import Bound
from importer.checks.circles import check_circles
from importer.checks.day_order import say_order, settled
from importer.checks.doubts import check_doubts
from importer.checks.judge import judge
from importer.checks.ledger import HELD_ROWS, Ledger, cause_of
from importer.checks.onepass import BAD, counts, is_gone, needing, one_pass, own_links, pairs
from importer.checks.outcome import GONE, KEY, Outcome
from importer.checks.references import NO_KEYS, Known, check_own_links
from importer.checks.windows import check_within, few
from importer.model.sheet import ROW

KEYS = {ROW: pl.UInt32(), KEY: pl.String()}
_CHUNK = 250_000  # suspect rows judged at once, which bounds memory when every row is wrong


def check_table(
    bound: Bound, reading: pl.DataFrame, around: Around, every: bool = False
) -> Outcome:
    """Run all checks of one table. ``reading``: the findings of reading this file.

    ``every``: each row has a finding of its own, where one else stands for all that say the same.
    """
    known, targets = around.known, around.targets
    doubtful = _doubtful(bound, reading)
    sample = bound.sheet.sample()
    bound = bound.acquainted(sample)
    local = _local(bound, sample)
    passed = _passed(bound, around, local, sample)
    suspects = pl.concat([passed.filter(BAD)[ROW], doubtful[ROW]]).unique().sort()
    again = _repeats(bound, passed)
    dated = [few(passed.filter(c)[ROW]) for c in passed.columns if c.startswith("_w_")]
    counted = tally.count(bound, passed)
    named = [each[ROW] for each in counted.values()]
    fetched = keys.Rows(bound, pl.concat([suspects, *again.values(), *dated, *named]))
    order = settled(bound, lambda: fetched.raw(suspects.head(_CHUNK)))
    if order.votes:
        bound, suspects = order.bound, pl.concat([suspects, order.more]).unique().sort()
        local = _local(bound, sample)
    ledger = Ledger(bound, aggregate=not every)
    check_doubts(ledger)
    read_keys = pl.DataFrame(schema=KEYS)
    altered = []
    for part in _chunks(suspects):
        before = len(ledger.held)
        judged = judge(ledger, fetched.raw(part), known, local)
        altered.append(_altered(passed, judged))
        if bound.is_named:  # millions of ids that nobody will name are not kept
            read_keys = pl.concat([read_keys, judged.select(read_keys.columns)])
        ledger.close(before)
    say_order(ledger, order, sample)
    passed, cleaned = _clean_keys(passed, altered)
    for name, rows in cleaned.items():
        again[name] = pl.concat([again[name], rows]).unique()
    _counted(ledger, passed)
    ledger.hold(doubtful)
    read_keys = pl.concat([read_keys, _twice(ledger, passed, again, fetched)])
    _some(ledger, passed, fetched)
    _compared(ledger, around, passed, fetched)
    extra = [c for c in passed.columns if c.startswith(("_u", "_t", "_s"))]
    outcome = Outcome(
        ledger, passed.select(ROW, KEY, GONE, *extra), Known(NO_KEYS), read_keys, fetched
    )
    outcome.tally = tally.named(counted, fetched)
    outcome.damaged = _damaged(bound, reading)
    outcome.known.typed = dict.fromkeys(targets, NO_KEYS)
    ledger.hold(outcome.damaged)
    outcome.settle()
    _own_links(outcome, passed)
    return outcome


def _passed(
    bound: Bound, around: Around, local: Mapping[str, pl.Expr], sample: pl.DataFrame
) -> pl.DataFrame:
    """What the one pass over the file tells."""
    agreed = agreement(bound, around, sample)
    suspect = [
        superset.column_suspect(bound, column, around.known, local[column.name], sample)
        for column in bound.columns()
        if agreed is None or column.name not in agreed.columns
    ]
    suspect += [~pl.col(AGREED)] if agreed else []
    return one_pass(bound, suspect, around, agreed)


def _own_links(outcome: Outcome, passed: pl.DataFrame) -> None:
    """The references of a table to itself, once all its ids are known, if there are any."""
    ledger, bound = outcome.ledger, outcome.bound
    own = [column for column in own_links(bound) if passed[f"_o_{column.name}"].any()]
    for column in own:
        check_own_links(ledger, column, outcome.known)
        if not column.list:
            in_circles = check_circles(ledger, column)
            outcome.read_keys = pl.concat([outcome.read_keys, in_circles])
    if own:
        outcome.settle()


def _local(bound: Bound, sample: pl.DataFrame) -> dict[str, pl.Expr]:
    return {c.name: superset.local_suspect(bound, c, sample) for c in bound.columns()}


def _compared(ledger: Ledger, around: Around, passed: pl.DataFrame, fetched: keys.Rows) -> None:
    """The rules that compare rows with all others, or with what other files say."""
    bound = ledger.bound
    for rule in groups.rules_of(bound, "alike"):
        check_alike(ledger, rule)
    for rule in groups.rules_of(bound, "within"):
        if window := around.windows.get(rule.check):
            odd = passed.filter(f"_w_{rule.check}")[ROW]
            check_within(ledger, rule, window, odd, fetched)
    for rule in groups.rules_of(bound, "belongs"):
        if known_pairs := around.said.get(rule.check):
            odd = passed.filter(f"_b_{rule.check}")[ROW]
            odd = odd.filter(~odd.is_in(ledger.held_rows()[ROW].implode()))
            for part in _chunks(odd):
                rows = fetched.tidy(part).filter(~is_gone(bound))
                check_belongs(ledger, rule, known_pairs, rows)


def _counted(ledger: Ledger, passed: pl.DataFrame) -> None:
    bound = ledger.bound
    for code, name, _ in counts(bound):
        counted = passed[f"_n_{code}_{name}"]
        if counted.any():
            hits = passed.filter(counted)
            state = bound.contract.row_state
            value = state.gone if state and code == "CELL-217" else None
            said = hits.select(ROW, value=pl.lit(value, pl.String))
            if code == "CELL-216":
                said = said.with_columns(mended=pl.lit(""))
            if ledger.aggregate:
                said = said.head(1).with_columns(rows=pl.lit(hits.height))
            ledger.find(said, code, name)


def _chunks(rows_: pl.Series) -> Iterator[pl.Series]:
    for start in range(0, len(rows_), _CHUNK):
        yield rows_.slice(start, _CHUNK)


def _altered(passed: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """The rows with an id in which spaces or letters had to change, and the hashes of clean ids."""
    at = passed[ROW].search_sorted(judged[ROW])  # all of them are there, in order
    names = [name for name in passed.columns if name == KEY or name.startswith("_p")]
    clean = judged.select(ROW, *(pl.col(f"{name}_clean").alias(name) for name in names))
    raw = passed.select(names)[at]
    return clean.filter(
        pl.any_horizontal(clean[n].is_not_null() & clean[n].ne_missing(raw[n]) for n in names)
    )


def _clean_keys(
    passed: pl.DataFrame, altered: list[pl.DataFrame]
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """``passed`` with the hashes of clean ids, where spaces or letters had to change.

    Also, by hash column, the rows that share a hash which came about so.
    """
    shared: dict[str, pl.Series] = {}
    if not altered:
        return passed, shared
    rows = pl.concat(altered).sort(ROW)
    at = passed[ROW].search_sorted(rows[ROW])
    for name in rows.columns[1:]:
        better = (passed[name].gather(at).ne_missing(rows[name]) & rows[name].is_not_null()).arg_true()
        if len(better):
            new = passed[name].clone().scatter(at.gather(better), rows[name].gather(better))
            passed = passed.with_columns(new.alias(name))
            alike = new.is_in(rows[name].gather(better).implode())
            shared[name] = passed[ROW].filter(alike)
    return passed, shared


def _repeats(bound: Bound, passed: pl.DataFrame) -> dict[str, pl.Series]:
    """Rows whose key hash, or pair hash, comes again: hash column → rows."""
    names = [KEY, *(f"_p{index}" for index in range(len(pairs(bound))))]
    return {name: keys.rows_again(passed, name) for name in names}


def _twice(
    ledger: Ledger, passed: pl.DataFrame, again: Mapping[str, pl.Series], fetched: keys.Rows
) -> pl.DataFrame:
    """Keys that come again, and pairs that should not; returns the keys of the rows looked at."""
    read = [pl.DataFrame(schema=KEYS)]
    for rows in _sharing(passed, KEY, again[KEY]):
        found = keys.check_key(ledger, fetched.tidy(rows))
        read += [found] if ledger.bound.is_named else []
    for index, rule in enumerate(pairs(ledger.bound)):
        for rows in _sharing(passed, f"_p{index}", again[f"_p{index}"]):
            tidy = fetched.tidy(rows).filter(~is_gone(ledger.bound))
            if rule.kind == "one":
                groups.check_one(ledger, rule, tidy)
            else:
                keys.check_pair(ledger, rule.columns, rule.check, tidy)
    return pl.concat(read)


def _sharing(passed: pl.DataFrame, name: str, rows: pl.Series) -> Iterator[pl.Series]:
    """The rows in parts of about ``_CHUNK``; those that share a hash (column ``name``) are in one."""
    parts = -(-len(rows) // _CHUNK)
    if parts <= 1:
        yield from [rows] * parts
        return
    hashes = passed.filter(pl.col(ROW).is_in(rows.implode())).select(ROW, pl.col(name) % parts)
    for part in range(parts):
        yield hashes.filter(pl.col(name) == part)[ROW]


def _some(ledger: Ledger, passed: pl.DataFrame, fetched: keys.Rows) -> None:
    """Groups of rows in which none says what one must say."""
    for index, rule in enumerate(needing(ledger.bound)):
        there = passed.filter(f"_f{index}")[f"_g{index}"].unique()
        for rows in _sharing(passed, f"_g{index}", groups.lacking(passed, index)):
            groups.check_some(ledger, rule, fetched.tidy(rows), there)


def _doubtful(bound: Bound, reading: pl.DataFrame) -> pl.DataFrame:
    """Rows in the table that reading found an error in: judged and held, their key is readable."""
    if reading.is_empty():
        return pl.DataFrame(schema=HELD_ROWS)
    # What is said of the header (line 1) is said of no row.
    wrong = reading.filter(pl.col("severity") == "ERROR", pl.col("row") > 1)
    known = pl.concat([bound.sheet.damaged, bound.sheet.passed])
    wrong = wrong.filter(~pl.col("row").is_in(known.implode()))
    return wrong.select(pl.col("row").alias(ROW), _structural(bound))


def _damaged(bound: Bound, reading: pl.DataFrame) -> pl.DataFrame:
    """Rows that could not be read for certain (``_row``, ``cause``); their keys are unknown.

    One that nothing is said about hangs on the last error above it: a second table, the header.
    """
    if bound.sheet.damaged.is_empty():
        return pl.DataFrame(schema=HELD_ROWS)
    wrong = reading.filter(pl.col("severity") == "ERROR", pl.col("row").is_not_null())
    causes = wrong.select(pl.col("row").alias(ROW), _structural(bound)).sort(ROW)
    damaged = pl.DataFrame({ROW: bound.sheet.damaged.cast(pl.UInt32)}).sort(ROW)
    return damaged.join_asof(causes, on=ROW).filter(pl.col("cause").is_not_null())


def _structural(bound: Bound) -> pl.Expr:
    return cause_of(pl.col("code"), bound.sheet.name, pl.col("column")).alias("cause")
