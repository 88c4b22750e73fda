"""Drops fetched from a server into the inbox, each as one folder with a list that proves it."""

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from importer.fleet import clock
from importer.fleet.feeds import Feed
from importer.fleet.turn import POLL, District, watch_of
from importer.intake.identity import drop_id, sha256_of
from importer.intake.manifest import MANIFEST
from importer.intake.place import Place
from importer.intake.settled import Arriving, Watch, first_whole
from importer.intake.take import take
from importer.model.drop import DropFile, Rejected
from importer.model.errors import BusyError, StorageError


@dataclass(frozen=True)
class Fetched:
    """What became of a drop on a server, or that there is none.

    ``outcome``: "fetched", "same" (it was before), "waiting" (it is arriving) or "nothing".
    ``path``: where it lies now; ``drop``: its id; ``size`` in bytes.
    """

    source: str
    outcome: str
    says: str
    path: str = ""
    drop: str = ""
    files: int = 0
    size: int = 0
    passed_over: tuple[Rejected, ...] = ()

    def record(self) -> dict[str, Any]:
        """The same as JSON-ready data."""
        return asdict(self)


def fetch(
    district: District, feed: Feed, place: Place, quiet: int | None, wait: Callable[[str], bool]
) -> list[Fetched]:
    """Fetch what has come to rest at a place into the feed's inbox, drop after drop.

    ``quiet``: seconds of rest, else those of the settings. ``wait`` is told why and for how long,
    and says whether what is still arriving is waited for.
    Server and disk may fail with ``ImporterError``; what was fetched until then is there.
    """
    watch, known = _recalled(district, feed, quiet)
    done: list[Fetched] = []
    while True:
        listing = place.listing()
        found = watch.look(listing, clock.seconds())
        whole = first_whole(found)
        if whole is not None:
            with district.store.lock():
                fetched = _fetched(district, feed, place, whole, known)
                (watch.taken if fetched else watch.doubt)(whole.group)
                _remember(district, feed, watch, known)
            done += [replace(fetched, passed_over=listing.rejected)] if fetched else []
            continue
        pending = [one for one in found if not one.overdue]
        if not pending or not wait(_arriving(pending[0])):
            break
        time.sleep(max(0.2, min([POLL, *(one.wait for one in pending)])))
    with contextlib.suppress(BusyError), district.store.lock():
        _remember(district, feed, watch, known)
    left = [_left(feed, one, listing.rejected) for one in found]
    nothing = Fetched(feed.source.name, "nothing", "Nothing new is there.")
    return done + left or [replace(nothing, passed_over=listing.rejected)]


def _name(found: Arriving) -> str:
    return found.group or "A drop"


def _arriving(found: Arriving) -> str:
    return f"{_name(found)} is arriving: {found.why} (at least {found.wait:.0f} seconds)."


def _left(feed: Feed, found: Arriving, passed: tuple[Rejected, ...]) -> Fetched:
    says = f"{_name(found)} is not fetched yet: {found.why}."
    return Fetched(feed.source.name, "waiting", says, passed_over=passed)


def _fetched(
    district: District, feed: Feed, place: Place, found: Arriving, known: dict[str, str]
) -> Fetched | None:
    """Fetch one drop; None if it is not whole after all."""
    name = feed.source.name
    with district.store.scratch() as scratch:
        path = take(place, found, scratch, district.policy.arrivals.sentinel)
        if path is None:
            return None
        files = _files(path)
        drop, size = drop_id(files), sum(file.size for file in files)
        final = feed.inbox / f"fetched-{drop[:12]}{path.suffix if path.is_file() else ''}"
        if known.get(found.group) == drop or final.exists():
            return Fetched(name, "same", "The same drop was fetched before.", drop=drop)
        try:
            _put(path, files, final)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "unknown reason"
            raise StorageError(
                f"The drop could not be put into {feed.inbox}: {reason}.",
                "It must be a folder of the workspace's own disk with free space.",
            ) from None
    known[found.group] = drop
    says = f"Fetched {len(files)} file(s) into {final.name}."
    return Fetched(name, "fetched", says, str(final), drop, len(files), size)


def _files(path: Path) -> list[DropFile]:
    """The files of a drop, without its list of checksums."""
    inside = sorted(path.iterdir()) if path.is_dir() else [path]
    sent = [file for file in inside if file.name != MANIFEST]
    return [DropFile(file.name, file, file.stat().st_size) for file in sent]


def _put(path: Path, files: Collection[DropFile], final: Path) -> None:
    """Give a drop its place in the inbox, at once; a zip proves itself, a folder by its list.

    A list that the sender wrote stays: the checks say where it doesn't fit.
    """
    final.parent.mkdir(0o700, exist_ok=True)
    if path.is_dir() and not (path / MANIFEST).exists():
        lines = "".join(f"{line}\n" for line in _lines(files))
        fd = os.open(path / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(fd)
    if path.is_dir():
        _sync(path)
    path.rename(final)
    _sync(final.parent)


def _lines(files: Collection[DropFile]) -> Iterator[str]:
    """The list as sha256sum writes it."""
    for file in files:
        yield f"{sha256_of(file.path)}  {file.name}"


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _recalled(district: District, feed: Feed, quiet: int | None) -> tuple[Watch, dict[str, str]]:
    """What was seen on the server until now; and group → id of the drop that was fetched last.

    One before the last is fetched once more: the checks put an older drop on hold.
    """
    rules = district.policy.arrivals
    rules = rules if quiet is None else replace(rules, quiet=quiet)
    watch = Watch(rules, watch_of(district, feed).expected)
    told = district.store.memory(_memory(feed))
    name = clock.name()
    watch.recall(told, same_clock=bool(name) and told.get("clock") == name)
    return watch, dict(told.get("drops", {}))


def _remember(district: District, feed: Feed, watch: Watch, known: dict[str, str]) -> None:
    told = {**watch.record(), "clock": clock.name(), "drops": known}
    if told != district.store.memory(_memory(feed)):
        district.store.remember(_memory(feed), told)


def _memory(feed: Feed) -> str:
    return f"fetched-{feed.source.name}" if feed.source.name else "fetched"
