"""The zip that a workbook is, judged before any of its parts is parsed as a whole."""

import io
import zipfile
from pathlib import PurePath
from typing import IO
from xml.parsers import expat

_INFLATED = 512 << 20  # a sheet of a million rows and 20 columns takes some 400 MB of XML
_ENTRIES = 1_000
_RATIO = 100  # Apache POI's ZipSecureFile; a sheet packs 5 to 20 times, a bomb 1,000 times
_RATIO_ABOVE = 100_000
_CHUNK = 1 << 16
_CONTENTS = 1 << 20  # a table of contents of 1,000 entries takes some 100 KiB
_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_OLE = b"\xd0\xcf\x11\xe0"


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


def judge(path: PurePath) -> None:
    """Raise ``Refused`` with the first objection to this file as a workbook.

    Bytes that are no good zip may make zipfile raise anything else as well.
    """
    with _Contents(io.FileIO(str(path))) as file:
        _refuse_other_kinds(file.read(8))
        with zipfile.ZipFile(file) as archive:
            _refuse_sizes(archive.infolist())
    with zipfile.ZipFile(str(path)) as archive:
        for info in archive.infolist():
            with archive.open(info) as part:
                _refuse_doctype(part)


def _refuse_other_kinds(head: bytes) -> None:
    if head.startswith(_OLE):
        raise Refused("it is protected with a password, or an old workbook (.xls) under a new name")
    if not head.startswith(b"PK"):
        raise Refused("it is not a workbook, only named like one")


def _refuse_sizes(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > _ENTRIES:
        raise Refused(f"it holds more than {_ENTRIES:,} parts")
    if sum(info.file_size for info in infos) > _INFLATED:
        raise Refused(f"unpacked it is larger than {_INFLATED >> 20} MiB")
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise Refused("it is protected with a password")
        if info.compress_type not in _PLAIN_METHODS:
            raise Refused("it is packed with an unusual method")
        if info.file_size > max(_RATIO_ABOVE, _RATIO * info.compress_size):
            raise Refused(f"a part of it is packed more than {_RATIO} times")


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
