"""What the bytes are before anybody parses them: text or not, which encoding, which separator."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath

HEAD = 64 * 1024
_SEPARATORS = ",;\t|"
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_BLOCK = 1 << 18  # bytes looked at in one go: they stay in the cache of the processor
_BINARY = 0.05  # a text with some stray control characters is still a text

# First bytes of files that are often named .csv. polars would even unpack some of them silently.
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\x1f\x8b", "a gzip-compressed file"),
    (b"\x28\xb5\x2f\xfd", "a zstandard-compressed file"),
    (b"BZh", "a bzip2-compressed file"),
    (b"x\x01", "a zlib-compressed file"),
    (b"x\x9c", "a zlib-compressed file"),
    (b"x\xda", "a zlib-compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or another Office file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
PACKED = b"x^"
"""First bytes that may be a text's, though polars takes the whole for a zlib-compressed file."""

_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")
_WITHOUT_MARK = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_PLAIN = "".join(map(chr, range(32, 127))) + "\t\r\n"
_MOSTLY_PLAIN = 0.2  # of Japanese rosters a third and more: ids, grades, separators
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
    return encoding_by_bom(head) or encoding_by_zeros(head)


def encoding_by_bom(head: bytes) -> str:
    """The encoding that a byte order mark other than UTF-8's announces, else nothing."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), "")


def encoding_by_zeros(head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: of plain letters all bytes but one are zero, always one.

    Separators, digits and line ends make plain characters frequent in tables of any language,
    while bytes of another encoding with zeros among them would make none.
    """
    if b"\0" not in head:
        return ""
    for name in _WITHOUT_MARK:
        text = head.decode(name, "replace")
        plain = sum(map(text.count, _PLAIN))
        if plain > _MOSTLY_PLAIN * len(text):
            return name
    return ""


@dataclass(frozen=True)
class Signs:
    """Whether all bytes of a file are ASCII, and which it holds that matter to a reader."""

    ascii: bool
    zeros: bool
    quotes: bool
    returns: bool


def signs(path: PurePath) -> Signs:
    """What bytes a file holds, told in one go."""
    block = bytearray(_BLOCK)
    ascii_, found = True, dict.fromkeys(b'\0"\r', False)
    with open(str(path), "rb", buffering=0) as file:  # noqa: PTH123 - a pure path has no open()
        while size := file.readinto(block):
            ascii_ = ascii_ and block.isascii()
            for sign, there in found.items():
                found[sign] = there or block.find(sign, 0, size) >= 0
    return Signs(ascii_, *found.values())


def too_long(data: mmap.mmap, most: int) -> int:
    """The first line of more than ``most`` bytes, counted from 1; 0 if there is none."""
    end = b"\n" if data.find(b"\n") >= 0 else b"\r"
    at = without(data, end, most)
    return 0 if at < 0 else data[:at].count(end) + 1


def without(data: mmap.mmap, sign: bytes, most: int) -> int:
    """Where a stretch of more than ``most`` bytes without a sign begins; -1 if there is none.

    It steps from sign to sign in strides of ``most``, so it costs next to nothing.
    """
    at, size = 0, len(data)
    while size - at > most:
        last = data.rfind(sign, at, at + most + 1)
        if last < 0:
            return at
        at = last + 1
    return -1


def separator_of(line: str) -> str:
    """The separator of a header line: the candidate that occurs most often outside quotes."""
    outside = "".join(line.split('"')[::2])
    best = max(_SEPARATORS, key=outside.count)
    return best if outside.count(best) else ","


def place_in(text: str, separator: str) -> tuple[int, bool]:
    """The cell (from 0) that a row stands in after ``text``, and whether a quote is open there."""
    parts = text.split('"')
    return sum(part.count(separator) for part in parts[::2]), len(parts) % 2 == 0
