"""A folder of a server as a place where drops arrive, by SFTP."""

import hashlib
import os
import posixpath
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

import paramiko

from importer.intake import refusals
from importer.intake.limits import Limits
from importer.intake.names import is_noise, is_printable, is_unfinished, objection, shown
from importer.intake.patience import Patience, patiently
from importer.intake.place import ChangedError, Entry, Listing
from importer.intake.putting import put_away
from importer.intake.sftp import Lost, Missing, Refused, Session
from importer.intake.ssh import Server, session
from importer.model.drop import Rejected
from importer.model.errors import ImporterError

MOST = 1_000
"""Entries of a folder. Nobody's export has more; 100,000 would take 4 s and 100 MB."""

LONGEST_NAME = 100
_TOGETHER = 32  # pieces of 32 KiB
_SECOND = 1_000_000_000  # in nanoseconds, as places count

REST = 2.0
"""Seconds on our clock in which a file must not change before it is read.

Servers tell times in whole seconds, so a change within the second of the last one can't be seen.
"""

T = TypeVar("T")


@dataclass
class _Copied:
    """What was fetched of a file so far; a broken connection doesn't lose it."""

    file: BinaryIO
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, pieces: Iterable[bytes]) -> None:
        """Write pieces as they come, many at a time.

        Writing and hashing let the thread run that receives; taking turns for each piece of 32 KiB
        would take longer than the work. What came last is kept whatever happens.
        """
        waiting: list[bytes] = []
        try:
            for piece in pieces:
                waiting.append(piece)
                if len(waiting) == _TOGETHER:
                    self._write(waiting)
        finally:
            self._write(waiting)

    def _write(self, waiting: list[bytes]) -> None:
        content = b"".join(waiting)
        waiting.clear()
        self.file.write(content)
        self.digest.update(content)
        self.size += len(content)


