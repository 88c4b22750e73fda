"""A workbook as the archive that it is: its parts by name, which sheet is which, and packing it."""

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree import ElementTree

from importer.reading.container import judged

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SIGNED = "_xmlsignatures/"


class Unmendable(Exception):  # noqa: N818 - it is a verdict, told to the person
    """No corrected copy of the file can be made; the text goes on after “{file}: ”."""


@dataclass
class Package:
    """The parts of a workbook; a part that is set is written instead."""

    parts: dict[str, bytes]
    infos: Mapping[str, zipfile.ZipInfo]
    sheets: Mapping[str, str]  # title → part

    def content(self) -> bytes:
        """The workbook packed again, its parts in the order in which they were."""
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                archive.writestr(self.infos.get(name, name), data, zipfile.ZIP_DEFLATED)
        return written.getvalue()


def opened(path: PurePath) -> Package:
    """The parts of a workbook that was judged fit to read; ``Unmendable`` for a signed one."""
    with judged(path), zipfile.ZipFile(str(path)) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        parts = {name: archive.read(name) for name in infos}
    if any(name.startswith(_SIGNED) for name in parts):
        raise Unmendable("it is signed, and any change would break the signature")
    return Package(parts, infos, _sheets(parts))


def _sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    root = _first(parts, "_rels/.rels", "/officeDocument")
    targets = targets_of(parts, root)
    found = {}
    for element in ElementTree.fromstring(parts[root]).iter():  # noqa: S314 - judged: no doctype
        if element.tag.endswith("}sheet") and element.get(_REL) in targets:
            found[element.get("name", "")] = targets[str(element.get(_REL))][1]
    return found


def _first(parts: Mapping[str, bytes], rels: str, kind: str) -> str:
    """The part that a relationship of this kind names."""
    for element in ElementTree.fromstring(parts[rels]):  # noqa: S314 - judged: no doctype
        if element.get("Type", "").endswith(kind):
            return posixpath.normpath(element.get("Target", "").lstrip("/"))
    raise Unmendable("it lacks the part that names its sheets")


def rels_of(part: str) -> str:
    """The name of the part with the relationships of another."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def targets_of(parts: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """The relationships of a part: id → kind (the end of its type) and the part it names."""
    rels = parts.get(rels_of(part))
    if rels is None:
        return {}
    folder, found = posixpath.dirname(part), {}
    for element in ElementTree.fromstring(rels):  # noqa: S314 - judged: no doctype
        target = element.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        kind = element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = (kind, posixpath.normpath(whole))
    return found
