"""A drop examined: read, recognised, bound to its contract, checked. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import polars as pl

from importer.checks import bound, causes, package
from importer.checks.drop import Checked, check_drop
from importer.checks.outcome import Outcome
from importer.checks.roster import Committed
from importer.contracts.contract import Contract
from importer.contracts.load import contracts
from importer.contracts.lookalikes import named
from importer.contracts.mapping import Source
from importer.contracts.values import clean
from importer.model import findings
from importer.model.drop import Drop
from importer.model.errors import UsageError
from importer.model.sheet import ROW, Sheet
from importer.planning.assemble import Accepted
from importer.reading.delimited import Reading
from importer.reading.files import read_all
from importer.reading.recognise import Recognised, recognise, unless_alike
from importer.settings import Policy

_FEWEST_HELD = 10


@dataclass(frozen=True)
class Examined:
    """Everything known about a drop before it is compared with anything.

    ``tables``: file → source table; ``sheets``: source table → sheet; ``modes``: source table →
    bulk, delta or absent; ``found``: findings, held rows and causes.
    """

    drop: Drop
    contract: Contract | None
    why: str
    tables: Mapping[str, str]
    sheets: Mapping[str, Sheet]
    modes: Mapping[str, str]
    checked: Checked
    found: causes.Causes
    raw: pl.DataFrame  # the findings before causes are numbered; planning may add to them
    rows: Mapping[str, int] = field(default_factory=dict)  # file → data rows
    manifest: Sheet | None = None


def examine(
    drop: Drop, policy: Policy, committed: Committed | None, lone: bool = False
) -> Examined:
    """Read and check a drop. ``policy.format`` overrides recognition; ``lone``: a single file.

    UsageError for an unknown format.
    """
    readings = read_all(drop.files)
    lone = lone and len(readings) == 1  # a workbook of several sheets is a set
    recognised = _recognise(readings, policy)
    contract = recognised.contract
    notes = _rejected(drop)
    reading = pl.concat([findings.empty(), *(r.findings for r in readings.values())])
    reading = _in_profile(reading, contract)
    rows = {name: r.sheet.rows for name, r in readings.items() if r.sheet}
    if contract is None:
        notes += _unknown(drop, readings)
        raw = pl.concat([reading, findings.frame(notes)])
        none = causes.number(raw, Checked().held(), {})
        return Examined(drop, None, recognised.why, {}, {}, {}, Checked(), none, raw, rows)
    tables, doubled = _one_file_each(recognised.tables)
    notes += doubled + _passed_over(contract, recognised, readings)
    notes = [
        {**note, "severity": contract.severity(note["code"], note["severity"])} for note in notes
    ]
    sheets = {t: s for f, t in tables.items() if (s := readings[f].sheet) is not None}
    manifest = _manifest(contract, readings)
    expect = package.Expect(frozenset(policy.never_sent), frozenset(policy.may_be_empty), lone)
    packed = package.examine(contract, tables, sheets, manifest, expect)
    bounds, headers = _bind(contract, sheets, packed.modes)
    checked = check_drop(contract, bounds, reading, committed)
    notes += _unusable(contract, tables, bounds, packed.modes, lone) + _mostly_held(checked, policy)
    raw = pl.concat(
        [reading, findings.frame(notes), packed.findings(), *headers, checked.findings()]
    )
    numbered = causes.number(raw, checked.held(), fix_order(contract, tables))
    return Examined(
        drop, contract, recognised.why, tables, sheets, packed.modes, checked, numbered, raw, rows,
        manifest,
    )  # fmt: skip


def _recognise(readings: Mapping[str, Reading], policy: Policy) -> Recognised:
    known = {name: c.in_profile(policy.profile) for name, c in contracts().items()}
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


def _in_profile(reading: pl.DataFrame, contract: Contract | None) -> pl.DataFrame:
    """What reading found, as grave as the profile in force takes it."""
    if contract is None or not contract.severities:
        return reading
    graver = pl.col("code").replace_strict(
        dict(contract.severities), default=pl.col("severity"), return_dtype=pl.String
    )
    return reading.with_columns(severity=graver)


def _headers(readings: Mapping[str, Reading]) -> dict[str, tuple[str, ...]]:
    return {name: r.sheet.header if r.sheet else () for name, r in readings.items()}


def _unknown(drop: Drop, readings: Mapping[str, Reading]) -> list[dict[str, Any]]:
    """What to say of a drop of no format that is taken: which other it is, if that is known."""
    if alike := named(_headers(readings)):
        return [_note("FILE-152", "ERROR", alike.files[0], detail=alike.title)]
    readable = [name for name, reading in readings.items() if reading.sheet]
    unknown = readable or ([] if readings else [drop.label])
    return [_note("FILE-110", "ERROR", name, detail="") for name in unknown]


def _note(code: str, severity: str, file: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "severity": severity, "file": file, **more}


def _rejected(drop: Drop) -> list[dict[str, Any]]:
    """What intake left out, as findings."""
    severity = {"FILE-107": "WARNING", "FILE-146": "WARNING"}
    return [
        _note(r.code, severity.get(r.code, "ERROR"), r.name, detail=_clause(r.code, r.detail))
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
        _note("FILE-109", "ERROR", files[0], detail=f"also as {', '.join(files[1:])}")
        for files in twice.values()
    ]
    return {f: t for f, t in tables.items() if t not in twice}, notes


def _passed_over(
    contract: Contract, recognised: Recognised, readings: Mapping[str, Reading]
) -> list[dict[str, Any]]:
    own = {contract.manifest.file.casefold()} if contract.manifest else set()
    return [
        _note("FILE-107", "WARNING", name, detail=f": no file of {contract.title} has such columns")
        for name in readings
        if name not in recognised.tables and name.casefold() not in own
    ]


def _manifest(contract: Contract, readings: Mapping[str, Reading]) -> Sheet | None:
    if contract.manifest is None:
        return None
    wanted = contract.manifest.file.casefold()
    return next((r.sheet for n, r in readings.items() if n.casefold() == wanted), None)


def _bind(
    contract: Contract, sheets: Mapping[str, Sheet], modes: Mapping[str, str]
) -> tuple[dict[str, bound.Bound], list[pl.DataFrame]]:
    bounds: dict[str, bound.Bound] = {}
    notes: list[pl.DataFrame] = []
    for name, sheet in sheets.items():
        table = contract.tables[name]
        if modes[name] == "absent":
            continue
        tied, found = bound.bind(contract, table, sheet, modes[name])
        if table.part == "passed":  # only its header is looked at; nothing of it is lost
            found = found if contract.severities else _milder(found)
        elif tied:
            bounds[name] = tied
        notes.append(found)
    return bounds, notes


def _milder(found: pl.DataFrame) -> pl.DataFrame:
    mild = pl.col("severity").replace({"ERROR": "WARNING"})
    return found.with_columns(mild)


def _unusable(
    contract: Contract,
    tables: Mapping[str, str],
    bounds: Mapping[str, bound.Bound],
    modes: Mapping[str, str],
    lone: bool,
) -> list[dict[str, Any]]:
    """Core files that are there and could not be loaded: the set isn't whole."""
    return [
        _note("PLAN-504", "BLOCK", file)
        for file, name in tables.items()
        if contract.tables[name].part == "core"
        and name not in bounds
        and modes[name] != "absent"
        and not lone
    ]


