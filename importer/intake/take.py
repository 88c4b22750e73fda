"""Take a drop over from the place where it arrived: a private copy, proved to be what was seen."""

import shutil
from pathlib import Path

from importer.intake import manifest
from importer.intake.names import is_unfinished
from importer.intake.place import ChangedError, Entry, Place
from importer.intake.settled import Arriving, looks

LOOSE = "inbox"
"""What a drop of loose files is called."""


def take(place: Place, found: Arriving, scratch: Path, sentinel: str = "") -> Path | None:
    """Copy a drop into a new folder below ``scratch``; None if it is not whole after all.

    The path is that of the zip, or of a folder with the files. Not whole: a file was touched while
    we read, one came or went, or the drop's own list of checksums (where it should prove it) says
    otherwise. ``sentinel``: the file that only says that all is there.
    """
    folder = scratch / (LOOSE if not found.group or _is_zip(found) else found.group)
    folder.mkdir(0o700, parents=True)
    try:
        sums = {
            entry.name: place.copy(entry, folder / entry.name)
            for entry in found.entries
            if entry.name != sentinel
        }
        now = [entry for entry in place.listing().entries if entry.group == found.group]
        if looks(_same(now, found)) != looks(found.entries):
            raise ChangedError
    except ChangedError:
        shutil.rmtree(folder)
        return None
    if found.surely and manifest.read(folder / manifest.MANIFEST) != _listed(sums):
        shutil.rmtree(folder)
        return None
    return folder / found.group if _is_zip(found) else folder


def _same(now: list[Entry], found: Arriving) -> list[Entry]:
    """What lies there now, but for files that are only being written."""
    names = {entry.name for entry in found.entries}
    return [e for e in now if e.name in names or not is_unfinished(e.name)]


def _listed(sums: dict[str, str]) -> dict[str, str]:
    return {name: sha256 for name, sha256 in sums.items() if name != manifest.MANIFEST}


def _is_zip(found: Arriving) -> bool:
    return found.group.casefold().endswith(".zip")
