"""Headers: which column of a contract a header cell names. By known spellings only, no guessing."""

import re
import unicodedata

from importer.contracts.contract import Contract, Table

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_WORKBOOK = re.compile(r"\.xls[xm]$")
_SHEET = re.compile(r"\.xls[xm] \[([^\[\]]*)\]$")


def normal(header: str) -> str:
    """A header for comparison: no case, and space, underscore and hyphen are the same."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", header))
    return re.sub(r"[\s_\-]+", "_", visible.strip()).casefold()


def hidden(header: str) -> str:
    """The invisible characters in a header, as ``U+200B``; empty if there is none."""
    return ", ".join(dict.fromkeys(f"U+{ord(sign):04X}" for sign in _INVISIBLE.findall(header)))


def as_csv(file: str) -> str:
    """A file name for comparison; a workbook or a sheet of one is called as its CSV would be.

    >>> as_csv("Students.xlsx"), as_csv("roster.xlsx [students]"), as_csv("a.xlsx [students.csv]")
    ('students.csv', 'students.csv', 'students.csv')
    """
    name = file.casefold()
    if sheet := _SHEET.search(name):
        name = sheet[1].removesuffix(".csv") + ".csv"
    return _WORKBOOK.sub(".csv", name)


def lookup(contract: Contract, table: Table) -> dict[str, str]:
    """Every accepted spelling of a header → the contract's column."""
    fold = normal if contract.header == "tolerant" else str.strip
    names = {fold(name): name for name, column in table.columns.items() if not column.derive}
    aliases = {fold(a): name for name, c in table.columns.items() for a in c.aliases}
    return {**aliases, **names}


def matched(contract: Contract, table: Table, header: tuple[str, ...]) -> list[str | None]:
    """For each header cell the contract's column that it names, or None."""
    known = lookup(contract, table)
    if contract.header == "tolerant":
        return [known.get(normal(cell)) for cell in header]
    loose = {normal(name): name for name, c in table.columns.items() if not c.derive}
    return [known.get(c.strip().lstrip("\ufeff")) or loose.get(normal(c)) for c in header]
