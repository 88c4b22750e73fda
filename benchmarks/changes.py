"""What differs between a folder and the same district a day later. Runs as a child process.

    python -m benchmarks.changes DAY1 DAY2

Prints, as one line of JSON, how many rows of each OneRoster file are new, gone and edited. It
compares the texts of the files alone (by hash), so it shares nothing with importer.
"""

import json
import sys
from pathlib import Path

import polars as pl


def rows(file: Path) -> pl.DataFrame:
    """``key`` and ``whole``: the hash of the id, and of all that a row says."""
    everything = pl.struct(pl.all().fill_null("")).hash()
    scan = pl.scan_csv(file, infer_schema=False)
    picked = scan.select(key=pl.col("sourcedId").hash(), whole=everything)
    return picked.collect(engine="streaming")


def changes(before: Path, after: Path) -> dict[str, int]:
    """How many rows of one file are new, gone and edited."""
    old, new = rows(before), rows(after)
    both = old.join(new, on="key", suffix="_after")
    edited = both.filter(pl.col("whole") != pl.col("whole_after")).height
    return {"new": new.height - both.height, "gone": old.height - both.height, "edited": edited}


def main() -> int:
    """Run as the command above says."""
    before, after = map(Path, sys.argv[1:])
    files = sorted(file.name for file in before.glob("*.csv") if file.name != "manifest.csv")
    print(json.dumps({file: changes(before / file, after / file) for file in files}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