class RemotePlace:
    """The files of a folder of a server. One connection, opened on use, for the time of a turn.

    Methods raise ``RemoteError`` where the server can't be reached or refuses, ``StorageError``
    where keys or passwords are not as they must be; of the local disk ``OSError`` as it comes.
    """

    def __init__(self, server: Server, patience: Patience | None = None) -> None:
        self._server = server
        self._patience = patience or Patience()
        self._session: Session | None = None
        self._open = ExitStack()
        self._seen: dict[Entry, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def listing(self) -> Listing:
        """What lies in the folder; ``RemoteError`` also if there is more than anybody can judge."""
        folder, most = self._server.remote.folder, MOST
        try:
            found = self._try(lambda sftp: sftp.first(folder, most + 1))
        except Missing:
            raise refusals.no_folder(self._server.name, shown(folder)) from None
        except Refused:
            raise refusals.refused(self._server.name, f"the folder {shown(folder)}") from None
        if len(found) > most:
            raise refusals.too_many(self._server.name, shown(folder), most)
        listing = self._sorted_out(found)
        now = time.monotonic()
        self._seen = {entry: self._seen.get(entry, now) for entry in listing.entries}
        return listing

    def copy(self, entry: Entry, target: Path) -> str:
        """Fetch a file into a new file; a transfer that broke goes on where it stopped.

        ``ChangedError`` if the file is not, or no longer, what was listed.
        """
        rest = self._seen.get(entry, time.monotonic()) + REST - time.monotonic()
        time.sleep(max(0.0, rest))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
            copied = _Copied(file)
            try:
                self._try(lambda sftp: self._fetch(sftp, entry, copied))
            except Missing:
                raise ChangedError from None
            except Refused:
                raise refusals.refused(self._server.name, f"the file {entry.name}") from None
            file.flush()
            os.fsync(file.fileno())
        return copied.digest.hexdigest()

    def take_away(self, entries: Iterable[Entry]) -> list[str]:
        """Keep, delete or move files as the settings say, but none that was touched since.

        Gives the names that should have gone and could not, for whatever reason.
        """
        if self._server.remote.taken == "keep":
            return []
        left = []
        for entry in entries:
            try:
                self._try(lambda sftp, entry=entry: self._away(sftp, entry))  # type: ignore[misc]
            except Missing:
                continue  # it is gone
            except (Refused, ImporterError):
                left.append(entry.name)
        return left

    def _fetch(self, sftp: Session, entry: Entry, copied: _Copied) -> None:
        path = self._path(entry.name)
        file = sftp.open(path)
        _refuse_changed(file.stat(), entry)
        copied.add(sftp.pieces(file, copied.size, entry.size))
        file.close()
        if copied.size != entry.size:
            raise ChangedError
        _refuse_changed(sftp.lstat(path), entry)

    def _away(self, sftp: Session, entry: Entry) -> None:
        path = self._path(entry.name)
        attributes = sftp.lstat(path)
        if not _is_same(attributes, entry):
            return
        if self._server.remote.taken == "delete":
            sftp.remove(path)
        else:
            put_away(sftp, path, self._path(self._server.remote.moved_to), entry)

    def _path(self, name: str) -> str:
        return posixpath.join(self._server.remote.folder, name)

    def _sorted_out(self, found: list[tuple[bytes, paramiko.SFTPAttributes]]) -> Listing:
        entries, rejected = [], []
        taken = self._server.remote.moved_to.partition("/")[0]
        for raw, attributes in sorted(found, key=lambda item: item[0]):
            name = raw.decode("utf-8", "surrogateescape")
            if name and "/" not in name and (is_noise(name) or name == taken):
                continue
            if detail := _objection(name, attributes):
                rejected.append(Rejected(shown(name)[: 2 * LONGEST_NAME], "FILE-107", detail))
            else:
                entries.append(_entry(name, attributes))
        return Listing(tuple(entries), tuple(rejected))

    def _try(self, action: Callable[[Session], T]) -> T:
        """Do something in the session; after a broken connection in a new one."""

        def attempt() -> T:
            try:
                if self._session is None:
                    self._session = self._open.enter_context(session(self._server))
                return action(self._session)
            except Lost:
                self._hang_up()
                raise

        try:
            return patiently(attempt, self._patience)
        except Lost:
            tries = self._patience.tries + 1
            raise refusals.out_of_reach(self._server.name, tries) from None

    def _hang_up(self) -> None:
        self._session = None
        self._open.close()


def _objection(name: str, attributes: paramiko.SFTPAttributes) -> str:
    """Why an entry is passed over, as the detail of FILE-107; empty = taken."""
    kind = stat.S_IFMT(attributes.st_mode or 0)
    if kind == stat.S_IFLNK:
        return "it is a symbolic link"
    if kind == stat.S_IFDIR:
        return "it is a folder"
    if kind != stat.S_IFREG or attributes.st_size is None or attributes.st_mtime is None:
        return "it is not a regular file"
    if not name or {"/", "\\"} & set(name):
        return "its name leads out of the folder"
    if len(name) > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} characters"
    if attributes.st_size > Limits().file_bytes:
        return Limits().too_large()
    return "" if is_unfinished(name) and is_printable(name) else objection(name)


def _entry(name: str, attributes: paramiko.SFTPAttributes) -> Entry:
    group = name if name.casefold().endswith(".zip") else ""
    assert attributes.st_size is not None
    return Entry(group, name, attributes.st_size, _stamp(attributes))


def _stamp(attributes: paramiko.SFTPAttributes) -> tuple[int, ...]:
    return attributes.st_size or 0, (attributes.st_mtime or 0) * _SECOND


def _is_same(attributes: paramiko.SFTPAttributes, entry: Entry) -> bool:
    return stat.S_ISREG(attributes.st_mode or 0) and _stamp(attributes) == entry.stamp


def _refuse_changed(attributes: paramiko.SFTPAttributes, entry: Entry) -> None:
    if not _is_same(attributes, entry):
        raise ChangedError
