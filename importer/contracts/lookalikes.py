"""Formats that importer knows by their headers and doesn't take, from one list of signs."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from importer.contracts.contract import ContractError
from importer.contracts.header import as_csv
from importer.contracts.load import build
from importer.resources import SCHEMAS

_LIST = "known/not_imported.toml"


@dataclass(frozen=True)
class Sign:
    """A file of a format: its name without ending, columns that it has, columns that it lacks.

    ``sure``: no file of an imported format can be like this; else it takes two signs.
    """

    file: str
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    sure: bool

    def fits(self, file: str, header: tuple[str, ...]) -> bool:
        """Whether a file's name and header are so."""
        cells = {_plain(cell) for cell in header}
        return (
            as_csv(file) == f"{self.file}.csv".casefold()
            and {_plain(name) for name in self.has} <= cells
            and not {_plain(name) for name in self.lacks} & cells
        )


@dataclass(frozen=True)
class LookAlike:
    """A format that isn't imported, and what to do instead."""

    title: str
    advice: str
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Named:
    """The format that a drop is: ``files`` show it. ``sure``: nothing else has such files."""

    title: str
    advice: str
    why: str
    files: tuple[str, ...]
    sure: bool


def named(headers: Mapping[str, tuple[str, ...]]) -> Named | None:
    """The format with the most signs in a drop (file name → header cells); None without any."""
    found = [(look, _met(look, headers)) for look in look_alikes()]
    look, met = max(found, key=lambda pair: len(pair[1]))
    if not met:
        return None
    sure = len(met) > 1 or any(sign.sure for sign in met.values())
    first, sign = next(iter(met.items()))
    why = f"{first} has the columns {', '.join(sign.has)}"
    return Named(look.title, look.advice, why, tuple(met), sure)


def _met(look: LookAlike, headers: Mapping[str, tuple[str, ...]]) -> dict[str, Sign]:
    return {
        file: sign
        for sign in look.signs
        for file, header in headers.items()
        if sign.fits(file, header)
    }


def _plain(cell: str) -> str:
    return cell.strip().lstrip("\ufeff").casefold()


def parse(raw: Mapping[str, Any], source: str) -> tuple[LookAlike, ...]:
    """The formats of a parsed TOML; ContractError with the place of any mistake."""
    if set(raw) != {"formats"} or not raw["formats"]:
        raise ContractError(f"{source}: only [[formats]] are known")
    return tuple(_format(item, f"{source}: formats") for item in raw["formats"])


def _format(raw: Mapping[str, Any], where: str) -> LookAlike:
    where = f"{where}.{raw.get('title', '?')}"
    signs = [build(Sign, sign, f"{where}.signs") for sign in raw.get("signs", [])]
    if not signs or not all(sign.has for sign in signs):
        raise ContractError(f"{where}: a format is told by signs, and each by columns")
    return build(LookAlike, {**raw, "signs": signs}, where)


@cache
def look_alikes() -> tuple[LookAlike, ...]:
    """The formats that ship with importer."""
    return parse(tomllib.loads((SCHEMAS / _LIST).read_text("utf-8")), _LIST)
