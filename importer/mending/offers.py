"""What could be mended, told to a person: by code and cause, with an example of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from importer.checks.catalogue import CATALOGUE

MOST = 200
"""Causes of a code that are listed; there may be one for every value."""


@dataclass(frozen=True)
class Case:
    """One cause: what is found where, what would become of it, and in how many places."""

    file: str
    row: int | None
    column: str
    before: str | None
    after: str | None
    places: int


@dataclass(frozen=True)
class Offer:
    """Everything that accepting one code would change. ``mend``: safe or ask."""

    code: str
    name: str
    mend: str
    places: int
    cases: tuple[Case, ...]
    causes: int

    def record(self) -> dict[str, Any]:
        """The offer for machines."""
        return {**self.__dict__, "cases": [case.__dict__ for case in self.cases]}


def offers(places: pl.DataFrame, headers: Mapping[str, tuple[str, ...]]) -> list[Offer]:
    """The offers, safe ones first. ``headers``: file → header, as sent."""
    made = []
    for (code,), mine in places.partition_by("code", as_dict=True, maintain_order=True).items():
        check = CATALOGUE[str(code)]
        made.append(
            Offer(
                check.code,
                check.name,
                check.mend,
                mine.height,
                tuple(_cases(mine, headers)),
                _causes(mine).height,
            )
        )
    return sorted(made, key=lambda offer: (offer.mend != "safe", offer.code))


def _causes(places: pl.DataFrame) -> pl.DataFrame:
    """One line a cause, the most frequent first."""
    whole = pl.col("item").is_null()
    shown = places.with_columns(pl.coalesce("item", "before").alias("before"), whole=whole)
    grouped = shown.group_by("file", "at", "before", "after", maintain_order=True).agg(
        pl.col("row").first(), pl.len().alias("places")
    )
    return grouped.sort("places", descending=True, maintain_order=True)


def _cases(places: pl.DataFrame, headers: Mapping[str, tuple[str, ...]]) -> list[Case]:
    columns = ("file", "row", "at", "before", "after", "places")
    return [
        Case(file, row, headers[file][at].strip() if at is not None else "", before, after, count)
        for file, row, at, before, after, count in _causes(places)
        .head(MOST)
        .select(columns)
        .iter_rows()
    ]
