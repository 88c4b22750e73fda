"""The fast path: a file that polars reads is taken only if that explains every byte of it.

polars pads a short row silently, joins lines at a quote that is never closed and cuts the last
character off a cell such as ``"a" ``. So the bytes are counted: cells, separators, line ends and
quotes must add up to the file, rows must be physical lines, and quotes open and close in turn at
the edges of cells.
"""

import mmap
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl

from importer.model.sheet import ROW, position

LARGEST = 32 << 20
"""Bytes of a file that is held in memory as one frame; larger ones are streamed line by line."""

_BLOCK = 1 << 20  # bytes looked at in one go: they stay in the cache of the processor
_LF, _CR, _QUOTE = 10, 13, 34
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Exact:
    """The rows of a file that adds up (``_row``, ``c0`` …), and whether all of it is ASCII."""

    frame: pl.DataFrame
    ascii: bool


@dataclass(frozen=True)
class _Signs:
    """The bytes of a file, and how many of them polars leaves out of the cells."""

    size: int  # of the file, without a byte order mark
    lines: int
    newlines: int
    returns: int
    quotes: int  # of a doubled quote one stays in the cell, so it counts once
    ascii: bool


def exact(
    path: PurePath, data: mmap.mmap, separator: str, header: list[str], longest: int
) -> Exact | None:
    """The whole file, or None if anything of it isn't explained: then another way reads it.

    ``data``: the bytes of the file, which aren't copied as a whole. ``header`` stands in the first
    line. Blank rows, rows that may be the header again, and lines longer than ``longest`` bytes
    aren't explained either.
    """
    signs = _signs(data, ord(separator))
    if signs is None or signs.newlines * len(header) > signs.size:  # rows of nothing but blanks
        return None
    try:
        whole = pl.read_csv(
            str(path),
            has_header=False,
            separator=separator,
            quote_char='"' if signs.quotes else None,
            schema={position(place): pl.String() for place in range(len(header))},
            raise_if_empty=False,
            glob=False,
        )
    except pl.exceptions.PolarsError:  # a row too long, a quote left open, not UTF-8
        return None
    lengths = whole.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series()
    if not _adds_up(signs, lengths, len(header)):
        return None
    frame, lengths = whole[1:], lengths[1:]
    if len(lengths) and not 0 < lengths.min() <= lengths.max() <= longest - len(header):  # type: ignore[operator]
        return None
    place = next((n for n, cell in enumerate(header) if cell.strip()), None)
    if place is not None and (frame[position(place)] == header[place]).any():
        return None
    return Exact(frame.with_row_index(ROW, offset=2), signs.ascii)


def _adds_up(signs: _Signs, lengths: pl.Series, width: int) -> bool:
    """``lengths``: the bytes of each row's cells."""
    rows, cells = len(lengths), int(lengths.cast(pl.UInt64).sum())
    left_out = signs.newlines + signs.returns + signs.quotes
    return rows == signs.lines and signs.size == cells + rows * (width - 1) + left_out


def _signs(data: mmap.mmap, separator: int) -> _Signs | None:
    """The counts; None where they alone tell that the file doesn't add up."""
    begin = len(_MARK) if data[: len(_MARK)] == _MARK else 0
    # Looking for one byte is 20 times as fast as looking for three.
    marked = data.find(_MARK[:1], begin) >= 0 and data.find(_MARK, begin) >= 0
    # polars drops a separator at the very end of the file without a word.
    if marked or data.find(b"\0") >= 0 or data[-1] == separator:
        return None
    has_returns, has_quotes = data.find(b"\r") >= 0, data.find(b'"') >= 0
    newlines = returns = quotes = doubled = 0
    ascii_ = True
    for start in range(begin, len(data), _BLOCK):
        part = data[start : start + _BLOCK]
        ascii_ = ascii_ and part.isascii()
        if not (has_returns or has_quotes):
            newlines += part.count(b"\n")
            continue
        around = _around(data, start, begin)
        block = around[1:-1]
        ends = block == _LF
        newlines += int(ends.sum())
        if has_returns:  # each before a line end, or nowhere: polars drops others silently
            returns += int((block == _CR).sum())
            if not (around[:-2].filter(ends) == _CR).all():
                return None
        if has_quotes:
            edges = _edges(around, separator, quotes % 2)
            if edges is None:
                return None
            quotes, doubled = quotes + edges[0], doubled + edges[1]
    if quotes % 2 or returns not in (0, newlines):
        return None
    lines = newlines + (data[-1:] != b"\n")
    return _Signs(len(data) - begin, lines, newlines, returns, quotes - doubled, ascii_)


def _edges(around: pl.Series, separator: int, inside: int) -> tuple[int, int] | None:
    """How many quotes a block has, and doubled ones; None if one stands in the middle of a cell.

    ``inside``: 1 if the block begins inside a quoted cell. Quotes open and close in turn.
    """
    quotes = around[1:-1] == _QUOTE
    left = around[:-2].filter(quotes).gather_every(2, inside)
    right = around[2:].filter(quotes).gather_every(2, 1 - inside)
    doubled = right == _QUOTE
    opens = (left == separator) | (left == _LF) | (left == _QUOTE)
    closes = doubled | (right == separator) | (right == _LF) | (right == _CR)
    return (int(quotes.sum()), int(doubled.sum())) if opens.all() and closes.all() else None


def _around(data: mmap.mmap, start: int, begin: int) -> pl.Series:
    """A block as numbers, with the byte before it and the one after it; a line end at the edges."""
    before = data[start - 1 : start] if start > begin else b"\n"
    after = data[start + _BLOCK : start + _BLOCK + 1] or b"\n"
    part = before + data[start : start + _BLOCK] + after
    return pl.Series([part]).bin.reinterpret(dtype=pl.Array(pl.UInt8, len(part))).explode()
