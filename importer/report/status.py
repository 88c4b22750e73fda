"""How districts stand, as data and in words: the worst first. Nothing of a pupil is in it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from importer.model.turn import OUTCOMES
from importer.report.words import count
from importer.settings.schedule import zone as time_zone

STATES = {
    "unreadable": ("?", "bad", "can't be read"),
    "failing": ("✗", "bad", "turns fail"),
    "rejected": ("✗", "bad", "what came can't be read"),
    "held": ("‖", "hold", "on hold, a person must decide"),
    "missed": ("!", "warn", "no push came"),
    "good": ("✓", "good", "good"),
    "new": ("·", "off", "nothing committed yet"),
    "paused": ("–", "off", "paused"),
    "off": ("–", "off", "switched off"),
}
"""State, the worst first → sign, level of style, words."""

NEEDS_SOMEBODY = ("unreadable", "failing", "rejected", "held", "missed")
_BARS = "▁▂▃▄▅▆▇█"


class Hold(TypedDict):
    """A run that waits for a person. ``why``: codes with their titles; ``next``: the command."""

    run: str
    since: str
    why: list[str]
    next: str


class DistrictStatus(TypedDict):
    """How one district stands. Times are UTC, ISO 8601, "" = never or none.

    ``says``: why it is in this state; ``fix``: what to do. ``turn``, ``outcome``: of the last turn.
    ``commit``: the newest one's number, 0 = none. ``errors``: of the last drops, the oldest first.
    ``unsent``: notices that wait; ``given_up``: notices that nobody will get; ``unsent_why``.
    """

    name: str
    folder: str
    time_zone: str
    state: str
    says: str
    fix: str
    turn: str
    outcome: str
    arrival: str
    commit: int
    committed: str
    next_expected: str
    missed: str
    holds: list[Hold]
    errors: list[int]
    unsent: int
    unsent_why: str
    given_up: int


def in_order(districts: Sequence[DistrictStatus]) -> list[DistrictStatus]:
    """The worst first; of one state those that can't tell people of it, then by name."""
    order = list(STATES)
    return sorted(districts, key=lambda d: (order.index(d["state"]), -d["unsent"], d["name"]))


def states(districts: Sequence[DistrictStatus]) -> dict[str, int]:
    """How many districts are in each state, the worst first."""
    found = Counter(district["state"] for district in districts)
    return {state: found[state] for state in STATES if found[state]}


def heading(districts: Sequence[DistrictStatus]) -> str:
    """How many districts there are, and how many need somebody."""
    waiting = sum(district["state"] in NEEDS_SOMEBODY for district in districts)
    needs = "needs" if waiting == 1 else "need"
    told = f"{waiting:,} {needs} somebody" if waiting else "nothing needs anybody"
    return f"{count(len(districts), 'district')}, {told}"


def bars(numbers: Sequence[int]) -> str:
    """Numbers as a row of bars, the highest is full; none is the lowest.

    >>> bars([0, 1, 8])
    '▁▂█'
    """
    most = max(numbers, default=0)
    steps = len(_BARS) - 1
    return "".join(_BARS[-(-number * steps // most) if most else 0] for number in numbers)


def when(at: str, zone: str) -> str:
    """A moment as it is in the district: to the minute; “never” if there is none."""
    if not at:
        return "never"
    return f"{datetime.fromisoformat(at).astimezone(time_zone(zone)):%Y-%m-%d %H:%M}"


def last_turn(district: DistrictStatus) -> str:
    """When the last turn was and what it came to."""
    told = when(district["turn"], district["time_zone"])
    meant = OUTCOMES.get(district["outcome"], "")
    return f"{told}, {meant}" if meant else told


def last_commit(district: DistrictStatus) -> str:
    """The newest commit and when it was made."""
    if not district["commit"]:
        return "none"
    return f"{district['commit']:,}, {when(district['committed'], district['time_zone'])}"


def errors(district: DistrictStatus) -> str:
    """The errors of the last drops as numbers, the oldest first."""
    return " ".join(f"{number}" for number in district["errors"])


def hold(one: Hold, zone: str) -> str:
    """Since when a run is on hold, and why."""
    why = "; ".join(one["why"]) or "its report says why"
    return f"run {one['run']} since {when(one['since'], zone)}: {why}"


def unsent(district: DistrictStatus) -> list[str]:
    """What people were not told of, in sentences."""
    told = []
    if district["unsent"]:
        waiting = f"{count(district['unsent'], 'notice')} could not be sent yet."
        told.append(" ".join(filter(None, (waiting, district["unsent_why"]))))
    if district["given_up"]:
        told.append(f"Given up, since nobody took it: {count(district['given_up'], 'notice')}.")
    return told
