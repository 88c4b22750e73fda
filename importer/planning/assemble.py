"""Accepted source rows into canonical tables, and which stored rows must not be touched."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from importer.contracts.contract import Make
from importer.contracts.mapping import (
    Source,
    constants,
    in_roster_words,
    make_rows,
    names_in,
    origin_name,
    owner,
    provided,
    silent,
)
from importer.contracts.numbered import ROW_KEY, ROW_LINE
from importer.model.repeats import repeated
from importer.model.tables import TABLES, empty, key_hash, key_text, stored_schema
from importer.planning.incoming import KEY, LINE, Accepted, Incoming, Numbered, as_numbers
from importer.planning.shelf import Shelf

_PLACE = ["origin_table", "origin_row"]


def assemble(table: str, parts: list[Accepted], shelf: Shelf) -> Incoming | None:
    """Everything that the drop says about one canonical table; None if it says nothing."""
    made = [
        (part, make) for part in parts for make in part.source.table.makes if make.table == table
    ]
    if not made:
        return None
    frames = [_Frame(part, make, shelf) for part, make in made if not make.completes]
    incoming = Incoming(
        table,
        lambda: _merged(table, [frame.laid for frame in frames]) if frames else empty(table).lazy(),
        any(shelf.is_long(part.length) for part, _ in made),
        (lambda: _together(table, frames)) if _told(frames) else None,
    )
    for part, make in sorted(made, key=lambda pair: pair[1].completes):
        if make.completes:
            _complete(incoming, part, make, shelf)
        else:
            _bookkeep(incoming, part, make)
    return incoming


@dataclass(frozen=True)
class _Frame:
    """The rows that one source table makes."""

    part: Accepted
    make: Make
    shelf: Shelf

    @cached_property
    def laid(self) -> pl.LazyFrame:
        """The rows, each key once."""
        part, make = self.part, self.make
        made = make_rows(part.source, make, part.rows)
        made = self.shelf.put(made, part.length, make.table)
        return _distinct(make.table, made) if make.distinct else made

    def as_numbers(self) -> Numbered:
        """The rows as numbers: as the pass over the file told them, else from the rows."""
        part, make = self.part, self.make
        if part.numbers is None or part.at is None:
            return as_numbers(make.table, self.laid, pl.col("status") == "active")
        told, at, line = part.numbers, part.at, pl.col(ROW_LINE).alias(LINE)

        def having(keys: pl.Series) -> pl.LazyFrame:
            places = told.filter(pl.col(ROW_KEY).is_in(keys.implode()))["_row"]
            made = make_rows(part.source, make, at(places))
            return _distinct(make.table, made) if make.distinct else made

        return Numbered(told.select(pl.col(ROW_KEY).alias(KEY), line), having)


def _told(frames: list[_Frame]) -> bool:
    """Whether a file told its rows as numbers: then it pays to ask for them."""
    return any(frame.part.numbers is not None for frame in frames)


def _together(table: str, frames: list[_Frame]) -> Numbered:
    sides = [frame.as_numbers() for frame in frames]
    numbers = pl.concat([side.numbers for side in sides])
    return Numbered(numbers, lambda keys: _merged(table, [side.having(keys) for side in sides]))


def _again(table: str, rows: pl.LazyFrame) -> pl.Series:
    """The hashes of the keys that several rows have."""
    return repeated(rows.select(key_hash(table)).collect(engine="streaming").to_series())


def _distinct(table: str, made: pl.LazyFrame) -> pl.LazyFrame:
    """Each key once. Where rows say different things, the order of rows doesn't decide which."""
    keys = list(TABLES[table].key)
    hashes = _again(table, made)
    if hashes.is_empty():
        return made
    again = key_hash(table).is_in(hashes.implode())
    texts = [
        pl.col(c).list.join(",") if isinstance(d, pl.List) else pl.col(c)
        for c, d in TABLES[table].columns.items()
    ]
    # “active” sorts before “archived”: who left and came back under another id is here.
    several = made.filter(again).collect(engine="streaming")
    several = several.sort([pl.col("status"), *texts, "origin_row"], nulls_last=True)
    chosen = several.unique(keys, keep="first", maintain_order=True)
    return pl.concat([made.filter(~again), chosen.lazy()])


def _merged(table: str, frames: list[pl.LazyFrame]) -> pl.LazyFrame:
    """All rows of a table, each key once: a later row fills what an earlier one left empty."""
    if len(frames) == 1:
        return frames[0]
    whole = pl.concat(frames)
    hashes = _again(table, whole)
    if hashes.is_empty():
        return whole
    keys = list(TABLES[table].key)
    again = key_hash(table).is_in(hashes.implode())
    first = pl.all().exclude(keys).drop_nulls().first()
    folded = whole.filter(again).collect().group_by(keys, maintain_order=True).agg(first)
    return pl.concat([whole.filter(~again), folded.select(list(stored_schema(table))).lazy()])


