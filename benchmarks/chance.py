"""Repeatable chance: the same index and salt give the same bits on every machine.

polars' own hash and random numbers may change between its versions, so a seed
would not mean the same district for ever. These few integer steps (splitmix64) do.
"""

import polars as pl

_WORD = 2**64
_STEP = 0x9E3779B97F4A7C15
_PRIME = 999_999_937  # the largest prime below 10**9: ids have nine digits


def _u64(value: int) -> pl.Expr:
    return pl.lit(value % _WORD, dtype=pl.UInt64)


def _spread(salt: int) -> int:
    """One splitmix64 step in Python: neighbouring salts must not give shifted streams."""
    x = (salt * 0xD1B54A32D192ED03 + _STEP) % _WORD
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % _WORD
    return x ^ (x >> 27)


def mix(index: pl.Expr, salt: int) -> pl.Expr:
    """64 well-spread bits (UInt64) per index; another salt, other bits."""
    x = index.cast(pl.UInt64) * _u64(_STEP) + _u64(_spread(salt))
    x = (x ^ (x // _u64(2**30))) * _u64(0xBF58476D1CE4E5B9)
    x = (x ^ (x // _u64(2**27))) * _u64(0x94D049BB133111EB)
    return x ^ (x // _u64(2**31))


def below(index: pl.Expr, salt: int, limit: int | pl.Expr) -> pl.Expr:
    """A whole number from 0 to limit - 1 (Int64) per index."""
    bound = _u64(limit) if isinstance(limit, int) else limit.cast(pl.UInt64)
    return (mix(index, salt) % bound).cast(pl.Int64)


def chance(index: pl.Expr, salt: int, share: float) -> pl.Expr:
    """True (Boolean) for about `share` (0 to 1) of the indices."""
    if share >= 1:
        return index >= 0
    return mix(index, salt) < _u64(int(max(share, 0.0) * _WORD))


def pick(words: tuple[str, ...], index: pl.Expr, salt: int) -> pl.Expr:
    """One of the words (String) per index."""
    return choose(words, below(index, salt, len(words)))


def choose(words: tuple[str, ...], position: pl.Expr) -> pl.Expr:
    """The word (String) at each position."""
    return pl.lit(pl.Series("words", words)).gather(position)


def number(index: pl.Expr, seed: int) -> pl.Expr:
    """Nine digits (String), unique per index below 999,999,937, in no visible order.

    Ids in the order of the file would flatter every tool that profits from
    sorted keys; ids of a student information system are not sorted.
    """
    factor = 618_033_989 + 2 * (seed % 1000)
    shuffled = (index.cast(pl.Int64) * factor + 7919 * (seed + 1)) % _PRIME
    return (shuffled + 10**9).cast(pl.String).str.slice(1)
