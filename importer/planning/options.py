"""Tables compared as the options of a district want it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from importer.model.tables import empty
from importer.planning import absence, sections
from importer.planning.compare import TablePlan, compare
from importer.planning.incoming import Incoming
from importer.planning.platform import edited
from importer.planning.taking import WAITS, due, taking
from importer.settings import Policy


@dataclass(frozen=True)
class Options:
    """What a plan is made by: the settings, the day, and what the platform has (None: unknown).

    ``beyond``: keys (text) out of scope, by table; ``whole``: tables that aren't compared at all.
    """

    policy: Policy
    today: date
    beyond: Mapping[str, pl.Series]
    platform: pl.DataFrame | None = None
    whole: Collection[str] = ()

    def unsent(self, table: str) -> Incoming:
        """A table of which the drop says nothing."""
        told = Incoming(table, empty(table).lazy)
        told.beyond = self.beyond.get(table, told.beyond)
        return told

    def edited(self, stored: Callable[[str], pl.LazyFrame]) -> dict[str, pl.DataFrame]:
        """What was edited on the platform, but for fields that the district keeps nowhere."""
        return {
            table: frame.drop(_columns_of(table, self.policy.drop_fields), strict=False)
            for table, frame in edited(self.platform, stored).items()
            if table in self.policy.sync.tables()
        }


def _columns_of(table: str, fields: tuple[str, ...]) -> list[str]:
    return [name.partition(".")[2] for name in fields if name.partition(".")[0] == table]


def compared(
    incoming: dict[str, Incoming], stored: Callable[[str], pl.LazyFrame], options: Options
) -> dict[str, TablePlan]:
    """Every table that is sent, has rows whose day has come, or was edited on the platform.

    ``incoming`` gets those that weren't sent, without rows.
    """
    policy, today = options.policy, options.today
    theirs = options.edited(stored)
    waiting = [table for table in WAITS if table in policy.sync.tables()]
    begin = [table for table in waiting if len(due(table, stored(table), policy, today))]
    for table in (*begin, *theirs):
        if table not in incoming:
            incoming[table] = options.unsent(table)
    absence.reinstate(incoming, stored)
    sections.with_modes(incoming, stored, policy)
    plans = {
        table: compare(table, stored(table), told, taking(table, policy, today, theirs.get(table)))
        for table, told in incoming.items()
        if table not in options.whole
    }
    if "sections" in plans:
        changes, after = (
            {"sections": plans["sections"].changes},
            {"sections": plans["sections"].after},
        )
        sections.with_parents(changes, after, incoming, policy)
        plans["sections"] = _with(plans["sections"], changes["sections"], after["sections"])
    return plans


def _with(plan: TablePlan, changes: pl.DataFrame, after: pl.DataFrame) -> TablePlan:
    return replace(plan, changes=changes, after=after)
