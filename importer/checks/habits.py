"""What is usual in the columns of one file, learnt from a sample: the ground that damage stands on.

``12.0`` is a spreadsheet's id where all ids are whole numbers, and somebody's own where ``12.1``
comes too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks.lengths import usual_length
from importer.contracts.contract import Column, Table
from importer.contracts.targets import IDS, NAMES, PLACES, among, into
from importer.contracts.values import clean

_DIGITS = "^[0-9]+$"
_LONG = "^[0-9]{16,}$"
_CUT = "^[0-9]{15}0+$"  # a spreadsheet keeps 15 digits and writes 0 for the others (KB 269370)
_PART = r"^[0-9]+\.[0-9]*[1-9][0-9]*$"
_ENOUGH = 5_000  # rows from all over the sample tell what is usual
_FEW_CUT = 2  # one such number may end so by chance: one in ten does


@dataclass(frozen=True)
class Habits:
    """What a column is to the checks for damage, and what its values usually look like.

    ``kind``: ``id`` (tells who a record is), ``number`` (a further id of it), ``name``, ``place``,
    ``text``, ``form`` (a date or a phone number), ``email``, ``other``, or ``""``: not looked at.
    ``dated``: whether a
    short date can only be damage. ``decimals``: whether ids with a point are usual; ``cut``:
    whether the long numbers end in zeros; ``mixed``: whether dates are in both orders.
    ``length``: that of the numbers where some seem to have lost their zeros, else 0.
    """

    kind: str = ""
    dated: bool = False
    decimals: bool = False
    cut: bool = False
    mixed: bool = False
    length: int = 0


NOTHING = Habits()


def learn(table: Table, columns: dict[str, str], sample: pl.DataFrame) -> dict[str, Habits]:
    """The habits of the columns of a file. ``columns``: the contract's name → the sample's."""
    parts = {name: among(table, canonical) for name, canonical in _PARTS}
    kinds = {name: _kind(table.columns[name], parts) for name in columns}
    terms = into(table, "terms")
    tests = [
        test
        for name, kind in kinds.items()
        if kind in ("id", "number")
        for test in _tests(name, clean(pl.col(columns[name]), ascii_only=True))
    ]
    if sample.height >= _ENOUGH:
        sample = sample.gather_every(1 + sample.height // _ENOUGH)
    told = sample.select(tests).row(0, named=True) if tests else {}
    return {
        name: Habits(
            kind,
            dated=kind in ("id", "number", "place", "text") and name not in terms,
            decimals=bool(told.get(f"{name} part")),
            cut=bool(told.get(f"{name} cut")) and not told.get(f"{name} long"),
            length=_length(sample, columns[name]) if told.get(f"{name} short") else 0,
        )
        for name, kind in kinds.items()
    }


_PARTS = (("number", IDS), ("name", NAMES), ("place", PLACES))


def _length(sample: pl.DataFrame, name: str) -> int:
    return usual_length(sample.select(clean(pl.col(name), ascii_only=True)).to_series())


def _tests(name: str, value: pl.Expr) -> list[pl.Expr]:
    many = value.str.contains(_LONG)
    number, size = value.str.contains(_DIGITS), value.str.len_bytes()
    sizes = pl.when(number).then(size)
    zeros = value.str.contains(_CUT)
    return [
        value.str.contains(_PART).any().alias(f"{name} part"),
        (zeros.sum() >= _FEW_CUT).alias(f"{name} cut"),
        (many & ~zeros).any().alias(f"{name} long"),
        # Only numbers of different lengths are looked at closer.
        (sizes.max() != sizes.min()).alias(f"{name} short"),
    ]


def _kind(column: Column, parts: Mapping[str, frozenset[str]]) -> str:
    """What a column is to the checks for damage (``Habits.kind``)."""
    if column.secret or column.derive or column.ref or column.list:
        return ""
    if column.type in ("id", "guid"):
        return "id"
    if column.type in ("date", "datetime", "phone"):
        return "form"
    if column.type == "email":
        return "email"
    if column.words or column.type != "text":
        return "other"
    return next((name for name, columns in parts.items() if column.name in columns), "text")
