"""How a table's differences are taken: blanks, first days, and what belongs to the platform."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import polars as pl

from importer.model.tables import key_text
from importer.planning.incoming import KEY
from importer.settings import Policy

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

WAITS = ("roles", "enrollments")
"""Tables whose rows have a first day."""


def _nothing() -> pl.DataFrame:
    """No field edited on the platform."""
    return pl.DataFrame(schema={KEY: pl.String})


@dataclass(frozen=True)
class Taking:
    """The policy for one canonical table.

    ``clears``: whether blank cells clear; ``today``: rows that begin later wait (None: none does);
    ``sticky``: columns that keep the value they were added with; ``locks``: those that belong to
    the platform; ``edited``: ``_k`` and columns, what the platform has where it isn't the stored
    value; ``sis_wins``: conflicts are decided for the source.
    """

    clears: bool = False
    today: date | None = None
    sticky: frozenset[str] = frozenset()
    locks: frozenset[str] = frozenset()
    edited: pl.DataFrame = field(default_factory=_nothing)
    sis_wins: bool = False


def taking(table: str, policy: Policy, today: date, edited: pl.DataFrame | None = None) -> Taking:
    """What a policy says about one table on a day; ``edited``: see ``Taking``."""
    sticky = {"title"} if table == "sections" and policy.sync.keep_section_names else set()
    named = (name.partition(".") for name in policy.local.locks)
    locks = {column for of, _, column in named if of == table}
    return Taking(
        clears=policy.sync.blanks == "replace",
        today=today if table in WAITS and policy.sync.future == "pending" else None,
        sticky=frozenset(sticky),
        locks=frozenset(locks),
        edited=_nothing() if edited is None else edited,
        sis_wins=policy.local.wins == "sis",
    )


def due(table: str, stored: pl.LazyFrame, policy: Policy, today: date) -> pl.Series:
    """Keys (text) of pending rows whose first day has come, or that need not wait any more."""
    waits = later(today) if policy.sync.future == "pending" else pl.lit(value=False)
    rows = stored.filter(pl.col("status") == "pending", ~waits)
    return rows.select(key_text(table).alias(KEY)).collect().to_series()


def some_due(stored: Callable[[str], pl.LazyFrame], policy: Policy, today: date) -> bool:
    """Whether rows would begin with any drop of this day, even with one that is known already."""
    waiting = (table for table in WAITS if table in policy.sync.tables())
    return any(len(due(table, stored(table), policy, today)) for table in waiting)


def arriving(rows: Frame, how: Taking) -> Frame:
    """New rows; those that stand and whose first day is still to come are pending."""
    if how.today is None:
        return rows
    waits = later(how.today) & (pl.col("status") == "active")
    status = pl.when(waits).then(pl.lit("pending")).otherwise("status")
    return rows.with_columns(status.alias("status"))


def later(today: date) -> pl.Expr:
    """Whether a row begins after a day."""
    return (pl.col("begin_date") > today).fill_null(value=False)
