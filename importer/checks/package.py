"""The drop as a whole: is the set complete, what does the manifest say, what was passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    modes: dict[str, str] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def add(self, code: str, severity: str, file: str, **more: Any) -> None:
        """Note a finding about a file of the package."""
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
    package = Package(dict.fromkeys(contract.tables, "bulk"))
    if contract.manifest:
        _manifest(contract, contract.manifest, manifest, package, expect.lone)
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
    return package


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
    declared = contract.manifest and manifest and mode != "absent" and table.part != "passed"
    if declared:
        package.add("FILE-143", "BLOCK", file, detail=mode)
    elif contract.set_on_hold and table.part == "core" and file not in never:
        package.add("FILE-108", "BLOCK", file)


def _empty(
    contract: Contract, table: Table, sheet: Sheet, package: Package, may: frozenset[str]
) -> None:
    """A list without rows, read to the letter, would remove everything: a person must say so."""
    bulk = package.modes[table.name] == "bulk" and contract.absence == "archive"
    if bulk and table.part == "core" and table.files[0] not in may:
        package.add("PLAN-505", "BLOCK", sheet.name)


def _manifest(
    contract: Contract, manifest: Manifest, sheet: Sheet | None, package: Package, lone: bool
) -> None:
    if sheet is None or len(sheet.header) < len(manifest.columns):
        if not lone:
            package.add("FILE-140", "WARNING", manifest.file)
        return
    frame = sheet.scan().select("_row", name="c0", value="c1").collect()
    given = {n.strip(): (v or "").strip() for _, n, v in frame.iter_rows() if n}
    rows = {n.strip(): row for row, n, _ in frame.iter_rows() if n}
    for name, wanted in manifest.must_be.items():
        if given.get(name) not in wanted:
            package.add(
                "FILE-141",
                "WARNING",
                sheet.name,
                row=rows.get(name),
                column=name,
                value=given.get(name, ""),
                detail=", ".join(wanted),
            )
    for table in contract.tables:
        name = manifest.mode_of + table
        mode = given.get(name, "")
        if mode not in MODES:
            package.add(
                "FILE-145", "WARNING", sheet.name, row=rows.get(name), column=name, value=mode
            )
        # A line that can't be understood is settled by the file itself, read as a full list.
        package.modes[table] = mode.lower() if mode.lower() in MODES else "bulk"
        if name not in given:
            package.modes[table] = "bulk" if contract.tables[table].part == "core" else "absent"
