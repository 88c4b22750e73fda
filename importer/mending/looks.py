"""The look of a changed cell: its own, with a colour, and text as the format of what is in it."""

import re

from importer.mending.markup import Element, Splice, elements, spliced
from importer.mending.package import Unmendable

_FILL = "E2EFDA"  # a light green: none of the colours that findings have
_TEXT = "49"  # the built-in number format “@” (ECMA-376 part 1, 18.8.30)
_OWN = re.compile(rb'\s(?:numFmtId|fillId|applyFill|applyNumberFormat)="[^"]*"')
_COUNT = re.compile(rb'\scount="[0-9]+"')


class Looks:
    """The styles of a workbook, to which looks of changed cells are added."""

    def __init__(self, styles: bytes) -> None:
        self.styles = styles
        found = elements(styles, frozenset({"fills", "cellXfs"}))
        named = {element.name: element for element in found}
        self.known = elements(styles, frozenset({"xf"}), "cellXfs")
        if len(named) < 2 or not self.known:
            raise Unmendable("it has no looks to which a colour could be added")
        self.fills, self.formats = named["fills"], named["cellXfs"]
        self.fill = len(elements(styles, frozenset({"fill"}), "fills"))
        self.added: dict[str, bytes] = {}

    def changed(self, style: str) -> str:
        """The number of the look of a cell that had this one (its attribute ``s``)."""
        if style not in self.added:
            old = int(style) if style.isdigit() and int(style) < len(self.known) else 0
            self.added[style] = self._green(self.known[old])
        return str(len(self.known) + list(self.added).index(style))

    def content(self) -> bytes:
        """The part with all looks."""
        if not self.added:
            return self.styles
        lead = self.fills.prefix.encode()
        fill = (
            b'<%sfill><%spatternFill patternType="solid"><%sfgColor rgb="FF%s"/></%spatternFill>'
            b"</%sfill>" % (lead, lead, lead, _FILL.encode(), lead, lead)
        )
        splices = [
            *self._more(self.fills, fill, 1),
            *self._more(self.formats, b"".join(self.added.values()), len(self.added)),
        ]
        return spliced(self.styles, splices)

    def _more(self, holder: Element, content: bytes, count: int) -> list[Splice]:
        """More elements at the end of one that counts them."""
        tag = self.styles[holder.start : holder.inside]
        total = (self.fill if holder is self.fills else len(self.known)) + count
        end = self.styles.rindex(b"</", holder.inside, holder.end)
        counted = _COUNT.sub(b' count="%d"' % total, tag)
        return [(holder.start, holder.inside, counted), (end, end, content)]

    def _green(self, old: Element) -> bytes:
        tag = _OWN.sub(b"", self.styles[old.start : old.inside])
        name = f"<{old.prefix}xf".encode()
        more = f' numFmtId="{_TEXT}" fillId="{self.fill}" applyNumberFormat="1" applyFill="1"'
        return name + more.encode() + tag[len(name) :] + self.styles[old.inside : old.end]
