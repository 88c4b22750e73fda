"""All checks of one file: one streaming pass tells the suspect rows, the exact rules judge them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks import exact, groups, keys, rules, superset
from importer.checks.alike import check_alike
from importer.checks.belongs import Said, check_belongs
from importer.checks.belongs import suspect as suspect_pairs
from importer.checks.bound import Bound
from importer.checks.circles import check_circles
from importer.checks.ledger import Ledger, cause_of
from importer.checks.outcome import GONE, KEY, Outcome, target_name
from importer.checks.references import NO_KEYS, Known, check_links, check_own_links
from importer.checks.windows import Windows, check_within
from importer.checks.windows import suspect as suspect_dates
from importer.contracts.contract import Column, Rule
from importer.contracts.values import clean_columns
from importer.model.sheet import ROW

_CHUNK = 250_000  # suspect rows judged at once, which bounds memory when every row is wrong
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


def check_table(bound: Bound, reading: pl.DataFrame, around: Around) -> Outcome:
    """Run all checks of one table. ``reading``: the findings of reading this file."""
    ledger, known, targets = Ledger(bound), around.known, around.targets
    doubtful = _doubtful(bound, reading)
    sample = bound.sheet.sample()
    local = {c.name: superset.local_suspect(bound, c, sample) for c in bound.columns()}
    suspect = [
        superset.column_suspect(bound, column, known, local[column.name], sample)
        for column in bound.columns()
    ]
    passed = _pass(bound, suspect, around)
    suspects = pl.concat([passed.filter(BAD)[ROW], doubtful[ROW]]).unique().sort()
    again = _repeats(bound, passed)
    fetched = keys.Rows(bound, pl.concat([suspects, *again.values()]))
    read = [_judge(ledger, fetched.raw(part), known, local) for part in _chunks(suspects)]
    empty_keys = pl.DataFrame(schema={ROW: pl.UInt32(), KEY: pl.String()})
    read_keys = pl.concat([empty_keys, *(part.select(ROW, KEY) for part in read)])
    passed, cleaned = _clean_keys(passed, read)
    for name, rows in cleaned.items():
        again[name] = pl.concat([again[name], rows]).unique()
    _counted(ledger, passed)
    ledger.hold(doubtful)
    read_keys = pl.concat([read_keys, _twice(ledger, again, fetched)])
    _some(ledger, passed, fetched)
    for rule in groups.rules_of(bound, "alike"):
        check_alike(ledger, rule)
    for rule in groups.rules_of(bound, "within"):
        if window := around.windows.get(rule.check):
            check_within(ledger, rule, window, passed[f"_w_{rule.check}"].any())
    for rule in groups.rules_of(bound, "belongs"):
        if known_pairs := around.said.get(rule.check):
            odd = passed.filter(f"_b_{rule.check}")[ROW]
            if len(odd):
                check_belongs(ledger, rule, known_pairs, fetched.tidy(odd).filter(~_gone(bound)))
    extra = [c for c in passed.columns if c.startswith(("_u", "_t"))]
    outcome = Outcome(
        ledger, passed.select(ROW, KEY, GONE, *extra), Known(NO_KEYS), read_keys, fetched
    )
    outcome.damaged = _damaged(bound, reading)
    outcome.known.typed = dict.fromkeys(targets, NO_KEYS)
    ledger.hold(outcome.damaged)
    outcome.settle()
    own = [c for c in bound.columns() if c.ref == bound.table.name]
    for column in own:
        check_own_links(ledger, column, outcome.known)
        if not column.list:
            in_circles = check_circles(ledger, column)
            outcome.read_keys = pl.concat([outcome.read_keys, in_circles])
    if own:
        outcome.settle()
    return outcome


def _pass(bound: Bound, suspect: list[pl.Expr], around: Around) -> pl.DataFrame:
    """The one pass over the file: ``_row``, ``_bad``, ``_key``, and a few columns more."""
    ruled = [superset.rule_suspect(bound, rule) for rule in bound.table.rules]
    key = keys.key_hash([pl.col(bound.at[name]) for name in bound.key])
    doubts = [*suspect, *(p for p in ruled if p is not None), *_elsewhere(bound, around.known, key)]
    columns = {BAD: pl.any_horizontal(p.fill_null(False) for p in doubts), KEY: key}
    columns[GONE] = _gone(bound, lambda n: pl.col(bound.at[n]))
    for column, word in around.targets:
        columns[target_name(column, word)] = _is_word(bound, column, word)
    for index, rule in enumerate(_pairs(bound)):
        columns[f"_p{index}"] = groups.rule_hash(rule, lambda n: pl.col(bound.at[n]))
    for index, rule in enumerate(_needing(bound)):
        columns[f"_g{index}"] = groups.rule_hash(rule, lambda n: pl.col(bound.at[n]))
        columns[f"_f{index}"] = groups.is_so(rule, lambda n: pl.col(bound.at[n]))
    for rule in groups.rules_of(bound, "within"):
        if window := around.windows.get(rule.check):
            columns[f"_w_{rule.check}"] = suspect_dates(rule, bound, window).fill_null(False)
    for rule in groups.rules_of(bound, "belongs"):
        if known_pairs := around.said.get(rule.check):
            columns[f"_b_{rule.check}"] = suspect_pairs(rule, bound, known_pairs).fill_null(False)
    for name in around.shared:
        value = pl.col(bound.at[name])
        columns[f"_u_{name}"] = pl.when(value != "").then(value.str.to_lowercase().hash())
    for code, name, expression in _counts(bound):
        columns[f"_n_{code}_{name}"] = expression
    return bound.sheet.scan().select(ROW, **columns).collect(engine="streaming")


def _is_word(bound: Bound, column: str, word: str) -> pl.Expr:
    """Whether a row is of a kind that references ask for; a kind of somebody's own may be it."""
    value = pl.col(bound.at[column]).str.strip_chars().str.to_lowercase()
    words = bound.contract.words.get(bound.table.columns[column].words)
    own = value.str.starts_with(words.open) if words and words.open else pl.lit(False)
    return (value == word.lower()) | own


