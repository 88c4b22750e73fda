"""A review as JSON-ready data: what the changes leave behind, groups of changes, who unchecked."""

from collections.abc import Mapping
from typing import Any, TypedDict

import polars as pl

from importer.model.changes import ACTIONS, ChangeSet, plain
from importer.model.decision import Decision
from importer.model.history import Run
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.report.summary import ColumnChange

LISTED = {
    "id": pl.UInt32(),
    "picked": pl.Boolean(),  # is it carried out as things stand?
    "planned": pl.Boolean(),  # was it, before anybody unchecked anything?
    "how": pl.String(),  # “unchecked” by a person, gone “along”; null = as planned
    "by": pl.UInt32(),  # the change that it went along with
}
"""What a review adds to the columns of the changes frame."""


class Line(TypedDict):
    """One change in a review."""

    id: int
    key: str
    label: str
    school: str
    columns: list[ColumnChange]
    because: str
    file: str
    row: int | None
    picked: bool
    how: str  # unchecked, along, planned (planning leaves it out) or empty
    by: int | None


class Kind(TypedDict):
    """The changes of one action in one table; ``lines``: the first of them."""

    action: str
    table: str
    count: int
    picked: int
    lines: list[Line]


class Said(TypedDict):
    """A decision as it was made."""

    uncheck: list[str]
    again: list[str]
    reason: str
    actor: str
    at: str


class Review(TypedDict):
    """The review of a run.

    ``effects``: of ``effects.Effects.summary``; ``warnings``: how many changes leave what behind.
    """

    run: str
    base: int
    preview: str
    effects: dict[str, int]
    warnings: dict[str, int]
    unchecked: int
    along: int
    decisions: list[Said]
    kinds: list[Kind]


def listed(change: ChangeSet, off: pl.DataFrame, planned: pl.DataFrame) -> pl.DataFrame:
    """The changes as a review lists them: ``changes.CHANGES`` and ``LISTED``.

    ``change`` as it stands, ``planned``: its changes before the review, ``off``: ``review.OFF``.
    """
    told = change.changes.join(planned.select("id", planned="picked"), on="id", how="left")
    return told.join(off, on="id", how="left", maintain_order="left")


def review(
    run: Run, decisions: list[Decision], changes: pl.DataFrame, names: Mapping[str, str], first: int
) -> Review:
    """A review without its effects, of the changes that are listed; of each kind the ``first``."""
    return Review(
        run=run.id,
        base=run.base,
        preview="",
        effects={},
        warnings={},
        unchecked=changes.filter(pl.col("how") == "unchecked").height,
        along=changes.filter(pl.col("how") == "along").height,
        decisions=[
            Said(uncheck=d.uncheck, again=d.again, reason=d.reason, actor=d.actor, at=d.at)
            for d in decisions
        ],
        kinds=_kinds(changes, names, first),
    )


def _kinds(changes: pl.DataFrame, names: Mapping[str, str], first: int) -> list[Kind]:
    parts = changes.partition_by("table", "action", as_dict=True, maintain_order=True)
    kinds = [
        Kind(
            action=action,
            table=table,
            count=part.height,
            picked=int(part["picked"].sum()),
            lines=[line(row, names) for row in part.head(first).iter_rows(named=True)],
        )
        for (table, action), part in parts.items()
    ]
    order = list(TABLES)
    return sorted(kinds, key=lambda k: (ACTIONS.index(k["action"]), order.index(k["table"])))


def line(row: Mapping[str, Any], names: Mapping[str, str]) -> Line:
    """One change, of a row of ``listed``."""
    shown = plain(dict(row))
    parts = row["key"].split(ID_SEPARATOR)
    changed = zip(row["columns"], row["before"], row["after"], strict=True)
    return Line(
        id=row["id"],
        key=shown["key"],
        label=", ".join(names[part] for part in parts if names.get(part)),
        school=row["school_id"] or "",
        columns=[
            ColumnChange(name=name, before=before or None, after=after or None)
            for name, before, after in changed
        ],
        because=row["because"],
        file=row["source_file"] or "",
        row=row["source_row"],
        picked=row["picked"],
        how=row["how"] or ("" if row["planned"] else "planned"),
        by=row["by"],
    )


def values(columns: list[ColumnChange]) -> str:
    """Before → after, in words: ``grade: 3 → 4``."""
    return "; ".join(
        f"{c['name']}: {c['before'] or '(blank)'} → {c['after'] or '(blank)'}" for c in columns
    )


def ids(changes: pl.DataFrame, first: int) -> pl.Series:
    """The ids in the keys of the changes that are shown, whose names are wanted."""
    shown = changes.group_by("table", "action", maintain_order=True).head(first)
    return shown["key"].str.split(ID_SEPARATOR).explode().unique()
