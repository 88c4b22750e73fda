"""The directory: what a roster holds, in all and school by school, counted from its tables.

People are counted, not rows: who has two roles of one group at a school counts there once, and
once in the totals however many schools they are at.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypedDict

import polars as pl

from importer.model.errors import UsageError
from importer.model.likeness import closest
from importer.report.stored import ACTIVE, GROUPS, STANDS, Tables, group

NO_ORGANISATIONS: Mapping[str, str] = MappingProxyType({})

_COUNTED = (*GROUPS, "sections", "enrollments", "archived")
_TYPES = ("national", "state", "local", "district", "school", "department")


class Counts(TypedDict):
    """Active people by group, active sections and enrollments, and what is archived.

    ``archived``: people who had a role here and have none now, and archived sections.
    """

    students: int
    teachers: int
    staff: int
    guardians: int
    sections: int
    enrollments: int
    archived: int


class SchoolEntry(TypedDict):
    """One school; ``depth`` 0 = nothing is above it; ``organisation`` = where it is mapped to."""

    school_id: str
    name: str
    number: str | None
    state_id: str | None
    type: str | None
    parent_id: str | None
    parent: str
    depth: int
    status: str  # active, archived, or unknown: only rows of others name it
    organisation: str
    counts: Counts


class LastCommit(TypedDict):
    """The newest commit: which drop, by whom, when; ``label`` is what the drop was called."""

    number: int
    at: str
    actor: str
    drop: str
    label: str


class Directory(TypedDict):
    """The overview of a roster; ``chosen`` = only these schools, empty = all."""

    commit: LastCommit | None
    waiting: list[str]  # runs on hold
    chosen: list[str]
    totals: Counts
    schools: list[SchoolEntry]


def directory(
    tables: Tables,
    commit: LastCommit | None,
    waiting: list[str],
    chosen: Sequence[str] = (),
    organisations: Mapping[str, str] = NO_ORGANISATIONS,
) -> Directory:
    """The overview; ``UsageError`` for a school in ``chosen`` that the roster doesn't know.

    ``organisations``: school_id → the organisation it is mapped to.
    """
    counted = _count(tables, chosen)
    entries = in_hierarchy(_entries(tables, counted, organisations))
    _refuse_unknown(chosen, entries)
    picked = set(chosen)
    shown = [e for e in entries if e["school_id"] in picked or (not picked and _is_shown(e))]
    return Directory(
        commit=commit,
        waiting=waiting,
        chosen=list(chosen),
        totals=counted.get(None, _counts({})),
        schools=shown,
    )


def in_hierarchy(entries: list[SchoolEntry]) -> list[SchoolEntry]:
    """Schools below what they belong to, by name within it; a circle starts anywhere."""
    ordered = sorted(entries, key=_rank)
    below: dict[str | None, list[SchoolEntry]] = {}
    ids = {entry["school_id"] for entry in entries}
    for entry in ordered:
        parent = entry["parent_id"] if entry["parent_id"] in ids else None
        below.setdefault(parent, []).append(entry)
    done: dict[str, SchoolEntry] = {}
    roots = [*below.get(None, []), *ordered]  # those in a circle are not reached from above
    for root in roots:
        waiting = [(root, 0)]
        while waiting:
            entry, depth = waiting.pop()
            if entry["school_id"] not in done:
                done[entry["school_id"]] = {**entry, "depth": depth}
                children = below.get(entry["school_id"], [])
                waiting += [(child, depth + 1) for child in reversed(children)]
    return list(done.values())


def _rank(entry: SchoolEntry) -> tuple[int, str, str]:
    kind = entry["type"]
    place = _TYPES.index(kind) if kind in _TYPES else len(_TYPES)
    return place, entry["name"].casefold(), entry["school_id"]


def _is_shown(entry: SchoolEntry) -> bool:
    return entry["status"] == "active" or any(entry["counts"].values())


def _counts(found: Mapping[str, int]) -> Counts:
    return {name: found.get(name, 0) for name in _COUNTED}  # type: ignore[return-value]


def _count(tables: Tables, chosen: Sequence[str]) -> dict[str | None, Counts]:
    """Counts by school; under None those of all schools, or of all that are chosen."""
    parts = {name: tables(name) for name in ("roles", "sections", "enrollments")}
    roles = parts["roles"].select("person_id", "school_id", "status", group=group())
    by = ["school_id"]
    frames = _tally(roles, parts, by)
    if chosen:
        here = pl.col("school_id").is_in(list(chosen))
        roles, parts = roles.filter(here), {k: part.filter(here) for k, part in parts.items()}
    frames += [f.with_columns(school_id=pl.lit(None, pl.String)) for f in _tally(roles, parts, [])]
    found: dict[str | None, dict[str, int]] = {None: {}}
    for index, frame in enumerate(pl.collect_all(frames, engine="streaming")):
        for school, what, number in frame.select("school_id", "what", "n").iter_rows():
            if school is None and index < len(frames) // 2:
                continue  # rows that name no school count in the totals only
            tally = found.setdefault(school, {})
            tally[what] = tally.get(what, 0) + number
    return {school: _counts(tally) for school, tally in found.items()}


def _tally(
    roles: pl.LazyFrame, parts: Mapping[str, pl.LazyFrame], by: list[str]
) -> list[pl.LazyFrame]:
    """How many of what, for each value of ``by``: ``what``, ``n``."""
    people = roles.filter(ACTIVE).group_by(*by, "group").agg(n=pl.n_unique("person_id"))
    left = roles.group_by(*by, "person_id").agg(here=STANDS.any()).filter(~pl.col("here"))
    sections, enrollments = parts["sections"], parts["enrollments"]
    return [
        people.rename({"group": "what"}).cast({"n": pl.Int64}),
        _rows(left, "archived", by),
        _rows(sections.filter(~ACTIVE), "archived", by),
        _rows(sections.filter(ACTIVE), "sections", by),
        _rows(enrollments.filter(ACTIVE), "enrollments", by),
    ]


def _rows(frame: pl.LazyFrame, what: str, by: list[str]) -> pl.LazyFrame:
    n = pl.len().cast(pl.Int64).alias("n")
    counted = frame.group_by(by).agg(n) if by else frame.select(n)
    return counted.with_columns(what=pl.lit(what))


def _entries(
    tables: Tables, counted: Mapping[str | None, Counts], organisations: Mapping[str, str]
) -> list[SchoolEntry]:
    wanted = ("school_id", "name", "number", "state_id", "type", "parent_id", "status")
    rows: list[dict[str, Any]] = tables("schools").select(wanted).collect().to_dicts()
    names = {row["school_id"]: row["name"] or "" for row in rows}
    blank = dict.fromkeys(wanted[1:])
    rows += [
        {**blank, "school_id": school, "status": "unknown"}
        for school in counted
        if school is not None and school not in names
    ]
    return [
        SchoolEntry(
            school_id=row["school_id"],
            name=row["name"] or "",
            number=row["number"],
            state_id=row["state_id"],
            type=row["type"],
            parent_id=row["parent_id"],
            parent=names.get(row["parent_id"], ""),
            depth=0,
            status=row["status"],
            organisation=organisations.get(row["school_id"], ""),
            counts=counted.get(row["school_id"], _counts({})),
        )
        for row in rows
    ]


def _refuse_unknown(chosen: Sequence[str], entries: list[SchoolEntry]) -> None:
    known = {entry["school_id"]: entry["name"] for entry in entries}
    for wanted in chosen:
        if wanted in known:
            continue
        called = {name.casefold(): school for school, name in known.items() if name}
        near = [called.get(n, n) for n in closest(
            wanted.casefold(), [*known, *called], most=3
        )]  # fmt: skip
        told = ", ".join(f"{n} ({known[n]})" if known[n] else n for n in dict.fromkeys(near))
        fix = f"Did you mean: {told}?" if near else "`importer overview -w DIR` lists the schools."
        raise UsageError(f"The roster has no school “{wanted}”.", fix)
