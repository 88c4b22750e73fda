"""Letters that wait are sent, each until it is or until it is too old; nothing here raises."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from importer.fleet import mail, webhook
from importer.fleet.events import stamp
from importer.fleet.letter import EMAIL, WEBHOOK, Letter, way_of, when_of
from importer.fleet.unsent import NotSent
from importer.report.words import count
from importer.settings import Policy
from importer.store import notices
from importer.store.folder import FolderStore

NAME = "sending"
"""The memory of how sending went."""

OLDEST = timedelta(days=3)
"""A letter is tried for so long; Standard Webhooks' example of a schedule spans 75 hours."""

MOST = 100
"""Letters of one way that wait; the oldest go first when there are more."""

_AT_ONCE = 20  # letters in one pass: a turn should not take long
_FIRST, _LAST = timedelta(minutes=1), timedelta(hours=1)  # pauses between two tries

_WAYS: Mapping[str, tuple[Callable[[Letter, Policy, datetime], str], str]] = {
    EMAIL: (mail.send, "by e-mail"),
    WEBHOOK: (webhook.send, "by webhook"),
}


@dataclass(frozen=True)
class Way:
    """How sending on one way goes. ``failures``: passes in a row; ``after``: not tried before.

    ``why``: of the last failure, in words. ``lost``: letters given up, the last ``lost_at``.
    """

    failures: int = 0
    after: str = ""
    why: str = ""
    lost: int = 0
    lost_at: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Way":
        """The way of a record read back; a new one of a record that isn't ours."""
        try:
            return cls(**record)
        except TypeError:
            return cls()


def send_all(store: FolderStore, policy: Policy, now: datetime) -> list[str]:
    """Send what waits; says what could not be sent. One process at a time does, others leave it."""
    said: list[str] = []
    with notices.sending(store.root) as first:
        if not first:
            return []
        before = store.memory(NAME)
        after: dict[str, Any] = {}
        for way in _WAYS:
            state, told = _sent(store.root, policy, now, way, Way.of(before.get(way, {})))
            after[way] = asdict(state)
            said += told
        if after != before:
            store.remember(NAME, after)
    return said


def _sent(root: Path, policy: Policy, now: datetime, way: str, state: Way) -> tuple[Way, list[str]]:
    """One pass over the letters of a way."""
    names = [name for name in notices.waiting(root) if way_of(name) == way]
    if not _wanted(policy, way):
        for name in names:
            notices.remove(root, name)
        return replace(state, failures=0, after="", why=""), []
    names, state, said = _given_up(root, names, now, way, state)
    if not names:
        return replace(state, failures=0, after="", why=""), said
    if state.after and stamp(now) < state.after:
        return state, [*said, _left(len(names), way, state.why)]
    why, left = "", len(names)
    for name in names[:_AT_ONCE]:
        try:
            if more := _one(root, name, policy, now, way):
                said.append(more)
            left -= 1
        except NotSent as error:
            why = str(error)
            if not error.alone:
                break
        except (KeyError, TypeError, ValueError) as error:  # ours: it must not keep others waiting
            why = f"A bug in importer ({type(error).__name__})."
    if not why:
        return replace(state, failures=0, after="", why=""), said
    pause = min(_FIRST * 2**state.failures, _LAST) if state.failures < 10 else _LAST
    state = replace(state, failures=state.failures + 1, after=stamp(now + pause), why=why)
    return state, [*said, _left(left, way, why)]


def _one(root: Path, name: str, policy: Policy, now: datetime, way: str) -> str:
    """Send a letter and forget it. One that was damaged is forgotten, and said."""
    record = notices.read(root, name)
    try:
        letter = Letter.of(record or {})
    except (KeyError, TypeError):
        notices.remove(root, name)
        return f"The notice {name} was damaged and can't be sent."
    said = _WAYS[way][0](letter, policy, now)
    notices.remove(root, name)
    return said


def _given_up(
    root: Path, names: list[str], now: datetime, way: str, state: Way
) -> tuple[list[str], Way, list[str]]:
    """Without letters that are too old or too many."""
    too_old = (now.astimezone(UTC) - OLDEST).strftime("%Y%m%dT%H%M%SZ")
    lost = [n for at, n in enumerate(names) if when_of(n) < too_old or at < len(names) - MOST]
    if not lost:
        return names, state, []
    for name in lost:
        notices.remove(root, name)
    state = replace(state, lost=state.lost + len(lost), lost_at=stamp(now))
    told = f"Given up, since nobody took it: {count(len(lost), 'notice')} {_WAYS[way][1]}."
    return [name for name in names if name not in lost], state, [told]


def _wanted(policy: Policy, way: str) -> bool:
    return bool(policy.notify.email) if way == EMAIL else bool(policy.webhook.url)


def _left(number: int, way: str, why: str) -> str:
    return f"{count(number, 'notice')} {_WAYS[way][1]} could not be sent yet. {why}"


def ways(store: FolderStore) -> dict[str, Way]:
    """How sending goes, for who wants to show it."""
    found = store.memory(NAME)
    return {way: Way.of(found.get(way, {})) for way in _WAYS}
