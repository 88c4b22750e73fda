"""Letters that were written in one encoding and read in another: JosÃ© for José.

Only values with signs that don't stand together in any language are shown to ftfy, and only what it
can bring back counts as damage.
"""

import polars as pl

# What a lead byte of UTF-8 looks like in the encodings of Windows, DOS and the Mac, with what its
# second byte looks like behind it (or a blank); a control of C1; a letter that nobody could read.
MASK = (
    r"[\x{c0}-\x{24f}\x{391}-\x{3cf}\x{410}-\x{44f}]"
    r"[\x{80}-\x{bf}\x{152}-\x{192}\x{2c6}-\x{2dc}\x{2013}-\x{25ff}]"
    r"|[\x{192}\x{201a}\x{2206}\x{221a}\x{2248}\x{2500}-\x{253c}][^\x00-\x7f]"
    r"|[\x{80}-\x{9f}\x{fffd}]|[\x{c2}\x{c3}](?: |$)"
)
LOST = r"\x{fffd}"
LOST_IN_NAMES = r"\x{fffd}|\p{L}\?|\?\p{L}"


def repaired(cells: pl.DataFrame) -> pl.DataFrame:
    """Those of ``cells`` that are garbled, with what they were as ``mended``.

    Null where a letter is gone for good.
    """
    doubtful = cells.filter(pl.col("value").str.contains(MASK))
    told = {v: fixed for v in doubtful["value"].unique() if (fixed := _fixed(v)) != v}
    if not told:
        return cells.clear()
    mended = pl.col("value").replace_strict(told, default=None, return_dtype=pl.String)
    found = doubtful.filter(pl.col("value").is_in(list(told))).with_columns(mended=mended)
    whole = ~pl.col("mended").str.contains(LOST)
    return found.with_columns(mended=pl.when(whole).then("mended"))


def _fixed(value: str) -> str:
    import ftfy  # noqa: PLC0415 - most files never need it

    return ftfy.fix_encoding(value).strip()
