"""A zip as a drop: every gate is passed before a byte is inflated, and sizes are counted."""

import contextlib
import errno
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from importer.intake.gates import CHUNK, CarefulFile, Refused, refuse_archive
from importer.intake.limits import Limits, in_words
from importer.intake.names import is_noise, objection, shown
from importer.model.drop import DropFile, Rejected

Entry = tuple[str, zipfile.ZipInfo]


def files_in(path: Path, scratch: Path, limits: Limits) -> tuple[list[DropFile], list[Rejected]]:
    """The files of a zip, inflated into ``scratch``, by name, and what was passed over.

    A zip that fails a gate gives no file and one FILE-147 with the reason. Raises ``OSError`` if
    ``path`` can't be opened or ``scratch`` can't be written.
    """
    with path.open("rb", buffering=0) as raw:
        try:
            return _taken(CarefulFile(raw), scratch, limits)
        except Refused as reason:
            return [], [Rejected(shown(path.name), "FILE-147", str(reason))]


def _taken(
    file: CarefulFile, scratch: Path, limits: Limits
) -> tuple[list[DropFile], list[Rejected]]:
    if file.length > limits.packed_bytes:
        raise Refused(f"it is larger than {in_words(limits.packed_bytes)}")
    with _reading("it is not a zip file, or it is damaged"):
        archive = zipfile.ZipFile(file)
    with archive:
        entries = [(name_of(info), info) for info in archive.infolist()]
        with _reading("its table of contents is damaged"):
            refuse_archive(file, archive.start_dir, entries, limits)
        entries, rejected = _without_top([e for e in entries if not _is_noise(e)])
        wanted, passed_over = _sorted_out(entries, limits)
        if not wanted and not passed_over:
            raise Refused("it holds no file")
        return _inflated(archive, wanted, scratch), rejected + passed_over


def name_of(info: zipfile.ZipInfo) -> str:
    """The whole name as packed; zipfile's own ``filename`` is cut at a NUL.

    macOS writes UTF-8 without saying so, which zipfile takes for cp437.
    """
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            return name.encode("cp437").decode("utf-8")
    return name


def _is_noise(entry: Entry) -> bool:
    name = entry[0]
    return name.endswith("/") or any(is_noise(part) for part in name.split("/"))


def _without_top(entries: list[Entry]) -> tuple[list[Entry], list[Rejected]]:
    """Take away the folders that all files lie in, with a note."""
    rejected: list[Rejected] = []
    while entries:
        tops = {name.partition("/")[0] for name, _ in entries}
        if len(tops) > 1 or any("/" not in name for name, _ in entries):
            break
        rejected = [Rejected(tops.pop(), "FILE-146")]
        entries = [(name.partition("/")[2], info) for name, info in entries]
    return entries, rejected


def _sorted_out(entries: list[Entry], limits: Limits) -> tuple[list[Entry], list[Rejected]]:
    wanted: list[Entry] = []
    folders = {name.partition("/")[0] for name, _ in entries if "/" in name}
    passed_over = [Rejected(folder, "FILE-107", "it is a folder") for folder in sorted(folders)]
    for name, info in sorted(entries, key=lambda entry: entry[0]):
        if "/" in name:
            continue
        too_large = limits.too_large() if info.file_size > limits.file_bytes else ""
        if detail := objection(name) or too_large:
            passed_over.append(Rejected(name, "FILE-107", detail))
        else:
            wanted.append((name, info))
    return wanted, passed_over


def _inflated(archive: zipfile.ZipFile, wanted: list[Entry], scratch: Path) -> list[DropFile]:
    files: list[DropFile] = []
    try:
        for name, info in wanted:
            path = scratch / name
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            files.append(DropFile(name, path, info.file_size))
            with os.fdopen(fd, "wb", buffering=0) as target:
                _inflate(archive, info, target)
    except BaseException:
        for file in files:
            file.path.unlink(missing_ok=True)
        raise
    return files


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: BinaryIO) -> None:
    """Write one entry, never more than the size that the gates allowed."""
    written = 0
    for chunk in _chunks(archive, info):
        written += len(chunk)
        if written > info.file_size:
            break
        target.write(chunk)
    if written != info.file_size:
        raise Refused("a file in it has another size than its table of contents says")


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with _reading("a file in it is damaged"):
        source = archive.open(info)
    with source:
        while True:
            with _reading("a file in it is damaged"):
                chunk = source.read(CHUNK)
            if not chunk:
                return
            yield chunk


@contextlib.contextmanager
def _reading(fault: str) -> Iterator[None]:
    """Whatever zipfile raises over bad bytes is one refusal; fuzzing it finds many kinds."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EIO:
            raise  # the disk, not the archive
        raise Refused(fault) from error
