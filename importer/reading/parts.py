"""Where the sheets of a workbook lie, and which of its styles show numbers behind a mask of zeros.

Names of elements are compared without their namespace, so that Strict Open XML is read too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from posixpath import join, normpath
from xml.parsers import expat

from importer.reading.cells import Mask, mask
from importer.reading.container import DAMAGED, Parts, Refused

_DOCUMENT = "/officeDocument"
_BY_STYLE = "xf"

Attributes = dict[str, str]


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook: its title, the part that holds it, and whether it is hidden."""

    title: str
    part: str
    hidden: bool


def local(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def elements(chunks: Iterable[bytes], met: Callable[[str, Attributes], None]) -> None:
    """Tell ``met`` the local name and attributes of each element; ``Refused`` if it is no XML."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: met(local(name), attributes)
    parse(parser, chunks)


def parse(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    """Give the parser all pieces of a part; ``Refused`` if it is no XML."""
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refused(DAMAGED) from None


def sheet_parts(parts: Parts) -> list[SheetPart]:
    """The sheets in the order of the workbook; charts and dialogs have an empty ``part``."""
    book = _target(parts, "_rels/.rels", "", _DOCUMENT)
    folder, _, name = book.rpartition("/")
    targets = _targets(parts, join(folder, "_rels", f"{name}.rels"), folder)
    found: list[SheetPart] = []

    def met(name: str, attributes: Attributes) -> None:
        if name != "sheet":
            return
        key = next((value for at, value in attributes.items() if local(at) == "id"), "")
        kind, part = targets.get(key, ("", ""))
        hidden = attributes.get("state", "visible") != "visible"
        is_table = kind.endswith("/worksheet")
        found.append(SheetPart(attributes.get("name", ""), part if is_table else "", hidden))

    elements(parts.chunks(book), met)
    if not found:
        raise Refused("it has no sheet")
    return found


def _target(parts: Parts, rels: str, folder: str, kind: str) -> str:
    for type_, part in _targets(parts, rels, folder).values():
        if type_.endswith(kind):
            return part
    raise Refused(DAMAGED)


def _targets(parts: Parts, rels: str, folder: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id → (type, part)."""
    found: dict[str, tuple[str, str]] = {}

    def met(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            part = normpath(join("/", folder, target)).lstrip("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), part)

    elements(parts.chunks(rels), met)
    return found


def masks(parts: Parts) -> Mapping[str, Mask | None] | None:
    """Style of a cell (``s``) → the mask through which it shows numbers; None without styles."""
    book = _target(parts, "_rels/.rels", "", _DOCUMENT)
    part = join(book.rpartition("/")[0], "styles.xml")
    if part not in parts:
        return None
    formats: dict[str, Mask | None] = {}
    styles: list[str] = []
    inside = [False]

    def met(name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = mask(attributes.get("formatCode", ""))
        elif name == _BY_STYLE and inside[0]:
            styles.append(attributes.get("numFmtId", "0"))
        elif name != "numFmts":
            inside[0] = name == "cellXfs" or (inside[0] and name in _IN_STYLE)

    elements(parts.chunks(part), met)
    return {str(index): formats.get(id_) for index, id_ in enumerate(styles)}


_IN_STYLE = {"alignment", "protection", "extLst", "ext"}
