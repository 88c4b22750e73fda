"""What lies between two commits: from stored tables alone, in the words of a plan."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from planning_districts import GOOD_EDITS, District, Roster, districts, edited
from planning_rosters import LAWS, rosters

from importer.between import Between, between
from importer.model.changes import ChangeSet
from importer.model.tables import TABLES, key_text
from importer.planning.plan import apply


@st.composite
def histories(draw: st.DrawFn) -> list[District]:
    """A district on four days."""
    days = [draw(districts())]
    for _ in range(3):
        days.append(draw(edited(days[-1], GOOD_EDITS, 3)))
    return days


def _between(roster: Roster, one: int, other: int) -> Between:
    return between(roster.store, roster.store.commit(one), roster.store.commit(other))


@LAWS
@given(histories())
def test_applied_to_the_one_it_gives_the_other(days: list[District]) -> None:
    with rosters() as [roster]:
        for day in days:
            roster.give(day)
        head = roster.store.head()
        assert head is not None
        for one, other in ((1, head.number), (head.number, 1), (1, 2)):
            if other > head.number:
                continue
            found = _between(roster, one, other)
            assert _applied(found) == _content(found)
        assert _between(roster, head.number, head.number).changes.is_empty()


def _applied(found: Between) -> dict[str, set[str]]:
    """The first commit with the changes carried out; what is withdrawn is an undo's to do."""
    after = {table: found.stored[1](table).collect() for table in TABLES}
    change = ChangeSet(found.one.number, "", found.changes, after)
    tables = {}
    for table in TABLES:
        stored = found.stored[0](table)
        done = apply(table, stored, change)
        gone = found.changes.filter(table=table, action="withdraw")["key"]
        rows = (stored if done is None else done).filter(~key_text(table).is_in(gone.implode()))
        tables[table] = _rows(found, table, rows)
    return tables


def _content(found: Between) -> dict[str, set[str]]:
    """The other commit."""
    return {table: _rows(found, table, found.stored[1](table)) for table in TABLES}


def _rows(found: Between, table: str, rows: pl.LazyFrame) -> set[str]:
    """Rows but for those that came and left in between: of a move only its end is told."""
    known = found.stored[0](table).select(key_text(table)).collect().to_series()
    passing = (pl.col("status") == "archived") & ~key_text(table).is_in(known.implode())
    told = rows.filter(~passing).select(*TABLES[table].columns, "status")
    return {str(row) for row in told.collect().rows()}


@LAWS
@given(histories())
def test_one_step_is_what_the_commit_did(days: list[District]) -> None:
    """The stored tables tell the same as the plan that was carried out."""
    with rosters() as [roster]:
        roster.give(days[0])
        sent = roster.give(days[1])
        if not sent.committed:
            return
        names = ("action", "table", "key")
        told = {
            tuple(str(change[n]).replace("\x1f", " / ") for n in names)
            for change in _between(roster, 1, 2).changes.iter_rows(named=True)
        }
        planned = {tuple(str(c[n]) for n in names) for c in sent.changes if c["picked"]}
        assert told == planned
