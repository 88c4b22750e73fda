"""What arrived: every file read, the format recognised, each table from one file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import polars as pl

from importer.checks import package
from importer.contracts.confirmed import Confirmed, applied
from importer.contracts.contract import Contract
from importer.contracts.load import contracts, known_names
from importer.contracts.lookalikes import named
from importer.intake import isolated
from importer.intake.manifest import MANIFEST
from importer.model import findings
from importer.model.drop import Drop
from importer.model.errors import UsageError
from importer.model.sheet import Sheet
from importer.reading.delimited import Reading
from importer.reading.files import read_all, read_all_wide
from importer.reading.handed_back import as_sent
from importer.reading.header_row import by_names
from importer.reading.nearest import nearest
from importer.reading.recognise import Recognised, either, recognise, unless_alike
from importer.settings import Policy


@dataclass(frozen=True)
class Received:
    """A drop as tables of text. ``contract`` is None where its format isn't known.

    ``readings``: file → what became of it; ``tables``: file → source table; ``notes``: findings
    about whole files; ``lone``: a single table was sent by itself.
    """

    drop: Drop
    contract: Contract | None
    why: str
    readings: Mapping[str, Reading]
    tables: Mapping[str, str]
    notes: list[dict[str, Any]]
    lone: bool

    def findings(self) -> pl.DataFrame:
        """What reading found, as grave as the profile in force takes it.

        What a file that was passed over looks like inside is nobody's concern, and of one of which
        nothing is imported nothing can be lost: that is no error.
        """
        strange = {n["file"] for n in self.notes if n["code"] in ("FILE-107", "FILE-182")}
        heard = [
            r.findings for name, r in self.readings.items() if not (r.sheet and name in strange)
        ]
        read = pl.concat([findings.empty(), *heard])
        if self.contract is None:
            return read
        tables = self.contract.tables
        over = pl.col("file").is_in(
            [f for f, t in self.tables.items() if tables[t].part == "passed"]
        )
        graver = pl.col("code").replace_strict(
            dict(self.contract.severities), default=pl.col("severity"), return_dtype=pl.String
        )
        mild = pl.col("severity").replace({"ERROR": "WARNING", "BLOCK": "WARNING"})
        return read.with_columns(severity=pl.when(over).then(mild).otherwise(graver))

    def sheets(self) -> dict[str, Sheet]:
        """Source table → its sheet."""
        found = {table: self.readings[file].sheet for file, table in self.tables.items()}
        return {table: sheet for table, sheet in found.items() if sheet is not None}

    def rows(self) -> dict[str, int]:
        """File → its data rows."""
        return {name: r.sheet.rows for name, r in self.readings.items() if r.sheet}

    def manifest(self) -> Sheet | None:
        """The sheet of the manifest, where the format has one and it was sent."""
        return _manifest(self.contract, self.readings) if self.contract else None


def receive(
    drop: Drop,
    policy: Policy,
    lone: bool,
    confirmed: Confirmed,
    on_trust: frozenset[str] = frozenset(),
) -> Received:
    """Read a drop and tell what it is. ``policy.format`` overrides recognition; ``lone``: one file.

    ``confirmed``: what people of the district said about headers; nothing else is taken for known.
    ``on_trust``: the files that may be taken so (see ``Sheet``).

    UsageError for an unknown format; Misread where a file must not be taken on trust.
    """
    files = [file for file in drop.files if file.name != MANIFEST]
    readings = read_all(files, _opened, known_names() | confirmed.names(), on_trust)
    readings = {name: as_sent(reading) for name, reading in readings.items()}
    own = {n: c.of_source(drop.source) for n, c in contracts().items()}
    known = {n: applied(c.in_profile(policy.profile), confirmed) for n, c in own.items()}
    recognised = _recognise(readings, policy, known)
    lone = lone and len(recognised.tables) <= 1  # a workbook of several tables is a set
    contract, notes = recognised.contract, _rejected(drop)
    if contract is None:
        notes += _unknown(drop, readings, policy.format, known)
        return Received(drop, None, recognised.why, readings, {}, notes, lone)
    tables, doubled = _one_file_each(recognised.tables)
    notes += doubled + _passed_over(contract, recognised, readings)
    notes += [] if lone else _called_otherwise(contract, tables, readings)
    graver = [{**n, "severity": contract.severity(n["code"], n["severity"])} for n in notes]
    readings = {**readings, **_wide(drop, contract, tables, confirmed)}
    return Received(drop, contract, recognised.why, readings, tables, graver, lone)


def _opened(path: str) -> Iterator[Any]:
    """What a workbook holds, read where it can do no harm."""
    return isolated.each("importer.reading.excel:sheets", [path])


def _wide(
    drop: Drop, contract: Contract, tables: Mapping[str, str], confirmed: Confirmed
) -> dict[str, Reading]:
    """Files whose rows may go on beyond their header, read so."""
    wide = {file for file, table in tables.items() if contract.tables[table].unnamed}
    names = known_names() | confirmed.names()
    again = read_all_wide([f for f in drop.files if f.name in wide], names)
    return {name: as_sent(reading) for name, reading in again.items()}


def _recognise(
    readings: Mapping[str, Reading], policy: Policy, known: Mapping[str, Contract]
) -> Recognised:
    kind = policy.format
    name, _, table = kind.partition("/")
    if kind and (name not in known or (table and table not in known[name].tables)):
        choices = ", ".join(known)
        raise UsageError(
            f"There is no kind “{kind}”.", f"Known kinds: {choices}, or one with /table."
        )
    headers = _headers(readings)
    found = recognise(headers, known, kind, _version(readings, known))
    return found if kind else unless_alike(headers, found)


def _version(readings: Mapping[str, Reading], known: Mapping[str, Contract]) -> str:
    """The contract whose version the package's manifest names; empty if it names none."""
    for contract in known.values():
        manifest = contract.manifest
        if manifest and manifest.version:
            given = package.properties(manifest, _manifest(contract, readings))
            value = given.get(manifest.version, (0, ""))[1]
            if any(fnmatchcase(value, pattern) for pattern in manifest.must_be[manifest.version]):
                return contract.name
    return ""


