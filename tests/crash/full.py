"""All that tests/crash can try, and a table of it: ``python tests/crash/full.py [NAME …]``.

Names are those of workloads and of mistakes; without any, all of them.

All places of all ways, all states of the power-cut model, a recovery that dies too, two writers,
and the eight seeded mistakes. Minutes are of this machine. Ends with 1 if anything is bad.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from crash_run import SHARED_MEMORY, run
from crash_seeds import SEEDS
from crash_shim import build
from crash_work import WORKLOADS

WHOLE = {"states": 1, "nested": 7, "race": True}
SYNC = {"most": 60, "states": 10, "reruns": 5}  # a run takes ten times as long
_HEAD = (
    "| workload | calls | kill and error runs | of these killed twice | power-cut states | bad |"
)


def _line(name: str, found: dict[str, Any]) -> str:
    twice = found["by_way"].get("killed twice", 0)
    told = (name, found["points"], found["runs"], twice, found["states"], found["wrong"])
    return "| " + " | ".join(str(cell) for cell in told) + " |"


def main(wanted: list[str]) -> int:
    started = time.monotonic()
    at = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    bad = runs = states = seen = 0
    with tempfile.TemporaryDirectory(dir=at) as name:
        folder = Path(name)
        shim = build(folder)
        print(_HEAD + "\n|---|---|---|---|---|---|")
        for workload in [w for w in [*WORKLOADS, "importer sync"] if not wanted or w in wanted]:
            asked = WHOLE if workload in WORKLOADS else SYNC
            found = run(shim, folder, workload=workload, **asked)
            print(_line(workload, found), flush=True)
            for told in found["bad"]:
                print(f"    {told}", file=sys.stderr)
            bad, runs, states = bad + found["wrong"], runs + found["runs"], states + found["states"]
        print("\n| seeded mistake | runs and states in which it showed |\n|---|---|")
        for mistake in [m for m in SEEDS if not wanted or m in wanted]:
            ways = ["killed before", "torn write"]
            found = run(shim, folder, seed=mistake, ways=ways, states=1, race=True)
            seen += bool(found["wrong"])
            print(f"| {mistake} | {found['wrong']} |", flush=True)
    minutes = (time.monotonic() - started) / 60
    print(f"\nruns {runs}, states {states}, bad {bad}; mistakes found {seen} of {len(SEEDS)};"
          f" {minutes:.1f} minutes")  # fmt: skip
    return int(bad > 0 or (not wanted and seen < len(SEEDS)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
