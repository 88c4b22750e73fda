"""Measures importer against the floor: every contender in turn, round by round.

    python benchmarks/run.py                                  the whole table
    python benchmarks/run.py --students 100000 --faults 0.001 --rounds 5
    python benchmarks/run.py --small                          the smoke test of CI
    python benchmarks/run.py --show one.json two.json         what earlier runs measured

Exit codes: 0 done, 1 a contender gave a wrong result, 2 usage, 4 importer can't
be run. Slow is never a failure.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.contenders import Contender, contenders, environment, importer_command
from benchmarks.data import Case, District, cases, provide
from benchmarks.measure import Run, measure
from benchmarks.places import ROOT
from benchmarks.table import figures, markdown, whole
from benchmarks.verdicts import Outcome, failed
from benchmarks.workspaces import Workspaces

DATA = Path(__file__).resolve().parent / ".data"
SMALL: dict[str, Any] = {
    "students": [2_000],
    "formats": ["oneroster", "clever"],
    "faults": [0.0, 0.02, 1.0],
    "rounds": 1,
}


@dataclass(frozen=True)
class Measured:
    """The runs on one folder by contender, round by round, and what was wrong with them."""

    case: Case
    about: dict[str, Any]
    runs: Mapping[str, Sequence[Run]]
    wrong: frozenset[str] = frozenset()

    @property
    def rows(self) -> int:
        """Data rows of all files."""
        return sum(self.about["rows"].values())


def machine() -> dict[str, Any]:
    """What the figures depend on besides the data."""
    try:
        polars = version("polars")
    except PackageNotFoundError:
        polars = "missing"
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "commit": commit or "unknown",
        "cpus": cpus,
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "polars": polars,
        "system": f"{platform.system()} {platform.machine()}",
    }


def one_run(
    field: Contender, district: District, spaces: Workspaces, work: Path
) -> tuple[Run, list[str]]:
    """One run of one contender, and what is wrong with it."""
    with spaces.lend(field.workspace) as lent:
        places = {"dir": district.folder, "next": district.after, "workspace": lent}
        run = measure(field.words(places), work, environment())
        commits = len(list(lent.glob("commits/*.json"))) if lent else 0
    verdict = field.verdict or (lambda outcome: failed(outcome.run))
    said = verdict(Outcome(run, district, commits))
    return replace(run, output="", errors=""), [f"{field.name}: {problem}" for problem in said]


def one_case(case: Case, fields: Sequence[Contender], options: argparse.Namespace) -> Measured:
    """Measure one folder: every contender once per round; each round starts with another one."""
    able = [field for field in fields if field.fits(case.format, case.faults)]
    after = any("{next}" in field.command for field in able)
    district = provide(case, options.data, after)
    runs: dict[str, list[Run]] = {field.name: [] for field in able}
    wrong: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.data) as place:
        spaces = Workspaces(options.importer, district.folder, Path(place))
        for number in range(options.rounds):
            start = number % len(able)
            for field in (*able[start:], *able[:start]):
                run, problems = one_run(field, district, spaces, Path(place))
                runs[field.name].append(run)
                wrong |= {f"{case.title}: {problem}" for problem in problems}
    return Measured(case, district.about, runs, frozenset(wrong))


def show(one: Measured) -> None:
    """Print the table of one folder."""
    print(f"\n### {one.case.title}: {one.rows:,} rows, {one.about['bytes'] / 1e6:,.0f} MB\n")
    print(markdown(figures(name, one.runs) for name in one.runs), flush=True)


def save(file: Path, measured: Sequence[Measured], facts: Mapping[str, Any]) -> None:
    """Write every single run, for `load`."""
    every = [
        {
            "case": asdict(one.case),
            "about": {"rows": one.about["rows"], "bytes": one.about["bytes"]},
            "runs": {name: [asdict(run) for run in group] for name, group in one.runs.items()},
        }
        for one in measured
    ]
    file.write_text(json.dumps({"machine": facts, "cases": every}, indent=1) + "\n")


def load(files: Sequence[Path]) -> list[Measured]:
    """What earlier runs measured; rounds on the same folder come together."""
    found: dict[Case, Measured] = {}
    for file in files:
        for one in json.loads(file.read_text())["cases"]:
            case = Case(**one["case"])
            runs = {name: [Run(**run) for run in group] for name, group in one["runs"].items()}
            before = found[case].runs if case in found else {}
            runs = {name: [*before.get(name, []), *group] for name, group in runs.items()}
            found[case] = Measured(case, one["about"], {**before, **runs})
    return list(found.values())


def unable(importer: Sequence[str]) -> str | None:
    """Why importer can't be run at all, or None.

    A crash of python and "errors found" share the exit code 1, so ask for help first.
    """
    words = [*importer, "--help"]
    try:
        tried = subprocess.run(
            words, env=environment(), capture_output=True, text=True, check=False
        )
    except OSError as problem:
        return f"{' '.join(words)}: {problem}"
    last = (tried.stderr.strip().splitlines() or ["no message"])[-1]
    return f"{' '.join(words)}: exit code {tried.returncode}, {last}" if tried.returncode else None


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure importer against the floor.")
    parser.add_argument("--students", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument(
        "--formats", nargs="+", choices=("oneroster", "clever"), default=["oneroster"]
    )
    parser.add_argument("--faults", type=float, nargs="+", default=[0, 0.001, 0.05, 1], help="0–1")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, default=DATA, help="where districts are kept")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these contenders")
    parser.add_argument("--importer", metavar="COMMAND", help="instead of `python -m importer`")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single run there")
    parser.add_argument("--show", type=Path, nargs="+", metavar="FILE", help="runs kept by --json")
    parser.add_argument("--small", action="store_true", help="smoke test: 2,000 students, 1 round")
    return parser


def _options() -> tuple[argparse.Namespace, list[Contender]]:
    """The options and the contenders asked for; ends the process on wrong usage."""
    parser = _arguments()
    options = parser.parse_args()
    if options.small:
        vars(options).update(SMALL)
    options.data = options.data.resolve()
    options.data.mkdir(parents=True, exist_ok=True)
    options.importer = importer_command(options.importer)
    fields = contenders(options.importer)
    names = [field.name for field in fields]
    unknown = set(options.only or ()) - set(names)
    if unknown:
        parser.error(f"no contender {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return options, [f for f in fields if not options.only or f.name in options.only]


def main() -> int:
    """Run as described above."""
    options, fields = _options()
    reason = None if options.show else unable(options.importer)
    if reason and any(field.verdict for field in fields):
        print(f"importer can't be run.\n  {reason}", file=sys.stderr)
        print("  Measure the floor alone: --only start read read-drop", file=sys.stderr)
        return 4
    measured = load(options.show) if options.show else []
    facts = machine()
    if not options.show:
        print(", ".join(f"{name} {value}" for name, value in facts.items()))
        for case in cases(options.formats, options.students, options.faults, options.seed):
            measured.append(one_case(case, fields, options))
            show(measured[-1])
    if options.json:
        save(options.json, measured, facts)
    print("\n" + whole(fields, [(one.case, one.rows, one.runs) for one in measured]))
    wrong = sorted(problem for one in measured for problem in one.wrong)
    for problem in wrong:
        print(f"WRONG: {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
