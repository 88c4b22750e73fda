"""An incident played: a district is committed, some nights pass, then the drop in question."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.incidents.district import District, Files, make, week
from importer import flow, settings
from importer.model.history import Who
from importer.store.folder import FolderStore

MIDTERM, TURN = "2026-10-14", "2027-01-05"
CALENDAR = """
[calendar]
school_year = "2026-27"
school_year_start = 2026-08-17
school_year_end = 2027-06-11
[[calendar.semesters]]
name = "Fall"
start = 2026-08-17
end = 2026-12-18
[[calendar.semesters]]
name = "Spring"
start = 2027-01-04
end = 2027-06-11
"""


@dataclass(frozen=True)
class Played:
    """What became of a drop: on hold or not, the code and words of what comes first, all stops."""

    held: bool
    first: str
    says: str
    stops: tuple[str, ...]
    fix: str = ""


@dataclass(frozen=True)
class Size:
    """How large a district is, and how many usual nights lie before the drop."""

    schools: int
    students: int
    nights: int = 1


SMALL = Size(3, 150)
SIZES = (SMALL, Size(8, 900), Size(20, 3000, 0))


def policy(calendar: bool) -> str:
    """The settings, with the calendar of the year or without."""
    return settings.TEMPLATE.replace("\n[calendar]\n", CALENDAR) if calendar else settings.TEMPLATE


class Feed:
    """A workspace that drops are sent to, one a day."""

    def __init__(self, folder: Path, calendar: bool = False) -> None:
        self.folder, self.sent = folder, 0
        self.store = FolderStore.create(folder / "workspace", policy(calendar))

    def send(self, files: Mapping[str, str], day: str) -> Played:
        """Send a drop on a day; it is committed where nothing stops it."""
        self.sent += 1
        path = self.folder / f"drop {self.sent}"
        path.mkdir(parents=True)
        for name, text in files.items():
            (path / name).write_text(text, "utf-8")
        done = flow.sync(path, self.store, Who("a test", f"{day}T06:00:00Z"))
        found = done.planned.reported.findings
        blocks = found.filter(found["severity"] == "BLOCK").select("code", "message", "fix").rows()
        code, says, fix = blocks[0] if blocks else ("", "", "")
        held = not done.planned.nothing_new and done.commit is None
        return Played(held, code, says, tuple(row[0] for row in blocks), fix)

    def again(self, folder: Path) -> "Feed":
        """A copy of the workspace in another folder, so that each incident meets one state."""
        shutil.copytree(self.folder / "workspace", folder / "workspace")
        copy = object.__new__(Feed)
        copy.folder, copy.sent = folder, 0
        copy.store = FolderStore.open(folder / "workspace")
        return copy


def started(folder: Path, seed: int, size: Size, **how: bool) -> tuple[Feed, District]:
    """A district that has committed a first drop and some usual nights.

    ``how``: ``calendar`` in the settings, ``terms`` with dates in the files.
    """
    district = make(seed, size.schools, size.students, how.get("terms", False))
    feed = Feed(folder, how.get("calendar", False))
    feed.send(district.files(), "2026-09-28")
    for night in range(size.nights):
        district = week(district, 0.002)
        usual = feed.send(district.files(), f"2026-10-{night + 1:02}")
        if usual.held:
            raise AssertionError(f"a usual night is on hold: {usual}")
    return feed, district


def files_of(drop: District | Files) -> Files:
    """What is sent."""
    return drop.files() if isinstance(drop, District) else drop
