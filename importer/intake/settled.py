"""Which drops at a place have come to rest: pure, by what was seen and by our own clock.

A file's own time proves nothing: a file that is overwritten in place is seen empty with its old
time, and two equal sizes may be of two files. So a drop is whole when nothing of **all** its files
has changed for as long as the policy says, counted by a clock that nobody can set.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from importer.intake.manifest import MANIFEST
from importer.intake.names import is_unfinished
from importer.intake.place import Entry, Listing
from importer.settings import Arrivals

ZIP_QUIET = 60.0
"""Seconds of rest for a zip, if its directory, which comes last, can be read."""

_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Seen:
    """How a drop looked, since when like this, and when it was first seen (our clock's seconds)."""

    look: str
    since: float
    first: float


@dataclass(frozen=True)
class Arriving:
    """A drop at a place: whether it is ``whole``, else ``why`` not, and how long it takes at least.

    ``wait``: seconds until it may be whole. ``overdue``: nothing moves any more and something that
    must come is missing. ``surely``: it rested for less than the quiet period, so its own list of
    checksums, or the directory of a zip, has to prove it.
    """

    group: str
    entries: tuple[Entry, ...]
    whole: bool
    why: str = ""
    wait: float = 0.0
    overdue: bool = False
    surely: bool = False


@dataclass
class Watch:
    """What was seen at one place from one look to the next.

    ``expected``: the names of the files of the last committed drop. ``done``: group → how it looked
    when it was taken over and left where it was. ``doubted``: likewise, when it did not prove
    itself.
    """

    rules: Arrivals
    expected: Collection[str] = ()
    seen: dict[str, Seen] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    doubted: dict[str, str] = field(default_factory=dict)

    def look(self, listing: Listing, now: float) -> list[Arriving]:
        """The drops that lie there, those first seen first. ``now``: seconds of our own clock."""
        groups: dict[str, list[Entry]] = {}
        for entry in sorted(listing.entries):
            groups.setdefault(entry.group, []).append(entry)
        before, self.seen = self.seen, {}
        for group, entries in groups.items():
            look, known = looks(entries), before.get(group)
            if known is None:
                known = Seen(look, now, now)
            self.seen[group] = known if known.look == look else replace(known, look=look, since=now)
        self.done = {group: look for group, look in self.done.items() if group in groups}
        fresh = [g for g in groups if self.done.get(g) != self.seen[g].look]
        ordered = sorted(fresh, key=lambda g: (self.seen[g].first, _newest(groups[g]), g))
        return [self._judged(group, groups[group], now) for group in ordered]

    def _judged(self, group: str, entries: list[Entry], now: float) -> Arriving:
        rest = now - self.seen[group].since
        sent = tuple(entry for entry in entries if not is_unfinished(entry.name))
        found = Arriving(group, sent, whole=False)
        if not sent:
            return replace(found, why="it is still being written", wait=self.rules.quiet)
        names = {entry.name for entry in sent}
        proves_itself = MANIFEST in names or (is_zip(group) and rest >= ZIP_QUIET)
        doubted = self.doubted.get(group) == self.seen[group].look
        if proves_itself and not doubted and rest < self.rules.quiet:
            return replace(found, whole=True, surely=True)
        quiet = self._quiet(sent)
        if rest < quiet:
            soon = ZIP_QUIET if is_zip(group) and rest < ZIP_QUIET and not doubted else quiet
            wait = min(soon, quiet) - rest
            return replace(found, why="it changed a moment ago", wait=wait)
        lacking = list(self._lacking(group, names))
        if not lacking:
            return replace(found, whole=True)
        why = f"{', '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} not come"
        if rest < self.rules.late:
            return replace(found, why=why, wait=self.rules.late - rest)
        # Without what is sent last nobody knows whether all is there; a file that came last time
        # may rightly be missing, and the checks know what that means.
        unproven = self.rules.sentinel in lacking
        return replace(found, whole=not unproven, why=why, overdue=unproven)

    def _quiet(self, entries: Collection[Entry]) -> float:
        last = max(entries, key=lambda entry: (entry.stamp[-1], entry.name == self.rules.sentinel))
        # One that came before its time is the last for a while. So it is believed only where we
        # know what a drop holds.
        believed = self.expected and last.name == self.rules.sentinel
        return 0.0 if believed else float(self.rules.quiet)

    def _lacking(self, group: str, names: Collection[str]) -> Iterator[str]:
        """What must still come; numbers in names may be dates, which differ every night."""
        if is_zip(group):
            return
        if self.rules.sentinel and self.rules.sentinel not in names:
            yield self.rules.sentinel
        there = {_undated(name) for name in names}
        yield from (name for name in sorted(self.expected) if _undated(name) not in there)

    def taken(self, group: str) -> None:
        """Remember that a drop was taken over as it looks now: it is new only when it changes."""
        self.done[group] = self.seen[group].look

    def doubt(self, group: str) -> None:
        """Remember that a drop did not prove itself: only rest can tell now."""
        self.doubted[group] = self.seen[group].look

    def record(self) -> dict[str, Any]:
        """What is worth remembering, as JSON-ready data."""
        seen = {g: [s.look, s.since, s.first] for g, s in self.seen.items()}
        return {"seen": seen, "done": self.done}

    def recall(self, record: Mapping[str, Any], *, same_clock: bool) -> None:
        """Go on from a record. Times of another clock, of before a restart, tell nothing."""
        self.done = dict(record.get("done", {}))
        if same_clock:
            self.seen = {group: Seen(*told) for group, told in record.get("seen", {}).items()}


def first_whole(found: Collection[Arriving]) -> Arriving | None:
    """The drop whose turn it is, if it is whole: none overtakes one that was seen before it.

    What came first may be yesterday's, and would undo today's. Nobody waits for what is overdue.
    """
    first = next((one for one in found if not one.overdue), None)
    return first if first is not None and first.whole else None


def is_zip(group: str) -> bool:
    """Whether what makes a drop of its own is a zip."""
    return group.casefold().endswith(".zip")


def looks(entries: Collection[Entry]) -> str:
    """A short name for how a drop looks: one file touched, gone or come gives another."""
    told = sorted((entry.name, entry.size, entry.stamp) for entry in entries)
    return hashlib.sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _newest(entries: Collection[Entry]) -> int:
    return max(entry.stamp[-1] for entry in entries)


def _undated(name: str) -> str:
    return _DIGITS.sub("#", name.casefold())
