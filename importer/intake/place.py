"""A place where drops arrive: a folder of this machine, or one of a server."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from importer.model.drop import Rejected


@dataclass(frozen=True, order=True)
class Entry:
    """A file that lies at a place.

    ``group``: the zip or folder that makes it a drop of its own; "" = with all that lie loose.
    ``stamp``: numbers that differ once its content was touched; the last one is when that was last,
    in nanoseconds as the place counts them.
    """

    group: str
    name: str
    size: int
    stamp: tuple[int, ...]


@dataclass(frozen=True)
class Listing:
    """What lies at a place: files, also those still being written, and what is passed over."""

    entries: tuple[Entry, ...] = ()
    rejected: tuple[Rejected, ...] = ()


class ChangedError(Exception):
    """A file is not what was listed: it was touched, or is gone. Its time of rest begins anew."""


class Place(Protocol):
    """Where drops lie until they are taken over. ``OSError`` and ``ImporterError`` as they come."""

    def listing(self) -> Listing:
        """What lies there now."""

    def copy(self, entry: Entry, target: Path) -> str:
        """Write a file to a new file (0600, synced); gives its sha-256 in hex.

        ``ChangedError`` if it was touched meanwhile: then ``target`` may hold anything.
        """

    def take_away(self, entries: Iterable[Entry]) -> list[str]:
        """After the outcome is safe: do with files what the district asked for.

        Files that were touched since they were listed stay. Gives the names that should have gone
        and could not.
        """
