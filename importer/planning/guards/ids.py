"""Ids that changed while the people, sections or schools did not, and what made them change.

By content (the same name and birth date, the same section with the same students) the plan has
told already; here the ids alone are asked: zeros gone, a prefix, other capitals. That works for
rows that were held for them too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from importer.contracts.mapping import origin_name
from importer.model.tables import TABLES
from importer.planning.guards.case import Case
from importer.planning.guards.stop import ALL, Stop
from importer.planning.incoming import Accepted

FEWEST, MOST, NEARLY_ALL = 5, 0.5, 0.8
_TARGETS = ("schools", "people", "sections")
_WORDS = {"schools": "schools", "sections": "sections"}


@dataclass(frozen=True)
class Ids:
    """The ids of a source table: stored ones that are ``missing``, sent ones that are ``new``.

    ``what``: the ids of which column of which file; ``there``: how many are stored.
    """

    table: str
    kind: str
    what: str
    there: int
    missing: pl.Series
    new: pl.Series
    least: int = FEWEST

    @property
    def strange(self) -> bool:
        """Whether most ids are other ones than before."""
        return len(self.missing) > MOST * self.there and len(self.new) >= MOST * len(self.missing)


def changed(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-520 where who is who is told by content; else PLAN-540 by the ids alone.

    Once per source table, or per column that refers to one.
    """
    by_content = {stop.table for stop in case.rekeyed}
    stops = [_with_how(case, stop) for stop in case.rekeyed]
    for ids in (*keys(case), *_references(case)):
        if ids.table in by_content:
            continue
        least = ids.least
        if min(len(ids.missing), len(ids.new)) < least:
            continue
        same, how = respelled(ids.missing, ids.new)
        if same >= least and same >= MOST * min(len(ids.missing), len(ids.new)):
            match = ids.there - len(ids.missing)
            says = f"{match:,} of {ids.there:,} {ids.what} match: {how}"
            stops.append(_stop(case, ids, says, ids.missing, same))
    return stops


def _with_how(case: Case, stop: Stop) -> Stop:
    """What made the ids change, where they alone tell it."""
    for ids in keys(case):
        same, how = respelled(ids.missing, ids.new)
        if ids.table == stop.table and same >= max(ids.least, MOST * len(ids.missing)):
            return replace(stop, detail=f"{stop.detail}: {how}")
    return stop


