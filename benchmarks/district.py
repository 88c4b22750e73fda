"""Makes an invented district of any size as a folder of CSV files.

    python benchmarks/district.py OUT --students 100000 --format oneroster
        --faults 0.001 --seed 7 [--day 2 --changes 0.01] [--demographics]

Beside OUT come OUT.truth.csv (file, row, column, kind of each planted fault; row
is the physical line, the header is line 1) and OUT.json (what was made).
The same arguments make the same bytes on every machine.
"""

import argparse
import json
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import clever, oneroster
from benchmarks.folder import TRUTH, Folder
from benchmarks.model import District
from benchmarks.places import MAKE, made_path, truth_path

FORMATS = ("oneroster", "clever")


@dataclass(frozen=True)
class Plan:
    """What to make.

    students: 20 or more. faults: share (0 to 1) of the rows of the big files that
    get one fault each. day: 1, or 2 for the same district a day later, where
    changes is the share of people and enrollments that differ. demographics is for
    OneRoster; without contacts, Clever has a single row a student.
    """

    students: int
    format: str = "oneroster"
    faults: float = 0.0
    seed: int = 7
    day: int = 1
    changes: float = 0.01
    demographics: bool = False
    contacts: bool = True

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"format must be one of {', '.join(FORMATS)}")
        if not 0 <= self.faults <= 1:
            raise ValueError("faults must lie between 0 and 1")
        if self.day not in (1, 2):
            raise ValueError("day must be 1 or 2")
        if self.seed < 0:
            raise ValueError("seed must not be negative")

    @property
    def district(self) -> District:
        """The people and classes of this plan."""
        changes = self.changes if self.day == 2 else 0.0
        return District(self.students, self.seed, changes)


@dataclass(frozen=True)
class Made:
    """What was made: rows and faulty rows per file, bytes in all, seconds taken."""

    make: int
    plan: Plan
    rows: dict[str, int]
    faults: dict[str, int]
    bytes: int
    seconds: float


def generate(out: Path, plan: Plan, replace: bool = False) -> Made:
    """Make the district in the folder `out`, which must be new unless `replace`."""
    start = time.perf_counter()
    if out.exists() and not replace:
        raise FileExistsError(f"{out} exists already")
    if out.exists() and not made_path(out).exists():
        raise FileExistsError(f"{out} was not made by this command, so it is not replaced")
    part = out.with_name(out.name + ".part")  # a run that is cut short leaves only this
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(parents=True)
    with truth_path(out).open("wb") as truth:
        truth.write((",".join(TRUTH) + "\n").encode())
        folder = Folder(part, truth, plan.faults, plan.seed * 1000 + 500)
        if plan.format == "clever":
            clever.write(plan.district, folder, plan.contacts)
        else:
            oneroster.write(plan.district, folder, plan.demographics)
    if out.exists():
        shutil.rmtree(out)
    part.rename(out)
    size = sum(file.stat().st_size for file in out.iterdir())
    seconds = time.perf_counter() - start
    made = Made(MAKE, plan, folder.rows, folder.faults, size, round(seconds, 2))
    made_path(out).write_text(json.dumps(asdict(made), indent=1) + "\n")
    return made


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make an invented district.")
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--format", choices=FORMATS, default="oneroster")
    parser.add_argument("--faults", type=float, default=0.0, help="0 to 1")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--day", type=int, choices=(1, 2), default=1)
    parser.add_argument("--changes", type=float, default=0.01, help="0 to 1, on day 2")
    parser.add_argument("--demographics", action="store_true", help="OneRoster only")
    parser.add_argument(
        "--no-contacts", dest="contacts", action="store_false", help="Clever: a row a student"
    )
    parser.add_argument("--replace", action="store_true", help="make it anew")
    return parser


def main() -> int:
    """The command; 0 done, 2 wrong arguments."""
    parser = _arguments()
    given = vars(parser.parse_args())
    out, replace = given.pop("out"), given.pop("replace")
    try:
        made = generate(out, Plan(**given), replace)
    except (ValueError, FileExistsError) as problem:
        parser.error(str(problem))
    for file, rows in made.rows.items():
        print(f"{file:22}{rows:>12,} rows {made.faults[file]:>10,} faulty")
    print(f"{made.bytes / 1e6:,.1f} MB in {made.seconds:.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