def _headers(readings: Mapping[str, Reading]) -> dict[str, tuple[str, ...]]:
    return {name: r.sheet.header if r.sheet else () for name, r in readings.items()}


def _unknown(
    drop: Drop, readings: Mapping[str, Reading], kind: str, known: Mapping[str, Contract]
) -> list[dict[str, Any]]:
    """What to say of a drop of no format that is taken: which other it is, or is nearest to."""
    if alike := named(_headers(readings)):
        return [note("FILE-152", "ERROR", alike.files[0], detail=alike.title)]
    readable = [name for name, reading in readings.items() if reading.sheet]
    unknown = readable or ([] if readings else [drop.label])
    near = nearest(_headers(readings), known, kind)
    words = {name: found.words for name, found in near.items()}
    return [note("FILE-110", "ERROR", name, detail=words.get(name, "")) for name in unknown]


def note(code: str, severity: str, file: str, **more: Any) -> dict[str, Any]:
    """The record of a finding about a file."""
    return {"code": code, "severity": severity, "file": file, **more}


def _rejected(drop: Drop) -> list[dict[str, Any]]:
    """What intake left out, as findings."""
    severity = {"FILE-107": "WARNING", "FILE-146": "WARNING", "FILE-198": "BLOCK"}
    return [
        note(r.code, severity.get(r.code, "ERROR"), r.name, detail=_clause(r.code, r.detail))
        for r in drop.rejected
    ]


def _clause(code: str, detail: str) -> str:
    """FILE-107 and FILE-146 read on with a colon; the others have their own words around it."""
    return f": {detail}" if detail and code in ("FILE-107", "FILE-146") else detail


def _one_file_each(tables: Mapping[str, str]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Each table from one file; where two claim it, neither is taken."""
    claims: dict[str, list[str]] = {}
    for file, table in tables.items():
        claims.setdefault(table, []).append(file)
    twice = {table: files for table, files in claims.items() if len(files) > 1}
    notes = [
        note("FILE-109", "ERROR", files[0], detail=f"also as {', '.join(files[1:])}")
        for files in twice.values()
    ]
    return {f: t for f, t in tables.items() if t not in twice}, notes


def _passed_over(
    contract: Contract, recognised: Recognised, readings: Mapping[str, Reading]
) -> list[dict[str, Any]]:
    """What was not taken; of a workbook's sheet of notes or sums no more is said than that."""
    own = {contract.manifest.file.casefold()} if contract.manifest else set()
    notes = []
    for name, header in _headers(readings).items():
        if name in recognised.tables or name.casefold() in own:
            continue
        if names := either(contract, name, header):
            files = " or ".join(contract.tables[table].files[0] for table in names)
            notes.append(note("FILE-195", "ERROR", name, detail=files))
        elif name.endswith("]") and header and by_names([header], known_names()) is None:
            notes.append(note("FILE-182", "INFO", name))
        else:
            detail = f": no file of {contract.title} has such columns"
            notes.append(note("FILE-107", "WARNING", name, detail=detail))
    return notes


def _called_otherwise(
    contract: Contract, tables: Mapping[str, str], readings: Mapping[str, Reading]
) -> list[dict[str, Any]]:
    """Files whose names aren't to the letter those of the standard, where it is strict."""
    if contract.header != "exact":
        return []
    named = {file: contract.tables[table].files for file, table in tables.items()}
    if contract.manifest:
        own = contract.manifest.file
        named |= {file: (own,) for file in readings if file.casefold() == own.casefold()}
    return [
        note("FILE-156", "WARNING", file, detail=names[0])
        for file, names in named.items()
        if file not in names
    ]


def _manifest(contract: Contract, readings: Mapping[str, Reading]) -> Sheet | None:
    if contract.manifest is None:
        return None
    wanted = contract.manifest.file.casefold()
    return next((r.sheet for n, r in readings.items() if n.casefold() == wanted), None)
