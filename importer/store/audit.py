"""``audit.jsonl``: one line for each event, appended under the lock, each naming the one before.

A line holds the sha-256 of the line before it, so that none can be changed or taken out unseen;
``audit.head`` holds the number and the hash of the last one, so that none can be cut off the end.
It is there before the first line, and is written anew after each line is synced: what stands beyond
it was written by a process that died.
"""

import hashlib
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from importer import __version__
from importer.model.audit import Event
from importer.model.errors import StorageError
from importer.store import durable
from importer.store.sealed import read_sealed, seal

NAME, HEAD = "audit.jsonl", "audit.head"

_FIELDS = {item.name for item in fields(Event)}
_WAY_OUT = (
    f"Restore {NAME} and {HEAD} from a backup. If there is none, move both out of the workspace and"
    " keep them: the next run begins a new audit from the records that are here, and says so."
)


@dataclass(frozen=True)
class _Chain:
    """The whole lines that are there; ``torn``: the bytes of a last line that isn't finished."""

    lines: list[bytes]
    torn: int = 0

    def fault(self, root: Path) -> str:
        """Why the end isn't where ``audit.head`` says; "" if it is."""
        number, sha256 = _head(root)
        if number > len(self.lines):
            return f"{NAME} had {number} lines and has {len(self.lines)}."
        if number and _sha(self.lines[number - 1]) != sha256:
            return f"{NAME} line {number} is not the one that was written."
        if not (root / HEAD).exists() and (root / NAME).exists():
            return f"{HEAD} is missing, though {NAME} is there."
        return ""


def append(root: Path, events: list[Event]) -> None:
    """Add events, synced; the caller holds the lock. Host and version are filled in here.

    Raises ``StorageError`` if the disk refuses, or if the end of the audit was changed or cut off.
    """
    if not events:
        return
    with durable.plain_errors(f"{NAME} could not be written"):
        chain = _sound(root)
        before = _sha(chain.lines[-1]) if chain.lines else ""
        number, data = len(chain.lines), b""
        for event in events:
            number += 1
            told = replace(event, host=socket.gethostname(), version=__version__)
            line = _line(told, number, before)
            before = _sha(line)
            data += line
        _add(root / NAME, data, chain.torn)
        _put_head(root, number, before)


def anchor(root: Path) -> None:
    """Let ``audit.head`` name the last whole line, after a process died between the two."""
    with durable.plain_errors(f"{NAME} could not be written"):
        chain = _sound(root)
        if chain.torn:
            _add(root / NAME, b"", chain.torn)
        if len(chain.lines) > _head(root)[0]:
            _put_head(root, len(chain.lines), _sha(chain.lines[-1]))


def read(root: Path) -> list[Event]:
    """All events, the oldest first; ``StorageError`` names the first line that was changed."""
    with durable.plain_errors(f"{NAME} could not be read"):
        chain = _chain(root)
    if wrong := next(_broken(chain.lines), ""):
        raise StorageError(wrong, _WAY_OUT)
    return [_event(line) for line in chain.lines]


def faults(root: Path) -> Iterator[str]:
    """What is wrong with the lines themselves, in plain words."""
    with durable.plain_errors(f"{NAME} could not be read"):
        if not (root / NAME).exists():
            yield f"{NAME} is missing."
            return
        chain = _chain(root)
        yield from _broken(chain.lines)
        if fault := chain.fault(root):
            yield fault


def _broken(lines: list[bytes]) -> Iterator[str]:
    """The first line that doesn't follow the one before; what comes after it hangs in the air."""
    before = ""
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
            right = record["line"] == number and record["before"] == before
            right = right and _line(_event(line), number, before) == line
        except (ValueError, TypeError, KeyError, RecursionError):
            right = False
        if not right:
            yield f"{NAME} line {number} doesn't follow the line before it: one was changed."
            return
        before = _sha(line)


def _line(event: Event, number: int, before: str) -> bytes:
    """The one spelling of a line."""
    record = {"line": number, **event.record(), "before": before}
    return (json.dumps(record, ensure_ascii=True) + "\n").encode()


def _event(line: bytes) -> Event:
    record = json.loads(line)
    return Event(**{name: value for name, value in record.items() if name in _FIELDS})


def _sha(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _sound(root: Path) -> _Chain:
    """The lines, if the end is where ``audit.head`` says; in a new workspace none."""
    if not (root / HEAD).exists() and not (root / NAME).exists():
        _put_head(root, 0, "")
    chain = _chain(root)
    if fault := chain.fault(root):
        raise StorageError(fault, _WAY_OUT)
    return chain


def _put_head(root: Path, number: int, sha256: str) -> None:
    record = {"lines": number, "sha256": sha256}
    durable.replace_whole(root / HEAD, seal(record), root / "staging")


def _head(root: Path) -> tuple[int, str]:
    """What ``audit.head`` names; (0, "") if there is none."""
    if not (root / HEAD).exists():
        return 0, ""
    record = read_sealed(root / HEAD)
    return int(record["lines"]), str(record["sha256"])


def _chain(root: Path) -> _Chain:
    path = root / NAME
    data = path.read_bytes() if path.exists() else b""
    whole, end, torn = data.rpartition(b"\n")
    return _Chain((whole + end).splitlines(keepends=True) if end else [], len(torn))


def _add(path: Path, data: bytes, torn: int) -> None:
    """Append; what a process that died left of a line is cut off first, nobody was told of it."""
    new, flags = not path.exists(), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    fd = os.open(path, flags, durable.FILE_MODE)
    try:
        os.fchmod(fd, durable.FILE_MODE)
        end = os.lseek(fd, 0, os.SEEK_END) - torn
        if torn:
            os.ftruncate(fd, end)
        os.lseek(fd, end, os.SEEK_SET)
        durable.write_all(fd, data)
        os.fsync(fd)
    finally:
        os.close(fd)
    if new:  # audit.head must never be there alone
        durable.sync(path.parent)
