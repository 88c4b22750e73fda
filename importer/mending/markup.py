"""Places in the XML of a workbook's part, so that bytes can be replaced and the rest stays."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from importer.mending.package import Unmendable

_CELL = re.compile("([A-Z]{1,3})([0-9]+)$")
Splice = tuple[int, int, bytes]
"""From where, to where, and what comes instead."""


@dataclass
class Element:
    """An element: its name without a prefix, attributes, and where it begins and ends."""

    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    inside: int  # where its first tag ends
    end: int = 0
    text: str = ""
    holds: tuple[str, ...] = ()  # names of the elements inside it

    def empty(self, data: bytes) -> bool:
        """Whether it is a single tag, such as ``<c r="A1"/>``."""
        return data[self.inside - 2 : self.inside] == b"/>"


def spliced(data: bytes, splices: Sequence[Splice]) -> bytes:
    """The bytes with the pieces replaced; pieces don't overlap."""
    out, at = [], 0
    for start, end, piece in sorted(splices, key=lambda splice: splice[:2]):
        out += [data[at:start], piece]
        at = end
    return b"".join([*out, data[at:]])


def elements(data: bytes, names: frozenset[str], within: str = "") -> list[Element]:
    """All elements of these names, in the order in which they begin.

    ``within``: only those that lie in an element of this name. ``text`` is all text inside.
    """
    finder = _Finder(data, names, within)
    finder.parser.Parse(data, True)
    return finder.found


class _Finder:
    """Notes the places of elements as expat meets them."""

    def __init__(self, data: bytes, names: frozenset[str], within: str) -> None:
        self.data, self.names, self.within = data, names, within
        self.found: list[Element] = []
        self.open: list[Element] = []
        self.depth = 0 if within else 1
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.XmlDeclHandler = self.declared

    def declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").casefold() not in ("utf-8", "us-ascii"):
            raise Unmendable("it is written in a way that only its own program understands")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if self.open:
            self.open[-1].holds += (local,)
        if local == self.within:
            self.depth += 1
        if self.depth and local in self.names:
            lead, at = f"{prefix}:" if prefix else "", self.parser.CurrentByteIndex
            # No attribute of the elements that are looked for holds a “>”.
            element = Element(local, lead, attributes, at, self.data.index(b">", at) + 1)
            self.found.append(element)
            self.open.append(element)

    def text(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if self.depth and local in self.names:
            element = self.open.pop()
            if element.empty(self.data):
                element.end = element.inside
            else:
                element.end = self.data.index(b">", self.parser.CurrentByteIndex) + 1
        if local == self.within:
            self.depth -= 1


def cells(data: bytes) -> Iterator[tuple[int, int, Element]]:
    """The cells of a sheet: row, column (from 1), element with ``t`` and the text of all in it."""
    row = column = 0
    for element in elements(data, frozenset({"row", "c"}), "sheetData"):
        if element.name == "row":
            row, column = int(element.attributes.get("r", row + 1)), 0
            continue
        place = _CELL.match(element.attributes.get("r", ""))
        column = number(place[1]) if place else column + 1
        yield row, column, element


def number(letters: str) -> int:
    """The number of a column: A = 1."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value


def letters(column: int) -> str:
    """The letters of a column."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