def _complete(incoming: Incoming, part: Accepted, make: Make, shelf: Shelf) -> None:
    """Columns that another file adds to people who are there, here or in the roster."""
    rows = make_rows(part.source, make, part.rows).filter(pl.col("status") == "active")
    made = shelf.put(rows, part.length)
    made = _distinct(make.table, made) if make.distinct else made
    keys = list(TABLES[make.table].key)
    added = [c for c in make.columns if c not in keys]
    theirs = made.select(*keys, *(pl.col(c).alias(f"{c}_added") for c in added), _there=True)
    joined = incoming.rows.join(theirs, on=keys, how="left", maintain_order="left")
    filled = [pl.coalesce(f"{c}_added", c).alias(c) for c in added]
    shape = list(stored_schema(make.table))
    whole = shelf.put(joined.with_columns(filled).select(*shape, "_there"), part.length)
    incoming.rows = whole.select(shape)
    said = provided(part.source, make)
    for columns in incoming.says.values():
        columns.update(said)
    # Who has no row in that file, or a value in it that can't be read, keeps what is stored.
    here = whole.select(*keys, *_PLACE, "_there").collect()
    lost = [
        here.filter(pl.col("_there").is_null()).select(*_PLACE, pl.lit(c).alias("column"))
        for c in added
    ]
    unread = _dropped_columns(part, make).join(
        made.select("origin_row", *keys).collect(), on="origin_row", how="inner"
    )
    lost.append(unread.drop(_PLACE).join(here, on=keys, how="inner").select(*_PLACE, "column"))
    incoming.dropped = pl.concat([incoming.dropped, *lost])
    alone = made.join(incoming.rows, on=keys, how="anti").collect()
    if alone.height:
        name = origin_name(part.source, make)
        incoming.rows = pl.concat([incoming.rows, alone.lazy()])
        incoming.says[name] = said
        incoming.completing.add(name)
        incoming.dropped = pl.concat([incoming.dropped, _dropped_columns(part, make)])


def _bookkeep(incoming: Incoming, part: Accepted, make: Make) -> None:
    source = part.source
    if silent(source, make):
        return
    name = origin_name(source, make)
    said = set() if make.introduces else provided(source, make)
    incoming.says.setdefault(name, set()).update(said)
    if source.contract.blanks == "keep":
        incoming.guests.add(name)
    if part.keyless:
        incoming.keyless.update((name, *make.takes_over))
    if part.mode == "bulk" and source.contract.absence == "archive":
        incoming.full.update((name, *make.takes_over))
    elif part.mode == "delta" or make.replaces:
        rows = part.rows.collect()
        made = make_rows(source, make, rows.lazy()).collect()
        incoming.refresh += _own(source, make, rows, made)
    _hold(incoming, part, make)
    incoming.dropped = pl.concat([incoming.dropped, _dropped_columns(part, make)])
    if part.cleared is not None:
        gone = _canonical(part, make, part.cleared)
        incoming.cleared = pl.concat([incoming.cleared, gone])


def _hold(incoming: Incoming, part: Accepted, make: Make) -> None:
    """Stored rows that come from a held row, or from a row whose key part was left out."""
    source = part.source
    if part.held.height:
        made = make_rows(source, make, part.held.lazy()).collect()
        incoming.exact.append(made.select(key_text(make.table).alias(KEY)).to_series())
        incoming.owners += _own(source, make, part.held, made)
        incoming.owners += _formerly(make, made)
    in_key = {
        n for c in TABLES[make.table].key if c in make.columns for n in names_in(source, make, c)
    }
    lame = part.dropped.filter(pl.col("column").is_in(list(in_key)))["_row"]
    if len(lame):
        rows = part.rows.filter(pl.col("_row").is_in(lame.implode())).collect()
        made = make_rows(source, make, rows.lazy()).collect()
        incoming.owners += _own(source, make, rows, made)
        incoming.owners += _formerly(make, made)


def _formerly(make: Make, made: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The same of rows that another version of the format brought: its own ids tell nothing."""
    first = made.select(TABLES[make.table].key[0]).unique().drop_nulls()
    for name in make.takes_over:
        yield first.with_columns(origin_table=pl.lit(name))


def _own(
    source: Source, make: Make, rows: pl.DataFrame, made: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """What stored rows of these source rows look like: owner columns and constants."""
    columns, key = owner(source, make), TABLES[make.table].key
    first = key[0]
    # Ids of another version's records tell nothing, but those of people and sections do.
    also = make.takes_over if columns and set(columns) <= set(key) else ()
    fixed = [pl.lit(text).alias(c) for c, text in constants(make).items() if c == "role"]
    if columns:
        told = in_roster_words(source, rows.lazy())
        shown = told.select(pl.col(s).alias(c) for c, s in columns.items()).collect()
    else:
        shown = made.select(first)
    for known in _by_known_parts(shown.unique()):
        for name in (origin_name(source, make), *also):
            yield known.with_columns(*fixed, origin_table=pl.lit(name))


def _by_known_parts(shown: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows by which values are known: half a key still tells whose rows may be meant."""
    pattern = pl.concat_str(pl.all().is_null().cast(pl.Int8), separator="")
    for part in shown.with_columns(_p=pattern).partition_by("_p", include_key=False):
        known = [s.name for s in part if s.null_count() == 0]
        if known:
            yield part.select(known)


def _dropped_columns(part: Accepted, make: Make) -> pl.DataFrame:
    """The values left out, as canonical columns."""
    return _canonical(part, make, part.dropped)


def _canonical(part: Accepted, make: Make, values: pl.DataFrame) -> pl.DataFrame:
    """Values of a file as canonical columns: ``origin_table``, ``origin_row``, ``column``."""
    # One source column may be in several of them, as the number of a section in its title.
    builds = [
        (name, column) for column in make.columns for name in names_in(part.source, make, column)
    ]
    schema = {"column": pl.String(), "canonical": pl.String()}
    known = values.join(pl.DataFrame(builds, schema=schema, orient="row"), on="column")
    return known.select(
        origin_table=pl.lit(origin_name(part.source, make)),
        origin_row=pl.col("_row"),
        column=pl.col("canonical"),
    ).unique()
