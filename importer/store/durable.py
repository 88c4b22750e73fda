"""Files that are written once and are there after a power cut; 0600 and 0700 whatever the umask.

Everything here raises ``OSError``; callers put it into words with ``plain_errors``.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from importer.model.errors import StorageError

FILE_MODE = 0o600
FOLDER_MODE = 0o700
CHUNK = 1 << 20
UNFINISHED = "unfinished-"
"""How the names of everything in staging/ begin."""

_OS_ERROR = re.compile(r"os error (\d+)")  # how Rust, hence polars, names the errno
_LOST = "thrift: transport error"  # how polars tells one that met the end of a Parquet file
_FIXES = {
    errno.ENOSPC: "Free some space on the disk, then start again.",
    errno.EDQUOT: "Free some of your disk quota, then start again.",
    errno.EACCES: "Start importer as the owner of the workspace.",
    errno.EPERM: "Keep the workspace on a local disk that you own.",
    errno.EROFS: "The disk is mounted read-only; make it writable or move the workspace.",
}


class UnconfirmedError(OSError):
    """A name was given and neither synced nor taken back: only a later look can tell."""


@contextlib.contextmanager
def plain_errors(what: str) -> Iterator[None]:
    """Turn an ``OSError`` inside into a ``StorageError`` that begins with ``what``."""
    try:
        yield
    except OSError as error:
        raise storage_error(what, error) from error


def storage_error(what: str, error: Exception) -> StorageError:
    """``what``, completed by the system's reason; a library's own text may hold data."""
    number = error.errno if isinstance(error, OSError) else None
    found = _OS_ERROR.search(str(error))
    if number is None and found:
        number = int(found[1])
    reason = os.strerror(number) if number else "the disk did not answer as expected"
    fix = _FIXES.get(number or 0, "Look after the disk of the workspace, then start again.")
    return StorageError(f"{what}: {reason}.", fix)


def names_os_error(error: Exception) -> bool:
    """Whether an exception of polars was caused by the disk and not by the query."""
    told = str(error)
    return isinstance(error, OSError) or bool(_OS_ERROR.search(told)) or _LOST in told


def make_folder(path: Path) -> None:
    """Create a folder that only its owner may enter."""
    path.mkdir(FOLDER_MODE)
    path.chmod(FOLDER_MODE)  # a strange umask may have taken bits away


def write_new(path: Path, data: bytes) -> None:
    """Write and fsync a file that must not exist yet; its folder is not synced."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    try:
        os.fchmod(fd, FILE_MODE)
        write_all(fd, data)
        os.fsync(fd)
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write all of ``data``, however little the system takes at once."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync(path: Path) -> None:
    """Fsync a file or a folder."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def publish(temp: Path, final: Path) -> None:
    """Give a synced file its final name, exclusively: ``FileExistsError`` if the name is taken.

    If the folder can't be synced, the name is taken back: what is not certain did not happen.
    ``UnconfirmedError`` if that fails as well.
    """
    os.link(temp, final)
    try:
        sync(final.parent)
    except OSError as error:
        try:
            final.unlink()
        except OSError:
            raise UnconfirmedError(error.errno, error.strerror) from error
        raise


def create_whole(final: Path, data: bytes, staging: Path) -> None:
    """Create a file with all its content or not at all; ``FileExistsError`` if it is there."""
    with _staged_whole(data, staging) as temp:
        publish(temp, final)


def replace_whole(final: Path, data: bytes, staging: Path) -> None:
    """Give a file, new or not, this content: after a crash it has the old one or the new one."""
    with _staged_whole(data, staging) as temp:
        temp.replace(final)
        sync(final.parent)


@contextlib.contextmanager
def _staged_whole(data: bytes, staging: Path) -> Iterator[Path]:
    with staged_file(staging) as temp:
        with temp.open("r+b", buffering=0) as file:
            write_all(file.fileno(), data)
            os.fsync(file.fileno())
        yield temp


@contextlib.contextmanager
def staged_file(staging: Path) -> Iterator[Path]:
    """An empty file for work in progress; gone afterwards."""
    fd, name = tempfile.mkstemp(prefix=UNFINISHED, dir=staging)
    path = Path(name)
    try:
        try:
            os.fchmod(fd, FILE_MODE)
        finally:
            os.close(fd)
        yield path
    finally:
        discard(path)


def staged_folder(staging: Path) -> Path:
    """An empty folder for work in progress; whoever asked for it takes it away."""
    path = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=staging))
    path.chmod(FOLDER_MODE)
    return path


def discard(path: Path) -> None:
    """Take work in progress away. What can't be taken away now, the next lock holder sweeps."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def sha256_of(path: Path, also: Callable[[bytes], None] | None = None) -> str:
    """The sha-256 of a regular file in hex; ``also`` gets every chunk that was read, meanwhile.

    A symbolic link, FIFO or device in the file's place is an ``OSError``, never followed.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(fd, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        if also is None:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return _in_step(iter(lambda: file.read(CHUNK), b""), also)


def _in_step(chunks: Iterator[bytes], also: Callable[[bytes], None]) -> str:
    """The sha-256 of chunks; while one is hashed, ``also`` has it, and the next one is read."""
    digest = hashlib.sha256()
    with ThreadPoolExecutor(1) as beside:
        hashed = beside.submit(digest.update, b"")
        for chunk in chunks:
            hashed.result()
            hashed = beside.submit(digest.update, chunk)
            also(chunk)
        hashed.result()
    return digest.hexdigest()
