"""All checks of one file: one streaming pass tells the suspect rows, the exact rules judge them."""

from collections.abc import Iterable, Mapping

import polars as pl

from importer.checks import groups, keys, superset, tally
from importer.checks.again import KEYS, altered, clean_keys, repeats, some, twice
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
from importer.checks.onepass import BAD, counts, is_gone, one_pass, own_links
from importer.checks.outcome import GONE, KEY, Outcome
from importer.checks.parts import AT_ONCE, chunks
from importer.checks.references import NO_IDS, NO_KEYS, Known, check_own_links
from importer.checks.windows import check_within, few
from importer.contracts.numbered import ROW_KEY, ROW_LINE
from importer.model.sheet import ROW


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
    suspects = pl.concat([passed[ROW].filter(passed[BAD]), doubtful[ROW]]).unique().sort()
    shared = repeats(bound, passed)
    dated = [few(passed[ROW].filter(passed[c])) for c in passed.columns if c.startswith("_w_")]
    counted = tally.count(bound, passed, known)
    named = [each[ROW].drop_nulls() for each in counted.values()]
    fetched = keys.Rows(bound, pl.concat([suspects, *shared.values(), *dated, *named]))
    order = settled(bound, lambda: fetched.raw(suspects.head(AT_ONCE)))
    if order.votes:
        bound, suspects = order.bound, pl.concat([suspects, order.more]).unique().sort()
        local = _local(bound, sample)
    ledger = Ledger(bound, aggregate=not every)
    check_doubts(ledger)
    raw = (fetched.raw(part) for part in chunks(suspects))
    read_keys, changed = _judged(ledger, raw, passed, known, local)
    say_order(ledger, order, sample)
    passed, cleaned = clean_keys(passed, changed)
    for name, rows in cleaned.items():
        shared[name] = pl.concat([shared[name], rows]).unique()
    _counted(ledger, passed)
    ledger.hold(doubtful)
    read_keys = pl.concat([read_keys, twice(ledger, passed, shared, fetched)])
    some(ledger, passed, fetched)
    _compared(ledger, around, passed, fetched)
    extra = [c for c in passed.columns if c.startswith(("_u", "_t", "_s"))]
    outcome = Outcome(
        ledger, passed.select(ROW, KEY, GONE, *extra), Known(NO_KEYS), read_keys, fetched
    )
    outcome.tally = tally.named(counted, fetched)
    if ROW_LINE in passed.columns and not order.votes:
        outcome.numbers = passed.select(ROW, ROW_KEY, ROW_LINE)
    outcome.damaged = _damaged(bound, reading)
    outcome.known.typed = dict.fromkeys(targets, NO_KEYS)
    outcome.known.ids = _ids_in_memory(bound)
    ledger.hold(outcome.damaged)
    outcome.settle()
    _own_links(outcome, passed)
    return outcome


def _ids_in_memory(bound: Bound) -> pl.Series:
    """The ids of a sheet that is held in memory, as they stand there; of others none."""
    if bound.sheet.frame is None or len(bound.key) != 1:
        return NO_IDS
    return bound.sheet.frame.get_column(bound.at[bound.key[0]], default=NO_IDS)


def _judged(
    ledger: Ledger,
    parts: Iterable[pl.DataFrame],
    passed: pl.DataFrame,
    known: Mapping[str, Known],
    local: Mapping[str, pl.Expr],
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Judge the suspect rows, part by part: their ids (``KEYS``), and those that had to change."""
    read, changed = [pl.DataFrame(schema=KEYS)], []
    for raw in parts:
        before = len(ledger.held)
        judged = judge(ledger, raw, known, local)
        ledger.close(before)
        changed.append(altered(passed, judged))
        if ledger.bound.is_named:  # millions of ids that nobody will name are not kept
            read.append(judged.select(KEYS.keys()))
    return pl.concat(read), changed


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
            odd = passed[ROW].filter(passed[f"_w_{rule.check}"])
            check_within(ledger, rule, window, odd, fetched)
    for rule in groups.rules_of(bound, "belongs"):
        if known_pairs := around.said.get(rule.check):
            odd = passed[ROW].filter(passed[f"_b_{rule.check}"])
            odd = odd.filter(~odd.is_in(ledger.held_rows()[ROW].implode()))
            for part in chunks(odd):
                rows = fetched.tidy(part).filter(~is_gone(bound))
                check_belongs(ledger, rule, known_pairs, rows)


def _counted(ledger: Ledger, passed: pl.DataFrame) -> None:
    bound = ledger.bound
    for code, name, _ in counts(bound):
        counted = passed[f"_n_{code}_{name}"]
        if counted.any():
            hits = passed.select(ROW).filter(counted)
            state = bound.contract.row_state
            value = state.gone if state and code == "CELL-217" else None
            said = hits.with_columns(value=pl.lit(value, pl.String))
            if code == "CELL-216":
                said = said.with_columns(mended=pl.lit(""))
            if ledger.aggregate:
                said = said.head(1).with_columns(rows=pl.lit(hits.height))
            ledger.find(said, code, name)


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