def _mostly_held(checked: Checked, policy: Policy) -> list[dict[str, Any]]:
    """Files of which so much is left out that the rest is not to be trusted."""
    notes = []
    told = pl.Series("cause", [], dtype=pl.UInt64)
    for outcome in checked.outcomes.values():
        sheet, held = outcome.bound.sheet, outcome.ledger.held_rows()
        # Rows that only wait for a file named before are its symptom, not a cause of their own.
        own = held.filter(~pl.col("cause").is_in(told.implode())).height
        least = max(_FEWEST_HELD, policy.guards.held_rows * sheet.rows)
        if own >= least:
            detail = f"{held.height:,} of {sheet.rows:,} rows of {sheet.name}"
            notes.append(_note("PLAN-511", "BLOCK", sheet.name, detail=detail))
            told = pl.concat([told, held["cause"]]).unique()
    return notes


def fix_order(contract: Contract, tables: Mapping[str, str]) -> dict[str, int]:
    """File → its place in the order to mend: the order in which tables need each other."""
    place = {name: index for index, name in enumerate(contract.tables)}
    return {file: place[table] for file, table in tables.items()}


def newest(examined: Examined) -> str:
    """When the newest record of the delta files was changed; empty if they don't say."""
    state = examined.contract.row_state if examined.contract else None
    if state is None or not state.modified:
        return ""
    tied = [o.bound for o in examined.checked.outcomes.values() if o.bound.mode == "delta"]
    times = [
        b.sheet.scan().select(pl.col(b.at[state.modified]).max()).collect().item()
        for b in tied
        if state.modified in b.at
    ]
    return max((time for time in times if time), default="")


