"""How a district stands, read from small records: never a roster, and no more runs than shown."""

import itertools
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from importer import holds, schedule, settings
from importer.fleet import events, outbox
from importer.fleet.letter import DIGEST, way_of
from importer.fleet.notices import district, seen
from importer.fleet.reasons import Reason, reasons
from importer.fleet.standing import DROP, NAME, SERVER, Standing
from importer.model.errors import ImporterError, StorageError
from importer.model.history import DROPS, Commit, Run
from importer.report.status import DistrictStatus, Hold
from importer.settings import Policy
from importer.store import notices
from importer.store.folder import FolderStore

_DROPS = 10  # whose errors are shown
_LOOKED_AT = 30  # runs that are read to find them
_HOLDS = 5


@dataclass(frozen=True)
class _Read:
    """The records of a district that its status is made of. ``runs``: the newest first."""

    store: FolderStore
    policy: Policy
    standing: Standing
    head: Commit | None
    runs: Sequence[Run]
    holds: Sequence[Hold]
    seen: events.Seen

    @property
    def arrival(self) -> str:
        """When a drop last came, fetched or by hand."""
        by_hand = next((run.at for run in self.runs if run.sync in DROPS), "")
        return max((events.arrival(self.standing, self.seen), by_hand))

    @property
    def missed(self) -> str:
        """The deadline for which no push came; "" if none is missing, or no turn ever looked."""
        found = events.missing(self.standing, self.seen)
        return events.stamp(max(found.values())) if found else ""


def status_of(path: Path, now: datetime) -> DistrictStatus:
    """How the district of a workspace stands; one that can't be read is a status too."""
    try:
        return _status(path, now)
    except ImporterError as error:
        return _unreadable(path, str(error), error.fix)
    except OSError as error:
        return _unreadable(path, f"It can't be read: {error.strerror or 'no answer'}.", "")
    except Exception as error:  # one district must not keep the others from being seen
        return _unreadable(path, f"A bug in importer ({type(error).__name__}).", "")


def _status(path: Path, now: datetime) -> DistrictStatus:
    if not (path / "district.toml").is_file():
        raise StorageError("district.toml is missing.", "Restore it from a backup.")
    store = FolderStore.open(path)
    read = _records(store, settings.read(store.policy_text()), now)
    ways = outbox.ways(store)
    waiting = [name for name in notices.waiting(path) if way_of(name) != DIGEST]
    due = schedule.due(read.policy, now).next
    state, says, fix = _state(read)
    head, last = read.head, next(iter(read.runs), None)
    return DistrictStatus(
        name=district(path, read.policy),
        folder=str(path),
        time_zone=read.policy.schedule.time_zone,
        state=state,
        says=says,
        fix=fix,
        turn=read.standing.turn or (last.at if last else ""),
        outcome=read.standing.outcome,
        arrival=read.arrival,
        commit=head.number if head else 0,
        committed=head.at if head else "",
        next_expected=events.stamp(due) if due else "",
        missed=read.missed,
        holds=list(read.holds),
        errors=_errors(read.runs),
        unsent=len(waiting),
        unsent_why=next((way.why for way in ways.values() if way.why), ""),
        given_up=sum(way.lost for way in ways.values()),
    )


def _records(store: FolderStore, policy: Policy, now: datetime) -> _Read:
    head = store.head()
    runs = _looked_at(store, head.number if head else 0)
    standing = Standing.of(store.memory(NAME))
    waiting = list(itertools.islice(_holds(store, head, runs), _HOLDS))
    made = seen(store, policy, standing, now)
    return _Read(store, policy, standing, head, runs, waiting, made)


def _looked_at(store: FolderStore, head: int) -> list[Run]:
    """As many of the newest runs as tell of the last drops and of all holds."""
    runs: list[Run] = []
    for run in itertools.islice(store.newest_runs(), _LOOKED_AT):
        runs.append(run)
        if run.base < head and len(_drops(runs)) >= _DROPS:
            break
    return runs


def _drops(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if run.sync in (*DROPS, "test")]


def _holds(store: FolderStore, head: Commit | None, runs: Sequence[Run]) -> Iterator[Hold]:
    """The runs that a person may still release, the newest of each drop."""
    number, seen = head.number if head else 0, set()
    for run in runs:
        if run.base != number or run.drop in seen or run.sync == "test":
            continue
        seen.add(run.drop)
        if run.kind and holds.missing_approvals(store, run):
            there = shlex.quote(str(store.root))
            why = [_worded(reason) for reason in reasons(store, run.id, schools=False)]
            yield Hold(run=run.id, since=run.at, why=why, next=f"importer show {run.id} -w {there}")


def _worded(reason: Reason) -> str:
    scopes = f" ({', '.join(reason.scopes)})" if reason.scopes else ""
    return f"{reason.code} {reason.title}{scopes}"


def _state(read: _Read) -> tuple[str, str, str]:
    """The worst that is true, why, and what to do."""
    there = shlex.quote(str(read.store.root))
    pause = schedule.paused(read.policy, read.seen.now)
    troubles = {trouble.outcome: trouble for trouble in reversed(read.standing.troubles)}
    if not read.policy.active:
        return "off", "district.toml says active = false.", ""
    if (failing := troubles.get(SERVER)) and not pause:
        return "failing", failing.says, f"To try at once: importer run {there}"
    rejected = troubles.get("rejected")
    if rejected and rejected.of == DROP:
        says = "" if rejected.run else rejected.says
        fix = f"importer show {rejected.run} -w {there}" if rejected.run else "Send it again."
        return "rejected", says, fix
    held = troubles.get("held")
    if held and not held.run:  # it lies there and never became a run
        return "held", held.says, "Ask the sender to send it all once more."
    if read.holds:
        return "held", "", ""
    if pause:
        return "paused", f"{pause[:1].upper()}{pause[1:]}.", ""
    if read.missed:
        return "missed", "", "Ask the sender whether the export ran, and where to."
    return ("good" if read.head else "new"), "", ""


def _errors(runs: Sequence[Run]) -> list[int]:
    """Errors of the last drops, the oldest first."""
    return [run.findings.get("ERROR", 0) for run in reversed(_drops(runs)[:_DROPS])]


def _unreadable(path: Path, says: str, fix: str) -> DistrictStatus:
    return DistrictStatus(
        name=path.resolve().name, folder=str(path), time_zone="UTC", state="unreadable",
        says=says, fix=fix, turn="", outcome="", arrival="", commit=0, committed="",
        next_expected="", missed="", holds=[], errors=[], unsent=0, unsent_why="", given_up=0,
    )  # fmt: skip
