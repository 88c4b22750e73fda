"""Measures importer against the floor: every contender in turn, round by round.

    python benchmarks/run.py --students 100000 1000000 --faults 0 0.001 --rounds 5
    python benchmarks/run.py --small      the smoke test of CI

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
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.contenders import Contender, check_command, contenders, environment
from benchmarks.data import Case, cases, provide, warm
from benchmarks.measure import Run, measure
from benchmarks.table import figures, markdown
from benchmarks.verdicts import read_summary, wrong_counts, wrong_run

DATA = Path(__file__).resolve().parent / ".data"
SMALL: dict[str, Any] = {
    "students": [2_000],
    "formats": ["oneroster", "clever"],
    "faults": [0.0, 0.02],
    "rounds": 1,
}


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    try:
        polars = version("polars")
    except PackageNotFoundError:
        polars = "missing"
    return {
        "cpus": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "polars": polars,
        "system": f"{platform.system()} {platform.machine()}",
    }


def rounds(
    fields: Sequence[Contender], folder: Path, count: int, work: Path
) -> dict[str, list[Run]]:
    """Run every contender once per round; each round starts with another one."""
    runs: dict[str, list[Run]] = {field.name: [] for field in fields}
    for number in range(count):
        start = number % len(fields)
        for field in (*fields[start:], *fields[:start]):
            runs[field.name].append(measure(field.words(folder), work, environment()))
    return runs


def counts_wrong(check: Contender, case: Case, folder: Path, work: Path) -> list[str]:
    """Compare the counts of the check command with the truth, if it prints them."""
    run = measure([*check.words(folder), "--json"], work, environment())
    summary = read_summary(run.output)
    if summary is None:
        print(f"{case.title}: no summary with --json, counts not compared", file=sys.stderr)
        return []
    return wrong_counts(summary, folder, case.faults > 0)


def one_case(
    case: Case, fields: Sequence[Contender], options: argparse.Namespace, work: Path
) -> tuple[dict[str, Any], list[str]]:
    """Measure one folder and print its table; returns the figures and what was wrong."""
    folder, made = provide(case, options.data)
    warm(folder)
    able = [f for f in fields if not f.formats or case.format in f.formats]
    runs = rounds(able, folder, options.rounds, work)
    rows = [figures(field, runs) for field in able]
    print(f"\n### {case.title}: {sum(made['rows'].values()):,} rows, {made['bytes'] / 1e6:,.0f} MB")
    print(f"\n{markdown(rows)}", flush=True)
    outcomes = [wrong_run(f, run, case.faults > 0) for f in able for run in runs[f.name]]
    wrong = sorted({problem for problem in outcomes if problem})
    if options.small:
        for field in able:
            if field.judges:
                wrong += counts_wrong(field, case, folder, work)
    raw = {
        name: [{"wall": r.wall, "inner": r.inner, "rss": r.rss, "anon": r.anon} for r in group]
        for name, group in runs.items()
    }
    figures_of_case = {"case": asdict(case), "bytes": made["bytes"], "rows": made["rows"]}
    return {**figures_of_case, "figures": [asdict(r) for r in rows], "runs": raw}, [
        f"{case.title}: {problem}" for problem in wrong
    ]


def unable(fields: Sequence[Contender], work: Path) -> str | None:
    """Why a command that judges can't be run at all, or None.

    A crash of python and "errors found" share the exit code 1, so ask for help first.
    """
    for field in fields:
        if field.judges:
            words = [*field.command, "--help"]
            try:
                tried = subprocess.run(
                    words, cwd=work, env=environment(), capture_output=True, text=True, check=False
                )
            except OSError as problem:
                return f"{' '.join(words)}: {problem}"
            if tried.returncode:
                last = (tried.stderr.strip().splitlines() or ["no message"])[-1]
                return f"{' '.join(words)}: exit code {tried.returncode}, {last}"
    return None


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure importer against the floor.")
    parser.add_argument("--students", type=int, nargs="+", default=[100_000])
    parser.add_argument(
        "--formats", nargs="+", choices=("oneroster", "clever"), default=["oneroster"]
    )
    parser.add_argument("--faults", type=float, nargs="+", default=[0.0, 0.001], help="0 to 1")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, default=DATA, help="where districts are kept")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these contenders")
    parser.add_argument("--check-command", help="instead of `python -m importer check`")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--small", action="store_true", help="smoke test: 2,000 students, 1 round")
    return parser


def _options() -> tuple[argparse.Namespace, list[Contender]]:
    """The options and the contenders asked for; ends the process on wrong usage."""
    parser = _arguments()
    options = parser.parse_args()
    if options.small:
        vars(options).update(SMALL)
    options.data = options.data.resolve()
    fields = contenders(check_command(options.check_command))
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
    results, wrong = [], []
    with tempfile.TemporaryDirectory(prefix="importer-bench-") as place:
        work = Path(place)
        reason = unable(fields, work)
        if reason:
            print(f"importer can't be run.\n  {reason}", file=sys.stderr)
            print("  Measure the floor alone: --only start read read-drop", file=sys.stderr)
            return 4
        facts = machine()
        print(", ".join(f"{name} {value}" for name, value in facts.items()))
        for case in cases(options.formats, options.students, options.faults, options.seed):
            result, problems = one_case(case, fields, options, work)
            results.append(result)
            wrong += problems
    if options.json:
        options.json.write_text(json.dumps({"machine": facts, "cases": results}, indent=1) + "\n")
    for problem in wrong:
        print(f"WRONG: {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
