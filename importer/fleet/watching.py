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

HOUR = 3600.0
"""Seconds after which a district has a turn although nothing arrived: a push may be missing."""


def watching(
    roots: list[Path], allowed: Allowed, actor: str | None, poll: float = POLL
) -> Iterator[tuple[Path, list[Turn]]]:
    """For ever: each district's turns as they end. ``poll``: seconds between two looks."""
    last = dict.fromkeys(roots, -HOUR)
    while True:
        due = [root for root in roots if clock.seconds() - last[root] >= HOUR or _is_ready(root)]
        for root, turns in every(due, allowed, actor, wait=False) if due else ():
            last[root] = clock.seconds()
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
        return any([rest_of(district, feed) for feed in district.feeds()])
    except (BusyError, ImporterError):
        return False
