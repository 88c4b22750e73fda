"""The id of a drop: the same files have the same id wherever they lie and whenever they came."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from importer.model.drop import DropFile

_AT_ONCE = 2  # files; hashing a file takes one processor


def drop_id(files: Iterable[DropFile]) -> str:
    """The sha-256 over the sorted (name, sha-256 of content) pairs in hex; ``OSError`` as it comes.

    ``importer.store.kept`` has the same rule; a test holds the two together.
    """
    files = list(files)
    with ThreadPoolExecutor(_AT_ONCE) as at_once:  # of several faults the first file's is told
        sums = list(at_once.map(sha256_of, (file.path for file in files)))
    digest = hashlib.sha256()
    for name, sha256 in sorted(zip((file.name for file in files), sums, strict=True)):
        digest.update(f"{name}\0{sha256}\n".encode())
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """The sha-256 of a regular file; a link, FIFO or device in its place is an ``OSError``."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(fd, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return hashlib.file_digest(file, "sha256").hexdigest()