def accepted(examined: Examined, drop_id: str) -> list[Accepted]:
    """What planning gets of each table: accepted rows as a scan, held rows, dropped values."""
    assert examined.contract is not None
    return [_accepted(o, examined.contract, drop_id) for o in examined.checked.outcomes.values()]


def _accepted(outcome: Outcome, contract: Contract, drop_id: str) -> Accepted:
    tied = outcome.bound
    source = Source(contract, tied.table, frozenset(tied.at), drop_id, tied.sheet.name)
    held = outcome.ledger.held_rows()[ROW]
    out = pl.concat([held, outcome.skipped()])
    rows = tied.sheet.scan()
    if len(out):
        rows = rows.filter(~pl.col(ROW).is_in(out.implode()))
    dropped = outcome.dropped()
    values = [_read_as(outcome, name, dropped) for name in tied.at]
    readable = held.filter(~held.is_in(tied.sheet.damaged.implode())).sort()
    named = outcome.rows.tidy(readable)
    named = named.with_columns(outcome.ledger.trusted(name) for name in tied.key)
    blind = pl.all_horizontal(pl.col(name).is_null() for name in tied.key)
    keyless = len(tied.sheet.damaged) > 0 or not named.filter(blind).is_empty()
    sent = tied.sheet.scan().select(ROW, *(tied.raw(name) for name in tied.at))
    rows = rows.select(ROW, *values)
    if outcome.resolved is not None:
        sent, rows = (_named(frame, outcome.resolved) for frame in (sent, rows))
        named = _named(named.lazy(), outcome.resolved).collect()
    return Accepted(source, tied.mode, sent.drop(ROW), rows, named, dropped, keyless)


def _named(rows: pl.LazyFrame, resolved: pl.DataFrame) -> pl.LazyFrame:
    """Rows with the ids of the records that they name instead of what they say."""
    bare = rows.drop([name for name in resolved.columns if name != ROW])
    return bare.join(resolved.lazy(), on=ROW, how="left", maintain_order="left")


def _read_as(outcome: Outcome, name: str, dropped: pl.DataFrame) -> pl.Expr:
    """A column's clean values: other spellings replaced, values that were left out null."""
    tied = outcome.bound
    value = clean(pl.col(tied.at[name]), tied.sheet.ascii_only)
    reads = outcome.ledger.reads.get(name)
    if reads and tied.table.columns[name].list:
        item = pl.element().str.strip_chars().replace(reads)
        value = value.str.split(",").list.eval(item).list.join(",")
    elif reads:
        value = value.replace(reads)
    lost = dropped.filter(pl.col("column") == name)[ROW]
    if len(lost):
        value = pl.when(~pl.col(ROW).is_in(lost.implode())).then(value)
    return value.alias(name)
