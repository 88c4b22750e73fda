"""Text of strangers made harmless: for a terminal or page, for a spreadsheet, for other eyes."""

import re
import unicodedata

import polars as pl

from importer.model.guard import guarded, guarded_expr

_UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: a terminal obeys them
    "\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff"  # half characters: they can't even be written as UTF-8
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
    "]"
)
"""Controls, bidi controls, zero-width and blank characters: what is there but can't be seen."""

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML can't hold, or, as CR, gives back as something else."""

_SHAPE_LENGTH = 24


def for_terminal(text: str) -> str:
    r"""The text with everything unseen written out: ``\x1b``, ``<U+202E>``.

    >>> for_terminal("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _UNSEEN.sub(_written_out, text)


def for_xml(text: str) -> str:
    r"""The text with what XML can't hold written out; everything else is as it was.

    >>> for_xml("a\x1b\tb")
    'a\\x1b\tb'
    """
    return _NOT_XML.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    point = ord(match[0])
    return f"\\x{point:02x}" if point < 0xA0 else f"<U+{point:04X}>"


def for_spreadsheet(text: str) -> str:
    """The text with a leading ``'`` where a spreadsheet would compute it.

    >>> for_spreadsheet("=1+1"), for_spreadsheet("-5")
    ("'=1+1", '-5')
    """
    return guarded(text)


def spreadsheet_expr(column: str) -> pl.Expr:
    """``for_spreadsheet`` of a whole column; a test holds that both say the same."""
    return guarded_expr(pl.col(column)).alias(column)


def shape(value: str) -> str:
    """What a value looks like, without the value; a long one is cut and its length told.

    >>> shape("Anna-12")
    'Aaaa-99'
    """
    shown = "".join(map(_class, value[:_SHAPE_LENGTH]))
    return shown if len(value) <= _SHAPE_LENGTH else f"{shown}… ({len(value)})"


def _class(character: str) -> str:
    """A, a or 9 for what can tell a person; ASCII punctuation stays, it tells the format."""
    category = unicodedata.category(character)
    if category[0] == "N":
        return "9"
    if category[0] in "LM":
        return "A" if category in {"Lu", "Lt"} else "a"
    if category == "Zs":
        return " "
    return character if character.isascii() and character.isprintable() else "?"
