"""Who is told what, after the turns of a district: decided, kept, sent, and remembered.

At least once: a letter is on the disk before it is remembered that people were told, and it is
taken away only after a server took it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from importer import schedule
from importer.fleet.events import Event, Seen, decide, stamp
from importer.fleet.letter import DIGEST, EMAIL, WEBHOOK, Letter, way_of
from importer.fleet.notice import Notice, of_event
from importer.fleet.outbox import MOST, send_all
from importer.fleet.standing import DROP, NAME, Standing
from importer.fleet.words import local
from importer.model.errors import ImporterError, StorageError
from importer.model.history import DROPS
from importer.model.turn import Turn
from importer.settings import Policy
from importer.store import notices
from importer.store.folder import FolderStore

_LATELY = timedelta(days=2)  # no push counts for longer
_TRIES = 3  # staging/ may be swept while we remember, by a run that begins just then


def tell(root: Path, policy: Policy, turns: Sequence[Turn], now: datetime) -> list[str]:
    """Tell people what these turns came to; says in sentences what could not be sent.

    ``turns``: of one district, in their order; none is right too, what is due is told all the same.
    ``now``: aware. Never raises: a notice must not change what became of a drop.
    """
    store = FolderStore(root)
    try:
        with notices.deciding(root):
            _decided(store, policy, turns, now)
        return send_all(store, policy, now)
    except ImporterError as error:
        return [f"Nobody could be told: {error}"]
    except OSError as error:
        return [f"Nobody could be told: {error.strerror or 'the disk did not answer'}."]
    except Exception as error:
        # What a library says may quote a pupil; the name of its error can't.
        return [f"Nobody could be told: a bug in importer ({type(error).__name__})."]


def _decided(store: FolderStore, policy: Policy, turns: Sequence[Turn], now: datetime) -> None:
    """Keep the letters of what these turns came to, then remember that they are kept."""
    before = Standing.of(store.memory(NAME))
    after, events = decide(before, turns, seen(store, policy, before, now))
    after = replace(after, digest=after.digest or stamp(now))
    for letter in _letters(store, policy, events, now):
        notices.add(store.root, letter.name, letter.record())
    after = _daily(store, policy, after, now)
    if after != before:
        _remember(store, after)


def _remember(store: FolderStore, standing: Standing) -> None:
    for left in reversed(range(_TRIES)):
        try:
            store.remember(NAME, standing.record())
            break
        except StorageError:
            if not left:
                raise


def seen(store: FolderStore, policy: Policy, before: Standing, now: datetime) -> Seen:
    """What turns may be held against; of a damaged history nothing but the settings."""
    try:
        return _history(store, policy, before, now)
    except ImporterError:  # a damaged history is what people must be told of
        return Seen(policy, now)


def _history(store: FolderStore, policy: Policy, before: Standing, now: datetime) -> Seen:
    head = store.head()
    number = head.number if head else 0
    began = min((t.commit for t in before.troubles if t.of == DROP), default=number)
    made = []
    for commit in map(store.commit, range(number, 0, -1)):
        if commit.number <= began and now - datetime.fromisoformat(commit.at) > _LATELY:
            break
        if commit.sync in DROPS:
            made.append((commit.number, commit.source, commit.at))
    return Seen(policy, now, number, made[::-1])


def _letters(
    store: FolderStore, policy: Policy, events: Sequence[Event], now: datetime
) -> Iterator[Letter]:
    ways = []
    if policy.notify.email:
        ways.append(DIGEST if policy.notify.digest else EMAIL)
    if policy.webhook.url:
        ways.append(WEBHOOK)
    if not ways:
        return
    name, at = district(store.root, policy), stamp(now)
    for event in events:
        notice = of_event(event, store, name, at)
        yield from (Letter(way, at, name, [notice]) for way in ways)


def district(root: Path, policy: Policy) -> str:
    """What people call a district: its id, else the name of its workspace."""
    return policy.district_id or root.resolve().name


def _daily(store: FolderStore, policy: Policy, standing: Standing, now: datetime) -> Standing:
    """Make the day's one mail of what was kept for it, once its hour has come."""
    kept = [name for name in notices.waiting(store.root) if way_of(name) == DIGEST]
    if not policy.notify.digest:  # no longer asked for: what was kept goes out now
        due, made = bool(kept), standing.digest
    else:
        made = stamp(schedule.passed(policy, policy.notify.digest, now))
        due = made > standing.digest
    if not due:
        return standing
    told = list(_kept(store.root, kept[-MOST:]))
    still = [] if not policy.notify.digest else _still(standing, policy)
    if told or still:
        letter = Letter(EMAIL, stamp(now), district(store.root, policy), told, still, True)
        notices.add(store.root, letter.name, letter.record())
    for name in kept:
        notices.remove(store.root, name)
    return replace(standing, digest=made)


def _kept(root: Path, names: Sequence[str]) -> Iterator[Notice]:
    for name in names:
        try:
            yield from Letter.of(notices.read(root, name) or {}).notices
        except (KeyError, TypeError):
            continue  # damaged: the others are told


def _still(standing: Standing, policy: Policy) -> list[str]:
    """What was told before and is not settled, for the mail of a day."""
    zone = policy.schedule.zone
    words = {"held": "On hold", "rejected": "Rejected", "failed": "Failing"}
    return [
        f"{words[trouble.outcome]} since {local(trouble.since, zone)}"
        + (f", run {trouble.run}" if trouble.run else "")
        + (f", {trouble.source}." if trouble.source else ".")
        for trouble in standing.troubles
        if trouble.told
    ]
