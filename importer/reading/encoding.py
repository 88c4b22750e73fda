"""Bytes into text: strictly Unicode where it is Unicode, else as the letters tell.

No byte is lost and none raises. Where it isn't sure what a row says, the row is named.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import compress
from operator import not_
from typing import Any

from importer.reading import legacy
from importer.reading.plausible import JAPANESE, Encoding

BOM = b"\xef\xbb\xbf"
_LOST = "\ufffd"
_BY_CHANCE = 0.5  # for each row that makes no sense; of one-letter names in GBK it is every sixth
_SHOWN = 3  # letters that show what was decided; more of them would be names


@dataclass(frozen=True)
class Doubt:
    """A finding about the letters of a row (its physical line). ``before``: its text up to them.

    ``rows``: of how many rows it is said; this is the first of them.
    """

    row: int
    before: str
    code: str
    severity: str
    detail: str
    rows: int = 1


@dataclass
class Decoded:
    """The text with its line ends, findings about the whole file, and what is in doubt by row."""

    text: str
    notes: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def decode(data: bytes, announced: str) -> Decoded:
    """Decode a whole file. ``announced``: what ``sniff.encoding`` says, or empty for UTF-8.

    Row numbers count line ends as ``careful`` does: LF, or CR where the file has no LF.
    """
    if announced:
        return _wide(data, announced)
    try:
        return Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _legacy(data)


def _wide(data: bytes, announced: str) -> Decoded:
    """UTF-16 or UTF-32. Halves of characters are said: nobody knows which letters they were."""
    note = {"code": "FILE-106", "severity": "WARNING", "detail": announced.upper()}
    try:
        return Decoded(data.decode(announced).removeprefix("\ufeff"), [note])
    except UnicodeDecodeError:
        text = data.decode(announced, "replace").removeprefix("\ufeff")
    lines = text.split("\n" if "\n" in text else "\r")
    doubts = [
        Doubt(row, line[: line.index(_LOST)], "FILE-159", "ERROR", announced.upper())
        for row, line in enumerate(lines, 1)
        if _LOST in line
    ]
    return Decoded(text, [note], doubts)


def _legacy(data: bytes) -> Decoded:
    """A file that isn't UTF-8 as a whole. A line that is one by itself is read so."""
    start = len(BOM) if data.startswith(BOM) else 0
    end = b"\n" if b"\n" in data else b"\r"
    lines = data[start:].split(end)
    odd, unicode = _not_utf8(lines, start)
    verdict = legacy.judge(line.raw for line in odd)
    best = verdict.best
    chance = _by_chance(unicode, len(odd), verdict)
    odd = sorted(odd + chance, key=lambda line: line.row)
    unicode = [line for line in unicode if line not in chance]
    mixed = bool(start or unicode)
    sure = [not mixed and verdict.certain(line.raw) for line in odd]
    taken, held = list(compress(odd, sure)), list(compress(odd, map(not_, sure)))
    texts = [raw.decode("utf-8", "replace") for raw in lines]
    for line in odd:
        texts[line.row - 1] = line.raw.decode(best.codec, "replace")
    doubts = [_taken(taken, best), *(_held(line, verdict, mixed) for line in held)]
    return Decoded(end.decode().join(texts), doubts=[doubt for doubt in doubts if doubt])


@dataclass(frozen=True)
class _Line:
    """A line with letters beyond ASCII. ``wrong``: where in it the first one in doubt stands."""

    row: int
    offset: int
    raw: bytes
    wrong: int

    def letter(self, encoding: Encoding) -> str:
        """The letter in doubt as this encoding reads it, or its code point if it can't be seen."""
        read = self.raw[self.wrong : self.wrong + 2].decode(encoding.codec, "replace")[0]
        return read if read.isprintable() else f"U+{ord(read):04X}"

    def before(self, encoding: Encoding) -> str:
        """The text of the row up to there."""
        return self.raw[: self.wrong].decode(encoding.codec, "replace")


def _not_utf8(lines: list[bytes], offset: int) -> tuple[list[_Line], list[_Line]]:
    """The lines that aren't UTF-8, and those with letters beyond ASCII that are."""
    odd, unicode = [], []
    for row, raw in enumerate(lines, 1):
        if not raw.isascii():
            try:
                raw.decode("utf-8")
                plain = raw.decode("ascii", "replace").index(_LOST)
                unicode.append(_Line(row, offset, raw, plain))
            except UnicodeDecodeError as error:
                odd.append(_Line(row, offset, raw, error.start))
        offset += len(raw) + 1
    return odd, unicode


def _by_chance(lines: list[_Line], others: int, verdict: legacy.Verdict) -> list[_Line]:
    """Those of these lines that are UTF-8 only by chance: short words in another encoding.

    “ÍÑIGO” in the encoding of DOS, two kana of half width, or one Chinese letter can have the bytes
    of a Cyrillic or Arabic letter. Letters of UTF-8 make no sense in any older encoding, and
    Japanese ones are no chance. Where nothing makes sense of the ``others``, these are in doubt
    with them, unless there are many.
    """
    if verdict.sure:
        return [
            line
            for line in lines
            if legacy.makes_sense(verdict.best, line.raw)
            and not (verdict.best is JAPANESE and legacy.has_japanese(line.raw.decode("utf-8")))
        ]
    return [] if verdict.close or len(lines) > _BY_CHANCE * others else lines


def _taken(lines: list[_Line], encoding: Encoding) -> Doubt | None:
    """What is said of the rows whose encoding is sure, with some of their letters as evidence."""
    if not lines:
        return None
    signs = Counter(
        sign
        for line in lines
        for sign in line.raw.decode(encoding.codec)
        if not sign.isascii() and sign.isprintable()
    )
    letters = ", ".join(sign for sign, _ in signs.most_common(_SHOWN))
    detail = f"{encoding.title} ({letters})" if letters else encoding.title
    first = lines[0]
    return Doubt(first.row, first.before(encoding), "FILE-158", "WARNING", detail, len(lines))


def _held(line: _Line, verdict: legacy.Verdict, mixed: bool) -> Doubt:
    """What is said of a row whose letters are not sure."""
    best, rival = verdict.best, verdict.rival
    letter, other = line.letter(best), line.letter(rival)
    told = f"{letter} in {best.title}"
    if mixed:
        told += ", while other rows are UTF-8"
    elif verdict.sure:
        told += ", which makes no sense here"
    elif other != letter:
        told += f", {other} in {rival.title}"
    else:
        told += ", which is a guess"
    place = f"byte 0x{line.raw[line.wrong]:02X} at offset {line.offset + line.wrong:,}"
    return Doubt(line.row, line.before(best), "FILE-105", "ERROR", f"{place}: {told}")