def _elsewhere(bound: Bound, known: Mapping[str, Known], key: pl.Expr) -> list[pl.Expr]:
    """Rows whose id is used in a table that may not share ids with this one."""
    others = [known[name].accepted for name in bound.table.apart_from if name in known]
    return [key.is_in(other.implode()) for other in others]


def _pairs(bound: Bound) -> list[Rule]:
    """Rules about rows that share the values of some columns; what says nothing new comes first."""
    return [*groups.rules_of(bound, "unique"), *groups.rules_of(bound, "one")]


def _needing(bound: Bound) -> list[Rule]:
    """Rules that want something of each group of rows; of a delta the other rows aren't here."""
    return groups.rules_of(bound, "some") if bound.mode == "bulk" else []


def _counts(bound: Bound) -> list[tuple[str, str, pl.Expr]]:
    """Facts that are only counted, so that a column blank in every row costs nothing."""
    found = [
        ("CELL-202", c.name, superset.blank(pl.col(bound.at[c.name]).str.strip_chars()))
        for c in bound.columns()
        if c.need == "recommended"
    ]
    state = bound.contract.row_state
    if state and bound.mode == "bulk" and bound.contract.absence == "archive":
        for name in (n for n in state.bulk_blank if n in bound.at):
            filled = ~superset.blank(value := pl.col(bound.at[name]))
            if name == state.column:
                gone = (value.str.to_lowercase() == state.gone).fill_null(False)
                found.append(("CELL-217", name, gone))
                filled &= ~gone
            found.append(("CELL-216", name, filled))
    return found


def _counted(ledger: Ledger, passed: pl.DataFrame) -> None:
    bound = ledger.bound
    for code, name, _ in _counts(bound):
        hits = passed.filter(pl.col(f"_n_{code}_{name}"))
        if hits.height:
            state = bound.contract.row_state
            value = state.gone if state and code == "CELL-217" else None
            first = hits.head(1).select(ROW, value=pl.lit(value, pl.String))
            ledger.find(first.with_columns(rows=pl.lit(hits.height)), code, name)


def _chunks(rows_: pl.Series) -> Iterator[pl.Series]:
    for start in range(0, len(rows_), _CHUNK):
        yield rows_.slice(start, _CHUNK)


