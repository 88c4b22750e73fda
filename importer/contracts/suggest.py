"""Headers that nobody knows, and the columns that may be meant. Only ever a suggestion.

Nothing is read by it: a person confirms it (``importer map``), or nothing happens. The measure and
its limits were measured on 68 headers of real exports, of which aliases knew 29: the ratio of
letters in the same order, at 90 or more, found 21 of the other 39 and a false one, other measures
up to 10 false ones. ``tests/contracts/test_suggest.py`` holds a list of our own to it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from importer.contracts.contract import Contract, Table
from importer.contracts.header import matched, normal
from importer.contracts.looks import doubt
from importer.model.likeness import likeness
from importer.model.own_sheets import BEFORE, BESIDE

SURE = 90
MAYBE = 75
_DIFFER = (  # “Guardian Email” is as like “Student_email” as many a misspelling, and never meant
    "parent", "guardian", "contact", "mother", "father", "emergency",
    "teacher", "staff", "student", "principal",
    "old", "former", "previous", "next", "secondary", "alternat",
)  # fmt: skip

Values = Callable[[int], pl.Series]
"""The place of a header (from 0) → a sample of its values."""


@dataclass(frozen=True)
class Suggestion:
    """A header (at ``place``) that may be meant for a column. ``likeness``: 75 to 100.

    ``sure``: so like it, and like no other, that it is selected beforehand; still to be confirmed.
    ``doubt``: why its values may not be the column's.
    """

    place: int
    header: str
    column: str
    likeness: float
    sure: bool = False
    doubt: str = ""


def suggested(
    contract: Contract, table: Table, header: tuple[str, ...], values: Values | None = None
) -> list[Suggestion]:
    """For columns without a header the unknown header that is most like it; each only once.

    ``values`` are looked at where the names are alike. Without them only names count.
    """
    pairs = sorted(_pairs(contract, table, header), key=lambda pair: (-pair.likeness, pair.place))
    chosen: list[Suggestion] = []
    for pair in pairs:
        if all(pair.place != c.place and pair.column != c.column for c in chosen):
            sure = pair.likeness >= SURE and not _rivals(pair, pairs)
            says = _doubt(contract, table, pair, values)
            chosen.append(replace(pair, sure=sure and not says, doubt=says))
    return sorted(chosen, key=lambda pair: pair.place)


def unknown(contract: Contract, table: Table, header: tuple[str, ...]) -> list[int]:
    """The places of the headers of which somebody should say what they are."""
    names = matched(contract, table, header)
    return [
        place
        for place, (cell, name) in enumerate(zip(header, names, strict=True))
        if name is None and cell.strip() and not is_apart(contract, table, cell)
    ]


def is_apart(contract: Contract, table: Table, cell: str) -> bool:
    """Whether a header is no column of the format, and nothing is to be said of it.

    The format's own way to carry further columns, the column that importer adds to rows handed
    back, and what a person said to leave out.
    """
    more = cell.startswith(contract.extension) if contract.extension else False
    more = more or (not contract.extension and cell.lower().startswith("ext."))
    own = {normal(BEFORE[0]), normal(BESIDE)}
    return more or normal(cell) in own or normal(cell) in table.confirmed


def _pairs(contract: Contract, table: Table, header: tuple[str, ...]) -> Iterator[Suggestion]:
    """Each unknown header with the column that it is most like, where that has no header yet."""
    found = set(matched(contract, table, header))
    given = [c for c in table.columns.values() if not c.derive and not c.part_of]
    for place in unknown(contract, table, header):
        cell = header[place].strip()
        like = [(max(_likeness(cell, n) for n in (c.name, *c.aliases)), c.name) for c in given]
        best = max((likeness for likeness, _ in like), default=0.0)
        nearest = [name for likeness, name in like if likeness == best and name not in found]
        yield from (Suggestion(place, cell, name, best) for name in nearest if best)


def _likeness(cell: str, name: str) -> float:
    """75 to 100, or 0: where letters differ too much, or a number or telling word is another."""
    here, there = normal(cell), normal(name)
    if re.findall(r"\d+", here) != re.findall(r"\d+", there):
        return 0.0
    if any(word in here and word not in there for word in _DIFFER):
        return 0.0
    joined = likeness(here.replace("_", ""), there.replace("_", ""), MAYBE)
    return max(likeness(here, there, MAYBE), joined)


def _rivals(pair: Suggestion, pairs: list[Suggestion]) -> bool:
    """Whether another header is surely alike too, or this one is like another column."""
    return any(
        other != pair
        and other.likeness >= SURE
        and (other.place == pair.place or other.column == pair.column)
        for other in pairs
    )


def _doubt(contract: Contract, table: Table, pair: Suggestion, values: Values | None) -> str:
    if values is None:
        return ""
    return doubt(contract, table, table.columns[pair.column], values(pair.place))
