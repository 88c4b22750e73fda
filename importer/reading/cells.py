"""What a cell of a workbook says, as the text that the spreadsheet shows or a CSV export gives."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

_WIDEST = 32  # digits that a number is filled up to


def zeros(number_format: str) -> int:
    """How many digits a format of zeros alone (``000000``) shows; 0 for every other format."""
    plain = re.fullmatch(f"0{{2,{_WIDEST}}}", number_format)
    return len(number_format) if plain else 0


def text(value: Any, digits: int = 0) -> str | None:
    """The text of a cell's value; None for an empty one. ``digits``: see ``zeros``.

    Whole numbers have no point, a midnight is a date, and a date is written as ISO 8601 does:
    what the sheet shows depends on the country, and 3/4/2012 would be read wrongly.
    """
    match value:
        case None | "":
            return None
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, digits)
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


def _number(value: float, digits: int) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.15g}"  # the digits that Excel keeps; the rest is noise of the arithmetic
    return f"{int(value):0{digits}d}"
