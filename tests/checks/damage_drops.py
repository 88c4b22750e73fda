"""Drops of students for the tests of damage, and what importer says and does about them."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
from check_drops import District, on, written

from importer import flow
from importer.checks.catalogue import STUDENTS, clever
from importer.model.tables import ID_SEPARATOR
from importer.report.reported import Reported

Drop = dict[str, str | bytes]
Change = tuple[str, str, str]

HEADER = STUDENTS.splitlines()[0]


def students(*ids: str) -> str:
    """A file of students with these ids, in this order."""
    rows = [f"0101,{id_},,Bo,Lind,3" for id_ in ids]
    return "\n".join([HEADER, *rows, ""])


def enrolled(*ids: str) -> str:
    """A file in which each of them is in the one section."""
    return "\n".join(["School_id,Section_id,Student_id", *(f"0101,M1,{i}" for i in ids), ""])


def drop(*ids: str, **changed: str | bytes) -> Drop:
    """A Clever drop of these students, all of them enrolled."""
    return clever(**{"students": students(*ids), "enrollments": enrolled(*ids), **changed})


def with_column(name: str, *values: str) -> Drop:
    """A Clever drop of students who have these values in a column of their file."""
    old = HEADER.split(",")
    header = HEADER if name in old else f"{HEADER},{name}"
    rows = []
    for number, value in enumerate(values):
        row = dict(zip(old, ["0101", f"S{number}", "", "Bo", "Lind", "3"], strict=True))
        row[name] = f'"{value}"'
        rows.append(",".join(row.values()))
    return clever(students="\n".join([header, *rows, ""]), enrollments=enrolled("S0"))


def checked(files: Drop, folder: Path) -> Reported:
    """What a check without a workspace says."""
    return flow.check(written(files, folder / "drop"), folder / "scratch", on(1))


def said(reported: Reported, *codes: str) -> list[tuple[object, ...]]:
    """Severity, code, value and rows of the findings of these codes; without codes of all."""
    found = reported.findings
    found = found.filter(pl.col("code").is_in(codes)) if codes else found
    return found.select("severity", "code", "value", "rows").rows()


def planned(folder: Path, *drops: Drop) -> tuple[Reported, set[Change]]:
    """What the last of the drops gives in a district that has committed the others."""
    district = District(folder)
    for files in drops[:-1]:
        district.commit(files)
    path = written(drops[-1], folder / "last")
    done = flow.plan_drop(path, district.store, on(20))
    return done.reported, _changes(done.change.changes.iter_rows(named=True))


def _changes(rows: Iterable[dict[str, object]]) -> set[Change]:
    return {
        (str(c["action"]), str(c["table"]), str(c["key"]).replace(ID_SEPARATOR, " / "))
        for c in rows
        if c["picked"]
    }


def stored(folder: Path, table: str, *drops: Drop) -> dict[str, dict[str, object]]:
    """The committed rows of a table after these drops, by the first part of their key."""
    district = District(folder)
    for files in drops:
        district.commit(files)
    rows = district.store.table(table, district.store.head()).collect()
    return {str(row[rows.columns[0]]): row for row in rows.iter_rows(named=True)}
