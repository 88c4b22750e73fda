"""The floor: what polars alone needs for the same files. Runs as a child process.

    python -m benchmarks.floor start|read|read-drop FOLDER

start: import polars and do nothing. read: read every CSV file as text and keep
all frames. read-drop: the same, but one frame at a time. Prints the seconds after
the import as one line of JSON.
"""

import json
import sys
import time
from pathlib import Path

import polars as pl


def read(folder: Path, keep: bool) -> int:
    """Read all CSV files of the folder one after another; returns the rows seen."""
    kept: list[pl.DataFrame] = []
    rows = 0
    for file in sorted(folder.glob("*.csv")):
        frame = pl.read_csv(file, infer_schema=False)
        rows += frame.height
        if keep:
            kept.append(frame)
        del frame
    return rows


def main() -> int:
    """Run as the command above says."""
    mode, folder = sys.argv[1], Path(sys.argv[2])
    start = time.perf_counter()
    rows = 0 if mode == "start" else read(folder, keep=mode == "read")
    seconds = time.perf_counter() - start
    print(json.dumps({"inner_seconds": seconds, "rows": rows}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
