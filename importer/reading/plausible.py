"""What a word asks one to believe if it is read in one encoding of single bytes or another.

Costs are small numbers: 0 for a letter that names in this part of the world are full of, standing
where it can stand, up to ``BAD``. They were set by hand and measured (docs/reading-encodings.md).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

BAD = 8  # the cost of a word that nobody writes: a sign or a capital inside a name

# By cost: the letters that cost nothing, those that cost 1, and so on.
_WESTERN = ("áéíóúñüöäçè", "åøãõêëôîïâàßæ", "", "", "ûùòìœÿðþýšž")
_EASTERN = ("áéíóúüöäç", "ąćęłńśźżčěřšžůýőűďňťľđşăëôâî")
_TURKISH = ("çöüi", "ğışâî", "", "", "û")
_BALTIC = ("éóüöä", "ąčęėįšųūžāēģīķļņåøõ")
_LATE = set("çñ")  # a vowel comes after them
_HIATUS = set("ëï")  # a vowel stands beside them: Noël, Anaïs
_OPENING, _CLOSING = set("‘“„«¿¡"), set("’”»…™®°ºª")
_APART = set("–—·½")  # beside blanks, digits and signs


@dataclass(frozen=True)
class Encoding:
    """A candidate. ``prior``: what it costs to meet it at all; ``costs``: of each letter."""

    codec: str
    title: str
    prior: int
    costs: dict[str, int]
    claimed: bool = True  # False: its neighbours can't be told from it, so it is never sure


def _tiers(tiers: Sequence[str]) -> dict[str, int]:
    return {letter: cost for cost, letters in enumerate(tiers) for letter in letters}


JAPANESE = Encoding("cp932", "Shift-JIS (code page 932)", 2, {})
SINGLE = (
    Encoding("cp1252", "Windows-1252", 0, _tiers(_WESTERN)),
    Encoding("mac_roman", "Mac Roman", 2, _tiers(_WESTERN)),
    Encoding("cp850", "DOS code page 850", 3, _tiers(_WESTERN)),
    Encoding("cp437", "DOS code page 437", 3, _tiers(_WESTERN)),
    Encoding("cp1250", "Windows-1250", 4, _tiers(_EASTERN), claimed=False),
    Encoding("cp1254", "Windows-1254", 4, _tiers(_TURKISH), claimed=False),
    Encoding("cp1257", "Windows-1257", 4, _tiers(_BALTIC), claimed=False),
)


def word_cost(raw: bytes, encoding: Encoding) -> int:
    """What a word asks one to believe if it is read in this encoding of single bytes."""
    try:
        word = raw.decode(encoding.codec)
    except UnicodeDecodeError:
        return BAD
    plain = [c for c in word if c.isascii() and c.isalpha()]
    high = [at for at, c in enumerate(word) if not c.isascii()]
    if len(high) > len(plain) + (len(word) < 3):
        return BAD
    shouted = len(plain) > 1 and all(c.isupper() for c in plain)
    return min(BAD, sum(_cost(word, at, encoding, shouted) for at in high))


def _cost(word: str, at: int, encoding: Encoding, shouted: bool) -> int:
    sign = word[at]
    before, after = word[at - 1] if at else "", word[at + 1 : at + 2]
    letter = sign.lower()[0]
    if letter not in encoding.costs:
        return _cost_of_sign(sign, before, after, shouted)
    if sign.islower() and (shouted or after.isupper()):
        return BAD
    if sign.isupper() and not shouted and (before.isalpha() or after.isupper()):
        return BAD
    first = not before.isalpha()
    unusual = 3 if first and sign.islower() else 2 if first and letter in "èìòù" else 0
    return encoding.costs[letter] + unusual + _beside(letter, before, after)


def _cost_of_sign(sign: str, before: str, after: str, shouted: bool) -> int:
    within = bool(before and after)
    if sign == "’" and within:  # O’Brien; in others the apostrophe before a small letter
        return 2 if shouted else 0 if after.isupper() else 3
    if sign == "\xa0":
        return 4 if within and before.islower() else 2
    if sign in _APART:
        return 3 if not within or after.isupper() else BAD
    beside = _OPENING if after.isalpha() else _CLOSING
    return 3 if sign in beside and not within else BAD


def _beside(letter: str, before: str, after: str) -> int:
    """What the neighbours of a letter cost: a vowel wants consonants beside it, and they vowels."""
    vowels = _vowel(before) + _vowel(after)
    if not _vowel(letter):
        if letter in _LATE:
            return 0 if _vowel(after) else 4
        return 0 if vowels or not (before and after) else 3
    if letter in _HIATUS:
        return 0 if vowels else 3
    if letter == "æ":  # Kjær
        return 3 if vowels or not after.isalpha() else 0
    if letter == "õ":  # Simões
        return 0 if _vowel(after) else 4
    if letter == "ã":  # João; at the end Cauã
        return 0 if _vowel(after) else 4 if after.isalpha() else 1 if _vowel(before) else 3
    if letter in "ăőű" and _vowel(after):
        return 4
    if letter in "ìòù" and not after.isalpha():  # Niccolò: rare within, not at the end
        return -4
    return 2 if vowels == 2 or _accented(before) or _accented(after) else 0


def _vowel(letter: str) -> bool:
    return bool(letter) and unicodedata.normalize("NFD", letter)[0].lower() in "aeiouyæøœı"


def _accented(letter: str) -> bool:
    return _vowel(letter) and not letter.isascii()
