"""Which encoding older than Unicode a few high bytes are in, told by the letters that they make.

A roster has some dozen accented letters among thousands of plain rows: too few for statistics of
bytes. But a name with é in the middle has, read in another encoding, a capital, a sign or a letter
that can't stand there. Each encoding costs what its reading of the distinct words asks one to
believe (``plausible.py``); the cheapest is taken, and is sure only where the next one that reads
otherwise costs clearly more. How often that is right: docs/reading-encodings.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from importer.reading.plausible import BAD, JAPANESE, SINGLE, Encoding, word_cost

_CLEARLY = 3  # how much more the next reading must cost
_SPOILT = 0.1  # of the words may make no sense in the encoding that the others are surely in
_MOST = 2_000  # distinct words that are judged; a letter in doubt is decided long before

_WINDOWS = (SINGLE[0], *(encoding for encoding in SINGLE if not encoding.claimed))

# Patterns as text: compiling them takes longer than reading a small file that needs none of them.
_WORD = rb"[A-Za-z'\x80-\xff]+"
_LONGEST = 60  # bytes; no word, and so no evidence, is longer
_JAPANESE_WORD = r"[A-Za-z\x80-\U0010ffff]+"
# Kana, kanji, and what stands among them.
_JAPANESE_SIGNS = "[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f\u2010-\u2015\u2212\uf900-\ufaff]+"
_KANA_OR_KANJI = "[\u3041-\u30ff\u4e00-\u9fff\uff66-\uff9f]"


@dataclass(frozen=True)
class Verdict:
    """``best``: the cheapest encoding; ``rival``: the next one that reads some word otherwise.

    ``close``: the best one and all that are nearly as likely; none if even the best makes no sense.
    ``sure``: they all read the same.
    """

    best: Encoding
    rival: Encoding
    close: tuple[Encoding, ...]
    sure: bool

    def certain(self, line: bytes) -> bool:
        """Whether a line says the same in every encoding that it may be in."""
        if not self.close or foreign(self.best, line):
            return False
        others = [e for e in self.close if not self.sure or makes_sense(e, line)]
        return len({line.decode(e.codec, "replace") for e in [self.best, *others]}) == 1


def judge(lines: Iterable[bytes]) -> Verdict:
    """Judge the lines that have bytes above 0x7F and are not UTF-8."""
    lines = list(lines)
    words = distinct(lines)
    readings = [_single(encoding, words) for encoding in SINGLE]
    readings.append(_japanese(lines[:_MOST]))
    readings.sort(key=lambda reading: reading.cost)
    best = readings[0]
    rival = next((r for r in readings[1:] if r.words != best.words), best)
    if best.spoilt > _SPOILT * len(words):
        return Verdict(best.encoding, rival.encoding, (), sure=False)
    close = [r for r in readings if r.cost < best.cost + _CLEARLY]
    if not all(r.encoding.claimed for r in close):  # what stands for a family brings all of it
        close += [r for r in readings if r.encoding in _WINDOWS and r not in close]
    sure = all(r.words == best.words for r in close)
    return Verdict(best.encoding, rival.encoding, tuple(r.encoding for r in close), sure)


def foreign(encoding: Encoding, line: bytes) -> bool:
    """Whether a line of a file in this encoding has letters that only another one explains."""
    try:
        text = line.decode(encoding.codec)
    except UnicodeDecodeError:
        return True
    if encoding is JAPANESE:
        return not all(map(_is_japanese, _japanese_words(text)))
    words = [word for word in distinct([line]) if word_cost(word, encoding) >= BAD]
    others = [other for other in SINGLE if other is not encoding]
    return any(word_cost(word, other) < BAD for word in words for other in others)


def makes_sense(encoding: Encoding, line: bytes) -> bool:
    """Whether every word of a line can be one in this encoding."""
    if encoding is JAPANESE:
        return not foreign(encoding, line)
    return all(word_cost(word, encoding) < BAD for word in distinct([line]))


def has_japanese(text: str) -> bool:
    """Whether a text holds kana or kanji."""
    return bool(re.search(_KANA_OR_KANJI, text))


def distinct(lines: Iterable[bytes]) -> list[bytes]:
    """The words with high bytes, each once, as many as are judged."""
    found: dict[bytes, None] = {}
    for line in lines:
        words = (word for word in re.findall(_WORD, line) if not word.isascii())
        found |= dict.fromkeys(word for word in words if len(word) <= _LONGEST)
        if len(found) >= _MOST:
            break
    return list(found)[:_MOST]


@dataclass(frozen=True)
class _Reading:
    encoding: Encoding
    cost: int
    spoilt: int
    words: tuple[str, ...]


def _single(encoding: Encoding, words: list[bytes]) -> _Reading:
    costs = [word_cost(word, encoding) for word in words]
    spoilt = sum(cost >= BAD for cost in costs)
    texts = tuple(word.decode(encoding.codec, "replace") for word in words)
    return _Reading(encoding, encoding.prior + sum(costs), spoilt, texts)


def _japanese(lines: list[bytes]) -> _Reading:
    words, spoilt = dict[str, None](), 0
    for line in lines:
        try:
            words |= dict.fromkeys(_japanese_words(line.decode(JAPANESE.codec)))
        except UnicodeDecodeError:
            spoilt += len(distinct([line]))
    right = [word for word in words if _is_japanese(word)]
    clear = sum(any(map(_is_clear, word)) for word in right)
    spoilt += len(words) - len(right)
    cost, half = JAPANESE.prior + BAD * spoilt, len(right) - clear
    if half > 2 * clear:  # a name, and how it is read in kana of half width: one to one
        cost, spoilt = cost + 4 * half, spoilt + half
    return _Reading(JAPANESE, cost, spoilt, tuple(words))


def _japanese_words(text: str) -> list[str]:
    return [word for word in re.findall(_JAPANESE_WORD, text) if not word.isascii()]


def _is_japanese(word: str) -> bool:
    """Whether a word is Japanese throughout; one plain letter beside it may be (“A組”)."""
    return len(plain := re.sub(r"[A-Za-z]", "", word)) >= len(word) - 1 and bool(
        re.fullmatch(_JAPANESE_SIGNS, plain)
    )


def _is_clear(sign: str) -> bool:
    """Kana of full width, and kanji of JIS level 1.

    No text in a Chinese or Korean encoding has their bytes; most would be kana of half width here.
    """
    lead = sign.encode(JAPANESE.codec)[0]
    return 0x82 <= lead <= 0x98 and lead not in (0x84, 0x85, 0x86, 0x87)
