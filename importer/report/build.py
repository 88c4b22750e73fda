"""The summary of a check or a run, from frames: what every report is made of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from importer.checks.catalogue import CATALOGUE
from importer.model.changes import ChangeSet
from importer.model.findings import SEVERITIES
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.report.messages import filled, says
from importer.report.summary import (
    Cause,
    FileLine,
    Format,
    Group,
    Place,
    Plan,
    SchoolLine,
    Shown,
    Skip,
    TableCounts,
    Totals,
)

_PLACES = 20  # places of a cause that a report lists; findings.csv has all
_CAUSES = 2_000  # causes that a summary carries; findings.csv has all


@dataclass(frozen=True)
class Facts:
    """What a summary is built from: numbered findings, held rows, causes, and what was read.

    ``source``: what the person calls the drop; ``at``: when (UTC, ISO 8601).
    ``scopes``: cause number → ``SCHOOL:TABLE`` of a BLOCK. ``tables``: file → source table.
    ``unlisted``: file and severity → places that stand in the findings of others, so many are they.
    ``by_the_book``: judged by what the standard asks of a receiver, not by what is reasonable.
    """

    source: str
    at: str
    format: Format
    findings: pl.DataFrame
    held: pl.DataFrame
    causes: pl.DataFrame
    rows: Mapping[str, int]
    tables: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    scopes: Mapping[int, str] = field(default_factory=dict)
    by_the_book: bool = False
    unlisted: Mapping[tuple[str, str], int] = field(default_factory=dict)


def totals(facts: Facts) -> Totals:
    """Rows, held rows, and findings by severity."""
    by = Counter(dict(facts.findings.group_by("severity").len().iter_rows()))
    for (_, severity), more in facts.unlisted.items():
        by[severity] += more
    counts = {severity: by[severity] for severity in SEVERITIES}
    rows = sum(facts.rows.values())
    found = Totals(
        rows=rows,
        held=facts.held.height,
        BLOCK=counts["BLOCK"],
        ERROR=counts["ERROR"],
        WARNING=counts["WARNING"],
        INFO=counts["INFO"],
    )
    if facts.causes.height > _CAUSES:
        found["causes"] = int(facts.causes["values"].fill_null(1).sum())
    return found


def files(facts: Facts) -> list[FileLine]:
    """One line a file, in the order in which they were sent."""
    held = dict(facts.held.group_by("file").len().iter_rows())
    by = facts.findings.group_by("file", "severity").len()
    counts = Counter({(file, severity): n for file, severity, n in by.iter_rows()})
    counts.update(facts.unlisted)
    names = dict.fromkeys([*facts.rows, *facts.tables])
    return [
        FileLine(
            file=name,
            kind=facts.tables.get(name, ""),
            rows=facts.rows.get(name, 0),
            held=held.get(name, 0),
            errors=counts.get((name, "ERROR"), 0) + counts.get((name, "BLOCK"), 0),
            warnings=counts.get((name, "WARNING"), 0),
            note=facts.notes.get(name, ""),
        )
        for name in names
    ]


def causes(facts: Facts) -> list[Cause]:
    """The causes in the order to mend them, with their first places."""
    listed = facts.causes.head(_CAUSES)
    wanted = facts.findings.join(listed.select("cause"), on="cause", how="semi")
    counts = dict(wanted.group_by("cause").len().iter_rows())
    first = wanted.filter(pl.int_range(pl.len()).over("cause") < _PLACES)
    places: dict[int, list[dict[str, Any]]] = {}
    for finding in first.iter_rows(named=True):
        places.setdefault(finding["cause"], []).append(finding)
    blocked: dict[int, dict[str, int]] = {}
    by_file = facts.held.group_by("cause", "file", maintain_order=True).len()
    for cause, file, count in by_file.iter_rows():
        blocked.setdefault(cause, {})[file] = count
    return [
        _cause(
            row, places[row["cause"]], counts[row["cause"]], blocked.get(row["cause"], {}), facts
        )
        for row in listed.iter_rows(named=True)
    ]


def _cause(
    row: Mapping[str, Any],
    found: list[dict[str, Any]],
    count: int,
    blocked: dict[str, int],
    facts: Facts,
) -> Cause:
    check, first = CATALOGUE[row["code"]], found[0]
    told = {**first, "rows": row["rows"]}
    return Cause(
        id=row["cause"],
        code=row["code"],
        severity=row["severity"],
        says=says(told),
        says_redacted=says(told, public=True),
        fix=filled(check.fix, told),
        why=check.why,
        file=first["file"],
        row=first["row"],
        column=first["column"],
        value=first["value"],
        rows=row["rows"],
        blocks=row["blocks"],
        held_by_file=blocked,
        places=[
            Place(file=f["file"], row=f["row"], column=f["column"], value=f["value"]) for f in found
        ],
        more=count - len(found),
        scope=facts.scopes.get(row["cause"], ""),
    )


def skipped(facts: Facts) -> list[Skip]:
    """Checks that could not run."""
    return [Skip(code=code, because=because) for code, because in facts.skipped]


def plan(
    change: ChangeSet, held: Mapping[str, int], names: Mapping[str, str], preview: str = ""
) -> Plan:
    """What a commit would do: counts by table and action, and the first changes of each group.

    ``held``: roster table → stored rows that are held; ``names``: id → what people call it;
    ``preview``: the hash of it all.
    """
    tally = change.counts()
    counts = [
        TableCounts(
            table=table,
            add=tally.get(table, {}).get("add", 0),
            edit=tally.get(table, {}).get("edit", 0),
            move=tally.get(table, {}).get("move", 0),
            rekey=tally.get(table, {}).get("re-key", 0),
            archive=tally.get(table, {}).get("archive", 0),
            reactivate=tally.get(table, {}).get("reactivate", 0),
            held=held.get(table, 0),
        )
        for table in TABLES
        if table in tally or table in held
    ]
    groups = [
        Group(
            action=action,
            table=table,
            count=count,
            shown=[_shown(row, names) for row in part.iter_rows(named=True)],
        )
        for table, action, count, part in change.groups()
    ]
    return Plan(base=change.base, counts=counts, groups=groups, preview=preview)


def shown_ids(change: ChangeSet) -> pl.Series:
    """The ids in the changes that a report shows, whose names it would like to know."""
    return change.first["key"].str.split(ID_SEPARATOR).explode().unique()


def _shown(row: Mapping[str, Any], names: Mapping[str, str]) -> Shown:
    parts = row["key"].split(ID_SEPARATOR)
    told = [names[part] for part in parts if names.get(part)]
    changed = zip(row["columns"], row["before"], row["after"], strict=True)
    return Shown(
        key=" / ".join(parts),
        label=", ".join(told),
        school=row["school_id"] or "",
        columns=[
            {"name": name, "before": before or None, "after": after or None}
            for name, before, after in changed
        ],
        because=row["because"],
        file=row["source_file"] or "",
        row=row["source_row"],
        picked=row["picked"],
    )


def schools(sent: pl.DataFrame, change: ChangeSet | None) -> list[SchoolLine]:
    """One line a school. ``sent``: school_id, name, people, sections, enrollments, held."""
    by: dict[str, dict[str, int]] = {}
    if change is not None:
        counted = change.tally.group_by("school_id", "action").agg(pl.col("n").sum())
        for school, action, count in counted.iter_rows():
            by.setdefault(school, {})[action] = count
    rows = sent.sort("school_id")
    return [_school(row, by.get(row["school_id"], {})) for row in rows.iter_rows(named=True)]


def _school(row: Mapping[str, Any], changed: Mapping[str, int]) -> SchoolLine:
    return SchoolLine(
        school_id=row["school_id"],
        name=row["name"],
        people=row["people"],
        sections=row["sections"],
        enrollments=row["enrollments"],
        held=row["held"],
        add=changed.get("add", 0),
        edit=changed.get("edit", 0),
        move=changed.get("move", 0),
        archive=changed.get("archive", 0),
        reactivate=changed.get("reactivate", 0),
    )
