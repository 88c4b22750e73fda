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

from importer.intake.limits import Limits
from importer.intake.names import is_noise, is_unfinished, objection, shown
from importer.intake.place import ChangedError, Entry, Listing
from importer.model.drop import Rejected
from importer.model.errors import StorageError

MOST = 1_000
"""Entries that are listed; an inbox with more is no inbox (reliability: listing capped)."""
LEAVING = ".importer-leaving-"
"""How a file is called between having been taken over and being gone."""

# The inbox itself may be a link: it lies in the workspace, where nobody else can make one.
_INBOX = os.O_RDONLY | os.O_DIRECTORY
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_LONGEST = 100  # signs of a name
_CHUNK = 1 << 20


class Inbox:
    """An inbox. A zip and a folder are drops of their own, what lies loose is one drop.

    ``keep``: what was taken over stays. ``own``: names of folders that are other sources' inboxes.
    """

    def __init__(
        self, path: Path, limits: Limits, *, keep: bool = False, own: Iterable[str] = ()
    ) -> None:
        self._path, self._limits, self._keep, self._own = path, limits, keep, frozenset(own)

    def listing(self) -> Listing:
        """What lies there now; StorageError where there is no such folder, or too much in it."""
        entries: list[Entry] = []
        rejected: list[Rejected] = []
        with self._folder("") as fd:
            for name in self._names(fd, room=MOST):
                told = os.stat(name, dir_fd=fd, follow_symlinks=False)
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
            if _stamp(os.fstat(source)) != entry.stamp:
                raise ChangedError
            sha256, size = _copied(source, target)
            if size != entry.size or _stamp(os.fstat(source)) != entry.stamp:
                raise ChangedError
        return sha256

    def take_away(self, entries: Iterable[Entry]) -> list[str]:
        """See ``Place.take_away``."""
        stuck: list[str] = []
        if self._keep:
            return stuck
        folders: set[str] = set()
        for entry in entries:
            folder = _folder_of(entry)
            folders.add(folder)
            try:
                with self._folder(folder) as fd:
                    _remove(fd, entry)
            except OSError:
                stuck.append(entry.name)
        for folder in folders - {""}:
            with contextlib.suppress(OSError):  # something else is in it
                (self._path / folder).rmdir()
        return stuck

    @contextlib.contextmanager
    def _folder(self, name: str) -> Iterator[int]:
        try:
            fd = os.open(self._path, _INBOX)
        except OSError as error:
            reason = os.strerror(error.errno or errno.EIO)
            raise StorageError(
                f"The inbox {self._path} can't be read: {reason}.",
                "It must be a folder, and importer's own account must be allowed to read it.",
            ) from None
        try:
            if name:
                inner = os.open(name, _FOLDER, dir_fd=fd)
                os.close(fd)
                fd = inner
            yield fd
        finally:
            os.close(fd)

    def _names(self, fd: int, room: int) -> list[str]:
        """The names in a folder without noise."""
        names = []
        with os.scandir(fd) as entries:
            for entry in entries:
                if entry.name.startswith(LEAVING):
                    names.append(_put_back(fd, entry.name))  # we were stopped meanwhile
                elif not is_noise(entry.name):
                    names.append(entry.name)
                if len(names) > room:
                    raise StorageError(
                        f"There are more than {MOST:,} files in the inbox {self._path}.",
                        "Look who sends so many; nothing is taken over until they are fewer.",
                    )
        return sorted(set(names))

    def _inside(self, group: str, entries: list[Entry], rejected: list[Rejected]) -> None:
        """The files of a folder, which is a drop of its own."""
        if not _is_shown(group):
            rejected.append(Rejected(shown(group), "FILE-107", objection(group) or _TOO_LONG))
            return
        with self._folder(group) as fd:
            for name in self._names(fd, room=MOST - len(entries)):
                told = os.stat(name, dir_fd=fd, follow_symlinks=False)
                if reason := self._objection(name, told):
                    rejected.append(Rejected(shown(name), "FILE-107", reason))
                else:
                    entries.append(_entry(group, name, told))

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


_TOO_LONG = f"its name is longer than {_LONGEST} signs"


def _is_shown(name: str) -> bool:
    return not objection(name) and len(name) <= _LONGEST


def _entry(group: str, name: str, told: os.stat_result) -> Entry:
    return Entry(group, name, told.st_size, _stamp(told))


def _stamp(told: os.stat_result) -> tuple[int, ...]:
    """Nobody can set the last one, the time of the last change of the file or its attributes."""
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _folder_of(entry: Entry) -> str:
    return "" if entry.group == entry.name else entry.group


@contextlib.contextmanager
def _opened(folder: int, name: str) -> Iterator[int]:
    """A regular file that has no second name; ChangedError if that isn't there any more."""
    try:
        fd = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
            raise ChangedError from None
        raise
    try:
        told = os.fstat(fd)
        if not stat.S_ISREG(told.st_mode) or told.st_nlink != 1:
            raise ChangedError
        yield fd
    finally:
        os.close(fd)


def _copied(source: int, target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "wb", buffering=0) as out:
        while chunk := os.read(source, _CHUNK):
            digest.update(chunk)
            size += len(chunk)
            view = memoryview(chunk)
            while view:
                view = view[out.write(view) :]
        os.fsync(fd)
    return digest.hexdigest(), size


def _remove(folder: int, entry: Entry) -> None:
    """Take a file away unless it was touched since.

    It gets another name first: whoever uploads the next drop at this moment makes a new file, and
    what has the other name now can be looked at in peace.
    """
    leaving = LEAVING + entry.name
    try:
        told = os.stat(entry.name, dir_fd=folder, follow_symlinks=False)
        if _stamp(told) != entry.stamp:
            return
        os.rename(entry.name, leaving, src_dir_fd=folder, dst_dir_fd=folder)
    except FileNotFoundError:
        return
    told = os.stat(leaving, dir_fd=folder, follow_symlinks=False)
    if _stamp(told)[:-1] == entry.stamp[:-1]:  # the new name is a change, too
        os.unlink(leaving, dir_fd=folder)
    else:
        _put_back(folder, leaving)


def _put_back(folder: int, leaving: str) -> str:
    """Give a file its name again; if the name is taken by now, the sender has sent a newer one."""
    name = leaving.removeprefix(LEAVING)
    with contextlib.suppress(FileExistsError):
        os.link(leaving, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(leaving, dir_fd=folder)
    return name
