"""Why a run is on hold or was rejected, in words that may leave the district.

Only what stands in the catalogue, counts, and ids of schools that are committed already: whatever
else a finding says may be a pupil.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

import importer.checks  # noqa: F401 - fills the catalogue
from importer.checks.catalogue import CATALOGUE, stage
from importer.model.errors import ImporterError
from importer.model.history import Run
from importer.store.port import Store

ALL = "*"
"""In place of a school: all of them, or none that may be named."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,60}")


@dataclass(frozen=True)
class Reason:
    """A check, what it is called, and how many times it was found. ``scopes``: to release."""

    code: str
    title: str
    rows: int
    scopes: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """The reason as JSON-ready data."""
        return asdict(self)


def reasons(store: Store, run_id: str, schools: bool = True) -> list[Reason]:
    """Why a run stopped, what is wrong with files first; [] if what it kept can't be read.

    ``schools``: name them, for which the committed ones are looked up.
    """
    if not run_id:
        return []
    try:
        causes = store.run_data(run_id, "summary")["causes"]
        known = _schools(store) if schools else {ALL}
    except (ImporterError, KeyError, OSError, pl.exceptions.PolarsError):
        return []
    grave = [c for c in causes if c["severity"] == "BLOCK"] or [
        c for c in causes if c["severity"] == "ERROR"
    ]
    made: dict[str, Reason] = {}
    for cause in grave:
        old = made.get(cause["code"])
        check = CATALOGUE.get(cause["code"])
        scope = _scope(cause["scope"], known)
        made[cause["code"]] = Reason(
            cause["code"],
            check.name if check else "",
            int(cause["rows"]) + (old.rows if old else 0),
            tuple(dict.fromkeys([*(old.scopes if old else ()), *([scope] if scope else [])])),
        )
    return sorted(made.values(), key=lambda reason: stage(reason.code))


def of_codes(codes: Sequence[str]) -> list[Reason]:
    """The reasons that these codes stand for, where nothing else is known."""
    return [Reason(code, CATALOGUE[code].name, 1) for code in codes if code in CATALOGUE]


def releasable(run: Run, found: Sequence[Reason]) -> list[str]:
    """The scopes to release if all of them may be named; [] if one of them may not."""
    named = {scope for reason in found for scope in reason.scopes}
    return list(run.blocks) if run.blocks and set(run.blocks) <= named else []


def _scope(scope: str, known: set[str]) -> str:
    """``SCHOOL:TABLE`` where the school is one of ours, and the table or file has a plain name."""
    school, _, table = scope.rpartition(":")
    return scope if _PLAIN.fullmatch(table) and school in known else ""


def _schools(store: Store) -> set[str]:
    """Ids of schools that were committed, and ALL."""
    head = store.head()
    if head is None:
        return {ALL}
    return {ALL, *store.table("schools", head).select("school_id").collect()["school_id"]}
