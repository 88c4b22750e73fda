"""Guards look at the rows that differ; they say what they would say of all rows.

A district a day later, with accidents of every size around the limits: some pass, some are held.
"""

import csv
import os
import random
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from guard_ways import both_ways
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks/ is no part of the package

from benchmarks.district import Plan, generate
from importer import flow
from importer.model.history import Who
from importer.store.folder import FolderStore

STUDENTS = 150
_MANY = os.environ.get("IMPORTER_EXAMPLES")  # more for a night
_GRADES = ["KG", *(f"{n:02}" for n in range(1, 13))]
Row = dict[str, str]
Files = dict[str, list[Row]]
Some = Sequence[Row]
Accident = Callable[[random.Random, Files, Some], None]


def _put(column: str, value: Callable[[random.Random, str], str]) -> Accident:
    def done(chance: random.Random, files: Files, some: Some) -> None:
        for row in some:
            row[column] = value(chance, row[column])

    return done


def _step(by: int) -> Accident:
    def next_one(_: random.Random, grade: str) -> str:
        place = _GRADES.index(grade) + by if grade in _GRADES else 0
        return _GRADES[place] if 0 <= place < len(_GRADES) else grade

    return _put("grades", next_one)


def _swapped(chance: random.Random, files: Files, some: Some) -> None:
    for row in some:
        row["givenName"], row["familyName"] = row["familyName"], row["givenName"]


def _left(chance: random.Random, files: Files, some: Some) -> None:
    gone = {row["sourcedId"] for row in some}
    files["users"] = [row for row in files["users"] if row["sourcedId"] not in gone]
    files["enrollments"] = [r for r in files["enrollments"] if r["userSourcedId"] not in gone]


def _not_enrolled(chance: random.Random, files: Files, some: Some) -> None:
    gone = {row["sourcedId"] for row in some}
    files["enrollments"] = [r for r in files["enrollments"] if r["userSourcedId"] not in gone]


def _again(chance: random.Random, files: Files, some: Some) -> None:
    own = ("sourcedId", "username", "identifier")
    files["users"] += [{**row, **{name: f"x{row[name]}" for name in own}} for row in some]


def _other_school(chance: random.Random, files: Files, some: Some) -> None:
    for row in some:
        row["orgSourcedIds"] = "school-0002"


def _both_schools(chance: random.Random, files: Files, some: Some) -> None:
    for row in some:
        row["orgSourcedIds"] = "school-0002,school-0001"


def _other_role(chance: random.Random, files: Files, some: Some) -> None:
    for row in some:
        row["role"] = "teacher" if row["role"] == "student" else "student"


def _one_class(chance: random.Random, files: Files, some: Some) -> None:
    ids, one = {row["sourcedId"] for row in some}, files["enrollments"][0]["classSourcedId"]
    for row in files["enrollments"]:
        if row["userSourcedId"] in ids:
            row["classSourcedId"] = one


def _one_teacher(chance: random.Random, files: Files, some: Some) -> None:
    teachers = [row for row in files["enrollments"] if row["role"] == "teacher"]
    for row in chance.sample(teachers, min(len(some), len(teachers))):
        row["userSourcedId"] = teachers[0]["userSourcedId"]


ACCIDENTS: dict[str, Accident] = {
    "names blank": _put("middleName", lambda *_: ""),
    "e-mails blank": _put("email", lambda *_: ""),
    "e-mails others": _put("email", lambda chance, _: f"p{chance.random()}@valley.example"),
    "e-mails unreadable": _put("email", lambda *_: "none"),
    "one family name": _put("familyName", lambda *_: "Ode"),
    "garbled": _put("familyName", lambda _, text: f"{text}Ã©" if text.isascii() else "?"),
    "accents": _put("familyName", lambda _, text: f"{text}é"),
    "grades up": _step(1),
    "grades down": _step(-1),
    "no grade": _put("grades", lambda *_: ""),
    "swapped": _swapped,
    "left": _left,
    "not enrolled": _not_enrolled,
    "doubled": _again,
    "other school": _other_school,
    "both schools": _both_schools,
    "other role": _other_role,
    "one class": _one_class,
    "one teacher": _one_teacher,
}
SHARES = st.sampled_from([0.02, 0.05, 0.1, 0.15, 0.3, 0.5, 0.6, 0.85, 1.0])
WHOM = st.sampled_from(["all", "one school", "one class", "teachers"])
ACCIDENT = st.tuples(st.sampled_from(sorted(ACCIDENTS)), SHARES, WHOM)


