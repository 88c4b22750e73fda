"""Makes a long history, and measures the questions that people ask about it.

    python -m benchmarks.history make DIR --students 20000 --commits 200
    python -m benchmarks.history measure DIR [--rounds 5]

``make`` writes an invented Clever district and takes it through as many days: each day some
students leave, come, change their name or their section, and the drop is committed as a nightly job
would. It takes some seconds a day. ``measure`` runs the commands in fresh processes and prints wall
time, processor time (median of the rounds) and peak memory.
"""

import argparse
import csv
import random
import statistics
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.contenders import environment
from benchmarks.district import Plan, generate
from benchmarks.measure import measure
from importer import flow, settings
from importer.model.history import Who
from importer.store.folder import FolderStore

Rows = list[dict[str, str]]
People = dict[str, Rows]
START = datetime(2026, 1, 1, 6, tzinfo=UTC)
LEAVE, RENAME, SWITCH = 5, 10, 30  # people and enrollments of a day


def make(folder: Path, students: int, commits: int) -> None:
    """The workspace ``folder``/ws with as many commits and the last drop beside it."""
    drop = folder / "day-001"
    generate(drop, Plan(students, "clever"), replace=True)
    store = FolderStore.create(folder / "ws", settings.TEMPLATE)
    chance = random.Random(7)
    people: People = {}
    for row in _read(drop / "students.csv"):
        people.setdefault(row["Student_id"], []).append(row)
    places, away = _read(drop / "enrollments.csv"), People()
    for day in range(1, commits + 1):
        drop = drop.rename(folder / f"day-{day:03}")
        if day > 1:
            people, places, away = _next(people, places, away, chance)
            _write(drop / "students.csv", [row for rows in people.values() for row in rows])
            _write(drop / "enrollments.csv", places)
        at = (START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")
        done = flow.sync(drop, store, Who("nightly", at, automatic=True))
        if done.commit is None:
            raise SystemExit(f"day {day} is on hold for {done.waiting}")
        print(f"\r{day} of {commits} commits", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _next(
    people: People, places: Rows, away: People, chance: random.Random
) -> tuple[People, Rows, People]:
    """The next day: who left yesterday comes back today, others leave, change name or section."""
    left = {who: people[who] for who in chance.sample(sorted(people), LEAVE)}
    stay = {who: rows for who, rows in people.items() if who not in left}
    for who in chance.sample(sorted(stay), RENAME):
        name = f"{stay[who][0]['Last_name'].split('-')[0]}-{chance.choice('ABCDEFG')}"
        stay[who] = [{**row, "Last_name": name} for row in stay[who]]
    kept = [row for row in places if row["Student_id"] not in left]
    at_school: dict[str, Rows] = {}
    for row in kept:
        at_school.setdefault(row["School_id"], []).append(row)
    back = [
        {**chance.choice(at_school[rows[0]["School_id"]]), "Student_id": who}
        for who, rows in away.items()
    ]
    dropped = set(chance.sample(range(len(kept)), SWITCH))
    kept = [row for at, row in enumerate(kept) if at not in dropped]
    return {**stay, **away}, kept + back, left


def _read(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def questions(folder: Path) -> dict[str, list[str]]:
    """What is asked: a name for the table → the words of the command line."""
    store = FolderStore.open(folder / "ws")
    head = store.head()
    assert head is not None
    middle = head.number // 2
    gone = store.run_frame(store.commit(middle).run, "changes")
    left = gone.filter(gone["table"] == "people", gone["action"] == "archive")["key"][0]
    enrolled = gone.filter(gone["table"] == "enrollments", gone["action"] == "archive")["key"]
    section, pupil, _ = next(key.split("\x1f") for key in enrolled if key.split("\x1f")[1] != left)
    ws = ["-w", str(folder / "ws")]
    day = store.commit(middle).at[:10]
    return {
        "why PERSON": ["why", left, *ws],
        "why PERSON --on DAY": ["why", left, "--on", day, *ws],
        "why PERSON --section ID": ["why", pupil, "--section", section, *ws],
        "why SECTION": ["why", section, *ws],
        "roster --as-of DAY": ["roster", "--as-of", day, *ws],
        "roster --as-of DAY --table people --csv": [
            "roster", "--as-of", day, "--table", "people", "--csv", *ws,
        ],
        "diff, two days": ["diff", str(middle), str(middle + 1), *ws],
        "diff, all days": ["diff", "1", str(head.number), *ws],
        "history": ["history", *ws],
        "show PERSON": ["show", left, *ws],
        "--version": ["--version"],
    }  # fmt: skip


def main() -> int:
    """The command; 0 done, 1 a question failed."""
    parser = argparse.ArgumentParser(description="A long history, and questions about it.")
    parser.add_argument("what", choices=("make", "measure"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--students", type=int, default=20_000)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.what == "make":
        options.folder.mkdir(parents=True)
        make(options.folder, options.students, options.commits)
        return 0
    failed = 0
    print("| question | seconds | range | processor | peak MB |\n|---|---|---|---|---|")
    # As installed: modules are compiled once, which the run before the rounds does.
    env = {k: v for k, v in environment().items() if k != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(options.folder / "compiled")
    for name, words in questions(options.folder).items():
        command = [sys.executable, "-m", "importer", *words]
        runs = [measure(command, options.folder, env) for _ in range(options.rounds + 1)][1:]
        wall = [run.wall for run in runs]
        peak = max(run.rss for run in runs) / 1e6
        wrong = {run.code for run in runs} - {0}
        failed |= bool(wrong)
        told = f" (exit {sorted(wrong)})" if wrong else ""
        print(
            f"| {name}{told} | {statistics.median(wall):.2f} "
            f"| {min(wall):.2f}–{max(wall):.2f} "
            f"| {statistics.median(run.cpu for run in runs):.2f} | {peak:.0f} |"
        )
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
