"""One turn of a district: what has come to rest is taken over, one drop after another.

The order is the promise. A drop is copied and proved whole; it is checked, planned and committed or
put on hold, all of which is durable; only then it is taken away from where it arrived. Whoever is
stopped in between finds it there again, and the same drop again is nothing new.
"""

import contextlib
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from importer import flow, settings
from importer.fleet import clock
from importer.fleet.feeds import Feed, feeds
from importer.fleet.outgoing import deliver
from importer.fleet.told import said
from importer.intake.place import Place
from importer.intake.settled import Arriving, Watch, first_whole
from importer.intake.take import take
from importer.model.drop import Rejected
from importer.model.errors import (
    BusyError,
    CommittedError,
    ImporterError,
    OnHoldError,
    StorageError,
)
from importer.model.history import Asked, Who
from importer.model.turn import Turn
from importer.settings import Policy
from importer.store.folder import FolderStore

POLL = 30.0
"""Seconds between two looks at a place."""
_TOUCHED = 3
"""How often a drop may be touched while it is read before a turn that doesn't wait gives it up."""
_TOUCHED_REST = 0.5  # seconds
_CLEAN_UP_FAILED = 7
_RIGHTS = "Look whether importer's own account has the right to write and remove files there."


@dataclass(frozen=True)
class District:
    """A workspace in its turn: its settings, and who acts (asked anew for each drop)."""

    store: FolderStore
    policy: Policy
    who: Callable[[], Who]

    @classmethod
    def open(cls, root: Path, who: Callable[[], Who]) -> "District":
        """The district of a workspace; ``StorageError`` if it is none, UsageError for settings."""
        store = FolderStore.open(root)
        return cls(store, settings.read(store.policy_text()), who)

    def feeds(self, only: str = "") -> Iterator[Feed]:
        """Its sources; see ``feeds.feeds``."""
        return feeds(self.store.root, self.policy, only)


def turn(district: District, feed: Feed, place: Place, *, wait: bool) -> list[Turn]:
    """Take over what has come to rest at a place, drop after drop; what each came to.

    ``wait``: what is still arriving is waited for. Else there is a turn that says so. Disk and
    server may fail with ``ImporterError``; what was taken over until then stays so.
    """
    watch = watch_of(district, feed)
    turns: list[Turn] = []
    touched = 0  # times that a drop was touched while we read it
    while True:
        listing = place.listing()
        found = watch.look(listing, clock.seconds())
        whole = first_whole(found)
        if whole is not None:
            taken = _taken_over(district, feed, place, watch, whole, listing.rejected)
            turns += [taken] if taken else []
            touched += taken is None
            if (taken and taken.outcome == "failed") or (touched > _TOUCHED and not wait):
                break
            time.sleep(_TOUCHED_REST if taken is None else 0)
            continue
        awaited = next((one for one in found if not one.overdue), None)
        if awaited is None or not wait:
            break
        time.sleep(max(0.2, min(POLL, awaited.wait)))
    _remember(district, feed, watch)
    at = district.who().at
    failed = any(one.outcome == "failed" for one in turns)
    left = [one for one in found if not (one.whole and failed)]
    return turns + [_pending(one, feed, at) for one in left] or [
        Turn(at, "nothing", source=feed.source.name, ended=at, says="Nothing has arrived.")
    ]


def _pending(found: Arriving, feed: Feed, at: str) -> Turn:
    """What is said of a drop that is not whole."""
    what = f"The drop {found.group}" if found.group else "A drop"
    if found.overdue:
        says = f"{what} lies in the inbox and is not taken over: {found.why}."
        fix = "Ask the sender to send it all once more."
        return Turn(at, "held", 3, feed.source.name, at, says=says, fix=fix)
    why = found.why or "it waits for what came before it, or was touched while it was read"
    says = f"{what} is arriving: {why}; look again in {found.wait:.0f} seconds."
    return Turn(at, "waiting", source=feed.source.name, ended=at, says=says)


def watch_of(district: District, feed: Feed) -> Watch:
    """What was seen of a feed until now."""
    watch = Watch(district.policy.arrivals, _expected(district, feed))
    told = district.store.memory(_memory(feed))
    name = clock.name()
    watch.recall(told, same_clock=bool(name) and told.get("clock") == name)
    return watch


def rest_of(district: District, feed: Feed) -> bool:
    """Look at an inbox and remember what was seen; whether there is something to take over."""
    with feed.local() as place:
        listing = place.listing()
    if not listing.entries:
        return False
    watch = watch_of(district, feed)
    found = watch.look(listing, clock.seconds())
    _remember(district, feed, watch)
    return first_whole(found) is not None


def _memory(feed: Feed) -> str:
    lead = "on-server" if feed.remote else "arriving"
    return f"{lead}-{feed.source.name}" if feed.source.name else lead


def _remember(district: District, feed: Feed, watch: Watch) -> None:
    """Nothing depends on it but time; so a workspace in use is left alone."""
    with contextlib.suppress(BusyError), district.store.lock():
        told = {**watch.record(), "clock": clock.name()}
        if told != district.store.memory(_memory(feed)):
            district.store.remember(_memory(feed), told)


def _expected(district: District, feed: Feed) -> Collection[str]:
    """The names of the files of the last drop that this source's commits are of."""
    head = district.store.head()
    for number in range(head.number if head else 0, 0, -1):
        commit = district.store.commit(number)
        if commit.drop and commit.source == feed.source.name:
            with contextlib.suppress(StorageError):  # no longer kept
                return [file.name for file in district.store.drop(commit.drop).files]
            break
    return ()


def _taken_over(
    district: District,
    feed: Feed,
    place: Place,
    watch: Watch,
    found: Arriving,
    passed: Collection[Rejected],
) -> Turn | None:
    """What a drop came to; None if it is not whole after all. The workspace is held meanwhile."""
    store, at = district.store, district.who().at
    try:
        with store.lock():
            with store.scratch() as scratch:
                path = take(place, found, scratch, district.policy.arrivals.sentinel)
                if path is None:
                    watch.doubt(found.group)
                    return None
                done = _synced(district, feed, path, passed)
            stuck = place.take_away(found.entries)
            if not stuck:
                watch.taken(found.group)
            left = f"{len(stuck)} file(s) could not be taken away from the inbox." if stuck else ""
            return _with(replace(done, at=at), left)
    except ImporterError as error:
        turn = Turn(at, "failed", error.exit_code, feed.source.name, district.who().at)
        turn = replace(turn, says=str(error), fix=error.fix)
        if isinstance(error, CommittedError):
            # The drop stays where it is; the next turn finds it the same, and takes it away.
            head = store.head()
            assert head is not None
            told = replace(turn, drop=head.drop, run=head.run, commit=head.number)
            return replace(told, outcome="committed", counts=head.counts)
        return replace(turn, outcome="held") if isinstance(error, OnHoldError) else turn


def _synced(district: District, feed: Feed, path: Path, passed: Collection[Rejected]) -> Turn:
    """Check, plan, and commit or hold; what it came to."""
    asked = Asked(source=feed.source.name)
    done = flow.sync(path, district.store, district.who(), "", asked, tuple(passed))
    turn = replace(said(done), ended=district.who().at)
    return _with(turn, deliver(district.store, done.planned.run, district.policy.deliver))


def _with(done: Turn, left: str) -> Turn:
    """What is said where something was left to do after the outcome was safe: it is safe."""
    if not left:
        return done
    code = _CLEAN_UP_FAILED if done.outcome == "committed" else done.exit_code
    return replace(done, exit_code=code, says=f"{done.says} {left}", fix=f"{done.fix} {_RIGHTS}")
