"""One run at a time: an advisory lock that dies with its process, so none can be stale."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from importer.model.errors import BusyError
from importer.store.durable import FILE_MODE, discard, plain_errors


@contextlib.contextmanager
def held(root: Path) -> Iterator[None]:
    """Hold the workspace; ``BusyError`` at once if another process does.

    Whoever gets it sweeps ``staging/``: nothing in there was promised to anybody.
    """
    with plain_errors("The workspace could not be locked"):
        fd = os.open(root / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
    try:
        with plain_errors("The workspace could not be locked"):
            _take(fd)
            for leftover in (root / "staging").iterdir():
                discard(leftover)
        yield
    finally:
        os.close(fd)


def _take(fd: int) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BusyError(
            f"Another run is working in this workspace{_holder(fd)}.",
            "Wait until it is done, then start again.",
        ) from None
    os.fchmod(fd, FILE_MODE)
    os.ftruncate(fd, 0)
    os.pwrite(fd, str(os.getpid()).encode(), 0)


def _holder(fd: int) -> str:
    """What the holder wrote, for information only; the file's time is when it took the lock."""
    pid = os.pread(fd, 20, 0).decode("ascii", "replace")
    since = datetime.fromtimestamp(os.fstat(fd).st_mtime, UTC)
    return f" (process {pid}, since {since:%Y-%m-%d %H:%M:%S} UTC)" if pid.isdigit() else ""
