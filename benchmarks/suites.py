"""Every delimited file of some folders through the reader: none may make it fail.

    python -m benchmarks.suites FOLDER …        # copies of public test suites, for instance

Reads each file named .csv, .tsv, .txt, .psv or .tab as a single file of a drop, with and without
cells beyond the header, and collects its rows, its damaged rows and its sample. Prints how many
files there were, what became of them, and the slowest. Exit code 1 if the reader raised.
"""

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from importer.contracts.load import known_names
from importer.reading.delimited import read, read_wide

ENDINGS = {".csv", ".tsv", ".txt", ".psv", ".tab", ".data"}


def look(path: Path) -> str:
    """Read one file in every way that importer does; what became of it, in a word."""
    size = path.stat().st_size
    reading = read(path.name, path, size, known_names())
    for each in (reading, read_wide(path.name, path, size, known_names())):
        for sheet in (each.sheet, each.likely):
            if sheet is not None:
                rows = sheet.scan().collect()
                assert rows.height + len(sheet.damaged) == sheet.rows
                sheet.sample()
                sheet.fetch(rows["_row"][:5])
    if reading.sheet is None:
        return "refused"
    return "damaged rows" if len(reading.sheet.damaged) else "read"


def main() -> int:
    """Read; see the top."""
    parser = argparse.ArgumentParser(description="Files of public test suites")
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    paths = [p for folder in options.folders for p in sorted(folder.rglob("*"))]
    found: Counter[str] = Counter()
    slowest: list[tuple[float, str]] = []
    for path in paths:
        if path.suffix.lower() not in ENDINGS or not path.is_file():
            continue
        start = time.perf_counter()
        try:
            found[look(path)] += 1
        except Exception:  # the very thing that is looked for
            found["RAISED"] += 1
            print(path)
            traceback.print_exc(limit=-3)
        slowest.append((time.perf_counter() - start, str(path)))
    print(f"files {found.total()}: {dict(found)}")
    for seconds, name in sorted(slowest, reverse=True)[:3]:
        print(f"{seconds:8.2f} s  {name}")
    return 1 if found["RAISED"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
