"""The best reading of a damaged row: what it most likely was meant to be, for a person to judge.

Nothing here decides: a row that was damaged stays held, and its best reading is an offer.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from importer.reading.dialect import Dialect

_MOST_SIGNS = 400  # separators and quotes of a line: beyond that too many readings are possible
_MOST_SPARE = 40  # separators that may belong to values of one line whose quotes don't add up
_MOST_EXTRA = 5  # cells too many in a row: with more of them it is another kind of row
_MOST_TRIES = 5_000  # cells compared to find out which one is too many
_OTHERS = ",;\t| "

# What a reading costs. Only the order matters: a stray quote inside a cell is likelier than a
# separator that was forgotten between two of them, and that is likelier than a value with an
# unquoted separator in it.
_STRAY, _LOST, _WITHIN = 4, 7, 9
_NEVER = 10**9


def shape(cell: str) -> str:
    """What kind of value a cell holds: nothing, digits, letters, or both."""
    if not cell.strip():
        return ""
    digits = any(sign.isdigit() for sign in cell)
    letters = any(sign.isalpha() for sign in cell)
    return "digits" * digits + "letters" * letters or "signs"


@dataclass
class Mender:
    """Reads damaged lines of a table of ``width`` columns as good rows of it look (``learn``)."""

    dialect: Dialect
    width: int
    _shapes: list[Counter[str]] = field(default_factory=list)

    def learn(self, rows: Sequence[Sequence[str | None]]) -> None:
        """Take note of what good rows hold in each column."""
        self._shapes = [
            Counter(shape(row[place] or "") for row in rows) for place in range(self.width)
        ]

    def best(self, text: str) -> list[str] | None:
        """The cells of a damaged line, ``width`` of them; None if nothing better can be said."""
        cells = self.dialect.cells(text)
        if cells is not None and len(cells) > self.width:
            return self._narrowed(cells)
        signs = text.count(self.dialect.separator) + text.count(self.dialect.quote)
        found = None
        if self.dialect.quote in text and signs <= _MOST_SIGNS:
            found = self._unescaped(text) or split(text, self.dialect, self.width)
        found = found or cells
        if found is None or len(found) > self.width:
            return None
        # Which value a short row lacks nobody can tell: its cells stay in order.
        return found + [""] * (self.width - len(found))

    def otherwise(self, text: str) -> list[str] | None:
        """The cells of a line whose values are separated by another sign than all others."""
        if self.width < 3:
            return None
        for sign in _OTHERS.replace(self.dialect.separator, ""):
            cells = Dialect(sign, self.dialect.quote).cells(text) if sign in text else None
            if cells is not None and len(cells) == self.width:
                return cells
        return None

    def _unescaped(self, text: str) -> list[str] | None:
        """Quotes inside values with a backslash before them, where that makes the row whole."""
        quote = self.dialect.quote
        if "\\" + quote not in text:
            return None
        cells = self.dialect.cells(text.replace("\\" + quote, quote * 2))
        return cells if cells is not None and len(cells) == self.width else None

    def _narrowed(self, cells: list[str]) -> list[str] | None:
        """A row with cells too many: empty ones left out, or cells joined that are one value."""
        while len(cells) > self.width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) > self.width + _MOST_EXTRA:
            return None
        while len(cells) > self.width:
            blanks = [at for at, cell in enumerate(cells) if not cell.strip()]
            options = [cells[:at] + cells[at + 1 :] for at in blanks]
            if not options:
                options = [self._joined(cells, at) for at in self._joints(cells)]
            if not options or len(options) * self.width > _MOST_TRIES:
                return None
            cells = max(options, key=self._likeness)
        return cells

    def _joints(self, cells: list[str]) -> list[int]:
        """Where two cells may be one value: a space after the separator shows a sentence."""
        spaced = [at for at, cell in enumerate(cells[1:]) if cell.startswith(" ")]
        return spaced or list(range(len(cells) - 1))

    def _joined(self, cells: list[str], at: int) -> list[str]:
        one = cells[at] + self.dialect.separator + cells[at + 1]
        return [*cells[:at], one, *cells[at + 2 :]]

    def _likeness(self, cells: list[str]) -> int:
        """How much a row is like the good ones, as far as it goes."""
        return sum(shapes[shape(cell)] for cell, shapes in zip(cells, self._shapes, strict=False))


def split(text: str, dialect: Dialect, width: int) -> list[str] | None:
    """A line whose quotes don't add up as exactly ``width`` cells, at the least cost.

    A stray quote stays in its cell. A separator may have been lost before a quote. None if the
    line has too few signs for so many cells, or far too many.
    """
    cuts = [(0, 0, 0), *_cuts(text, dialect), (len(text), len(text), 0)]
    spare = len(cuts) - 1 - width
    if not 0 <= spare <= _MOST_SPARE:
        return None
    best: list[dict[int, tuple[int, int]]] = [{0: (0, 0)}]  # cut → cells so far → cost, cut before
    for end in range(1, len(cuts)):
        ways: dict[int, tuple[int, int]] = {}
        for start in range(max(0, end - spare - 1), end):
            cell = text[cuts[start][1] : cuts[end][0]]
            cost = _cost(cell, dialect) + cuts[end][2]
            for count, (before, _) in best[start].items():
                most = ways.get(count + 1, (_NEVER, 0))[0]
                if count < width and before + cost < most:
                    ways[count + 1] = (before + cost, start)
        best.append(ways)
    return _walked(text, dialect, cuts, best, width)


def _walked(
    text: str,
    dialect: Dialect,
    cuts: list[tuple[int, int, int]],
    best: list[dict[int, tuple[int, int]]],
    width: int,
) -> list[str] | None:
    """The cells along the cheapest way."""
    end, cells = len(cuts) - 1, []
    for count in range(width, 0, -1):
        if count not in best[end]:
            return None
        start = best[end][count][1]
        cells.append(dialect.bare(text[cuts[start][1] : cuts[end][0]]))
        end = start
    return cells[::-1]


def _cuts(text: str, dialect: Dialect) -> list[tuple[int, int, int]]:
    """Where a line may be cut: the end of a cell, the start of the next one, and the cost."""
    sep, quote = re.escape(dialect.separator), dialect.quote
    sign = f"[^{sep}{quote}\\s]"
    lost = f"(?<={sign}{quote})(?={quote}{sign})|(?<={sign})(?={quote}\\w)"
    found = [(m.start(), m.end(), 0) for m in re.finditer(sep, text)]
    found += [(m.start(), m.end(), _LOST) for m in re.finditer(lost, text)]
    return sorted(found)


def _cost(cell: str, dialect: Dialect) -> int:
    """How unlikely it is that this was meant as one cell."""
    sep, quote = dialect.separator, dialect.quote
    if dialect.spaced:
        cell = cell.lstrip(" ")
    if quote not in cell:
        return _WITHIN * cell.count(sep)
    if len(cell) > 1 and cell[0] == cell[-1] == quote:
        inner = cell[1:-1].replace(quote * 2, "")
        edges = inner.count(quote + sep) + inner.count(sep + quote)
        return _STRAY * min(1, inner.count(quote)) + inner.count(quote) + _WITHIN * edges
    return _STRAY + cell.count(quote) + _WITHIN * cell.count(sep)