def _who(files: Files, whom: str) -> list[Row]:
    """Users of the drop, all or some of them together."""
    one = files["enrollments"][0]["classSourcedId"]
    class_ = {r["userSourcedId"] for r in files["enrollments"] if r["classSourcedId"] == one}
    fits: dict[str, Callable[[Row], bool]] = {
        "all": lambda row: True,
        "one school": lambda row: row["orgSourcedIds"] == "school-0001",
        "one class": lambda row: row["sourcedId"] in class_,
        "teachers": lambda row: row["role"] == "teacher",
    }
    return [row for row in files["users"] if fits[whom](row)]


def _broken(folder: Path, accidents: list[tuple[str, float, str]], seed: int) -> None:
    """What happens to a drop that lies in a folder."""
    chance = random.Random(seed)
    files = {name: _read(folder / f"{name}.csv") for name in ("users", "enrollments")}
    for name, share, whom in accidents:
        people = _who(files, whom)
        ACCIDENTS[name](chance, files, chance.sample(people, round(share * len(people))))
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the district is committed; beside it what it sends the day after.

    Some teachers are of two schools, some names are not ASCII, some enrollments begin later.
    """
    folder = tmp_path_factory.mktemp("ways")
    several: list[tuple[str, float, str]] = [
        ("both schools", 0.5, "teachers"),
        ("accents", 0.1, "all"),
    ]
    for day in (1, 2):
        plan = Plan(STUDENTS, "oneroster", 0.0, 5, day, 0.02)
        generate(folder / f"{day}", plan)
        _broken(folder / f"{day}", several, seed=1)
    store = FolderStore.create(folder / "w", "")
    assert flow.sync(folder / "1", store, Who("a test", "2026-10-13T06:00:00Z")).commit
    return folder


@settings(
    max_examples=int(_MANY or 25),
    derandomize=not _MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(accidents=st.lists(ACCIDENT, max_size=2), seed=st.integers(0, 99))
def test_accidents_of_every_size_are_told_alike(
    monday: Path,
    tmp_path_factory: pytest.TempPathFactory,
    accidents: list[tuple[str, float, str]],
    seed: int,
) -> None:
    folder = tmp_path_factory.mktemp("night")
    _sent(monday, folder, accidents, seed)
    shutil.rmtree(folder)


def _sent(
    monday: Path, folder: Path, accidents: list[tuple[str, float, str]], seed: int
) -> list[str]:
    """The codes of what the guards say, both ways, of the day after with these accidents."""
    shutil.copytree(monday / "w", folder / "w")
    shutil.copytree(monday / "2", folder / "drop")
    _broken(folder / "drop", accidents, seed)
    with both_ways() as told:
        flow.sync(
            folder / "drop", FolderStore.open(folder / "w"), Who("a test", "2026-10-14T06:00:00Z")
        )
    return [stop.code for stop in told[0]]


@pytest.mark.parametrize(
    ("accident", "code"),
    [
        (("e-mails blank", 0.6, "one school"), "PLAN-508"),
        (("one family name", 1.0, "all"), "PLAN-548"),
        (("one family name", 1.0, "teachers"), "PLAN-548"),
        (("garbled", 1.0, "all"), "PLAN-549"),
        (("grades up", 1.0, "all"), "PLAN-510"),
        (("grades down", 1.0, "all"), "PLAN-551"),
        (("swapped", 1.0, "all"), "PLAN-547"),
        (("left", 0.6, "one school"), "PLAN-501"),
        (("doubled", 0.6, "all"), "PLAN-544"),
        (("other school", 1.0, "one school"), "PLAN-554"),
        (("other role", 0.3, "all"), "PLAN-553"),
        (("one teacher", 1.0, "all"), "PLAN-548"),
        (("not enrolled", 1.0, "one class"), "PLAN-550"),
    ],
)
def test_what_is_wrong_is_found_among_the_rows_that_differ(
    monday: Path, tmp_path: Path, accident: tuple[str, float, str], code: str
) -> None:
    assert code in _sent(monday, tmp_path, [accident], 1)


def test_an_ordinary_night_passes(monday: Path, tmp_path: Path) -> None:
    assert _sent(monday, tmp_path, [], 1) == []
