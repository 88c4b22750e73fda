"""Where a table begins and how its lines are to be read, told from the first lines of a file."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from importer.contracts.header import normal
from importer.reading.dialect import SEPARATORS, Dialect, dialect_of
from importer.reading.header_row import FIRST_ROWS, by_names
from importer.reading.sniff import separator_of

LINES = 200
"""Lines that are looked at: a table shows its shape in far fewer."""

_ROWS = 3  # of one width, or with one kind of value: less than that may be chance
_MANY = 5  # rows that show that the header is as wide as none of them
_SURE = 0.7  # the share of rows, or of cells, that has to agree
_BETTER = 0.2  # of all lines: so many more must another separator fit than the header's own
_FITTING = 8  # and so many in all
_MOST_ROWS = 4  # that one header may take
_NUMBER = re.compile(r"[^A-Za-z]*\d[^A-Za-z]*")  # also dates, times, amounts

Cells = Sequence[str]


@dataclass(frozen=True)
class Layout:
    """``at``: the line (from 0) of the header, ``rows``: how many lines it takes.

    ``header`` is None where its quotes don't add up. ``above``: lines with text above it, without
    Excel's ``sep=``. ``nameless``: the first row seems to be data. ``width``: cells that most of
    the rows below have; 0 if that can't be told.
    """

    dialect: Dialect
    header: list[str] | None
    at: int
    rows: int = 1
    above: tuple[int, ...] = ()
    nameless: bool = False
    width: int = 0

    @property
    def simple(self) -> bool:
        """Whether the file is what the formats ask for: the header alone in line 1, no oddity."""
        usual = Dialect(self.dialect.separator)
        whole = self.header is not None and self.width in (0, len(self.header))
        return whole and (self.at, self.rows, self.dialect) == (0, 1, usual)


def lay_out(lines: Sequence[str], known: frozenset[str]) -> Layout | None:
    """How to read a file that begins with these lines; None if there is nothing in them.

    ``known``: names of columns as ``contracts.header.normal`` gives them.
    """
    return _usual(lines[:2], known) or _looked_at(lines, known)


def _usual(lines: Sequence[str], known: frozenset[str]) -> Layout | None:
    """What nearly every file is: known names in line 1, one separator, a row as wide below."""
    if len(lines) < 2 or "'" in lines[1] or lines[0].lower().startswith("sep="):
        return None
    signs = [sign for sign in SEPARATORS if sign in lines[0]]
    if len(signs) != 1 or f'{signs[0]} "' in lines[1]:
        return None
    dialect = Dialect(signs[0])
    header, row = (dialect.cells(line) for line in lines)
    if header is None or row is None or len(row) != len(header):
        return None
    if not _all_names(header, known) or _all_names(row, known):
        return None
    return Layout(dialect, header, 0, width=len(header))


def _looked_at(lines: Sequence[str], known: frozenset[str]) -> Layout | None:
    filled = [at for at, line in enumerate(lines[:LINES]) if line.strip()]
    announced = ""
    if filled and lines[filled[0]].lower().startswith("sep="):  # Excel's own first line
        announced = lines[filled.pop(0)][4:5]
    if not filled:
        return None
    texts = [lines[at] for at in filled]
    dialect = dialect_of(texts, announced or _separator(texts, known))
    whole = [dialect.cells(text) for text in texts]
    rows = [
        cells or text.split(dialect.separator) for cells, text in zip(whole, texts, strict=True)
    ]
    named = by_names(rows[:FIRST_ROWS], known)
    start = _by_shape(rows) if named is None else named
    first, last = _extent(rows, start, known)
    header, below = whole[first : last + 1], whole[last + 1 :]
    above = tuple(at for at, cells in zip(filled[:first], rows, strict=False) if _filled(cells))
    return Layout(
        dialect,
        _merged([cells for cells in header if cells is not None], known)
        if None not in header
        else None,
        filled[first],
        filled[last] - filled[first] + 1,
        above,
        named is None and _is_data(rows, first),
        _width_below(below, max((len(cells) for cells in header if cells), default=0)),
    )


def _filled(cells: Cells) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _separator(texts: Sequence[str], known: frozenset[str]) -> str:
    """The separator that makes known names of a line; else the header's own if it fits the rows."""
    named = {
        sep: max(_names(text, sep, known) for text in texts[:FIRST_ROWS]) for sep in SEPARATORS
    }
    best = max(SEPARATORS, key=lambda sep: named[sep])
    if named[best] > 1:
        return best
    fits = {sep: _fit(texts, sep) for sep in SEPARATORS}
    own, best = separator_of(texts[0]), max(SEPARATORS, key=lambda sep: fits[sep])
    more = fits[best] - fits[own] > _BETTER * len(texts)
    return best if more and fits[best] >= _FITTING else own


