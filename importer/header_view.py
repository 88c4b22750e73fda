"""How the headers of a drop are read: which column each is, why, with samples and doubts."""

import re
from pathlib import Path

import polars as pl

from importer.contracts.confirmed import Confirmed
from importer.contracts.contract import Contract, Table
from importer.contracts.header import fingerprint, matched, normal
from importer.contracts.load import contracts
from importer.contracts.looks import doubt
from importer.contracts.suggest import Suggestion, is_apart, suggested
from importer.contracts.values import clean
from importer.intake.drops import Limits, open_drop
from importer.model.sheet import Sheet, position
from importer.reading.nearest import nearest
from importer.received import Received, receive
from importer.report.header_lines import FileView, HeaderLine
from importer.report.safe import shape
from importer.report.sent import secret
from importer.settings import Policy

_SAMPLES = 3
_LONGEST = 60
_PASSWORDS = re.compile(
    "passw|pwd|secret|kennwort|contrase|mot_de_passe|senha|wachtwoord|(^|_)pin(_|$)"
)
_DATA = r"@|^\W*\d[\d\W]*$"  # an address, a number or a date is no name of a column


def header_view(path: Path, scratch: Path, policy: Policy, confirmed: Confirmed) -> list[FileView]:
    """All files of a drop. ``policy.format`` overrides recognition.

    UsageError for an unknown format, or where nothing lies at ``path``.
    """
    drop = open_drop(path, scratch, Limits(), identify=False)
    received = receive(drop, policy, len(drop.files) == 1, confirmed)
    own = received.contract.manifest if received.contract else None
    return [
        _file(received, name, reading.sheet, policy.format)
        for name, reading in received.readings.items()
        if own is None or name.casefold() != own.file.casefold()
    ]


def _file(received: Received, name: str, sheet: Sheet | None, kind: str) -> FileView:
    header = sheet.header if sheet else ()
    contract, table = received.contract, received.tables.get(name, "")
    known = contract.tables[table] if contract and table else None
    view = FileView(
        file=name, format=contract.name if contract and table else "", table=table,
        why=received.why, near="", fingerprint=fingerprint(header),
        header=_is_header(contract, known, header), headers=[], missing=[],
    )  # fmt: skip
    if sheet is None:
        view["why"] = "it could not be read; importer check tells why"
    elif contract is None or known is None:
        near = nearest({name: header}, contracts(), kind)[name]
        view["why"] = (received.why if contract is None else "no table of it fits") + near.words
        view["near"] = near.kind
        view["headers"] = [_unknown(sheet, at, view["header"]) for at in range(len(header))]
    else:
        named = view["header"]
        unknown = [] if named else [_unknown(sheet, at, False) for at in range(len(header))]
        view["headers"] = unknown or _lines(contract, known, sheet)
        view["missing"] = _missing(known, view["headers"])
    return view


def _is_header(contract: Contract | None, table: Table | None, header: tuple[str, ...]) -> bool:
    """Whether the first line looks like headers: some are known, or none looks like a value."""
    if contract and table and any(matched(contract, table, header)):
        return True
    return not any(re.search(_DATA, cell.strip()) for cell in header)


def _missing(table: Table, lines: list[HeaderLine]) -> list[str]:
    found = {line["column"] for line in lines if line["how"] != "suggested"}
    return [
        name
        for name, column in table.columns.items()
        if (column.need == "required" or name in table.key)
        and not (column.derive or column.part_of or name in found)
    ]


def _unknown(sheet: Sheet, place: int, is_header: bool) -> HeaderLine:
    """A header of a file of no known kind; any of its columns may be secret."""
    cell = sheet.header[place]
    line = _line(cell if is_header else shape(cell), "unknown" if cell.strip() else "blank")
    line["samples"] = [shape(value) for value in _samples(sheet, place)]
    line["shapes"] = True
    return line


def _line(header: str, how: str, column: str = "") -> HeaderLine:
    return HeaderLine(
        header=header.strip(), column=column, how=how, by="", likeness=0.0, sure=False, samples=[],
        shapes=False, secret=False, doubt="",
    )  # fmt: skip


def _lines(contract: Contract, table: Table, sheet: Sheet) -> list[HeaderLine]:
    offers = {o.place: o for o in suggested(contract, table, sheet.header, sheet.sampled)}
    names = matched(contract, table, sheet.header)
    hidden = secret(contract, table, sheet.header)
    lines = []
    for place, (cell, name) in enumerate(zip(sheet.header, names, strict=True)):
        line = _read_as(contract, table, cell, name, offers.get(place))
        column = table.columns.get(line["column"])
        line["secret"] = bool(column and column.secret) or bool(_PASSWORDS.search(normal(cell)))
        if line["secret"]:
            line["doubt"] = ""
        else:
            line["samples"] = _samples(sheet, place)
            if column and line["how"] != "suggested":
                line["doubt"] = doubt(contract, table, column, sheet.sampled(place))
            if position(place) in hidden and not column:
                line["samples"], line["shapes"] = [shape(v) for v in line["samples"]], True
        lines.append(line)
    return lines


def _read_as(
    contract: Contract, table: Table, cell: str, name: str | None, offer: Suggestion | None
) -> HeaderLine:
    """Which column a header is, and why."""
    word = table.confirmed.get(normal(cell))
    if name is not None:
        line = _line(cell, _how(cell, name), name)
        if word and word.column == name and normal(cell) != normal(name):
            line["how"], line["by"] = "confirmed", word.by
        return line
    if word is not None:
        return {**_line(cell, "ignored"), "by": word.by}
    if offer is not None:
        line = _line(cell, "suggested", offer.column)
        line["likeness"], line["sure"], line["doubt"] = offer.likeness, offer.sure, offer.doubt
        return line
    if not cell.strip():
        return _line(cell, "blank")
    return _line(cell, "apart" if is_apart(contract, table, cell) else "unknown")


def _how(cell: str, name: str) -> str:
    if cell.strip() == name:
        return "exact"
    return "spelling" if normal(cell) == normal(name) else "alias"


def _samples(sheet: Sheet, place: int) -> list[str]:
    values = pl.select(v=clean(pl.lit(sheet.sampled(place))))["v"].drop_nulls()
    return [value[:_LONGEST] for value in values.unique(maintain_order=True).head(_SAMPLES)]
