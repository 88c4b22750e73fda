"""A file of no known kind: the known one that it is nearest to, and what it lacks to be one."""

from collections.abc import Mapping
from dataclasses import dataclass

from importer.contracts.contract import Contract, Table
from importer.contracts.header import as_csv, normal
from importer.model.likeness import likeness

_CLOSE = 70  # course_id and Course_name are as close as this, course_id and Grade are not
_SHOWN = 6  # columns that a message names
_BY_NAME = 1.0


@dataclass(frozen=True)
class Near:
    """A kind (``clever/students``) in words that follow “no file that importer knows”."""

    kind: str = ""
    words: str = ""


def nearest(
    headers: Mapping[str, tuple[str, ...]], contracts: Mapping[str, Contract], only: str = ""
) -> dict[str, Near]:
    """File → the nearest kind.

    Empty where no header and no file name is like one. ``only``: a contract's name, if one is
    asked for.
    """
    wanted = only.partition("/")[0]
    kinds = [
        (contract, table)
        for contract in contracts.values()
        for table in contract.tables.values()
        if table.columns
        and table.part != "passed"
        and (wanted == contract.name if wanted else not contract.asked)
    ]
    told = {}
    for file, header in headers.items():
        scored = [(_likeness(kind, file, header), -place) for place, kind in enumerate(kinds)]
        score, place = max(scored, default=(0.0, 0))
        told[file] = _near(*kinds[-place], header) if score else Near()
    return told


def _likeness(kind: tuple[Contract, Table], file: str, header: tuple[str, ...]) -> float:
    """One for each header that the table has, less for one that only looks like one of them."""
    table = kind[1]
    known = [normal(column.name) for column in table.columns.values() if not column.derive]
    score = _BY_NAME if as_csv(file) in (name.casefold() for name in table.files) else 0.0
    for cell in {normal(cell) for cell in header if cell.strip()}:
        score += max((likeness(cell, name, _CLOSE) for name in known), default=0.0) / 100
    return score


def _near(contract: Contract, table: Table, header: tuple[str, ...]) -> Near:
    there = {normal(cell) for cell in header}
    needed = [c for c in table.columns.values() if c.need == "required" and not c.derive]
    lacking = [c.name for c in needed if normal(c.name) not in there]
    shown = ", ".join(lacking[:_SHOWN])
    more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
    lacks = f", but it has no {shown}{more}" if lacking else ""
    words = f". The nearest is {table.files[0]} of {contract.title}{lacks}"
    return Near(f"{contract.name}/{table.name}", words)
