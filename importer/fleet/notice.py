"""A notice: the facts that are kept until it is sent. Counts, codes, names of files and schools."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from importer.fleet.events import BAD, Event
from importer.fleet.reasons import Reason, of_codes, reasons, releasable
from importer.model.errors import ImporterError
from importer.model.turn import Turn
from importer.store.folder import FolderStore

_MOST = 8  # reasons, scopes
_LONGEST = 400  # letters of a text


@dataclass(frozen=True)
class Notice:
    """What people are told of one event. ``at``, ``since``, ``deadline``: UTC, ISO 8601.

    ``district``: its name for people; ``workspace``: the folder. ``reasons``: see ``Reason``;
    ``more``: how many are not listed. ``release``: the scopes to release, if all may be named.
    ``ended``: for each trouble that is over, what it was (held, rejected, failed).
    """

    event: str
    at: str
    district: str
    workspace: str
    outcome: str = ""
    source: str = ""
    run: str = ""
    commit: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    reasons: Sequence[Mapping[str, Any]] = ()
    more: int = 0
    release: Sequence[str] = ()
    says: str = ""
    fix: str = ""
    since: str = ""
    times: int = 0
    deadline: str = ""
    sources: Sequence[str] = ()
    ended: Sequence[str] = ()

    def record(self) -> dict[str, Any]:
        """The notice as JSON-ready data."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Notice":
        """The notice of a record read back; TypeError if it is of no kind that we know."""
        return cls(**record)


def of_event(event: Event, store: FolderStore, district: str, now: str) -> Notice:
    """The notice of an event; what a run kept about its reasons is read now, while it is there."""
    turn = event.turn or Turn(now, "missed")
    found = reasons(store, turn.run) or of_codes(turn.codes) if turn.outcome in BAD else []
    return Notice(
        event=turn.outcome if event.kind == "every" else event.kind,
        at=turn.ended or turn.at,
        district=district,
        workspace=str(store.root.resolve()),
        outcome=turn.outcome,
        source=turn.source,
        run=turn.run,
        commit=turn.commit,
        counts={table: dict(tally) for table, tally in turn.counts.items()},
        findings=dict(turn.findings),
        reasons=[reason.record() for reason in found[:_MOST]],
        more=max(len(found) - _MOST, 0),
        release=_release(store, turn, found),
        says=_said(turn, turn.says),
        fix=_said(turn, turn.fix),
        since=event.since,
        times=event.times,
        deadline=event.deadline,
        sources=list(event.sources),
        ended=[trouble.outcome for trouble in event.ended],
    )


def _said(turn: Turn, text: str) -> str:
    """The turn's own words, where nothing but an error of the machine can be in them.

    Of a drop that was read, and so has a run, they could be those of its report, with a value.
    """
    of_machine = turn.outcome == "failed" or (turn.outcome in BAD and not turn.run)
    return text[:_LONGEST] if of_machine else ""


def _release(store: FolderStore, turn: Turn, found: Sequence[Reason]) -> list[str]:
    if turn.outcome != "held" or not turn.run:
        return []
    try:
        scopes = releasable(store.run(turn.run), found)
    except ImporterError:
        return []
    return scopes if len(scopes) <= _MOST else []
