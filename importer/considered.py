"""A drop considered: examined, planned against a commit, guarded. Nothing is kept of it."""

from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from importer import again, decisions, holds, watched, ways, who_is_who
from importer.contracts.confirmed import Confirmed
from importer.examine import Examined, examine
from importer.intake.platform import platform, without
from importer.model.drop import Drop
from importer.model.history import Asked, Commit
from importer.planning.crosswalk import rekeyed
from importer.planning.incoming import Accepted
from importer.planning.partial import hold_back
from importer.planning.plan import Before, Planned, plan
from importer.planning.shelf import Shelf
from importer.replay import committed, parts_of
from importer.settings import Policy
from importer.store.port import Store


@dataclass(frozen=True)
class Terms:
    """By what a drop is judged: settings, confirmed headers, the commit that it is compared with.

    ``asked``: in which way; ``at``: the moment (UTC, ISO 8601) whose day is today.
    ``shelf``: where long tables lie as long as the drop is considered.
    """

    policy: Policy
    confirmed: Confirmed
    head: Commit | None
    asked: Asked
    at: str
    shelf: Shelf = field(default_factory=Shelf)


@dataclass(frozen=True)
class Considered:
    """A drop examined, planned and guarded, nothing kept. ``since``: see ``Run``.

    ``rekeys``: the crosswalk that the drop brought.
    """

    examined: Examined
    parts: list[Accepted]
    made: Planned
    since: int
    rekeys: pl.DataFrame


def considered(store: Store, drop: Drop, terms: Terms) -> Considered:
    """What a drop means: its findings and changes, and what stops them."""
    policy, head, asked = terms.policy, terms.head, terms.asked
    drop, given = who_is_who.given(drop, store, head)
    stored = rekeyed(lambda table: store.table(table, head), given.crosswalk)
    known = committed(store, head, policy, stored)
    examined = examine(without(drop), policy, known, confirmed=terms.confirmed)
    parts = parts_of(examined, drop.id)
    ways.refuse_unknown(asked.schools, parts, store, head)
    last, since = None, 0
    if asked.quick and examined.contract:
        earlier = ways.since(store, asked, examined.contract, policy)
        last = ways.said_last(store, earlier, policy, terms.confirmed)
        since = earlier.base + 1
    here = ways.only(policy, asked.schools)
    base, never = head.number if head else 0, who_is_who.never(store.aliases_text())
    before = Before(base, stored, last, given.crosswalk, never, platform(drop), terms.shelf)
    made = given.beside(plan(parts, before, drop.id, here, date.fromisoformat(terms.at[:10])))
    stops = watched.stops(store, examined, parts, made, policy, terms.at)
    stops += holds.stops(store, examined, made.change, head)
    if policy.guards.partial:
        change, stops = hold_back(made.change, stops)
        made = replace(made, change=change)
    if examined.contract:
        stops += decisions.stops(store, examined, made.change, head, here)
        stops += decisions.share_changed(parts, store, head, policy, terms.shelf)
    stops += again.stops(store, made.change)
    return Considered(holds.with_plan(examined, stops, made), parts, made, since, given.crosswalk)
