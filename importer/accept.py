"""What planning gets of each table: accepted rows as a scan, held rows, dropped values."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks import tally
from importer.checks.drop import Checked
from importer.checks.keys import Rows
from importer.checks.outcome import KEY, Outcome
from importer.checks.references import Known
from importer.contracts.contract import Contract, Table
from importer.contracts.mapping import Source, among_flag, names_in, telling
from importer.contracts.numbered import ROW_KEY, ROW_LINE
from importer.contracts.values import filled, read_as, tidied
from importer.model.sheet import ROW
from importer.planning.incoming import Accepted


@dataclass(frozen=True)
class Others:
    """By table: what its ids stand for (``sent``, ``meant``), which are wrong, which are known."""

    meant: Mapping[str, pl.DataFrame]
    wrong: Mapping[str, pl.Series]
    known: Mapping[str, Known]


def accepted(
    checked: Checked, contract: Contract, drop: str, *, counting: bool = False
) -> list[Accepted]:
    """All checked tables, in the order of the contract. ``drop`` is the id of the drop.

    ``counting``: of held rows there are only the columns that tell who and what they are about.
    """
    others = Others(
        {name: _meant(outcome) for name, outcome in checked.outcomes.items()},
        {name: _untrusted(outcome) for name, outcome in checked.outcomes.items()},
        checked.known,
    )
    sources = [
        Source(contract, tied.table, frozenset(tied.at), drop, tied.sheet.name)
        for tied in (outcome.bound for outcome in checked.outcomes.values())
    ]
    return [
        _accepted(outcome, source, others, _telling(source) if counting else source.present)
        for source, outcome in zip(sources, checked.outcomes.values(), strict=True)
    ]


def _telling(source: Source) -> frozenset[str]:
    """The columns that tell who a row is about, what it names, and its school."""
    table, state = source.table, source.contract.row_state
    used = {*table.key, *telling(source.contract, table), *([state.column] if state else ())}
    used |= {column.name for column in table.columns.values() if column.ref}
    makes = [make for make in table.makes if "school_id" in make.columns]
    return source.present & used.union(*(names_in(source, make, "school_id") for make in makes))


def _accepted(outcome: Outcome, source: Source, others: Others, asked: frozenset[str]) -> Accepted:
    """``asked``: the columns that held rows are asked for."""
    tied = outcome.bound
    held = outcome.ledger.held_rows()[ROW]
    out = pl.concat([held, outcome.skipped()])
    dropped = outcome.dropped()
    values = [_read_as(outcome, name, dropped) for name in tied.at]
    # Of so many rows of a file that isn't held nobody asks which records they are.
    countless = len(held) > Rows.MOST and tied.sheet.frame is None
    told = tally.held(outcome.tally, outcome.passed, held) if countless else outcome.tally
    readable = held.filter(~held.is_in(tied.sheet.damaged.implode())).sort()
    readable = readable.clear() if countless else readable
    named = outcome.rows.tidy(readable, [name for name in tied.at if name in asked])
    named = _told(outcome, named, others)
    blind = pl.all_horizontal(pl.col(name).is_null() for name in tied.key)
    keyless = countless or len(tied.sheet.damaged) > 0 or not named.filter(blind).is_empty()
    sent = tied.sheet.scan().select(ROW, *(tied.raw(name) for name in tied.at))
    ascii_only = tied.sheet.ascii_only
    tidy = {name: tidied(pl.col(at), ascii_only) for name, at in tied.at.items()}

    def good(rows: pl.LazyFrame) -> pl.LazyFrame:
        """The accepted ones among rows of the sheet, with clean values."""
        if len(out):
            rows = rows.filter(~pl.col(ROW).is_in(out.implode()))
        rows = rows.select(ROW, **tidy).select(ROW, *values)
        rows = rows if outcome.resolved is None else _named(rows, outcome.resolved)
        return rows.with_columns(_flags(tied.table, others.known))

    if outcome.resolved is not None:
        sent = _named(sent, outcome.resolved)
        named = _named(named.lazy(), outcome.resolved).collect()
    # Of a row that is left out it is not asked what it means: it protects all that it may mean.
    named = named.with_columns(pl.lit(value=True).alias(flag) for flag in _among(tied.table))
    cleared = outcome.cleared()
    unsure = pl.concat([dropped, outcome.doubted()])
    if cleared.height:
        unsure = unsure.join(cleared, on=[ROW, "column"], how="anti", maintain_order="left")
    return Accepted(
        source, tied.mode, sent.drop(ROW), good(tied.sheet.scan()), named, unsure, keyless, cleared,
        tally=told,
        length=tied.sheet.rows,
        numbers=_numbers(outcome, out, pl.concat([unsure[ROW], cleared[ROW]])),
        at=lambda rows: good(tied.sheet.fetch(rows).lazy()),
    )  # fmt: skip


def _numbers(outcome: Outcome, out: pl.Series, odd: pl.Series) -> pl.DataFrame | None:
    """The numbers of the accepted rows; none where values of the whole file are read otherwise.

    ``odd``: rows of which a value is left out, so that they don't say what stands in the file.
    """
    numbers = outcome.numbers
    if numbers is None or outcome.ledger.reads or outcome.resolved is not None:
        return None
    row = pl.col(ROW)
    numbers = numbers.filter(pl.col(ROW_KEY).is_not_null(), ~row.is_in(out.implode()))
    line = pl.when(~row.is_in(odd.implode())).then(ROW_LINE)
    return numbers.with_columns(line.alias(ROW_LINE))


def _meant(outcome: Outcome) -> pl.DataFrame:
    """``sent`` and ``meant``: ids of a table that stand for known ones in another spelling."""
    return outcome.meant.select(sent="value", meant="meant").unique(maintain_order=True)


def _untrusted(outcome: Outcome) -> pl.Series:
    """Ids of a table that are wrong themselves: who is named by one can't be told."""
    key = outcome.bound.key
    wrong = outcome.ledger.wrong_rows(key[0]) if len(key) == 1 else pl.Series([], dtype=pl.UInt32)
    return outcome.read_keys.filter(pl.col(ROW).is_in(wrong.implode()))[KEY].drop_nulls()


