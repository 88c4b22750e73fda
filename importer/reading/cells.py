"""What a cell of a workbook says, as the text that the spreadsheet shows or a CSV export gives."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

LONGEST = 1e15
"""From here on a number has more than the 15 digits that Excel keeps (its published limit)."""

_WIDEST = 32  # digits that a number is filled up to
_LOCALE = re.compile(r"\[\$-[0-9A-Fa-f]+\]")
_PIECE = re.compile(r'(0)|"([^"]*)"|\\(.)|([-() +])')


@dataclass(frozen=True)
class Mask:
    """A number format of zeros and fixed texts: ``000000``, ``000-00``, ``"S"0000``.

    ``pieces``: the fixed texts, and None for each digit.
    """

    pieces: tuple[str | None, ...]

    def shown(self, number: int) -> str:
        """A whole number as the sheet shows it; digits for which there is no place come first."""
        places = self.pieces.count(None)
        digits = str(abs(number)).rjust(places, "0")
        more = len(digits) - places
        filled = iter([digits[: more + 1], *digits[more + 1 :]])
        text = "".join(next(filled) if piece is None else piece for piece in self.pieces)
        return f"-{text}" if number < 0 else text


def mask(number_format: str) -> Mask | None:
    """The mask that a number format is, if it has two zeros or more; None for every other."""
    first = _LOCALE.sub("", number_format)
    pieces: list[str | None] = []
    at = 0
    while at < len(first) and first[at] != ";":  # what follows is for negative numbers and texts
        found = _PIECE.match(first, at)
        if not found:
            return None
        pieces.append(None if found[1] else found[2] or found[3] or found[4] or "")
        at = found.end()
    return Mask(tuple(pieces)) if 2 <= pieces.count(None) <= _WIDEST else None


def text(value: Any) -> str:
    """The text of a cell's value, which is none already.

    Whole numbers have no point, a midnight is a date, and a date is written as ISO 8601 does:
    what the sheet shows depends on the country, and 3/4/2012 would be read wrongly.
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():  # the digits that Excel keeps; the rest is noise of the arithmetic
            return str(int(value)) if value.is_integer() else f"{value:.15g}"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(value)
