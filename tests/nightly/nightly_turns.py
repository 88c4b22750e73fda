"""Turns of a district for the tests of notices: made up, or of a drop that really came."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from importer import flow
from importer.fleet.events import stamp
from importer.fleet.notices import tell
from importer.model.history import Who
from importer.model.turn import Turn
from importer.settings import Policy, read
from importer.store.folder import FolderStore

NIGHT = datetime(2026, 11, 23, 12, 3, 12, tzinfo=UTC)  # a Monday, 6:03 in Chicago


def later(minutes: float) -> datetime:
    """So many minutes after NIGHT."""
    return NIGHT + timedelta(minutes=minutes)


def turn(outcome: str, minutes: float = 0, drop: str = "", **more: object) -> Turn:
    """A turn so many minutes after NIGHT; what saw a drop has one."""
    saw = outcome in ("committed", "held", "rejected", "same", "test")
    return Turn(stamp(later(minutes)), outcome, drop=drop or ("d1" if saw else ""), **more)  # type: ignore[arg-type]


def taken(space: Path, drop: Path, minutes: float = 0) -> Turn:
    """One unattended turn over a drop: what really became of it."""
    store = FolderStore.open(space)
    at = stamp(later(minutes))
    with store.lock():
        done = flow.sync(drop, store, Who("night@importer", at, True))
    run, verdict = done.planned.run, done.planned.reported.summary["verdict"]
    outcome = "committed" if done.commit else "same" if done.planned.nothing_new else "held"
    return Turn(
        at,
        outcome if run.kind else "rejected",
        3 if outcome == "held" else 0,
        drop=run.drop,
        run=run.id,
        commit=done.commit.number if done.commit else 0,
        counts=run.counts,
        findings=run.findings,
        blocks=tuple(run.blocks),
        says=verdict["sentence"],
        fix=verdict["next"],
    )


def told(space: Path, *turns: Turn, minutes: float | None = None) -> list[str]:
    """``tell`` of these turns under the settings of the workspace, right after the last one."""
    store = FolderStore(space)
    now = later(minutes) if minutes is not None else datetime.fromisoformat(turns[-1].at)
    return tell(space, read(store.policy_text()), turns, now)


def settings_of(space: Path) -> Policy:
    """The settings of a workspace."""
    return read(FolderStore(space).policy_text())
