"""Measures importer against other tools that check tables.

    python -m benchmarks.peers --python PEERS/bin/python

The same students file with the same rules, round by round, each tool in a fresh process; and a
whole district against pandera. The tools are those of the interpreter `--python` (`$MILLER`, else
`mlr`); what is missing is named and left out. Exit codes: 0 done, 1 importer missed a fault or
found one too many, 2 usage.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.contenders import environment, importer_command
from benchmarks.data import Case, provide
from benchmarks.measure import Run, measure
from benchmarks.peers.each import PEERS
from benchmarks.peers.one import WHOLE, planted
from benchmarks.places import ROOT
from benchmarks.run import DATA, machine
from benchmarks.table import table

OURS = "importer"
FILE = "students.csv"
HEAD = (
    "tool",
    "wall s",
    "own s",
    "× importer",
    "min–max",
    "CPU × importer",
    "peak anon MiB",
    "found",
)
# What importer finds of the planted faults; of the rest it finds, no other tool knows.
_PLANTED = ("CELL", "LINK", "ROW-301", "ROW-303")

Commands = Mapping[str, Sequence[str]]


def versions(python: str) -> dict[str, str | None]:
    """The versions of the tools; None: missing."""
    words = [python, "-m", "benchmarks.peers.one", "--versions"]
    told = subprocess.run(words, cwd=ROOT, env=environment(), check=True, capture_output=True)
    found: dict[str, str | None] = json.loads(told.stdout)
    return found


def rounds(commands: Commands, count: int) -> dict[str, list[Run]]:
    """Run every command once per round; each round starts with another one."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    names = list(runs)
    for number in range(count):
        start = number % len(names)
        for name in (*names[start:], *names[:start]):
            runs[name].append(measure(commands[name], ROOT, environment()))
    return runs


def ours(command: Sequence[str], path: Path) -> str:
    """How many of the planted faults importer finds, from a run of its own."""
    with tempfile.TemporaryDirectory() as place:
        listed = Path(place) / "findings.jsonl"
        measure([*command, "--jsonl", str(listed)], ROOT, environment())
        with listed.open() as lines:
            found = [json.loads(line) for line in lines]
    count = sum(one["rows"] for one in found if one["code"].startswith(_PLANTED))
    faults = planted(path) if path.is_dir() else planted(path.parent, path.name)
    return f"{count:,} of {len(faults):,}"


def theirs(run: Run) -> str:
    """How many of the faulty rows a tool found, and how many more; or why it failed."""
    if run.code or run.inner is None:
        return (run.errors.strip().splitlines() or ["failed"])[-1][:60]
    told = json.loads(run.output.strip().splitlines()[-1])
    more = f" and {told['more']:,} more" if told["more"] else ""
    return f"{told['found']:,} of {told['expected']:,}{more}"


def lines(runs: Mapping[str, Sequence[Run]], found: Mapping[str, str]) -> list[tuple[str, ...]]:
    """A line for each tool."""
    made: list[tuple[str, ...]] = []
    for name, own in runs.items():
        ratios = [a.wall / b.wall for a, b in zip(own, runs[OURS], strict=True)]
        inner = [run.inner for run in own if run.inner is not None]
        anon = [run.anon for run in own if run.anon is not None]
        made.append(
            (
                name,
                f"{median(run.wall for run in own):.2f}",
                f"{median(inner):.2f}" if inner else "–",
                f"{median(ratios):.2f}",
                f"{min(ratios):.2f}–{max(ratios):.2f}",
                f"{median(a.cpu / b.cpu for a, b in zip(own, runs[OURS], strict=True)):.2f}",
                f"{max(anon) / 2**20:,.0f}" if anon else "–",
                found[name],
            )
        )
    return made


def compare(title: str, commands: Commands, path: Path, options: argparse.Namespace) -> bool:
    """Measure and print one table; False if importer didn't find exactly what was planted."""
    runs = rounds(commands, options.rounds)
    found = {name: theirs(group[-1]) for name, group in runs.items() if name != OURS}
    found[OURS] = ours(commands[OURS], path)
    print(f"\n### {title}\n\n{table(HEAD, lines(runs, found))}", flush=True)
    count, planted_ = found[OURS].split(" of ")
    return count == planted_


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure importer against other tools.")
    parser.add_argument("--students", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--faults", type=float, default=0.001, help="0 to 1")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=DATA, help="where districts are kept")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the tools")
    parser.add_argument("--importer", metavar="COMMAND", help="instead of `python -m importer`")
    parser.add_argument("--only", nargs="+", choices=[*PEERS, *WHOLE])
    options = parser.parse_args()
    options.data = options.data.resolve()
    options.importer = importer_command(options.importer)
    return options


def main() -> int:
    """Run as described above."""
    options = _options()
    there = versions(options.python)
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(", ".join(f"{name} {value or 'is missing'}" for name, value in there.items()))
    child, check = (options.python, "-m", "benchmarks.peers.one"), (*options.importer, "check")
    able = [name for name, value in there.items() if value and name in (options.only or there)]
    right = True
    for students in options.students:
        fits = [name for name in able if name in PEERS and students <= PEERS[name].most]
        whole = [name for name in able if name in WHOLE and students <= WHOLE[name].most]
        for format_, file, names in (("students", FILE, fits), ("oneroster", "", whole)):
            if names:
                case = Case(format_, students, options.faults, 7)
                path = provide(case, options.data, after=False).folder / file
                tools = {name: (*child, name, str(path)) for name in names}
                title = f"{file or 'whole district'}, {students:,} students"
                right &= compare(title, {OURS: (*check, str(path)), **tools}, path, options)
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())
