"""A person's word on the changes of a run: which of them are not to be carried out."""

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Decision:
    """What a person unchecked in a run, or checked again, why, and when (UTC).

    ``uncheck`` and ``again`` (checked again) are selectors as they were written
    (planning/selectors.py); within one decision ``again`` comes second. ``off``: the changes that
    stand unchecked after this decision and all before it, those included that went along, as
    ranges of change ids. ``carried``: the number of the commit whose decision this one repeats,
    because its changes came again (0 = a person looked at this run).
    """

    run: str
    uncheck: list[str]
    again: list[str]
    reason: str
    actor: str
    at: str
    off: list[list[int]]
    carried: int = 0

    def record(self) -> dict[str, Any]:
        """The decision as JSON-ready data."""
        return asdict(self)


def ranges(ids: pl.Series) -> list[list[int]]:
    """Change ids as ranges: 1, 2, 3 and 7 are ``[[1, 3], [7, 7]]``."""
    ordered = ids.cast(pl.Int64).unique().sort().alias("id").to_frame()
    run = ordered.with_columns(_run=pl.col("id") - pl.int_range(pl.len()))
    found = run.group_by("_run", maintain_order=True).agg(
        first=pl.col("id").first(), last=pl.col("id").last()
    )
    return [[int(first), int(last)] for first, last in found.select("first", "last").iter_rows()]


def ids_of(off: list[list[int]]) -> pl.Series:
    """The change ids of ranges, ascending."""
    first, last = (pl.Series([pair[end] for pair in off], dtype=pl.Int64) for end in (0, 1))
    spread = pl.select(pl.int_ranges(first, last + 1)).to_series().explode().drop_nulls()
    return spread.cast(pl.UInt32).alias("id")
