"""The drop as a whole: is the set complete, what does the manifest say, what was passed over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import polars as pl

from importer.contracts.contract import Contract, Manifest, Table
from importer.model import findings
from importer.model.sheet import Sheet

MODES = ("absent", "bulk", "delta")


@dataclass(frozen=True)
class Expect:
    """What the set may lack: files never sent, files that may be empty.

    ``lone``: one file is checked by itself, so no set is asked for at all.
    """

    never_sent: frozenset[str] = frozenset()
    may_be_empty: frozenset[str] = frozenset()
    lone: bool = False


@dataclass
class Package:
    """What a drop says about itself: a mode per table (bulk, delta, absent), findings about it."""

    contract: Contract
    modes: dict[str, str] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def add(self, code: str, severity: str, file: str, **more: Any) -> None:
        """Note a finding about a file of the package."""
        severity = self.contract.severity(code, severity)
        self.notes.append({"code": code, "severity": severity, "file": file, **more})

    def findings(self) -> pl.DataFrame:
        """The notes as a findings frame."""
        return findings.frame(self.notes)


def examine(
    contract: Contract,
    tables: Mapping[str, str],
    sheets: Mapping[str, Sheet],
    manifest: Sheet | None,
    expect: Expect,
) -> Package:
    """Examine a drop. ``tables``: file → table; ``sheets``: table → its sheet, where it is one."""
    package = Package(contract, dict.fromkeys(contract.tables, "bulk"))
    if contract.manifest:
        _manifest(contract.manifest, manifest, package, expect.lone)
    files = {table: file for file, table in tables.items()}
    for table in contract.tables.values():
        file = files.get(table.name)
        if file:
            _present(table, file, package)
        elif not expect.lone:
            _absent(contract, table, manifest, package, expect.never_sent)
        sheet = sheets.get(table.name)
        if sheet and not sheet.rows and not expect.lone:
            _empty(contract, table, sheet, package, expect.may_be_empty)
        if file and not expect.lone:
            _half(table, files, package, expect.never_sent)
    return package


def _half(table: Table, sent: Mapping[str, str], package: Package, never: frozenset[str]) -> None:
    """A file without one that belongs with it: the lists don't say what they seem to say."""
    lacking = [package.contract.tables[n].files[0] for n in table.beside if n not in sent]
    for other in lacking:
        if other not in never:
            package.add("FILE-196", "BLOCK", sent[table.name], detail=other)


def _present(table: Table, file: str, package: Package) -> None:
    if table.part == "passed":
        package.add("FILE-112", "INFO", file)
    elif package.modes[table.name] == "absent":
        package.add("FILE-144", "WARNING", file, detail="declares it absent")
    elif table.part == "deprecated":
        package.add("FILE-111", "WARNING", file, detail=table.instead)


def _absent(
    contract: Contract,
    table: Table,
    manifest: Sheet | None,
    package: Package,
    never: frozenset[str],
) -> None:
    file, mode = table.files[0], package.modes[table.name]
    package.modes[table.name] = "absent"
    declared = contract.manifest and manifest and mode != "absent"
    if declared:
        # Of a file that would be passed over nothing is lost.
        severity = "WARNING" if table.part == "passed" else "BLOCK"
        package.add("FILE-143", severity, file, detail=mode)
    elif contract.set_on_hold and table.part == "core" and file not in never:
        package.add("FILE-108", "BLOCK", file)


def _empty(
    contract: Contract, table: Table, sheet: Sheet, package: Package, may: frozenset[str]
) -> None:
    """A list without rows, read to the letter, would remove everything: a person must say so."""
    bulk = package.modes[table.name] == "bulk" and contract.absence == "archive"
    if bulk and table.part == "core" and table.files[0] not in may:
        package.add("PLAN-505", "BLOCK", sheet.name)


def properties(manifest: Manifest, sheet: Sheet | None) -> dict[str, tuple[int, str]]:
    """What a manifest says: property → (row, value); empty if it isn't there or isn't one."""
    if sheet is None or len(sheet.header) < len(manifest.columns):
        return {}
    rows = sheet.scan().select("_row", name="c0", value="c1").collect().iter_rows()
    return {name.strip(): (row, (value or "").strip()) for row, name, value in rows if name}


def _again(sheet: Sheet) -> Iterator[tuple[str, int, str]]:
    """Properties of a manifest that were given before: name, row, value."""
    seen = set()
    for row, name, value in sheet.scan().select("_row", "c0", "c1").collect().iter_rows():
        if name and name.strip() in seen:
            yield name.strip(), row, (value or "").strip()
        seen.add((name or "").strip())


def _manifest(manifest: Manifest, sheet: Sheet | None, package: Package, lone: bool) -> None:
    given = properties(manifest, sheet)
    if sheet is None or not given:
        if not lone:
            package.add("FILE-140", "WARNING", manifest.file)
        return
    for is_, should in zip(sheet.header, manifest.columns, strict=False):
        if is_ != should:
            package.add("FILE-123", "WARNING", sheet.name, row=1, column=is_, detail=should)
    for name, wanted in manifest.must_be.items():
        row, value = given.get(name, (None, ""))
        if not any(fnmatchcase(value, pattern) for pattern in wanted):
            told = {"row": row, "column": name, "value": value, "detail": ", ".join(wanted)}
            package.add("FILE-141", "WARNING", sheet.name, **told)
    for name, row, value in _again(sheet):
        package.add("FILE-157", "WARNING", sheet.name, row=row, column=name, value=value)
    known = {*manifest.must_be, *manifest.optional}
    known |= {manifest.mode_of + table for table in package.contract.tables}
    for name, (row, value) in given.items():
        if name not in known:
            package.add("FILE-153", "WARNING", sheet.name, row=row, column=name, value=value)
    _modes(manifest, given, sheet.name, package)


def _modes(
    manifest: Manifest, given: Mapping[str, tuple[int, str]], file: str, package: Package
) -> None:
    """The mode that the manifest gives each table."""
    for table in package.contract.tables.values():
        name = manifest.mode_of + table.name
        row, mode = given.get(name, (None, ""))
        if mode not in MODES:
            package.add("FILE-145", "WARNING", file, row=row, column=name, value=mode)
        # A line that can't be understood is settled by the file itself, read as a full list.
        package.modes[table.name] = mode.lower() if mode.lower() in MODES else "bulk"
        if name not in given:
            package.modes[table.name] = "bulk" if table.part == "core" else "absent"