def _judge(
    ledger: Ledger, raw: pl.DataFrame, known: Mapping[str, Known], local: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """Run the exact rules over some rows; returns ``_row``, ``_key`` (text), clean key hashes.

    ``local`` tells for each column in which of the rows its rules could find anything.
    """
    bound = ledger.bound
    nothing = rules.blank_rows(bound, raw)[ROW]
    if len(nothing):
        ledger.find(pl.DataFrame({ROW: nothing}), "FILE-133")
        ledger.skip(nothing)
        raw = raw.filter(~pl.col(ROW).is_in(nothing.implode()))
    doubts = raw.select(ROW, *(pl.col(name).alias(at) for name, at in bound.at.items())).select(
        predicate.alias(name) for name, predicate in local.items()
    )
    leaving = rules.leaving(bound, raw)
    for column in bound.columns():
        cells = raw.select(ROW, value=pl.col(column.name)).filter(doubts[column.name])
        if len(leaving):
            said = pl.col("value").str.strip_chars() != ""
            cells = cells.filter(said.fill_null(False) | ~pl.col(ROW).is_in(leaving.implode()))
        if cells.height:
            exact.check_column(ledger, column, cells)
    tidy = raw.select(ROW, *clean_columns(raw, _looked_at(bound)))
    empty = [(n, exact.null_word(bound, bound.table.columns[n])) for n in tidy.columns if n != ROW]
    tidy = tidy.with_columns(pl.when(pl.col(n) != w).then(n).alias(n) for n, w in empty if w)
    staying = tidy.filter(~pl.col(ROW).is_in(leaving.implode()))
    for rule in bound.table.rules:
        rules.check_rule(ledger, rule, staying)
    alive = tidy.filter(~_gone(bound))
    for column in _outward(bound, known):
        check_links(ledger, column, known[column.ref], alive)
    named = {f"{KEY}_clean": keys.key_hash([pl.col(n) for n in bound.key])}
    for index, rule in enumerate(_pairs(bound)):
        named[f"_p{index}_clean"] = groups.rule_hash(rule, pl.col)
    return tidy.select(ROW, keys.key_text(bound.key).alias(KEY), **named)


def _looked_at(bound: Bound) -> list[str]:
    """The columns whose clean values rules, references and keys look at."""
    state = bound.contract.row_state
    used = {*bound.key, *([state.column] if state else ())}
    used |= {column.name for column in bound.columns() if column.ref}
    for rule in bound.table.rules:
        used |= {*rule.columns, *rule.when_any, *rule.dates, rule.only.get("column", "")}
    return [name for name in bound.at if name in used]


def _gone(bound: Bound, value: Callable[[str], pl.Expr] = pl.col) -> pl.Expr:
    """Rows that take a record away: what they point to may be gone already."""
    state = bound.contract.row_state
    if state is None or bound.mode != "delta" or state.column not in bound.at:
        return pl.lit(False)
    return (value(state.column).str.to_lowercase() == state.gone).fill_null(False)


def _outward(bound: Bound, known: Mapping[str, Known]) -> list[Column]:
    return [column for column in bound.columns() if column.ref in known]


def _clean_keys(
    passed: pl.DataFrame, read: list[pl.DataFrame]
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """``passed`` with the hashes of clean ids, where spaces or letters had to change.

    Also, by hash column, the rows that share a hash which came about so.
    """
    hashes = [name for name in passed.columns if name == KEY or name.startswith("_p")]
    clean_ = [part.select(ROW, *(pl.col(f"{h}_clean") for h in hashes)) for part in read]
    if not clean_:
        return passed, {}
    both = passed.select(ROW, *hashes).join(pl.concat(clean_), on=ROW)
    better = both.filter(
        pl.any_horizontal(pl.col(h).ne_missing(pl.col(f"{h}_clean")) for h in hashes)
    )
    if better.is_empty():
        return passed, {}
    joined = passed.join(better.drop(hashes), on=ROW, how="left", maintain_order="left")
    new = [pl.coalesce(f"{h}_clean", h).alias(h) for h in hashes]
    passed = joined.with_columns(new).select(passed.columns)
    shared = {h: pl.col(h).is_in(better[f"{h}_clean"].implode()) for h in hashes}
    return passed, {h: passed.filter(same)[ROW] for h, same in shared.items()}


def _repeats(bound: Bound, passed: pl.DataFrame) -> dict[str, pl.Series]:
    """Rows whose key hash, or pair hash, comes again: hash column → rows."""
    pairs = [f"_p{index}" for index in range(len(_pairs(bound)))]
    return {name: keys.repeated(passed, name) for name in (KEY, *pairs)}


def _twice(ledger: Ledger, again: Mapping[str, pl.Series], fetched: keys.Rows) -> pl.DataFrame:
    """Keys that come again, and pairs that should not; returns the keys of the rows looked at."""
    read = pl.DataFrame(schema={ROW: pl.UInt32(), KEY: pl.String()})
    if len(again[KEY]):
        read = keys.check_key(ledger, fetched.tidy(again[KEY]))
    for index, rule in enumerate(_pairs(ledger.bound)):
        if len(rows := again[f"_p{index}"]):
            tidy = fetched.tidy(rows).filter(~_gone(ledger.bound))
            if rule.kind == "one":
                groups.check_one(ledger, rule, tidy)
            else:
                keys.check_pair(ledger, rule.columns, rule.check, tidy)
    return read


def _some(ledger: Ledger, passed: pl.DataFrame, fetched: keys.Rows) -> None:
    """Groups of rows in which none says what one must say."""
    for index, rule in enumerate(_needing(ledger.bound)):
        if len(rows := groups.lacking(passed, index)):
            there = passed.filter(f"_f{index}")[f"_g{index}"].unique()
            groups.check_some(ledger, rule, fetched.tidy(rows), there)


def _doubtful(bound: Bound, reading: pl.DataFrame) -> pl.DataFrame:
    """Rows in the table that reading found an error in: judged and held, their key is readable."""
    # What is said of the header (line 1) is said of no row.
    wrong = reading.filter(pl.col("severity") == "ERROR", pl.col("row") > 1)
    wrong = wrong.filter(~pl.col("row").is_in(bound.sheet.damaged.implode()))
    return wrong.select(pl.col("row").alias(ROW), _structural(bound))


def _damaged(bound: Bound, reading: pl.DataFrame) -> pl.DataFrame:
    """Rows that could not be read for certain (``_row``, ``cause``); their keys are unknown."""
    wrong = reading.filter(pl.col("row").is_in(bound.sheet.damaged.implode()))
    wrong = wrong.filter(pl.col("severity") == "ERROR")
    return wrong.select(pl.col("row").alias(ROW), _structural(bound))


def _structural(bound: Bound) -> pl.Expr:
    return cause_of(pl.col("code"), bound.sheet.name).alias("cause")
