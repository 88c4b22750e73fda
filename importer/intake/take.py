"""Take a drop over from the place where it arrived: a private copy, proved to be what was seen."""

import shutil
import zipfile
from pathlib import Path

from importer.intake import manifest
from importer.intake.names import is_unfinished
from importer.intake.place import ChangedError, Entry, Place
from importer.intake.settled import Arriving, is_zip, looks

LOOSE = "inbox"
"""What a drop of loose files is called."""


def take(place: Place, found: Arriving, scratch: Path, sentinel: str = "") -> Path | None:
    """Copy a drop into a new folder below ``scratch``; None if it is not whole after all.

    The path is that of the zip, or of a folder with the files. Not whole: a file was touched while
    we read, one came or went, or what should prove it (its own list of checksums, the directory of
    a zip) doesn't. ``sentinel``: the file that only says that all is there.
    """
    folder = scratch / (LOOSE if not found.group or is_zip(found.group) else found.group)
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
    if found.surely and not _is_proved(folder, found, sums):
        shutil.rmtree(folder)
        return None
    return folder / found.group if is_zip(found.group) else folder


def _is_proved(folder: Path, found: Arriving, sums: dict[str, str]) -> bool:
    if not is_zip(found.group):
        sent = {name: sha256 for name, sha256 in sums.items() if name != manifest.MANIFEST}
        return manifest.read(folder / manifest.MANIFEST) == sent
    try:
        with zipfile.ZipFile(folder / found.group):
            return True
    except Exception:  # zipfile lets others through than its own
        return False


def _same(now: list[Entry], found: Arriving) -> list[Entry]:
    """What lies there now, but for files that are only being written."""
    names = {entry.name for entry in found.entries}
    return [e for e in now if e.name in names or not is_unfinished(e.name)]
