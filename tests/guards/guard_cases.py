"""A case for the guards by hand: a stored roster, what is sent, and what the judges say."""

from dataclasses import replace
from datetime import date

import polars as pl

from importer.model.changes import CHANGES
from importer.model.tables import empty
from importer.planning.guard import Case, Stop, guard
from importer.planning.guards.limits import Limits
from importer.planning.guards.season import Season
from importer.settings import Guards

TODAY = date(2026, 10, 14)
Row = dict[str, object]


def people(counts: dict[str, int], role: str = "student") -> dict[str, list[Row]]:
    """So many people at each school, as rows of people and roles."""
    ids = [
        (f"{role[0]}{school}{n}", school) for school, count in counts.items() for n in range(count)
    ]
    return {
        "schools": [{"school_id": school} for school in counts],
        "people": [{"person_id": one} for one, _ in ids],
        "roles": [{"person_id": one, "school_id": s, "role": role} for one, s in ids],
    }


def case(stored: dict[str, list[Row]], changes: list[Row], guards: Guards | None = None) -> Case:
    """The case of these stored rows and changes; nothing else is known of the drop."""
    tables = {name: _frame(name, rows) for name, rows in stored.items()}
    rows = [{"picked": True, "because": "", **change} for change in changes]
    frame = pl.DataFrame(rows, schema_overrides=CHANGES, infer_schema_length=None)
    missing = [pl.lit(None, dtype).alias(n) for n, dtype in CHANGES.items() if n not in frame]
    return Case(
        changes=frame.with_columns(missing).select(list(CHANGES)),
        stored=lambda name: tables.get(name, empty(name)).lazy(),
        told={},
        limits=Limits(guards or Guards()),
        season=Season(TODAY),
    )


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    """Rows in the stored schema, in the order of their file, shuffled against the schools."""
    given = pl.DataFrame(rows, infer_schema_length=None)
    schema = empty(name).schema
    number = (pl.int_range(pl.len(), dtype=pl.UInt32) * 7919) % 100_003
    given = given.with_columns(status=pl.lit("active"), origin_table=pl.lit("t"), origin_row=number)
    missing = [
        pl.lit(None, dtype).alias(n) for n, dtype in schema.items() if n not in given.columns
    ]
    return given.with_columns(missing).select(list(schema)).cast(schema)


def gone(ids: list[str], school: str) -> list[Row]:
    """Archives of people of a school."""
    return [
        {"action": "archive", "table": "people", "key": one, "school_id": school} for one in ids
    ]


def stops(judged: Case) -> list[tuple[str, str]]:
    """Code and school of what the guards say."""
    return [(stop.code, stop.school) for stop in guard(judged)]


def said(judged: Case) -> list[Stop]:
    """The same in full."""
    return guard(judged)


def in_season(judged: Case, change: str) -> Case:
    """The case while a year or term changes."""
    return replace(judged, season=Season(TODAY, change), memo={})
