"""Notes pinned to cells: the two parts of a workbook that hold those of one sheet."""

import posixpath
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from importer.mending.markup import letters
from importer.mending.package import Package, rels_of, targets_of

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_TYPES = "[Content_Types].xml"
_FIRST = 1025  # Excel numbers the shapes of the first 1,024 block so
_AFTER = re.compile(
    rb"<(?:\w+:)?(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems"
    rb"|tableParts|extLst)\b|</(?:\w+:)?worksheet>"
)
"""What stands behind ``legacyDrawing`` in a sheet (ECMA-376 part 1, 18.3.1.99)."""

_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202"'
    ' coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke'
    ' joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:2pt;width:220pt;height:50pt;z-index:{place};visibility:hidden" fillcolor="#ffffe1"'
    ' o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox style="mso-direction-alt:auto"/>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False'
    "</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def pin(package: Package, part: str, notes: Mapping[tuple[int, int], str]) -> bool:
    """Pin notes (row, column from 1 → text) to a sheet; not to one that has notes or controls."""
    kinds = {kind for kind, _ in targets_of(package.parts, part).values()}
    sheet = package.parts[part]
    if kinds & {"comments", "vmlDrawing"} or b"legacyDrawing" in sheet or not notes:
        return False
    stem = posixpath.splitext(posixpath.basename(part))[0]
    comments = _free(package, f"xl/importer-notes-{stem}.xml")
    drawing = _free(package, f"xl/drawings/importer-notes-{stem}.vml")
    package.parts[comments] = _comments(notes).encode()
    package.parts[drawing] = _shapes(notes).encode()
    _relate(package, part, {"comments": comments, "vmlDrawing": drawing})
    _declare(package, comments)
    lead = _prefix(sheet)
    element = f'<{lead}legacyDrawing xmlns:r="{_OFFICE}" r:id="importerVmlDrawing"/>'.encode()
    end = _end(sheet)
    package.parts[part] = sheet[:end] + element + sheet[end:]
    return True


def _free(package: Package, wanted: str) -> str:
    while wanted in package.parts:
        stem, ending = posixpath.splitext(wanted)
        wanted = f"{stem}x{ending}"
    return wanted


def _end(sheet: bytes) -> int:
    """Where ``legacyDrawing`` belongs, behind all rows."""
    rows = max(sheet.rfind(b"sheetData>"), sheet.rfind(b"sheetData/>"))
    found = _AFTER.search(sheet, max(rows, 0))
    assert found is not None  # it is well-formed: its cells were read
    return found.start()


def _prefix(sheet: bytes) -> str:
    found = re.search(rb"</(\w+:)?worksheet>", sheet)
    return found[1].decode() if found and found[1] else ""


def _comments(notes: Mapping[tuple[int, int], str]) -> str:
    listed = "".join(
        f'<comment ref="{letters(column)}{row}" authorId="0"><text><t xml:space="preserve">'
        f"{escape(text)}</t></text></comment>"
        for (row, column), text in sorted(notes.items())
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><comments xmlns="{_MAIN}"><authors>'
        f"<author>importer</author></authors><commentList>{listed}</commentList></comments>"
    )


def _shapes(notes: Mapping[tuple[int, int], str]) -> str:
    shapes = (
        _SHAPE.format(number=_FIRST + place, place=place + 1, row=row - 1, column=column - 1)
        for place, (row, column) in enumerate(sorted(notes))
    )
    return f"{_HEAD}{''.join(shapes)}</xml>"


def _relate(package: Package, part: str, targets: Mapping[str, str]) -> None:
    rels = rels_of(part)
    old = package.parts.get(rels, f'<Relationships xmlns="{_RELS}"></Relationships>'.encode())
    more = "".join(
        f'<Relationship xmlns="{_RELS}" Id="importer{kind[0].upper()}{kind[1:]}"'
        f' Type="{_OFFICE}/{kind}" Target="/{target}"/>'
        for kind, target in targets.items()
    ).encode()
    if b"</" not in old:  # <Relationships …/>
        at = old.rindex(b"/>")
        name = re.search(rb"<((?:\w+:)?Relationships)\b", old)
        assert name is not None
        package.parts[rels] = old[:at] + b">" + more + b"</" + name[1] + b">"
        return
    at = old.rindex(b"</")
    package.parts[rels] = old[:at] + more + old[at:]


def _declare(package: Package, comments: str) -> None:
    """Say of which type the new parts are."""
    types = package.parts[_TYPES]
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    more = f'<Override xmlns="{space}" PartName="/{comments}" ContentType="{_COMMENTS}"/>'
    if not re.search(rb'Extension="vml"', types, re.IGNORECASE):
        more = f'<Default xmlns="{space}" Extension="vml" ContentType="{_DRAWING}"/>{more}'
    at = types.rindex(b"</")
    package.parts[_TYPES] = types[:at] + more.encode() + types[at:]
