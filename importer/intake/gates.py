"""What a zip must not do, judged from its table of contents alone."""

import io
import re
import stat
import struct
import zipfile
from collections import Counter

from importer.intake.limits import Limits, in_words
from importer.intake.names import fold, is_noise, is_printable

CHUNK = 1 << 20
"""The most that is read or written at once. A table of contents of 64 entries takes some KiB."""

_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # a password, strong encryption, hidden table of contents
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_MAX_NAME = 255  # bytes, of every usual file system


class Refused(Exception):  # noqa: N818 - it is a verdict, caught in archive.py
    """The archive is not taken in; the text completes the message of FILE-147."""


class CarefulFile(io.BufferedReader):
    """A file that refuses to be read in large pieces.

    zipfile reads the table of contents in one piece of any size that the archive claims.
    """

    def __init__(self, raw: io.FileIO) -> None:
        super().__init__(raw)
        self.length = self.seek(0, io.SEEK_END)

    def read(self, size: int | None = -1, /) -> bytes:
        """At most ``CHUNK`` bytes; ``Refused`` if more is asked for and there."""
        left = max(0, self.length - self.tell())
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > CHUNK:
            raise Refused("its table of contents is too large")
        return super().read(wanted)


def refuse_archive(
    file: CarefulFile, end: int, entries: list[tuple[str, zipfile.ZipInfo]], limits: Limits
) -> None:
    """Raise ``Refused`` with the first reason found; ``end`` is where the entries must end.

    Bytes that are no zip may make it raise ``struct.error`` or ``OSError`` as well.
    """
    names = [name for name, _ in entries]
    infos = [info for _, info in entries]
    files = [name for name in names if not name.endswith("/") and not _in_noise(name)]
    if len(files) > limits.entries:
        raise Refused(f"it holds more than {limits.entries} files")
    for name, info in entries:
        _refuse_name(name)
        _refuse_kind(name, info)
    _refuse_clashes(names)
    _refuse_sizes(infos, limits)
    _refuse_overlap(file, end, infos)


def _in_noise(name: str) -> bool:
    return any(is_noise(part) for part in name.split("/"))


def _refuse_name(name: str) -> None:
    parts = name.removesuffix("/").split("/")
    if {"", ".", ".."} & set(parts) or re.match("[A-Za-z]:", name) or "\\" in name:
        raise Refused("a file in it has a name that leads out of the archive")
    if not is_printable(name):
        raise Refused("a file in it has a name with characters that can't be shown")
    if any(len(part.encode()) > _MAX_NAME for part in parts):
        raise Refused(f"a file in it has a name of more than {_MAX_NAME} bytes")
    if name.casefold().endswith(".zip"):
        raise Refused("there is another archive in it")


def _refuse_kind(name: str, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise Refused("it is protected with a password")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise Refused("there is a symbolic link in it")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("there is something in it that is neither a file nor a folder")
    if info.compress_type not in _PLAIN_METHODS:
        raise Refused("it is packed with an unusual method")


def _refuse_clashes(names: list[str]) -> None:
    same = max(Counter(names).values(), default=1)
    if same > 1:
        raise Refused(f"{same} entries have the same name")
    folded = max(Counter(map(fold, names)).values(), default=1)
    if folded > 1:
        raise Refused(f"{folded} names in it differ only in capital letters or accents")


def _refuse_sizes(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if sum(info.file_size for info in infos) > limits.inflated_bytes:
        raise Refused(f"unpacked it is larger than {in_words(limits.inflated_bytes)}")
    for info in infos:
        bloated = info.file_size > limits.ratio * info.compress_size
        if bloated and info.file_size > limits.ratio_above_bytes:
            raise Refused(f"a file in it is packed more than {limits.ratio} times")


def _refuse_overlap(file: CarefulFile, end: int, infos: list[zipfile.ZipInfo]) -> None:
    """Python before 3.11.8 lets entries share their bytes (CVE-2024-0450): 60 KB become 10 GB."""
    free_from = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        file.seek(info.header_offset)
        magic, name, extra = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
        if magic != b"PK\x03\x04" or info.header_offset < free_from:
            raise Refused("files in it lie one over the other")
        free_from = info.header_offset + _LOCAL_HEADER.size + name + extra + info.compress_size
    if free_from > end:
        raise Refused("files in it lie one over the other")
