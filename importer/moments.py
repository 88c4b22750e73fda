"""Which commit a person means by a number, a day or a moment."""

import re
from datetime import UTC, datetime

from importer.model.errors import StorageError, UsageError
from importer.model.history import Commit
from importer.store.port import Store

_NUMBER = re.compile(r"[0-9]{1,6}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOW = "Name a commit's number, a day such as 2026-11-14, or a moment, 2026-11-14T06:00 (UTC)."


def limit(wanted: str) -> str:
    """The last second (UTC, ISO 8601) of a day, or of a moment; UsageError for anything else.

    >>> limit("2026-11-14"), limit("2026-11-14T06:00"), limit("2026-11-14T06:00+02:00")
    ('2026-11-14T23:59:59Z', '2026-11-14T06:00:59Z', '2026-11-14T04:00:59Z')
    """
    try:
        told = datetime.fromisoformat(wanted)
    except ValueError:
        raise UsageError(f"“{wanted}” is no day and no moment.", _HOW) from None
    if _DAY.fullmatch(wanted):
        return f"{wanted}T23:59:59Z"
    utc = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    if wanted.count(":") == 1 or len(wanted) <= len("2026-11-14T06:00"):
        utc = utc.replace(second=59)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def commit_of(store: Store, wanted: str) -> Commit:
    """The commit of a number, or the newest at or before the end of a day (UTC) or at a moment.

    UsageError where nothing was committed by then; StorageError where its roster is not kept.
    """
    if _NUMBER.fullmatch(wanted) and int(wanted):
        head = store.head()
        if head is None or int(wanted) > head.number:
            newest = f"The newest is {head.number}." if head else "Nothing is committed yet."
            raise UsageError(f"There is no commit {wanted}.", newest)
        return _kept(store, store.commit(int(wanted)))
    made = store.commits()
    if found := newest_by(made, limit(wanted)):
        return _kept(store, found)
    first = f"The first commit is of {made[0].at[:10]}." if made else "Nothing is committed yet."
    raise UsageError(f"Nothing was committed by {wanted}.", first)


def newest_by(commits: list[Commit], at: str) -> Commit | None:
    """The newest of these commits that was made by a moment."""
    return next((commit for commit in reversed(commits) if commit.at <= at), None)


def _kept(store: Store, commit: Commit) -> Commit:
    """The commit, if its roster still lies here: what was removed is said, not guessed."""
    if store.keeps(commit):
        return commit
    oldest = next((later for later in store.commits() if store.keeps(later)), None)
    reach = f"It reaches back to commit {oldest.number}, {oldest.at[:10]}." if oldest else ""
    if gone := store.why_gone(commit):
        raise StorageError(
            f"The roster of commit {commit.number}, {commit.at[:10]}, was {gone}.", reach
        )
    raise StorageError(
        f"The roster of commit {commit.number}, {commit.at[:10]}, is not kept here, or no longer.",
        f"{reach} `importer verify` tells whether something is missing.".strip(),
    )