def _told(outcome: Outcome, held: pl.DataFrame, others: Others) -> pl.DataFrame:
    """The held rows by the ids that they tell, and by those that their ids stand for.

    An id that is wrong and stands for none tells nothing.
    """
    if held.is_empty():
        return held
    tied = outcome.bound
    meaning = held.clear()
    for column in tied.columns():
        own = tied.table.name if (column.name,) == tied.key else ""
        pairs = others.meant.get(column.ref or own)
        if pairs is None or pairs.is_empty():
            continue
        both = pl.concat([held, meaning])
        if column.list:
            said = pl.element().str.strip_chars().replace(dict(pairs.rows()))
            again = pl.col(column.name).str.split(",").list.eval(said).list.join(",")
            other = both.with_columns(again.alias(column.name))
        else:
            found = both.join(pairs, left_on=column.name, right_on="sent", maintain_order="left")
            other = found.with_columns(pl.col("meant").alias(column.name)).select(held.columns)
        meaning = pl.concat([meaning, other])
    wrong = [others.wrong.get(c.ref) for c in tied.columns() if c.ref and not c.list]
    names = [c.name for c in tied.columns() if c.ref and not c.list]
    told = held.with_columns(outcome.ledger.trusted(name) for name in tied.key).with_columns(
        pl.when(~pl.col(name).is_in(ids.implode())).then(name).alias(name)
        for name, ids in zip(names, wrong, strict=True)
        if ids is not None and len(ids)
    )
    clear = told.filter(
        ~(pl.col(ROW).is_in(meaning[ROW].implode()) & pl.any_horizontal(pl.col(tied.key).is_null()))
    )
    return pl.concat([clear, meaning])


def _among(table: Table) -> dict[str, tuple[str, str]]:
    """The flags that a table's makes ask for, each with its column and the other table."""
    pairs = {pair for make in table.makes for pair in make.among.items()}
    return {among_flag(*pair): pair for pair in sorted(pairs)}


def _flags(table: Table, known: Mapping[str, Known]) -> list[pl.Expr]:
    """Whose key a value is. What a table that isn't known has, nobody can tell: nothing."""
    return [
        pl.col(column).hash().is_in(known[other].accepted.implode()).alias(flag)
        if other in known
        else pl.lit(value=False).alias(flag)
        for flag, (column, other) in _among(table).items()
    ]


def _named(rows: pl.LazyFrame, resolved: pl.DataFrame) -> pl.LazyFrame:
    """Rows with the ids of the records that they name instead of what they say."""
    bare = rows.drop([name for name in resolved.columns if name != ROW])
    return bare.join(resolved.lazy(), on=ROW, how="left", maintain_order="left")


def _read_as(outcome: Outcome, name: str, dropped: pl.DataFrame) -> pl.Expr:
    """A column's clean values: other spellings replaced, values that were left out null."""
    tied = outcome.bound
    reads, listed = outcome.ledger.reads.get(name, {}), tied.table.columns[name].list
    value = read_as(filled(pl.col(name)), reads, listed)
    if dropped.height and len(lost := dropped.filter(pl.col("column") == name)[ROW]):
        value = pl.when(~pl.col(ROW).is_in(lost.implode())).then(value)
    return value.alias(name)
