"""What is left of an id when all that spreadsheets and word processors do to ids is undone.

Two ids with one plain form are most likely one id of which one was damaged. Digits that are gone
(``1.23457E+11``) have no plain form: nothing brings them back.
"""

import polars as pl

# Quotes and dashes that programs put in the place of the typed ones.
QUOTES = r"[‘’‚‛“”„‟′″]"
DASHES = r"[‐‑‒–—―−]"
SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{2,3}$"
DECIMAL = r"^[0-9]+\.0+$"
THOUSANDS = r"^[0-9]{1,3}(?:,[0-9]{3})+(?:\.0+)?$"
# Controls, format characters, line and paragraph ends, the fixed space.
INVISIBLE = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\x{a0}]"

_DIGITS = "^[0-9]+$"


def undamaged(value: pl.Expr) -> pl.Expr:
    """The id without signs that nobody typed, but with the zeros that it has."""
    text = value.str.normalize("NFKC").str.replace_all(INVISIBLE, "")
    text = text.str.replace_all(DASHES, "-").str.replace_all(QUOTES, "'")
    text = text.str.strip_chars_start("'")
    text = pl.when(text.str.contains(THOUSANDS)).then(text.str.replace_all(",", "")).otherwise(text)
    decimal = text.str.contains(DECIMAL)
    return pl.when(decimal).then(text.str.replace(r"\..*$", "")).otherwise(text).str.strip_chars()


def plain(value: pl.Expr) -> pl.Expr:
    """``undamaged``, and of a number without zeros in front."""
    text = undamaged(value)
    bare = text.str.strip_chars_start("0")
    # Of zeros alone one is left.
    bare = pl.when(bare == "").then(pl.lit("0")).otherwise(bare)
    return pl.when(text.str.contains(_DIGITS)).then(bare).otherwise(text)


def what_happened(sent: pl.Expr, meant: pl.Expr) -> pl.Expr:
    """In words, what made ``sent`` of ``meant``."""
    zeros = sent == meant.str.strip_chars_start("0")
    return (
        pl.when(zeros)
        .then(pl.lit("the zeros in front are gone"))
        .when(sent.str.strip_chars_start("0") == meant)
        .then(pl.lit("it has no zeros in front"))
        .otherwise(pl.lit("a spreadsheet writes it in another way"))
    )
