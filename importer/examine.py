"""A drop examined: read, recognised, bound to its contract, checked. Nothing is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from importer.checks import bound, causes, package
from importer.checks.drop import Checked, check_drop
from importer.checks.roster import Committed
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.contracts.contract import Contract, Table
from importer.model import findings
from importer.model.drop import Drop
from importer.model.sheet import Misread, Sheet
from importer.received import Received, note, receive
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
    drop: Drop,
    policy: Policy,
    committed: Committed | None,
    lone: bool = False,
    confirmed: Confirmed = NOTHING,
    every: bool = False,
) -> Examined:
    """Read and check a drop. ``policy.format`` overrides recognition; ``lone``: a single file.

    ``confirmed``: what people of the district said about headers and values. ``every``: each place
    has a finding of its own, where one else stands for many rows.

    UsageError for an unknown format.
    """
    trusted = frozenset(file.name for file in drop.files)
    while True:
        try:
            received = receive(drop, policy, lone, confirmed, trusted)
            return _examined(received, policy, committed, every)
        except Misread as wrong:  # fewer are left each time
            trusted -= wrong.names


def _examined(
    received: Received, policy: Policy, committed: Committed | None, every: bool
) -> Examined:
    drop = received.drop
    contract, reading, rows = received.contract, received.findings(), received.rows()
    if contract is None:
        _bear_out(received, ())
        raw = pl.concat([reading, findings.frame(received.notes)])
        none = causes.number(raw, Checked().held(), {})
        return Examined(drop, None, received.why, {}, {}, {}, Checked(), none, raw, rows)
    tables, sheets, manifest = received.tables, received.sheets(), received.manifest()
    expect = package.Expect(
        frozenset(policy.never_sent), frozenset(policy.may_be_empty), received.lone
    )
    packed = package.examine(contract, tables, sheets, manifest, expect)
    bounds, headers = _bind(contract, sheets, packed.modes)
    _bear_out(received, [tied.sheet.name for tied in bounds.values()])
    arrived = None if received.lone else _accounted_for(contract, tables, packed)
    checked = check_drop(contract, bounds, reading, committed, arrived, every)
    notes = list(received.notes)
    if contract.absence == "archive":  # else what is left out of a sheet is handed back, no more
        notes += _mostly_held(checked, policy)
    if not received.lone:
        notes += _unusable(contract, tables, sheets, bounds, packed.modes, _asking(headers))
        notes += _doubled(contract, received.notes)
    raw = pl.concat(
        [reading, findings.frame(notes), packed.findings(), *headers, checked.findings()]
    )
    numbered = causes.number(raw, checked.held(), fix_order(contract, tables))
    return Examined(
        drop, contract, received.why, tables, sheets, packed.modes, checked, numbered, raw, rows,
        manifest,
    )  # fmt: skip


def _bear_out(received: Received, checked: Collection[str]) -> None:
    """Misread if a sheet was taken on trust, and is none of those whose rows will be checked."""
    sheets = [reading.sheet for reading in received.readings.values() if reading.sheet]
    left = [s.name for s in sheets if s.on_trust and s.name not in checked]
    if left:
        raise Misread(*left)


def _bind(
    contract: Contract, sheets: Mapping[str, Sheet], modes: Mapping[str, str]
) -> tuple[dict[str, bound.Bound], list[pl.DataFrame]]:
    bounds: dict[str, bound.Bound] = {}
    notes: list[pl.DataFrame] = []
    for name, sheet in sheets.items():
        table = contract.tables[name]
        if modes[name] == "absent" or not table.columns:
            continue
        tied, found = bound.bind(contract, table, sheet, modes[name])
        if table.part == "passed":  # only its header is looked at; nothing of it is lost
            found = found if contract.by_the_book else _milder(found)
        elif tied:
            bounds[name] = tied
        notes.append(found)
    return bounds, notes


def _accounted_for(
    contract: Contract, tables: Mapping[str, str], packed: package.Package
) -> set[str]:
    """The tables whose files arrived, or of which it is already said that they are missing."""
    missing = {note["file"] for note in packed.notes if note["code"] in ("FILE-108", "FILE-143")}
    missing |= {note["detail"] for note in packed.notes if note["code"] == "FILE-196"}
    told = {table.name for table in contract.tables.values() if missing & set(table.files)}
    return told | set(tables.values())


def _milder(found: pl.DataFrame) -> pl.DataFrame:
    mild = pl.col("severity").replace({"ERROR": "WARNING"})
    return found.with_columns(mild)


def _unusable(
    contract: Contract,
    tables: Mapping[str, str],
    sheets: Mapping[str, Sheet],
    bounds: Mapping[str, bound.Bound],
    modes: Mapping[str, str],
    asking: set[str],
) -> list[dict[str, Any]]:
    """Files that are there and could not be loaded: the set isn't whole.

    Of a format in which every file may be left out, all of them count, but for empty ones; so does
    any file of which a person is asked what a header means.
    """
    return [
        note("PLAN-504", "BLOCK", file)
        for file, name in tables.items()
        if name not in bounds
        and modes[name] != "absent"
        and (
            _of_a_set(contract.tables[name])
            or (_by_hand(contract) and name in sheets)
            or file in asking
        )
    ]


def _asking(headers: list[pl.DataFrame]) -> set[str]:
    """Files that lack a required column for which a header of theirs may be meant."""
    missing = pl.col("code") == "FILE-120", pl.col("detail") != ""
    graver = pl.col("severity") == "ERROR"  # nothing of a file that is passed over is missed
    return {file for found in headers for file in found.filter(*missing, graver)["file"]}


def _of_a_set(table: Table) -> bool:
    """Whether other files say less without this one."""
    return table.part == "core" or bool(table.beside)


def _doubled(contract: Contract, notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two sheets of one kind, of which none was taken: nobody may think that they were."""
    twice = [n["file"] for n in notes if n["code"] == "FILE-109" and _by_hand(contract)]
    return [note("PLAN-504", "BLOCK", file) for file in twice]


def _by_hand(contract: Contract) -> bool:
    return contract.absence == "keep" and not contract.manifest


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
            notes.append(note("PLAN-511", "BLOCK", sheet.name, detail=detail))
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
