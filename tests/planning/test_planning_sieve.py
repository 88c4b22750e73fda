"""Rows told by numbers: what the sieve takes out gives no change."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model.mixed import mixed
from importer.model.tables import TABLES, stored_schema
from importer.planning import sieve
from importer.planning.compare import compare
from importer.planning.incoming import Incoming
from importer.planning.taking import Taking

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
_LISTS: list[list[str | None] | None] = [None, [], [None], ["a", "b"], ["a,b"], ["b", "a"], [""]]
_KEYS = st.sampled_from("123")
_STATUS = ("active", "active", "archived", "pending", "completed")


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    blank = {"origin_table": "t", "origin_file": "f.csv", "origin_row": 2, "origin_drop": "d"}
    return pl.DataFrame([blank | row for row in rows], schema=stored_schema(table), orient="row")


@st.composite
def _rows(draw: st.DrawFn, table: str, statuses: tuple[str, ...]) -> pl.DataFrame:
    """Few keys and few values, so that rows meet; a key may come twice."""
    values = {
        name: _KEYS
        if name in TABLES[table].key
        else st.sampled_from(_LISTS)
        if dtype == pl.List
        else st.sampled_from([None, "a", "b"])
        for name, dtype in TABLES[table].columns.items()
        if name in (*TABLES[table].key, "title", "grades", "source_id")
    }
    row = st.fixed_dictionaries({**values, "status": st.sampled_from(statuses)})
    return _frame(table, draw(st.lists(row, max_size=6)))


@st.composite
def _nights(draw: st.DrawFn) -> tuple[str, pl.DataFrame, pl.DataFrame]:
    """A table, what was sent of it, in part twice, and what is stored, each key once."""
    table = draw(st.sampled_from(["sections", "enrollments"]))
    sent = draw(_rows(table, ("active", "active", "archived")))
    stored = draw(_rows(table, _STATUS))
    twice, again = (
        sent[draw(st.lists(st.sampled_from(range(sent.height))))] if sent.height else sent
        for _ in range(2)
    )
    both = pl.concat([again, stored]).unique(list(TABLES[table].key), keep="first")
    return table, pl.concat([sent, twice]), both


def _changes(table: str, sent: pl.DataFrame, stored: pl.DataFrame) -> list[tuple[str, ...]]:
    says = {"t": set(TABLES[table].columns)}
    incoming = Incoming(table, sent.lazy, says=says, full={"t"})
    plan = compare(table, stored.lazy(), incoming, Taking(clears=True))
    lines = [plan.changes.drop("id"), plan.after]
    return sorted(tuple(map(str, row)) for frame in lines for row in frame.iter_rows())


@QUICK
@given(_nights())
def test_what_the_sieve_takes_out_gives_no_change(
    night: tuple[str, pl.DataFrame, pl.DataFrame],
) -> None:
    every = _changes(*night)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "FROM", 0)
        assert _changes(*night) == every


def test_the_sieve_takes_out_what_is_sent_as_it_is_stored() -> None:
    rows = [{"section_id": str(n), "grades": ["a"], "status": "active"} for n in range(5)]
    changed = [{**rows[0], "grades": ["b"]}, *rows[1:3], rows[4]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "FROM", 0)
        incoming = Incoming("sections", _frame("sections", changed).lazy)
        stored = _frame("sections", rows).lazy()
        new, old = sieve.sides("sections", stored, incoming, Taking())
    assert new["section_id"].to_list() == ["0"]
    assert old["section_id"].to_list() == ["0", "3"]


@given(
    st.lists(st.tuples(st.sampled_from(_LISTS), st.sampled_from([None, "", "a", "b"])), min_size=1)
)
def test_rows_have_one_number_just_where_they_are_alike(rows: list[tuple[Any, ...]]) -> None:
    shape = {"list": pl.List(pl.String()), "one": pl.String()}
    frame = pl.DataFrame(rows, schema=shape, orient="row")
    number = mixed([pl.col("list"), pl.col("one"), pl.lit("x")])
    numbers = frame.select(number).to_series()
    assert numbers.null_count() == 0
    assert numbers.n_unique() == len({str(row) for row in rows})
    turned = frame.select(mixed([pl.lit("x"), pl.col("list"), pl.col("one")])).to_series()
    assert not set(numbers) & set(turned)
    parts = pl.concat([frame[n : n + 1] for n in range(frame.height)], rechunk=False)
    assert parts.select(number).to_series().equals(numbers)
