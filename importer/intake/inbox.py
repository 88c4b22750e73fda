"""A folder of this machine as a place where drops arrive; others write there at any time.

Everything is opened relative to the folder and never through a link, so that nobody who may write
there can lead us elsewhere.
"""

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from importer.intake import leaving
from importer.intake.leaving import LEAVING, remove, stamp
from importer.intake.limits import Limits
from importer.intake.names import is_unfinished, objection, shown
from importer.intake.place import ChangedError, Entry, Listing
from importer.model.drop import Rejected
from importer.model.errors import StorageError

MOST = 1_000
"""Entries that are listed; an inbox with more is no inbox (reliability: listing capped)."""

# The inbox itself may be a link: it lies in the workspace, where nobody else can make one.
_INBOX = os.O_RDONLY | os.O_DIRECTORY
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_LONGEST = 100  # signs of a name
_CHUNK = 1 << 20


class Inbox:
    """An inbox. A zip and a folder are drops of their own, what lies loose is one drop.

    ``keep``: what was taken over stays. ``own``: names of folders that are other sources' inboxes.
    ``below``: the last part of ``path`` lies where senders may write, so it must be no link.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits,
        *,
        keep: bool = False,
        own: Iterable[str] = (),
        below: bool = False,
    ) -> None:
        self._path, self._limits, self._keep, self._own = path, limits, keep, frozenset(own)
        self._flags = _FOLDER if below else _INBOX

    def listing(self) -> Listing:
        """What lies there now; StorageError where there is no such folder, or too much in it."""
        entries: list[Entry] = []
        rejected: list[Rejected] = []
        with self._folder("") as fd:
            for name in self._names(fd, room=MOST):
                told = leaving.told(fd, name)
                if told is None:
                    continue
                if stat.S_ISDIR(told.st_mode):
                    if name not in self._own:
                        self._inside(name, entries, rejected)
                elif reason := self._objection(name, told):
                    rejected.append(Rejected(shown(name), "FILE-107", reason))
                else:
                    group = name if name.casefold().endswith(".zip") else ""
                    entries.append(_entry(group, name, told))
        return Listing(tuple(entries), tuple(rejected))

    def copy(self, entry: Entry, target: Path) -> str:
        """See ``Place.copy``."""
        with self._folder(_folder_of(entry)) as folder, _opened(folder, entry.name) as source:
            if stamp(os.fstat(source)) != entry.stamp:
                raise ChangedError
            sha256, size = _copied(source, target, entry.size)
            if size != entry.size or stamp(os.fstat(source)) != entry.stamp:
                raise ChangedError
        return sha256

    def take_away(self, entries: Iterable[Entry]) -> list[str]:
        """See ``Place.take_away``."""
        if self._keep:
            return []
        folders: dict[str, list[Entry]] = {}
        for entry in entries:
            folders.setdefault(_folder_of(entry), []).append(entry)
        stuck = [name for folder, inside in folders.items() for name in self._empty(folder, inside)]
        for folder in folders.keys() - {""}:
            with contextlib.suppress(OSError), self._folder("") as fd:  # something else is in it
                os.rmdir(folder, dir_fd=fd)
        return stuck

    def _empty(self, folder: str, entries: list[Entry]) -> list[str]:
        """Take files of one folder away, for good; gives the names of those that may be there."""
        stuck: list[str] = []
        try:
            with self._folder(folder) as fd:
                for entry in entries:
                    try:
                        remove(fd, entry)
                    except OSError:
                        stuck.append(entry.name)
                os.fsync(fd)
        except (ChangedError, OSError):
            return [entry.name for entry in entries]
        return stuck

    @contextlib.contextmanager
    def _folder(self, name: str) -> Iterator[int]:
        try:
            fd = os.open(self._path, self._flags)
        except OSError as error:
            reason = os.strerror(error.errno or errno.EIO)
            raise StorageError(
                f"The inbox {self._path} can't be read: {reason}.",
                "It must be a folder, and importer's own account must be allowed to read it.",
            ) from None
        try:
            if name:
                inner = _inner(fd, name)
                os.close(fd)
                fd = inner
            yield fd
        finally:
            os.close(fd)

    def _names(self, fd: int, room: int) -> list[str]:
        """The names in a folder without noise."""
        names: set[str] = set()
        for name in leaving.names(fd):
            names.add(name)
            if len(names) > room:
                raise StorageError(
                    f"There are more than {MOST:,} files in the inbox {self._path}.",
                    "Look who sends so many; nothing is taken over until they are fewer.",
                )
        return sorted(names)

    def _inside(self, group: str, entries: list[Entry], rejected: list[Rejected]) -> None:
        """The files of a folder, which is a drop of its own."""
        if not _is_shown(group):
            rejected.append(Rejected(shown(group), "FILE-107", objection(group) or _TOO_LONG))
            return
        try:
            self._all_inside(group, entries, rejected)
        except ChangedError:
            return  # it is gone
        except OSError as error:
            reason = f"it can't be read ({os.strerror(error.errno or errno.EIO)})"
            rejected.append(Rejected(group, "FILE-107", reason))

    def _all_inside(self, group: str, entries: list[Entry], rejected: list[Rejected]) -> None:
        with self._folder(group) as fd:
            for name in self._names(fd, room=MOST - len(entries) - len(rejected)):
                told = leaving.told(fd, name)
                if told is None:
                    continue
                if reason := self._objection(name, told):
                    rejected.append(Rejected(shown(name), "FILE-107", reason))
                else:
                    entries.append(_entry(f"{group}/", name, told))

    def _objection(self, name: str, told: os.stat_result) -> str:
        if stat.S_ISLNK(told.st_mode):
            return "it is a symbolic link"
        if stat.S_ISDIR(told.st_mode):
            return "it is a folder"
        if not stat.S_ISREG(told.st_mode):
            return "it is not a regular file"
        if told.st_nlink > 1:
            return "it has a second name (a hard link)"
        if told.st_size > self._limits.file_bytes:
            return self._limits.too_large()
        if not _is_shown(name) and not is_unfinished(name):
            return objection(name) or _TOO_LONG
        return ""


_TOO_LONG = f"its name is longer than {_LONGEST} signs, or than 236 bytes"


def _is_shown(name: str) -> bool:
    # 255 bytes are the longest name that a file may get, also while it is leaving.
    longest = len(os.fsencode(LEAVING + name)) <= 255
    return not objection(name) and len(name) <= _LONGEST and longest


def _entry(group: str, name: str, told: os.stat_result) -> Entry:
    return Entry(group, name, told.st_size, stamp(told))


def _inner(folder: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
            raise ChangedError from None  # it is gone, or something else by now
        raise


def _folder_of(entry: Entry) -> str:
    """The folder in the inbox that a file lies in: its group ends in "/", as no name does."""
    return entry.group[:-1] if entry.group.endswith("/") else ""


@contextlib.contextmanager
def _opened(folder: int, name: str) -> Iterator[int]:
    """A regular file that has no second name; ChangedError if that isn't there any more."""
    try:
        fd = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
            raise ChangedError from None
        reason = os.strerror(error.errno or errno.EIO)
        raise StorageError(
            f"The file {name} in the inbox can't be read: {reason}.",
            "Let importer's own account read it.",
        ) from None
    try:
        told = os.fstat(fd)
        if not stat.S_ISREG(told.st_mode) or told.st_nlink != 1:
            raise ChangedError
        yield fd
    finally:
        os.close(fd)


def _copied(source: int, target: Path, most: int) -> tuple[str, int]:
    """Copy; who appends as fast as we read would never let us end, so ``most`` bytes and a few."""
    digest, size = hashlib.sha256(), 0
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "wb", buffering=0) as out:
        while size <= most and (chunk := os.read(source, _CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            view = memoryview(chunk)
            while view:
                view = view[out.write(view) :]
        os.fsync(fd)
    return digest.hexdigest(), size
