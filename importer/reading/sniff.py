"""What the bytes are before anybody parses them: text or not, which encoding, which separator."""

import csv
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

HEAD = 64 * 1024
_SEPARATORS = ",;\t|"
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_BINARY = 0.05  # a text with some stray control characters is still a text

# First bytes of files that are often named .csv. polars would even unpack some of them silently.
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\x1f\x8b", "a gzip-compressed file"),
    (b"\x28\xb5\x2f\xfd", "a zstandard-compressed file"),
    (b"BZh", "a bzip2-compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or another Office file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@contextmanager
def mapped(path: PurePath) -> Iterator[mmap.mmap]:
    """The bytes of a file that isn't empty, without reading it into memory."""
    with (
        open(str(path), "rb") as file,  # noqa: PTH123 - a pure path has no open()
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        yield data


def disguise(head: bytes) -> str:
    """What a file really is when it is no text table, in words; empty for text."""
    for magic, words in _MAGIC:
        if head.startswith(magic):
            return words
    if head.lstrip().lower().startswith(_MARKUP):
        return "a web page or XML file"
    if not encoding(head) and _controls(head) > _BINARY * len(head):
        return "binary data"
    return ""


def _controls(head: bytes) -> int:
    """How many bytes are control characters that no text has."""
    return len(head) - len(head.translate(None, _CONTROLS))


def encoding(head: bytes) -> str:
    """The encoding that isn't UTF-8, as far as the first bytes tell; empty for UTF-8."""
    return encoding_by_bom(head) or looks_utf16(head)


def encoding_by_bom(head: bytes) -> str:
    """The encoding that a byte order mark other than UTF-8's announces, else nothing."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), "")


def looks_utf16(head: bytes) -> str:
    """UTF-16 without a mark: in Latin text every second byte is zero."""
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > 0.6 * half and not head[0::2].count(0):
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * half and not head[1::2].count(0):
        return "utf-16-be"
    return ""


def separator_of(line: str) -> str:
    """The separator of a header line: the candidate that occurs most often outside quotes."""
    outside = "".join(line.split('"')[::2])
    best = max(_SEPARATORS, key=outside.count)
    return best if outside.count(best) else ","


def place_in(text: str, separator: str) -> tuple[int, bool]:
    """The cell (from 0) that a row stands in after ``text``, and whether a quote is open there."""
    parts = text.split('"')
    return sum(part.count(separator) for part in parts[::2]), len(parts) % 2 == 0


def open_quote(line: str, separator: str) -> int:
    """The cell (from 0) with the last quote of a row: where one that is never closed began."""
    return place_in(line[: line.rindex('"')], separator)[0]


def header_cells(line: str, separator: str) -> list[str] | None:
    """The cells of the header line; None if its quotes don't add up."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None