def misplaced(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-547: the column with the ids has the values of another column."""
    stops = []
    for part in case.parts:
        for ids in _own(case, part):
            if ids.table == "schools" or len(ids.missing) <= MOST * ids.there:
                continue
            column = part.source.table.key[0]
            other = _found_in(_whole(case, ids.table), _sent(part, column).unique())
            if other:
                says = f"{column} in {part.source.file} has what {other} had: columns are shifted"
                says += " or swapped"
                stop = Stop("PLAN-547", ALL, ids.table, says, len(ids.missing), kind=ids.kind)
                stops.append(stop)
    return stops


def _found_in(rows: pl.DataFrame, sent: pl.Series) -> str:
    """The column of the stored rows that nearly all of the values come from; else empty."""
    if not len(sent):
        return ""
    texts = [c for c, d in rows.schema.items() if d == pl.String and not c.startswith("origin")]
    shares = {}
    for column in texts[1:]:
        known = rows[column].drop_nulls().unique()
        shares[column] = int(sent.is_in(known.implode()).sum()) / len(sent)
    best = max(shares, key=lambda c: shares[c], default="")
    return best if best and shares[best] >= NEARLY_ALL else ""


def keys(case: Case) -> list[Ids]:
    """The ids of every source table that sent a full list."""
    return [ids for part in case.parts for ids in _own(case, part)]


def _own(case: Case, part: Accepted) -> list[Ids]:
    """The ids of one source table: none, or those of its key."""
    name = f"ids {part.source.table.name}"
    if name not in case.memo:
        case.memo[name] = list(_of_part(case, part))
    found: list[Ids] = case.memo[name]
    return found


def _of_part(case: Case, part: Accepted) -> Iterator[Ids]:
    table = part.source.table
    by_hand = part.source.contract.absence == "keep"  # a sheet lists some, found by other keys
    if part.mode != "bulk" or by_hand or len(table.key) != 1:
        return
    for make in table.makes:
        key = make.columns.get(TABLES[make.table].key[0])
        if make.table not in _TARGETS or key != table.key[0]:  # its ids aren't the roster's
            continue
        asked = _active(case, make.table).lazy().select(pl.first(), "^kind$", "origin_table")
        theirs = pl.col("origin_table") == origin_name(part.source, make)
        rows = asked.filter(theirs).collect()
        stored = rows.to_series()
        sent = _sent(part, table.key[0])
        kinds = rows["kind"].unique().to_list() if "kind" in rows.columns else []
        kind = str(kinds[0]) if len(kinds) == 1 else ""
        kind = _WORDS.get(make.table, kind)
        what = f"ids of {kind or make.table} in {part.source.file}"
        missing = _without(stored, sent)
        new = _without(sent, stored).unique() if len(missing) else sent.clear()
        yield Ids(make.table, kind, what, len(stored), missing, new, _least(make.table))
        return


def _sent(part: Accepted, column: str) -> pl.Series:
    frame = part.sent.select(pl.col(column).str.strip_chars()).collect()
    return frame.to_series().drop_nulls().rename("sent")


def _without(ids: pl.Series, others: pl.Series) -> pl.Series:
    """The ids that are not among others, compared by number: text takes four times as long."""
    return ids.filter(~ids.hash().is_in(others.hash().implode()))


def _active(case: Case, table: str) -> pl.DataFrame:
    if table == "people":
        return case.roll.people
    if table == "sections":
        return case.sections
    return case.stored(table).filter(pl.col("status") == "active").collect()


def _whole(case: Case, table: str) -> pl.DataFrame:
    """Active rows with all that is stored of them."""
    return (
        case.roll.details.collect(engine="streaming") if table == "people" else _active(case, table)
    )


def _references(case: Case) -> Iterator[Ids]:
    """Columns that name records of another table, in files much of which was left out for it."""
    own = {part.source.table.name: ids for part in case.parts for ids in _own(case, part)}
    for part in case.parts:
        if part.held.height < FEWEST:
            continue
        sent = int(part.sent.select(pl.len()).collect().item())
        if part.held.height < 0.1 * sent:
            continue
        for column in part.source.table.columns.values():
            target = own.get(column.ref or "")
            if target is None or column.name not in part.source.present or column.list:
                continue
            if len(target.missing) > MOST * target.there:  # said where the ids stand themselves
                continue
            known = _active(case, target.table).select(pl.first()).to_series()
            named = _sent(part, column.name)
            missing = _without(known, named)
            new = _without(named, known).unique()
            what = f"ids of {target.kind or target.table} in {column.name} of {part.source.file}"
            yield Ids("people" if target.table == "schools" else target.table, "", what,
                      len(known), missing, new, _least(target.table))  # fmt: skip


def _least(table: str) -> int:
    return 1 if table == "schools" else FEWEST


def respelled(missing: pl.Series, new: pl.Series) -> tuple[int, str]:
    """How many of the new ids are missing ones in another spelling, and in which; 0 if none."""
    best = (0, "")
    for says, old, now in _spellings():
        was = missing.to_frame("id").select(old).to_series().drop_nulls().unique()
        here = new.to_frame("id").select(now).to_series().drop_nulls().unique()
        same = int(here.is_in(was.implode()).sum())
        if same > best[0]:
            best = (same, says)
    return best


def _spellings() -> Iterator[tuple[str, pl.Expr, pl.Expr]]:
    """Words, what of the old id, and what of the new one are compared."""
    one = pl.col("id")
    bare = one.str.strip_chars_start("0")
    yield "the leading zeros are gone", bare, pl.when(bare == one).then(one)
    yield "they have zeros in front that were not there", one, bare
    yield "capital and small letters changed", one.str.to_lowercase(), one.str.to_lowercase()
    plain = one.str.to_lowercase().str.replace_all(r"[^\pL0-9]", "")
    yield "signs between letters and digits changed", plain, plain
    sheet = one.str.replace(r"\.0+$", "").str.strip_chars_start("0")
    changed_by = pl.when(one.str.contains(r"\.0+$")).then(sheet)
    yield "a spreadsheet wrote them as numbers with .0 at the end", sheet, changed_by
    long = one.str.len_chars()
    for count in range(1, 9):
        n = f"{count} character(s)"
        rest, front = one.str.slice(count), one.str.head(-count)
        more = long > count
        yield f"the first {n} are gone", pl.when(more).then(rest), one
        yield f"they have {n} more in front", one, pl.when(more).then(rest)
        yield f"the last {n} are gone", pl.when(more).then(front), one
        yield f"they have {n} more at the end", one, pl.when(more).then(front)
    tail = one.str.extract(r"([0-9]{3,})$").str.strip_chars_start("0")
    yield "what stands before the number is another", tail, tail


def _stop(case: Case, ids: Ids, says: str, missing: pl.Series, rows: int) -> Stop:
    rows_of = _active(case, ids.table)
    school = ALL
    if "school_id" in rows_of.columns and ids.table != "schools":
        theirs = rows_of.filter(pl.first().is_in(missing.implode()))["school_id"].unique()
        school = theirs[0] if len(theirs) == 1 and theirs[0] else ALL
    return Stop("PLAN-540", school, ids.table, says, rows, kind=ids.kind)
