"""Rows told as numbers while a file is read: what is planned by them is what is planned by rows."""

import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_districts import Roster, changed
from planning_rosters import LAWS, rosters

from importer.contracts import numbered
from importer.planning import shelf, sieve

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.district import Plan, generate

_CELLS = (
    *("", " ", "NULL", "student", "Student", "teacher", "wizard", " student ", "true", "TRUE"),
    *("2026-08-17", " 2026-08-18", "2026-8-18", "8/17/2026", "active", "tobedeleted", "e\u0301"),
    '"x"',
)
"""What may come to stand in any cell of enrollments.csv."""


_EDITS = st.fixed_dictionaries(
    {
        "cells": st.dictionaries(
            st.tuples(st.integers(0, 99), st.integers(0, 9)), st.sampled_from(_CELLS), max_size=6
        ),
        "twins": st.dictionaries(st.integers(0, 99), st.booleans(), max_size=2),
        "gone": st.sets(st.integers(0, 99), max_size=3),
    }
)
"""A night: cells that are written over, rows that come twice (True: under another id) or leave."""

Rows = list[list[str]]
Edits = dict[str, Any]


def _edited(rows: Rows, edits: Edits) -> Rows:
    head, *rows = (list(row) for row in rows)
    for (row, column), cell in edits["cells"].items():
        rows[row][column] = cell
    for row, other in edits["twins"].items():
        rows.append([f"again-{row}" if other else rows[row][0], *rows[row][1:]])
    return [head, *(row for at, row in enumerate(rows) if at not in edits["gone"])]


@cache
def _district(students: int = 20) -> dict[str, str]:
    """The files of a OneRoster district."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        generate(made, Plan(students, "oneroster", 0, 3))
        return {file.name: file.read_text() for file in made.glob("*.csv")}


def _rows(district: dict[str, str]) -> Rows:
    return [line.split(",") for line in district["enrollments.csv"].splitlines()]


def _files(rows: Rows, district: dict[str, str]) -> dict[str, str]:
    return {**district, "enrollments.csv": "".join(",".join(row) + "\n" for row in rows)}


def _as_numbers(patch: pytest.MonkeyPatch, most: int = 10**6) -> None:
    patch.setattr(numbered, "FROM", 0)
    patch.setattr(sieve, "FETCHED", most)
    patch.setattr(shelf, "LONG", 0)
    patch.setattr(sieve, "FROM", 1)


def _stored(roster: Roster) -> list[str]:
    stored = roster.store.table("enrollments", roster.store.head()).collect()
    return sorted(str(row) for row in stored.rows())


@LAWS
@given(st.lists(_EDITS, min_size=2, max_size=2), st.sampled_from([3, 10**6]))
def test_numbers_give_the_changes_that_rows_give(nights: list[Edits], most: int) -> None:
    district = _district()
    rows = _rows(district)
    with rosters(2) as (by_rows, by_numbers):
        for roster in (by_rows, by_numbers):
            assert roster.send(_files(rows, district)).committed
        for edits in nights:
            rows = _edited(rows, edits)
            one = by_rows.send(_files(rows, district), release=True)
            with pytest.MonkeyPatch.context() as patch:
                _as_numbers(patch, most)
                other = by_numbers.send(_files(rows, district), release=True)
            assert changed(other) == changed(one)
            assert (other.findings, other.held) == (one.findings, one.held)
            assert (other.committed, other.waiting) == (one.committed, one.waiting)
            assert _stored(by_numbers) == _stored(by_rows)


def test_on_an_ordinary_night_no_enrollment_is_laid_out() -> None:
    district = _district(200)
    rows = _rows(district)
    laid: list[list[str]] = []
    put = shelf.Shelf.put

    def noted(self: shelf.Shelf, rows: pl.LazyFrame, length: int, table: str = "") -> pl.LazyFrame:
        if length > 100:  # else it is what a few changes write
            laid.append(rows.collect_schema().names())
        return put(self, rows, length, table)

    with rosters(1) as (roster,), pytest.MonkeyPatch.context() as patch:
        roster.send(_files(rows, district))
        _as_numbers(patch)
        patch.setattr(shelf.Shelf, "put", noted)
        del rows[3:5]
        sent = roster.send(_files(rows, district))
        assert sent.committed
        gone = [c["action"] for c in sent.changes if c["table"] == "enrollments"]
        assert len(gone) == 2
        assert set(gone) <= {"archive", "withdraw"}
    assert any("given_name" in names for names in laid)
    assert not any({"section_id", "person_id"} <= set(names) for names in laid)
