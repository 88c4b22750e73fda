"""Inboxes looked at again and again; a turn begins where something has come to rest.

The looking is done here and costs little. The turn is done in a process of its own, so that one
which dies, or whose memory has grown, leaves the watch as it was.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from importer.fleet import clock
from importer.fleet.acting import who
from importer.fleet.every import Allowed, every
from importer.fleet.turn import POLL, District, rest_of
from importer.model.errors import BusyError, ImporterError
from importer.model.turn import Turn

RETRY = 300.0
"""Seconds after which a turn that failed is tried again."""
HOUR = 3600.0
"""Seconds after which a district has a turn although nothing arrived: a push may be missing."""


def watching(
    roots: list[Path], allowed: Allowed, actor: str | None, poll: float = POLL
) -> Iterator[tuple[Path, list[Turn]]]:
    """For ever: each district's turns as they end. ``poll``: seconds between two looks."""
    at_the_latest = dict.fromkeys(roots, 0.0)
    not_before = dict.fromkeys(roots, 0.0)
    while True:
        now = clock.seconds()
        ready = [root for root in roots if now >= not_before[root] and _is_ready(root)]
        due = [root for root in roots if root in ready or now >= at_the_latest[root]]
        for root, turns in every(due, allowed, actor, wait=False) if due else ():
            at_the_latest[root] = clock.seconds() + HOUR
            if any(turn.outcome == "failed" for turn in turns):
                not_before[root] = clock.seconds() + RETRY
            yield root, turns
        time.sleep(poll)


def _is_ready(root: Path) -> bool:
    """Whether something is whole, or moving no more; what can't be looked at has its turn hourly.

    What is seen is remembered, so that the turn knows for how long nothing changed.
    """
    try:
        district = District.open(root, lambda: who(automatic=True))
        if not district.policy.active:
            return False
        ready = [rest_of(district, feed) for feed in district.feeds()]  # each is looked at
        return any(ready)
    except (BusyError, ImporterError):
        return False
