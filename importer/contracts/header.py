"""Headers: which column of a contract a header cell names. By known spellings only, no guessing.

Known are the contract's names, what people of the district confirmed, and the contract's aliases,
in this order.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.contracts.contract import Contract, Table

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_WORKBOOK = re.compile(r"\.xls[xm]$")
_SHEET = re.compile(r"\.xls[xm] \[([^\[\]]*)\]$")


@lru_cache(maxsize=8192)  # every format's names are compared with every file's
def normal(header: str) -> str:
    """A header for comparison: no case, and space, underscore and hyphen are the same."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", header))
    return re.sub(r"[\s_\-]+", "_", visible.strip()).casefold()


def hidden(header: str) -> str:
    """The invisible characters in a header, as ``U+200B``; empty if there is none."""
    return ", ".join(dict.fromkeys(f"U+{ord(sign):04X}" for sign in _INVISIBLE.findall(header)))


@lru_cache(maxsize=1024)  # each file's name is compared with those of every format
def as_csv(file: str) -> str:
    """A file name for comparison; a workbook or a sheet of one is called as its CSV would be.

    >>> as_csv("Students.xlsx"), as_csv("roster.xlsx [students]"), as_csv("a.xlsx [students.csv]")
    ('students.csv', 'students.csv', 'students.csv')
    """
    name = file.casefold()
    if sheet := _SHEET.search(name):
        name = sheet[1].removesuffix(".csv") + ".csv"
    return _WORKBOOK.sub(".csv", name)


def fingerprint(header: Iterable[str]) -> str:
    """A name for exactly these headers in this order: the sha-256 of them as compared."""
    return hashlib.sha256("\n".join(map(normal, header)).encode()).hexdigest()


def lookup(contract: "Contract", table: "Table") -> Mapping[str, str]:
    """Every spelling of a header that the contract accepts → its column."""
    return table.loosely if contract.header == "tolerant" else table.to_the_letter


def matched(contract: "Contract", table: "Table", header: tuple[str, ...]) -> list[str | None]:
    """For each header cell the contract's column that it names, or None."""
    known, fold = lookup(contract, table), _fold(contract)
    names = table.names

    def named(cell: str) -> str | None:
        plain = normal(cell)
        if plain in table.confirmed and plain not in names:
            return table.confirmed[plain].column or None
        return names.get(plain) or known.get(fold(cell))

    return _stood_in(table, [named(cell) for cell in header])


def _stood_in(table: "Table", names: list[str | None]) -> list[str | None]:
    """The same with columns that the file lacks in the place of those that stand in for them."""
    for column in table.columns.values():
        if column.stand_in and column.name not in names:
            there = next((name for name in column.stand_in if name in names), None)
            names = [column.name if name and name == there else name for name in names]
    return names


def _fold(contract: "Contract") -> Callable[[str], str]:
    return normal if contract.header == "tolerant" else to_the_letter


def to_the_letter(cell: str) -> str:
    """A header for comparison where the format wants it spelt as in the standard."""
    return cell.strip().lstrip("\ufeff")
