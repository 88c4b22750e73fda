"""The newest drop, counted from its summary: what a report shows is what is measured."""

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from importer.checks.catalogue import CATALOGUE
from importer.contracts.contract import Column, Contract, Table
from importer.contracts.header import normal
from importer.readiness.facts import Field, Part, Sent, Trouble
from importer.report.summary import Cause, FileLine, Summary

_EMPTY = ("CELL-201", "CELL-202")
_NO_COLUMN = "FILE-120"
_GRAVE = ("BLOCK", "ERROR")
_ROOTS = ("schools", "terms")
_PLACES = "enrollments"
_NAMES = ("given_name", "family_name")
_PARENT = {
    "LINK-401": "a school",
    "LINK-402": "a teacher",
    "LINK-403": "a section",
    "LINK-404": "a student",
    "LINK-405": "a course",
    "LINK-406": "a session",
    "LINK-408": "a user",
    "LINK-419": "an archived record",
    "LINK-442": "a student or teacher",
}
"""What a reference goes to that isn't there, by its code."""


def sent(summary: Summary, findings: pl.LazyFrame, contract: Contract, on: str = "") -> Sent:
    """What a drop's summary and findings say. ``on``: the day of the drop."""
    files = [line for line in summary["files"] if line["kind"] in contract.tables]
    roots = [line for line in files if _makes(contract.tables[line["kind"]], *_ROOTS)]
    found = _counted(findings)
    orphans, missing = _orphans(found, contract, files)
    return Sent(
        contract.name,
        contract.title,
        on,
        Part(sum(line["held"] for line in files), sum(line["rows"] for line in files)),
        Part(sum(line["held"] for line in roots), sum(line["rows"] for line in roots)),
        tuple(_trouble(cause) for cause in summary["causes"] if cause["severity"] in _GRAVE),
        tuple(one for line in files for one in _required(line, found, contract)),
        orphans,
        missing,
        summary["totals"]["ERROR"],
        summary["totals"]["BLOCK"],
    )


def lists_schools(contract: Contract) -> bool:
    """Whether schools have a list of their own, rather than being named beside people."""
    makes = [{make.table for make in table.makes} for table in contract.tables.values()]
    return any("schools" in made and not made & {"people", "roles", "sections"} for made in makes)


def has_terms(contract: Contract) -> bool:
    """Whether the format has a place for terms."""
    return any(_makes(table, "terms") for table in contract.tables.values())


Found = Mapping[tuple[str, str, str], int]
"""File, code and column, as the file spells it → rows."""


def _counted(findings: pl.LazyFrame) -> Found:
    """Rows that are empty where they must not be, and those that name nobody."""
    asked = pl.col("code").is_in([*_EMPTY, _NO_COLUMN]) | (
        pl.col("code").is_in([*_PARENT]) & pl.col("severity").is_in(_GRAVE)
    )
    by = ["file", "code", "column"]
    rows = findings.filter(asked).group_by(by).agg(pl.col("rows").sum()).sort(by).collect()
    return {(file, code, column or ""): n for file, code, column, n in rows.iter_rows()}


def _makes(table: Table, *canonical: str) -> bool:
    return any(make.table in canonical for make in table.makes)


def _trouble(cause: Cause) -> Trouble:
    name = CATALOGUE[cause["code"]].name
    return Trouble(cause["code"], name, cause["file"], cause["column"] or "", cause["blocks"])


def _required(line: FileLine, found: Found, contract: Contract) -> Iterator[Field]:
    """The required columns of a file, and the rows in which they are filled."""
    table = contract.tables[line["kind"]]
    if table.part == "passed" or not line["rows"]:
        return
    empty: Counter[str] = Counter()
    for (file, code, spelled), rows in found.items():
        name = table.loosely.get(normal(spelled), spelled)
        if file == line["file"] and code in _EMPTY:
            empty[name] += rows
        elif file == line["file"] and code == _NO_COLUMN:
            empty[name] = line["rows"]
    for column in table.columns.values():
        if column.need == "required" and not column.derive:
            filled = max(0, line["rows"] - empty[column.name])
            must = _is_id_or_name(table, column)
            yield Field(line["file"], column.name, Part(filled, line["rows"]), must)


def _is_id_or_name(table: Table, column: Column) -> bool:
    names = {make.columns.get(name) for make in table.makes for name in _NAMES}
    return column.name in table.key or column.type == "id" or column.name in names


def _orphans(
    found: Found, contract: Contract, files: list[FileLine]
) -> tuple[Part | None, dict[str, int]]:
    """Rows of enrollments that name nobody, and by what they miss."""
    own = {
        line["file"]: line["rows"]
        for line in files
        if _makes(contract.tables[line["kind"]], _PLACES)
    }
    if not own:
        return None, {}
    missing: Counter[str] = Counter()
    for (file, code, _), rows in found.items():
        if file in own and code in _PARENT:
            missing[f"{_PARENT[code]} that isn’t there"] += rows
    rows = sum(own.values())
    return Part(min(rows, sum(missing.values())), rows), dict(missing)
