"""The audit: one event for everything that changed a workspace, and what people said for it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from importer.model.decision import Decision
from importer.model.history import Approval, Commit, Run

_COMMITS = {"re-key": "rekey", "undo": "undo", "merge": "merge"}


@dataclass(frozen=True)
class Event:
    """Who did what, and when (UTC, ISO 8601). Nothing of a pupil: numbers, names of files, hashes.

    ``what``: init, plan, approve, review, commit, undo, rekey, merge, map, aliases, settings,
    answers, readiness, purge or purged. ``of``: the file of the workspace that is meant, ``sha256``
    its content then. ``counts``: action → changes. ``overrides``: released scopes
    (``SCHOOL:TABLE``). ``reason``: as a person typed it. ``recovered``: written later, from the
    file, since the process had died. ``host``, ``version``: where, and by which importer, the line
    was written.
    """

    at: str
    actor: str
    what: str
    of: str = ""
    sha256: str = ""
    automatic: bool = False
    run: str = ""
    drop: str = ""
    commit: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    overrides: list[str] = field(default_factory=list)
    unchecked: int = 0
    reason: str = ""
    recovered: bool = False
    host: str = ""
    version: str = ""

    def record(self) -> dict[str, Any]:
        """The event as JSON-ready data."""
        return asdict(self)


def of_run(run: Run) -> Event:
    """A plan was kept."""
    return Event(
        run.at, run.actor, "plan", automatic=run.automatic, run=run.id, drop=run.drop,
        counts=_by_action(run.counts),
    )  # fmt: skip


def of_commit(commit: Commit, said: Iterable[Approval], left: list[Decision]) -> Event:
    """A commit was made; ``said`` and ``left``: what people released and unchecked of its run."""
    return Event(
        commit.at, commit.actor, _COMMITS.get(commit.sync, "commit"), automatic=commit.automatic,
        run=commit.run, drop=commit.drop, commit=commit.number, counts=_by_action(commit.counts),
        overrides=sorted({scope for word in said for scope in word.overrides}),
        unchecked=_unchecked(left), reason=commit.note,
    )  # fmt: skip


def of_approval(said: Approval) -> Event:
    """A person released what a run was on hold for."""
    overrides = list(said.overrides)
    return Event(
        said.at, said.actor, "approve", run=said.run, overrides=overrides, reason=said.reason
    )


def of_decision(said: Decision) -> Event:
    """A person unchecked changes of a run; selectors may name pupils, so they are only counted."""
    return Event(
        said.at, said.actor, "review", run=said.run, unchecked=_unchecked([said]),
        reason=said.reason, automatic=bool(said.carried),
    )  # fmt: skip


def _unchecked(said: list[Decision]) -> int:
    return sum(last - first + 1 for first, last in said[-1].off) if said else 0


def _by_action(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    told: dict[str, int] = {}
    for by_action in counts.values():
        for action, number in by_action.items():
            told[action] = told.get(action, 0) + number
    return dict(sorted(told.items()))
