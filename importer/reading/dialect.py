"""How the cells of a line are told apart: separator, quote sign, spaces after separators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

SEPARATORS = ",;\t|"
QUOTE = '"'
OTHER_QUOTE = "'"
_FEWEST = 3  # cells in other quotes, or after a space: one or two may be meant so


@dataclass(frozen=True)
class Dialect:
    """``spaced``: a space after each separator belongs to it (``1, "a, b", 2``)."""

    separator: str = ","
    quote: str = QUOTE
    spaced: bool = False

    def good(self, width: int) -> str:
        """The pattern of a line of ``width`` well-formed cells, for Rust and for Python."""
        return f"^{self._cell}(?:{re.escape(self.separator)}{self._cell}){{{width - 1}}}$"

    @property
    def _cell(self) -> str:
        """RFC 4180's cell. An apostrophe may also stand within one that isn't quoted."""
        sep, quote = re.escape(self.separator), self.quote
        plain = f"[^{quote}{sep}]*" if quote == QUOTE else f"(?:[^{quote}{sep}][^{sep}]*)?"
        gap = " *" if self.spaced else ""
        return f"{gap}(?:{quote}[^{quote}]*(?:{quote}{quote}[^{quote}]*)*{quote}|{plain})"

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile(f"{self._cell}(?:{re.escape(self.separator)}{self._cell})*+")

    @cached_property
    def _each(self) -> re.Pattern[str]:
        return re.compile(f"(?:^|{re.escape(self.separator)})({self._cell})")

    def cells(self, text: str) -> list[str] | None:
        """The cells of a record; None if its quotes don't add up."""
        if self.quote not in text and not self.spaced:
            return text.split(self.separator)
        if not self._whole.fullmatch(text):
            return None
        return [self.bare(cell) for cell in self._each.findall(text)]

    def bare(self, cell: str) -> str:
        """A well-formed cell without its quotes."""
        if self.spaced:
            cell = cell.lstrip(" ")
        if len(cell) > 1 and cell[0] == cell[-1] == self.quote:
            return cell[1:-1].replace(self.quote * 2, self.quote)
        return cell


def dialect_of(lines: Sequence[str], separator: str) -> Dialect:
    """The quote sign of these lines, and whether spaces after their separators belong to them."""
    sep = re.escape(separator)
    text = "\n".join(lines)
    quoted = len(re.findall(f'(?:^|{sep} *)"', text, re.MULTILINE))
    spaced = len(re.findall(f'{sep} +"', text))
    if not quoted:
        single = f"(?:^|{sep})'[^'{sep}\n][^\n]*?'(?={sep}|$)"
        if len(re.findall(single, text, re.MULTILINE)) >= _FEWEST:
            return Dialect(separator, OTHER_QUOTE)
    spaces = len(re.findall(f"{sep} ", text))
    all_spaced = spaced >= _FEWEST and spaces >= 0.8 * text.count(separator)
    return Dialect(separator, QUOTE, all_spaced)
