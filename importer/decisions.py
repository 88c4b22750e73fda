"""What the settings of a district leave to a person: stops that come from the policy."""

import polars as pl

from importer.examine import Examined
from importer.model.changes import ChangeSet
from importer.model.history import Commit
from importer.planning import scope
from importer.planning.apply import apply
from importer.planning.guard import ALL, Stop
from importer.planning.incoming import Accepted
from importer.planning.organisations import organisations
from importer.planning.plan import sent
from importer.planning.shelf import Shelf
from importer.settings import Policy, Share
from importer.store.port import Store

_REFUSED = "by the book of the standard such a package is refused"
_LISTED = 5  # school ids that a message names


def stops(
    store: Store, examined: Examined, change: ChangeSet, head: Commit | None, policy: Policy
) -> list[Stop]:
    """All or nothing, users first, one school or many: what the policy asks and the drop isn't."""
    found = all_or_nothing(examined, policy)
    if "users" not in policy.sync.items and store.table("people", head).collect().is_empty():
        found.append(Stop("PLAN-518", ALL, "sections", "", 1))
    after = apply("schools", store.table("schools", head), change)
    schools = after if after is not None else store.table("schools", head)
    return found + _portal(_shared(schools, policy.share), policy)


def all_or_nothing(examined: Examined, policy: Policy) -> list[Stop]:
    """Where the policy takes a drop whole or not at all, one error stops it."""
    faulty = examined.found.findings.filter(pl.col("severity") == "ERROR")
    if faulty.is_empty() or not policy.all_or_nothing:
        return []
    by_book = examined.contract is not None and examined.contract.by_the_book
    detail = _REFUSED if by_book else "the policy takes all rows or none"
    return [Stop("PLAN-514", ALL, "drop", detail, int(faulty["rows"].sum()))]


def _shared(schools: pl.LazyFrame, share: Share) -> pl.DataFrame:
    """The active schools in scope."""
    active = schools.filter(pl.col("status") == "active")
    rows = active.collect()
    around = scope.schools_shared(active, share)
    return rows if around is None else rows.filter(pl.col("school_id").is_in(sorted(around)))


def _portal(schools: pl.DataFrame, policy: Policy) -> list[Stop]:
    if policy.portal == "single":
        own = schools.filter(pl.col("type").fill_null("school") == "school")
        if policy.share.schools:
            own = schools.filter(pl.col("school_id").is_in(policy.share.schools))
        detail = f"{own.height:,} schools" if own.height else "No known school"
        return [] if own.height == 1 else [Stop("PLAN-516", ALL, "schools", detail, 1)]
    table = organisations(schools, policy.organisations, policy.auto_create_organisations)
    lacking = table.filter(pl.col("how") == "unmapped")["school_id"].sort()
    if lacking.is_empty():
        return []
    detail = ", ".join(lacking.head(_LISTED))
    detail += f" and {len(lacking) - _LISTED:,} more" if len(lacking) > _LISTED else ""
    return [Stop("PLAN-515", ALL, "schools", detail, len(lacking), "WARNING")]


def share_changed(
    parts: list[Accepted], store: Store, head: Commit | None, policy: Policy, shelf: Shelf
) -> list[Stop]:
    """A filter that isn't the one of the newest commit, with what both would mean."""
    before = Share.of(head.share) if head else policy.share
    if before.reading() == policy.share.reading():
        return []
    rows = scope.with_sent(sent(parts, policy, shelf), lambda table: store.table(table, head))
    told = [
        f"{_words(share)} ({scope.people_shared(rows, share, policy.calendar.ends):,} people)"
        for share in (before, policy.share)
    ]
    return [Stop("PLAN-517", ALL, "share", f"before: {told[0]}; now: {told[1]}", 1)]


def _words(share: Share) -> str:
    """A filter in words: ``schools 0101, grades K to 5``."""
    more = f" and {len(share.schools) - _LISTED:,} more" if len(share.schools) > _LISTED else ""
    named = f"schools {', '.join(share.schools[:_LISTED])}{more}"
    parts = [named if share.schools else "all schools"]
    low, high = share.lowest_grade, share.highest_grade
    if low or high:
        parts.append(f"grades {low or 'from the lowest'} to {high or 'the highest'}")
    if share.subjects:
        parts.append(f"subjects {', '.join(share.subjects)}")
    return ", ".join(parts)
