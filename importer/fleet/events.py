"""What of a district's turns people are told: decided from the turns and what is remembered.

Pure: nothing here reads a file or asks the clock.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from importer import schedule
from importer.fleet.standing import DROP, SERVER, Standing, Trouble
from importer.model.turn import Turn
from importer.settings import Policy

FAILED_TURNS = 3
"""Failed turns in a row until people are told (reliability: “after 3 failed polls: one alert”)."""

HOURLY = timedelta(hours=1)
"""They are told again at most so often; and of two failed turns that lie as far apart at once,
since where turns are rare three of them would be days."""

BAD = ("held", "rejected")
GOOD = ("committed", "same", "test")
_RESTING = ("paused", "off")


@dataclass(frozen=True)
class Event:
    """One thing that people are told.

    ``kind``: rejected, held, recovered, missed, failed, committed, or every. ``turn``: what it is
    about. ``since``, ``times``: of a failure. ``deadline``: UTC; of which ``sources`` nothing came.
    ``ended``: what was wrong until now.
    """

    kind: str
    turn: Turn | None = None
    since: str = ""
    times: int = 0
    deadline: str = ""
    sources: tuple[str, ...] = ()
    ended: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What a turn may be held against: settings, time, and what was committed, be it by hand.

    ``head``: the number of the newest commit. ``made``: of the drops that were committed lately,
    since the oldest trouble began at least, their numbers, sources and times, ascending.
    """

    policy: Policy
    now: datetime
    head: int = 0
    made: Sequence[tuple[int, str, str]] = field(default_factory=tuple)


def decide(before: Standing, turns: Sequence[Turn], seen: Seen) -> tuple[Standing, list[Event]]:
    """How the district stands after these turns, and what people are told."""
    standing = replace(before, since=before.since or stamp(seen.now))
    events: list[Event] = []
    for turn in turns:
        standing, found = _after(standing, turn, seen)
        events += found
    standing, released = _released(standing, seen)
    standing, missing = _missing(standing, seen)
    told = [*events, *released, *missing]
    return standing, [event for event in told if _asked(event, seen.policy)]


def _asked(event: Event, policy: Policy) -> bool:
    """A commit that ends a trouble is told to who wants either, once."""
    turn, meant = event.turn, {event.kind}
    if turn and turn.drop:
        meant |= {"every", "committed"} if turn.outcome == "committed" else {"every"}
    return bool(meant & set(policy.notify.on))


def _after(standing: Standing, turn: Turn, seen: Seen) -> tuple[Standing, list[Event]]:
    at = turn.ended or turn.at
    standing = replace(standing, turn=at, outcome=turn.outcome, says=turn.says)
    if turn.outcome in _RESTING:
        return standing, []
    late = False
    if _has_come(standing, turn):
        standing = replace(standing, arrivals={**standing.arrivals, turn.source: at})
        late = bool(standing.missed) and not missing(standing, seen)
        standing = replace(standing, missed="") if late else standing
    if turn.outcome == "failed":
        return _failed(standing, turn, seen)
    standing, ended = _reached(standing, turn)
    if turn.outcome in BAD:
        return _bad(standing, turn, seen)
    if turn.outcome in GOOD:
        standing, more = _over(standing, standing.trouble(DROP, turn.source))
        return standing, _good(turn, (*ended, *more), late)
    return standing, [Event("recovered", turn, ended=ended)] if ended else []


def _has_come(standing: Standing, turn: Turn) -> bool:
    """Whether a drop has come. What lies there and was told of before has not come once more."""
    if turn.drop or turn.outcome not in BAD:
        return bool(turn.drop)
    known = standing.trouble(DROP, turn.source)
    return known is None or _key(turn) not in known.keys


def _good(turn: Turn, ended: tuple[Trouble, ...], late: bool) -> list[Event]:
    """One notice of a turn that went well: what is over is more than what was done."""
    if ended or late:
        return [Event("recovered", turn, ended=ended)]
    return [Event("committed" if turn.outcome == "committed" else "every", turn)]


