"""Which events the files of a workspace stand for, and whether the audit has a line for each.

The files are what counts: a commit is its record. A process that dies between a record and its line
leaves the line to whoever holds the lock next.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from importer.model import audit as model
from importer.model.audit import Event
from importer.model.decision import Decision
from importer.model.errors import StorageError
from importer.model.history import Approval, Commit, Run, Who
from importer.store import assessments, audit, commits, durable, purges, words
from importer.store.sealed import read_as

SETTINGS = ("district.toml", "mapping.toml", "aliases.toml", "answers.toml")
"""What people write, by hand too: a change that no command made is told by the next run."""

_RUN = re.compile(r"runs/[^/]+/")  # a whole run may be moved away, or retention removes it
_APPROVAL = re.compile(_RUN.pattern + r"approvals/[0-9]+\.json")
_DECISION = re.compile(_RUN.pattern + r"decisions/[0-9]+\.json")


def tell(root: Path, *paths: Path) -> None:
    """Append the line of each of these records, which were written just now."""
    audit.append(root, [_event_of(root, path) for path in paths])


def begin(root: Path, name: str, content: bytes, who: Who | None) -> None:
    """The first line of a workspace that is being made: its settings, as they will be."""
    at, actor = (who.at, who.actor) if who else ("", "")
    sha256 = hashlib.sha256(content).hexdigest()
    audit.anchor(root)
    audit.append(root, [Event(at, actor, "init", name, sha256)])


def say(root: Path, what: str, name: str, who: Who) -> None:
    """Append that somebody changed one of ``SETTINGS``, by a command."""
    event = Event(who.at, who.actor, what, name, _sha_of(root / name), automatic=who.automatic)
    audit.append(root, [event])


def catch_up(root: Path) -> None:
    """Append what was left behind by processes that died, and what people changed by hand."""
    audit.anchor(root)
    last = {event.of: event.sha256 for event in audit.read(root)}
    left = [replace(event, recovered=True) for event in _left(root, last)]
    changed = [
        Event(_time_of(root / name), "", "settings", name, sha256, reason="changed by hand")
        for name in SETTINGS
        if (sha256 := _sha_of(root / name)) and last.get(name) != sha256
    ]
    audit.append(root, sorted(left, key=lambda event: event.at) + changed)


def faults(root: Path) -> Iterator[str]:
    """What the audit and the records tell against each other, in plain words.

    Not that the newest commit has no line yet: a process may have died, and the next run writes it.
    """
    broken = list(audit.faults(root))
    yield from broken
    if broken:
        return
    told = audit.read(root)
    last = {event.of: event for event in told}
    names = [_name(root, commits.commit_path(root, n)) for n in commits.present(root)]
    for name in names[:-1]:
        if name not in last:
            yield f"{audit.NAME} has no line for {name}, though a later commit is there."
    for name, event in last.items():
        if name and name not in SETTINGS and name not in names[:-1]:  # those, the next one names
            yield from _fault(root, name, event.sha256)


def _fault(root: Path, name: str, sha256: str) -> Iterator[str]:
    """Whether a record is the one of which the audit tells; damage is told by who reads it."""
    path = root / name
    if path.is_file():
        with contextlib.suppress(StorageError):
            _read(root, path, name)
            if _sha_of(path) != sha256:
                yield f"{name} is not the one of which {audit.NAME} tells: it was changed."
    elif not (_RUN.match(name) and not (root / "runs" / name.split("/")[1]).is_dir()):
        yield f"{name} is missing: {audit.NAME} tells of it."


def notes(root: Path) -> Iterator[str]:
    """What of the audit is not yet there, and no problem in itself."""
    if next(audit.faults(root), ""):
        return
    told = {event.of for event in audit.read(root)}
    newest = commits.present(root)[-1:]
    if newest and _name(root, commits.commit_path(root, newest[0])) not in told:
        yield f"{audit.NAME} has no line for commit {newest[0]} yet; the next run writes it."


def _left(root: Path, told: dict[str, str]) -> Iterator[Event]:
    """The events of records without a line; what can't be read is for ``verify``."""
    for path in _records(root):
        if _name(root, path) not in told:
            try:
                yield _event_of(root, path)
            except StorageError:
                continue


def _records(root: Path) -> Iterator[Path]:
    with durable.plain_errors("The records could not be read"):
        yield from (commits.commit_path(root, number) for number in commits.present(root))
        for pattern in ("run.json", "approvals/*.json", "decisions/*.json"):
            yield from sorted((root / "runs").glob(f"*/{pattern}"))
        yield from purges.present(root)
        yield from sorted((root / assessments.FOLDER).glob("[0-9]*.json"))


def _event_of(root: Path, path: Path) -> Event:
    name = _name(root, path)
    told = replace(_read(root, path, name), of=name)
    return replace(told, sha256=_sha_of(path))


def _read(root: Path, path: Path, name: str) -> Event:
    if name.startswith("commits/"):
        commit = read_as(path, Commit.of)
        return model.of_commit(commit, *_said(root, commit.run))
    if name.startswith("purges/"):
        return purges.event_of(path)
    if name.startswith(f"{assessments.FOLDER}/"):
        return assessments.event_of(path)
    if _APPROVAL.fullmatch(name):
        return model.of_approval(read_as(path, lambda record: Approval(**record)))
    if _DECISION.fullmatch(name):
        return model.of_decision(read_as(path, lambda record: Decision(**record)))
    return model.of_run(read_as(path, lambda record: Run(**record)))


def _said(root: Path, run_id: str) -> tuple[list[Approval], list[Decision]]:
    """What people said of the run of a commit, as far as it is still there."""
    if not (root / "runs" / run_id / "run.json").is_file():
        return [], []
    said = words.read(root, run_id, words.APPROVALS, lambda record: Approval(**record))
    return said, words.read(root, run_id, words.DECISIONS, lambda record: Decision(**record))


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _sha_of(path: Path) -> str:
    """The sha-256 of a small file; "" if it isn't there."""
    with durable.plain_errors(f"{path.name} could not be read"):
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _time_of(path: Path) -> str:
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return changed.isoformat(timespec="seconds").replace("+00:00", "Z")
