"""Does a contender tell the truth? Exit codes always, counts where it can print them."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.contenders import Contender
from benchmarks.measure import Run
from benchmarks.places import truth_path

# Kinds that hold their row by every reading of the formats. Others (an odd e-mail,
# blanks around a name) may be warnings, so they don't count here.
_SURE_KINDS = ("required_blank", "dangling_reference")
_UNSURE_COLUMNS = ("Contact_", "Teacher_2_id")


def wrong_run(contender: Contender, run: Run, faulty: bool) -> str | None:
    """What is wrong with a run's outcome, or None."""
    if "Traceback (most recent call last)" in run.errors:
        return f"{contender.name} crashed: {run.errors.strip().splitlines()[-1]}"
    right = contender.expected(faulty)
    if run.code != right:
        last = (run.errors.strip().splitlines() or ["nothing on stderr"])[-1]
        return f"{contender.name} ended with exit code {run.code} instead of {right} ({last})"
    return None


def sure_rows(folder: Path) -> Counter[str]:
    """Rows per file that any importer must leave out, from the truth."""
    with truth_path(folder).open(newline="") as handle:
        return Counter(
            fault["file"]
            for fault in csv.DictReader(handle)
            if fault["kind"] in _SURE_KINDS and not fault["column"].startswith(_UNSURE_COLUMNS)
        )


def read_summary(output: str) -> dict[str, Any] | None:
    """The summary of `importer check --json`, or None if this isn't one."""
    try:
        summary = json.loads(output)
    except ValueError:
        return None
    return summary if isinstance(summary, dict) and "totals" in summary else None


def wrong_counts(summary: dict[str, Any], folder: Path, faulty: bool) -> list[str]:
    """Where the counts of a summary can't be true."""
    totals = summary["totals"]
    if not faulty:
        found = {k: totals.get(k, 0) for k in ("ERROR", "BLOCK", "held")}
        return [f"clean folder, but {k} = {n}" for k, n in found.items() if n]
    held = {Path(line["file"]).name: line["held"] for line in summary.get("files", [])}
    return [
        f"{file}: {held.get(file, 0)} rows held, but {rows} must be"
        for file, rows in sorted(sure_rows(folder).items())
        if held.get(file, 0) < rows
    ]
