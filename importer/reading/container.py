"""The zip that a workbook is, judged before any of its parts is parsed as a whole."""

import io
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import IO
from xml.parsers import expat

_PACKED = 50 << 20
_INFLATED = 512 << 20  # a sheet of a million rows and 20 columns takes some 400 MB of XML
_STRINGS = 64 << 20  # of the part that holds every different text once
_ENTRIES = 1_000
_RATIO = 100  # Apache POI's ZipSecureFile; a sheet packs 5 to 20 times, a bomb 1,000 times
_RATIO_ABOVE = 100_000
_TAGS = 10_000_000  # in the part of the texts: two million and more of them
_CHUNK = 1 << 16
_CONTENTS = 1 << 20  # a table of contents of 1,000 entries takes some 100 KiB
_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_OLE = b"\xd0\xcf\x11\xe0"
_SEALED = "EncryptedPackage".encode("utf-16-le")  # the stream in which Office puts a protected file
_OTHERS = {
    "xl/workbook.bin": "it is a binary workbook (.xlsb)",
    "content.xml": "it is an OpenDocument spreadsheet (.ods)",
    "word/document.xml": "it is a Word document",
    "ppt/presentation.xml": "it is a PowerPoint presentation",
    "index/document.iwa": "it is an Apple Numbers spreadsheet",
}


class Refused(Exception):  # noqa: N818 - it is a verdict, told as a finding
    """The workbook is not read; the text completes the message of FILE-150."""


DAMAGED = "it is damaged, or written in a way that only its own program understands"


class _Contents(io.BufferedReader):
    """A file for its table of contents: zipfile would read one of any size in one piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > _CONTENTS:
            size = _CONTENTS + 1
        found = super().read(size)
        if len(found) > _CONTENTS:
            raise Refused("its table of contents is too large")
        return found


class Parts:
    """The parts of a workbook by name; capital letters and the kind of slash make no difference."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = {part_name(info): info for info in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._infos

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece; ``Refused`` if there is no such part."""
        info = self._infos.get(name.casefold())
        if info is None:
            raise Refused(DAMAGED)
        with self._archive.open(info) as part:
            while chunk := part.read(_CHUNK):
                yield chunk


def part_name(info: zipfile.ZipInfo) -> str:
    """The name of a part for comparison."""
    return info.orig_filename.replace("\\", "/").removeprefix("/").casefold()


def is_zip(path: PurePath) -> bool:
    """Whether a file begins as a zip does, whatever its name says."""
    with io.FileIO(str(path)) as file:
        return file.read(4) == b"PK\x03\x04"


@contextmanager
def judged(path: PurePath) -> Iterator[Parts]:
    """The parts of a workbook; raises ``Refused`` with the first objection to the file as one.

    Bytes that are no good zip may make zipfile raise anything else as well.
    """
    with _Contents(io.FileIO(str(path))) as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        _refuse_other_kinds(file)
        if size > _PACKED:
            raise Refused(f"it is larger than {_PACKED >> 20} MiB")
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            end = archive.start_dir
        _refuse_names(infos)
        _refuse_sizes(infos)
        _refuse_overlap(file, end, infos)
    with zipfile.ZipFile(str(path)) as archive:
        for info in archive.infolist():
            with archive.open(info) as part:
                _refuse_doctype(part)
            if part_name(info).endswith("/sharedstrings.xml"):
                _refuse_many_texts(archive, info)
        yield Parts(archive)


def _refuse_other_kinds(file: IO[bytes]) -> None:
    head = file.read(8)
    if head.startswith(_OLE):
        while chunk := file.read(_CONTENTS):
            if _SEALED in chunk:
                raise Refused("it is protected with a password")
        raise Refused("it is an old workbook (.xls) under a new name")
    if not head.startswith(b"PK"):
        raise Refused("it is not a workbook, only named like one")
    file.seek(0)


def _refuse_names(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > _ENTRIES:
        raise Refused(f"it holds more than {_ENTRIES:,} parts")
    names = [part_name(info) for info in infos]
    for name, kind in _OTHERS.items():
        if name in names:
            raise Refused(kind)
    if len(set(names)) < len(names):
        raise Refused("two of its parts have the same name")


def _refuse_sizes(infos: list[zipfile.ZipInfo]) -> None:
    if sum(info.file_size for info in infos) > _INFLATED:
        raise Refused(f"unpacked it is larger than {_INFLATED >> 20} MiB")
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise Refused("it is protected with a password")
        if info.compress_type not in _PLAIN_METHODS:
            raise Refused("it is packed with an unusual method")
        if info.file_size > max(_RATIO_ABOVE, _RATIO * info.compress_size):
            raise Refused(f"a part of it is packed more than {_RATIO} times")


def _refuse_overlap(file: IO[bytes], end: int, infos: list[zipfile.ZipInfo]) -> None:
    """Python before 3.11.8 lets entries share their bytes (CVE-2024-0450)."""
    free_from = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        file.seek(info.header_offset)
        _, name, extra = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
        if info.header_offset < free_from:
            raise Refused("parts of it lie one over the other")
        free_from = info.header_offset + _LOCAL_HEADER.size + name + extra + info.compress_size
    if free_from > end:
        raise Refused("parts of it lie one over the other")


def _refuse_many_texts(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """8 million empty texts pack into 331 KB and take seconds and a gigabyte to read."""
    if info.file_size > _STRINGS:
        raise Refused(f"its texts take more than {_STRINGS >> 20} MiB")
    tags = 0
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            tags += chunk.count(b"<")
    if tags > _TAGS:
        raise Refused("it holds more than two million different texts")


def _refuse_doctype(part: IO[bytes]) -> None:
    """A document type may declare entities that grow without end; no workbook has one.

    It can only stand before the first element. A part that isn't XML has neither.
    """
    parser, elements = expat.ParserCreate(), []

    def refuse(*_: object) -> None:
        raise Refused("it declares a document type, as no spreadsheet program does")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: elements.append(name)
    try:
        while not elements and (chunk := part.read(_CHUNK)):
            parser.Parse(chunk)
    except expat.ExpatError:
        return
