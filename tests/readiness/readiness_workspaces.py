"""A small Clever district that sends a drop on each school day to a real workspace."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from importer import flow, holds, settings
from importer.measured import of_workspace
from importer.model.history import Who
from importer.model.readiness import Profile, Shown
from importer.readiness.rules import shipped
from importer.settings import TEMPLATE
from importer.store.folder import FolderStore

SCHOOLS = ("0101", "0102", "0103")
MONDAY = date(2026, 9, 7)
EMPTY: Mapping[str, str] = {}


@dataclass
class Pupil:
    """One student; nobody real."""

    id: str
    name: str
    born: str
    school: str
    email: str = ""


@dataclass
class District:
    """The pupils of today, and a workspace. ``day``: the next one to send."""

    folder: Path
    pupils: int = 240
    policy: str = TEMPLATE
    day: date = MONDAY
    chance: random.Random = field(default_factory=lambda: random.Random(11))
    made: int = 0
    sent: int = 0
    here: dict[str, Pupil] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = FolderStore.create(self.folder / "ws", self.policy)
        for _ in range(self.pupils):
            self.come()

    def come(self) -> Pupil:
        """A new pupil."""
        self.made += 1
        n = self.made
        born = f"{1 + n % 12}/{1 + n % 28}/{2010 + n % 6}"
        pupil = Pupil(f"{n:06}", f"Pupil{_letters(n)}", born, SCHOOLS[n % 3], f"p{n}@oak.example")
        self.here[pupil.id] = pupil
        return pupil

    def leave(self, count: int) -> list[Pupil]:
        """So many leave."""
        gone = self.chance.sample(sorted(self.here), count)
        return [self.here.pop(id_) for id_ in gone]

    def rekey(self, prefix: str) -> None:
        """Everybody gets another id."""
        self.here = {f"{prefix}{p.id}": p for p in self.here.values()}
        for id_, pupil in self.here.items():
            pupil.id = id_

    def files(self, without: str = "") -> dict[str, str]:
        """The drop of today; ``without``: a school that is missing in it."""
        schools = [s for s in SCHOOLS if s != without]
        pupils = sorted((p for p in self.here.values() if p.school in schools), key=lambda p: p.id)
        lines: dict[str, list[str]] = {
            "schools": ["School_id,School_name,School_number,School_state"],
            "teachers": ["School_id,Teacher_id,Teacher_email,First_name,Last_name"],
            "students": ["School_id,Student_id,Student_email,First_name,Last_name,Grade,DOB"],
            "sections": [
                "School_id,Section_id,Teacher_id,Section_number,Name,Term_name,Term_start,Term_end"
            ],
            "enrollments": ["School_id,Section_id,Student_id"],
        }
        for school in schools:
            lines["schools"].append(f"{school},School {school},{school[1:]},TX")
            for n in range(4):
                lines["teachers"].append(f"{school},T{school}{n},t{school}{n}@oak.example,Tea,Cher")
                term = "Year,8/17/2026,6/11/2027"
                lines["sections"].append(f"{school},M{school}{n},T{school}{n},{n},Class {n},{term}")
        for p in pupils:
            lines["students"].append(f"{p.school},{p.id},{p.email},{p.name},Lind,3,{p.born}")
            lines["enrollments"].append(f"{p.school},M{p.school}{int(p.id[-6:]) % 4},{p.id}")
        return {f"{name}.csv": "\n".join([*rows, ""]) for name, rows in lines.items()}

    def send(
        self, release: bool = False, without: str = "", changed: Mapping[str, str] = EMPTY
    ) -> bool:
        """Sync the drop of ``day`` at six in the morning, go on to the next school day.

        Whether it was committed. ``release``: a person lets it go on; ``changed``: files as they
        are sent in place of the own ones.
        """
        self.sent += 1
        place = self.folder / f"drop{self.sent}"
        place.mkdir()
        for name, text in {**self.files(without), **changed}.items():
            (place / name).write_text(text, "utf-8")
        who = Who("night", f"{self.day}T06:00:00Z", automatic=True)
        done = flow.sync(place, self.store, who)
        committed = done.commit is not None
        if release and done.waiting:
            holds.approve(self.store, done.planned.run, done.waiting, "a test says so", who)
            committed = bool(flow.commit(self.store, done.planned.run, who))
        self.skip()
        return committed

    def skip(self, days: int = 1) -> None:
        """So many school days without a push."""
        for _ in range(days):
            self.day += timedelta(days=1)
            while self.day.weekday() > 4:
                self.day += timedelta(days=1)

    def shown(self, groups: Path | None = None) -> tuple[Shown, Profile]:
        """What the workspace shows at noon of the day before the next drop."""
        policy = settings.read(self.store.policy_text())
        now = f"{self.day - timedelta(days=1)}T12:00:00Z"
        return of_workspace(self.store, policy, shipped(), now, groups)


def _letters(n: int) -> str:
    """A number as letters: names hold no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(n))
