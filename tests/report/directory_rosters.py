"""Rosters for the directory: small ones made by hand, and the sample story committed for real."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from importer import flow, settings
from importer.model.history import Who
from importer.model.tables import stored_schema
from importer.report.stored import Tables
from importer.store.folder import FolderStore

SAMPLES = Path(__file__).parents[2] / "sample_data"
Rows = Mapping[str, list[dict[str, Any]]]


def roster(rows: Rows) -> Tables:
    """Stored tables of these rows; what is left out is null, the status active."""
    return lambda name: frame(name, rows.get(name, [])).lazy()


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """One stored table."""
    schema = stored_schema(table)
    origin = {"status": "active", "origin_file": f"{table}.csv", "origin_row": 2}
    whole = [{**dict.fromkeys(schema), **origin, **row} for row in rows]
    return pl.DataFrame(whole, schema=schema, orient="row")


def person(person_id: str, name: str, **more: Any) -> dict[str, Any]:
    """A person; the last word of the name is the family name."""
    given, _, family = name.rpartition(" ")
    return {"person_id": person_id, "given_name": given or None, "family_name": family, **more}


def role(person_id: str, school_id: str, role: str, status: str = "active") -> dict[str, Any]:
    """A role at a school."""
    return {"person_id": person_id, "school_id": school_id, "role": role, "status": status}


def taking(section_id: str, person_id: str, role: str = "student", **more: Any) -> dict[str, Any]:
    """An enrollment."""
    return {"section_id": section_id, "person_id": person_id, "role": role, **more}


def committed(folder: Path, story: str, drops: tuple[str, ...]) -> FolderStore:
    """A workspace into which drops of a sample story were committed, a day apart."""
    store = FolderStore.create(folder, settings.TEMPLATE)
    for day, drop in enumerate(drops, start=23):
        done = flow.sync(SAMPLES / story / drop, store, Who("Kim Ode", f"2026-11-{day}T06:00:00Z"))
        assert done.commit is not None
    return store


def monday_tuesday(folder: Path) -> FolderStore:
    """The Clever sample district after both nights."""
    return committed(folder, "clever_monday_tuesday", ("monday", "tuesday"))


def bulk_and_deltas(folder: Path) -> FolderStore:
    """The OneRoster sample district, which has a district above its schools."""
    return committed(folder, "oneroster_bulk_then_delta", ("bulk", "delta", "delta2"))


STORIES: Mapping[str, Callable[[Path], FolderStore]] = {
    "clever": monday_tuesday,
    "oneroster": bulk_and_deltas,
}
