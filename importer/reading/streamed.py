"""Files too large to be held in memory: their bytes are counted, or every line is checked.

Counting costs a tenth. What it leaves open shows in the first pass over the rows, see
``Sheet.on_trust``.
"""

import mmap
import re
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl

from importer.model.sheet import ROW
from importer.reading.sniff import without

_SIGNS = ' \t"'
_STRETCH = 1 << 20  # bytes without a separator that no table has


@dataclass(frozen=True)
class Expected:
    """What the lines of a file should look like; whether quotes and CR occur in it at all."""

    separator: str
    header: list[str]
    has_quotes: bool
    has_returns: bool

    def good(self) -> pl.Expr:
        """Whether a line is as many well-formed fields as the header has."""
        line, width = pl.col("line"), len(self.header)
        if not self.has_quotes:
            return line.str.count_matches(self.separator, literal=True) == width - 1
        sep = re.escape(self.separator)
        cell = f'(?:"(?:[^"]|"")*"|[^"{sep}]*)'
        return line.str.contains(f"^{cell}(?:{sep}{cell}){{{width - 1}}}$")

    def again(self) -> pl.Expr:
        """Whether a line begins as the header does."""
        line, first = pl.col("line"), next((cell for cell in self.header if cell.strip()), "")
        begin = line.str.strip_chars_start(_SIGNS + self.separator)
        ends = (self.separator, '"') if len(self.header) > 1 else ()
        same = [begin == first, *(begin.str.starts_with(first + end) for end in ends)]
        return pl.any_horizontal(same) if first else pl.lit(False)


def counted(path: PurePath, data: mmap.mmap, expected: Expected) -> int | None:
    """How many physical lines a file has, if it has as many separators as so many rows need.

    Lines with quotes are looked at one by one and must be whole rows, and are counted apart. Of the
    others one that lacks cells stands beside one that has too many, of which polars complains as
    soon as all columns are read. None where that can't tell: there are CR, or a separator ends the
    file, which polars drops. polars.PolarsError if the file isn't UTF-8.
    """
    separator, width = expected.separator, len(expected.header)
    if expected.has_returns or width == 1:
        return None
    if data[-1:] == separator.encode() or without(data, separator.encode(), _STRETCH) >= 0:
        return None
    rows, cells, wrong = _quoted(path, expected) if expected.has_quotes else (0, 0, 0)
    if wrong:
        return None
    lines = _parts(path, "\n")
    plain = _parts(path, separator) - 1 - cells
    return lines if plain == (lines - rows) * (width - 1) else None


def _quoted(path: PurePath, expected: Expected) -> tuple[int, int, int]:
    """Of the lines that hold a quote: how many, how many separators, and how many aren't rows."""
    line = pl.col("line")
    lines = pl.scan_lines(str(path), name="line", glob=False)
    told = lines.filter(line.str.contains('"', literal=True)).select(
        pl.len(),
        cells=line.str.count_matches(expected.separator, literal=True).sum(),
        wrong=(~expected.good()).sum(),
    )
    rows, cells, wrong = told.collect(engine="streaming").row(0)
    return rows, cells, wrong


def _parts(path: PurePath, sign: str) -> int:
    """Into how many parts a sign cuts a file; what follows the last one counts if it isn't empty.

    polars counts them with vector instructions, but gathers all that lies between two in memory.
    """
    parts = pl.scan_csv(
        str(path),
        has_header=False,
        infer_schema=False,
        quote_char=None,
        separator="\1",
        eol_char=sign,
        glob=False,
    )
    return int(parts.select(pl.len()).collect(engine="streaming").item())


def odd_lines(path: PurePath, expected: Expected, most: int) -> tuple[int, pl.DataFrame | int]:
    """How many physical lines the file has, and those that aren't good rows of it.

    The frame has ``_row``, ``fields`` (counted without regard to quotes), ``blank`` and
    ``doubtful``. More than ``most`` of them are only counted. polars.PolarsError if it isn't UTF-8.
    """
    line, width = pl.col("line"), len(expected.header)
    # One field wide, a blank line is a good line by its count.
    blank = line.str.strip_chars(f" \t{expected.separator}") == ""
    returns = line.str.contains("\r", literal=True)  # not at the end: no line end of this file
    # So short a good line holds separators only.
    nothing = line.str.len_bytes() < width if width > 1 else blank
    again = expected.again()
    suspect = ~expected.good() | nothing | again
    if expected.has_returns:
        suspect |= returns
    scan = pl.scan_lines(str(path), name="line", row_index_name=ROW, row_index_offset=1, glob=False)
    count, odd = scan.select(pl.len(), odd=suspect.sum()).collect(engine="streaming").row(0)
    if odd > most:
        return count, odd
    rows = scan.filter(suspect) if odd > 1 else scan.clear()  # the header always is
    found = rows.select(
        ROW,
        (line.str.count_matches(expected.separator, literal=True) + 1).alias("fields"),
        blank.alias("blank"),
        (line.str.contains('"', literal=True) | returns | again).alias("doubtful"),
    )
    return count, found.filter(pl.col(ROW) > 1).collect(engine="streaming")
