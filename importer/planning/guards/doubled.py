"""The roster twice: those who are there come again under other ids, and the old ones stay."""

from collections.abc import Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.fingerprints import same_people, same_sections
from importer.planning.guards.stop import ALL, Stop

FEWEST, MOST = 5, 0.5
SOME = 0.02
"""Fewer of a kind than this are single people, of whom matching speaks."""


def twice(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-544 by kind."""
    stops = []
    fresh = case.fresh.filter(pl.col("table").is_in(["people", "sections"]))
    for (table, kind), part in fresh.group_by("table", "kind", maintain_order=True):
        if part.height < FEWEST or kind == "contacts":
            continue
        pairs = _people(case, part) if table == "people" else _sections(case, part)
        there = case.there(str(table), str(kind))
        if pairs.height < max(FEWEST, SOME * there, MOST * part.height):
            continue
        schools = part.filter(pl.col("key").is_in(pairs["new"].implode()))["school_id"].unique()
        school = schools[0] if len(schools) == 1 and schools[0] else ALL
        says = f"{pairs.height:,} of {part.height:,} new {kind} are there already under another id,"
        says += " which stays: the roster would be doubled"
        stops.append(Stop("PLAN-544", school, str(table), says, pairs.height, kind=str(kind)))
    return stops


def _people(case: Case, fresh: pl.DataFrame) -> pl.DataFrame:
    new = case.newcomers.filter(pl.col("person_id").is_in(fresh["key"].implode()))
    gone = case.of("people", "archive")["key"].hash()
    stays = case.roll.people.filter(
        ~pl.col("_number").is_in(gone.implode()),
        pl.col("kind").is_in(fresh["kind"].unique().implode()),
    )
    return same_people(case, stays, new)


def _sections(case: Case, fresh: pl.DataFrame) -> pl.DataFrame:
    rows = case.told["sections"].rows
    new = rows.join(fresh.lazy(), left_on="section_id", right_on="key", how="semi").collect()
    gone = case.of("sections", "archive")
    stays = case.sections.join(gone, left_on="section_id", right_on="key", how="anti")
    called = ["school_id", "title", "number", "course_id"]
    named = new.join(stays, on=called, how="semi", nulls_equal=True)
    return same_sections(case, stays, named)
