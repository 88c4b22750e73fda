"""Notices that wait to be sent: ``notices/<name>.json``, each gone once it was sent.

The folder is its own staging: what lies in staging/ is swept by whoever takes the workspace's lock,
and notices are written without it.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.model.errors import StorageError
from importer.store import durable
from importer.store.sealed import read_sealed, seal

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,99}")


def add(root: Path, name: str, record: dict[str, Any]) -> None:
    """Keep a notice until it is sent; one of this name that is there stays."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for a notice: {name!r}")
    with durable.plain_errors("A notice could not be kept"), contextlib.suppress(FileExistsError):
        durable.create_whole(_folder(root) / f"{name}.json", seal(record), _folder(root))


def waiting(root: Path) -> list[str]:
    """The names of the notices that wait, in their order; [] where nothing ever was told."""
    with durable.plain_errors("The folder notices could not be read"):
        try:
            names = [entry.stem for entry in (root / "notices").iterdir() if _is_notice(entry)]
        except FileNotFoundError:
            return []
    return sorted(names)


def read(root: Path, name: str) -> dict[str, Any] | None:
    """A notice that waits; None if it is gone or was damaged, which nobody could send."""
    with contextlib.suppress(StorageError):
        return read_sealed(root / "notices" / f"{name}.json")
    return None


def remove(root: Path, name: str) -> None:
    """Forget a notice that was sent or given up."""
    with durable.plain_errors("A notice could not be taken away"):
        (root / "notices" / f"{name}.json").unlink(missing_ok=True)
        durable.sync(root / "notices")


@contextlib.contextmanager
def deciding(root: Path) -> Iterator[None]:
    """One at a time may decide what is told; others wait for the moment that it takes."""
    with _locked(_folder(root) / ".deciding", fcntl.LOCK_EX):
        for entry in (root / "notices").iterdir():
            if entry.name.startswith(durable.UNFINISHED):
                durable.discard(entry)
        yield


@contextlib.contextmanager
def sending(root: Path) -> Iterator[bool]:
    """Whether nobody else is sending; who isn't first leaves it to the one who is."""
    try:
        with _locked(_folder(root) / ".sending", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield True
    except BlockingIOError:
        yield False


@contextlib.contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, durable.FILE_MODE)
    try:
        fcntl.flock(fd, how)
        yield
    finally:
        os.close(fd)


def _folder(root: Path) -> Path:
    folder = root / "notices"
    if not folder.is_dir():
        with contextlib.suppress(FileExistsError):
            durable.make_folder(folder)
        durable.sync(root)
    return folder


def _is_notice(entry: Path) -> bool:
    return entry.suffix == ".json" and bool(_NAME.fullmatch(entry.stem))