def _names(text: str, sep: str, known: frozenset[str]) -> int:
    """How many known names this separator makes of a line."""
    cells = text.split(sep) if sep in text else []
    return len({normal(cell.strip(" \"'")) for cell in cells} & known)


def _fit(texts: Sequence[str], sep: str) -> int:
    """How many lines have the commonest number of separators, if that isn't none at all."""
    counts = Counter("".join(text.split('"')[::2]).count(sep) for text in texts)
    most, rows = counts.most_common(1)[0]
    return rows if most else 0


def _width(rows: Sequence[Cells | None]) -> tuple[int, int]:
    """The width that most rows have, and how many they are; zeros where it isn't most of them."""
    filled = [cells for cells in rows if cells is None or _filled(cells)]
    counts = Counter(len(cells) for cells in filled if cells is not None)
    width, count = counts.most_common(1)[0] if counts else (0, 0)
    return (width, count) if count >= max(_ROWS, _SURE * len(filled)) else (0, 0)


def _width_below(rows: Sequence[Cells | None], header: int) -> int:
    """The width of the rows below the header: the header's own, if only one row has that."""
    if any(cells is not None and len(cells) == header and _filled(cells) for cells in rows):
        return header
    width, count = _width(rows)
    return width if count >= _MANY else 0


def _by_shape(rows: Sequence[Cells]) -> int:
    """The header where no name is known: the first row that fills a third of the width.

    Notes above a table fill one cell or two. If that row has numbers, the first one is taken.
    """
    width, _ = _width(rows)
    for at, cells in enumerate(rows[:FIRST_ROWS]):
        filled = _filled(cells)
        if width > 1 and 3 * len(filled) >= width:
            return 0 if any(map(_NUMBER.fullmatch, filled)) else at
    return 0


def _extent(rows: Sequence[Cells], at: int, known: frozenset[str]) -> tuple[int, int]:
    """The first and the last row of the header that has this one."""
    first = last = at
    while first and last - first < _MOST_ROWS and _all_names(rows[first - 1], known):
        first -= 1
    while last + 1 < len(rows) and last - first < _MOST_ROWS - 1:
        below = rows[last + 1]
        if not (_all_names(below, known) or (same(below, rows[at]) >= 1 and len(below) > 1)):
            break
        last += 1
    return first, last


def _all_names(cells: Cells, known: frozenset[str]) -> bool:
    """Whether a row holds names of columns: two at least, and half of what it holds."""
    filled = _filled(cells)
    named = sum(normal(cell) in known for cell in filled)
    return named > 1 and 2 * named >= len(filled)


def same(cells: Cells, header: Cells) -> float:
    """The share of the cells of two rows that are the same, in their places, but for case."""
    fold = [[cell.strip().casefold() for cell in row] for row in (cells, header)]
    pairs = [(one, other) for one, other in zip(*fold, strict=False) if one or other]
    longer = pairs + [(cell, "") for row in fold for cell in row[min(map(len, fold)) :] if cell]
    alike = [one for one, other in pairs if one == other]
    return len(alike) / max(1, len(longer))


def starts_table(cells: Cells, header: Cells, known: frozenset[str]) -> bool:
    """Whether this row below a header seems to be the header of another table."""
    return same(cells, header) >= _SURE or _all_names(cells, known)


def _merged(rows: Sequence[Cells], known: frozenset[str]) -> list[str]:
    """One header of several rows: the known name of each column, else all its words in order."""
    if len(rows) == 1:
        return list(rows[0])
    merged = []
    for place in range(max(map(len, rows))):
        cells = [row[place].strip() for row in rows if place < len(row)]
        named = [cell for cell in cells if normal(cell) in known]
        words = named[-1:] or dict.fromkeys(cell for cell in cells if cell)
        merged.append(" ".join(words))
    return merged


def _is_data(rows: Sequence[Cells], at: int) -> bool:
    """Whether the row is like those below: numbers stand where numbers stand below."""
    below = [cells for cells in rows[at + 1 :] if len(cells) == len(rows[at])]
    if len(below) < _ROWS:
        return False
    alike = 0
    for place, cell in enumerate(rows[at]):
        given = [cells[place] for cells in below if cells[place].strip()]
        numbers = sum(1 for value in given if _NUMBER.fullmatch(value))
        alike += bool(_NUMBER.fullmatch(cell)) and numbers >= _SURE * max(1, len(given))
    return 4 * alike >= len(rows[at]) and alike > 0
