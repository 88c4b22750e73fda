"""Ids that are shorter than all others of their column, as if their zeros were gone.

Told by the file alone, so it is a doubt and no more: numbers that are given out in turn grow too.
"""

import polars as pl

_ENOUGH = 200  # ids of a sample below which no length is usual
_MOST = 0.85  # the share that has the usual length
_PADDED = 0.01  # the share that begins with 0 where ids are filled up with zeros
_FIRST = (0.05, 0.2)  # the share of each first digit where numbers are spread over all of a length
_DIGITS = "^[0-9]+$"


def usual_length(ids: pl.Series) -> int:
    """The length that the numbers of a column had before some lost their zeros; else 0.

    Either some still begin with 0, or as many are shorter as would have begun so: where each of
    1 to 9 comes first in about a tenth of the others, 0 came first in a tenth of all.
    """
    numbers = ids.drop_nulls().unique()
    numbers = numbers.filter(numbers.str.contains(_DIGITS))
    if len(numbers) < max(_ENOUGH, len(ids.drop_nulls().unique()) * _MOST):
        return 0
    sizes = numbers.str.len_bytes()
    usual = int(sizes.max())  # type: ignore[arg-type]
    whole = numbers.filter(sizes == usual)
    share = len(whole) / len(numbers)
    if not share >= _MOST:
        return 0
    first = whole.str.head(1)
    if (first == "0").sum() >= _PADDED * len(whole):
        return usual
    tenths = [(first == str(digit)).sum() / len(numbers) for digit in range(1, 10)]
    spread = all(_FIRST[0] <= part <= _FIRST[1] for part in (*tenths, 1 - share))
    return usual if spread else 0