def _failed(standing: Standing, turn: Turn, seen: Seen) -> tuple[Standing, list[Event]]:
    known = standing.trouble(SERVER, turn.source) or Trouble(
        SERVER, turn.source, turn.outcome, turn.at
    )
    trouble = replace(known, times=known.times + 1, drop=turn.drop, run=turn.run, says=turn.says)
    apart = _moment(turn.at) - _moment(trouble.told or trouble.since) >= HOURLY
    if apart if trouble.told else trouble.times >= FAILED_TURNS or apart:
        event = Event("failed", turn, since=trouble.since, times=trouble.times)
        return standing.having(replace(trouble, told=turn.at)), [event]
    return standing.having(trouble), []


def _reached(standing: Standing, turn: Turn) -> tuple[Standing, tuple[Trouble, ...]]:
    """A failure is over once the same can be done again: with a drop, if it was about a drop."""
    trouble = standing.trouble(SERVER, turn.source)
    if trouble and trouble.drop and not turn.drop:
        return standing, ()
    return _over(standing, trouble)


def _over(standing: Standing, trouble: Trouble | None) -> tuple[Standing, tuple[Trouble, ...]]:
    """Without a trouble; given back if people were told of it."""
    if trouble is None:
        return standing, ()
    return standing.without(trouble), (trouble,) if trouble.told else ()


def _bad(standing: Standing, turn: Turn, seen: Seen) -> tuple[Standing, list[Event]]:
    """On hold or rejected: told once for each drop and reason, however often it is looked at."""
    known = standing.trouble(DROP, turn.source) or Trouble(
        DROP, turn.source, turn.outcome, turn.at, commit=seen.head
    )
    trouble = replace(
        known, outcome=turn.outcome, times=known.times + 1,
        run=turn.run, drop=turn.drop, says=turn.says,
    )  # fmt: skip
    key = _key(turn)
    if key in trouble.keys:
        return standing.having(trouble), []
    event = Event(turn.outcome, turn, since=trouble.since, times=trouble.times)
    return standing.having(trouble.tells(key, turn.at)), [event]


def _key(turn: Turn) -> str:
    told = [turn.outcome, turn.drop, sorted(turn.blocks), "" if turn.drop else turn.says]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _released(standing: Standing, seen: Seen) -> tuple[Standing, list[Event]]:
    """What a person committed meanwhile is no longer wrong."""
    events = []
    for trouble in standing.troubles:
        later = [n for n, name, _ in seen.made if n > trouble.commit and name == trouble.source]
        if trouble.of == DROP and later:
            standing, ended = _over(standing, trouble)
            done = Turn(stamp(seen.now), "committed", source=trouble.source, commit=later[-1])
            events += [Event("recovered", done, ended=ended)]
    return standing, events


def _missing(standing: Standing, seen: Seen) -> tuple[Standing, list[Event]]:
    """A push that should have come: told once for each deadline."""
    policy, now = seen.policy, seen.now
    patience = timedelta(seconds=policy.arrivals.quiet + policy.arrivals.late)
    found = missing(standing, seen)
    if not found or schedule.paused(policy, now):
        return standing, []
    deadline = max(found.values())
    told = stamp(deadline)
    arriving = standing.outcome == "waiting" and now < deadline + patience
    if arriving or told == standing.missed:
        return standing, []
    event = Event("missed", deadline=told, sources=tuple(name for name in found if name))
    return replace(standing, missed=told), [event]


def missing(standing: Standing, seen: Seen) -> dict[str, datetime]:
    """Source ("" = any) → the deadline for which nothing came of it."""
    found = {}
    for source in seen.policy.schedule.sources or ("",):
        came = arrival(standing, seen, source)
        deadline = schedule.missed(seen.policy, seen.now, _moment(came) if came else None)
        # Before the first turn nobody looked, and nothing was missed.
        if deadline and standing.since and deadline > _moment(standing.since):
            found[source] = deadline
    return found


def arrival(standing: Standing, seen: Seen, source: str = "") -> str:
    """When a drop last came, of a source or of any, be it that somebody committed it by hand."""
    came = [at for name, at in standing.arrivals.items() if source in ("", name)]
    by_hand = [at for _, name, at in seen.made if source in ("", name)]
    return max((*came, *by_hand), key=_moment, default="")


def stamp(moment: datetime) -> str:
    """A moment as it is remembered: UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
