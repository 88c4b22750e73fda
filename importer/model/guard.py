"""The ``'`` that importer puts in front of what a spreadsheet would compute, and takes away again.

It stands in CSV files for people alone, never in files for machines.
"""

import re

import polars as pl

TRIGGER = r"^'*[\s\x00]*[=+\-@＝＋－＠\t\r\n\x00]"
"""What makes a spreadsheet compute a cell (OWASP), also behind blanks and in full width.

Behind a ``'`` too, so that taking one ``'`` away always gives back what was sent.
"""

PLAIN = r"--?|[+-]?[0-9]+(?:[.,][0-9]+)*%?|\+[0-9]{1,3}[ (][0-9 ().\-]{4,20}"
"""Starts like a formula and is none: a dash, a number, a phone number.

A phone number with dashes only (+1-555-0100) is arithmetic to a spreadsheet, so it isn't here.
"""


def guarded(text: str) -> str:
    """The text with a leading ``'`` where a spreadsheet would compute it.

    >>> guarded("=1+1"), guarded("-5")
    ("'=1+1", '-5')
    """
    return "'" + text if re.match(TRIGGER, text) and not re.fullmatch(PLAIN, text) else text


def guarded_expr(value: pl.Expr) -> pl.Expr:
    """``guarded`` of a whole column; a test holds that both say the same."""
    return pl.when(_risky(value)).then("'" + value).otherwise(value)


def has_guard(value: pl.Expr) -> pl.Expr:
    """Whether a text begins with a ``'`` that ``guarded`` put there."""
    return value.str.starts_with("'") & _risky(value.str.slice(1))


def _risky(value: pl.Expr) -> pl.Expr:
    return value.str.contains(TRIGGER) & ~value.str.contains(f"^(?:{PLAIN})$")
