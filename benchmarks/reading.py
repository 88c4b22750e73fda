"""What the fast path costs: reading a clean file and collecting its rows, against bare polars.

    python -m benchmarks.reading --rounds 21

Rosters of 15 columns with about 2,000, 20,000 and 200,000 rows, without quotes and with four quoted
cells a row. Each round reads every file in both ways, turn about; a ratio is taken within a round,
so a busy machine disturbs both sides alike; *CPU* is the same for the time of the processors.
*careful* is the same file with one short row.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from importer.contracts.load import known_names
from importer.reading.delimited import read

HEADER = (
    "School_id,Student_id,Student_number,State_id,Last_name,Middle_name,First_name,Grade,Gender,"
    "DOB,Race,Student_street,Student_city,Student_zip,Student_email"
)
SIZES = (1_600, 16_500, 165_000)


def roster(rows: int, quoted: bool) -> str:
    """A clean file of about 140 bytes a row."""
    q = '"' if quoted else ""
    lines = [HEADER]
    for n in range(rows):
        jr = ", Jr." if quoted and n % 10 == 0 else ""
        lines.append(
            f"0{n % 97:03},S{n:08},{n + 100000},{n + 5000000},{q}Last{n % 1000}{jr}{q},M,"
            f"{q}First{n % 500}{q},{n % 12},F,03/0{n % 9 + 1}/2012,,{q}{n} Oak Street{q},"
            f"{q}Lakeview{q},0{n % 9999:04},first.last{n}@school.example"
        )
    return "\n".join(lines) + "\n"


def _bare(path: Path) -> None:
    pl.read_csv(path, infer_schema=False)


def _ours(path: Path) -> None:
    reading = read(path.name, path, path.stat().st_size, known_names())
    assert reading.sheet is not None
    reading.sheet.scan().collect()


def _seconds(work: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Seconds by the clock, and of the processors."""
    start, used = time.perf_counter(), time.process_time()
    work(path)
    return time.perf_counter() - start, time.process_time() - used


def _ratio(ours: list[tuple[float, float]], bare: list[tuple[float, float]], which: int) -> float:
    """The median of the ratios within the rounds; ``which``: 0 clock, 1 processors."""
    return statistics.median(a[which] / b[which] for a, b in zip(ours, bare, strict=True))


def main() -> int:
    """Measure; see the top."""
    parser = argparse.ArgumentParser(description="The cost of the fast path")
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    known_names()  # the contracts are read once a process
    print("| file | MB | read_csv, ms | ours / read_csv | CPU | careful / read_csv |")
    print("|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES:
            for quoted in (False, True):
                path, torn = Path(folder) / "clean.csv", Path(folder) / "torn.csv"
                text = roster(rows, quoted)
                path.write_text(text, "utf-8")
                torn.write_text(text + "0101,S1\n", "utf-8")
                bare, ours, careful = [], [], []
                for _ in range(options.rounds):
                    bare.append(_seconds(_bare, path))
                    ours.append(_seconds(_ours, path))
                    careful.append(_seconds(_ours, torn))
                print(
                    f"| {'quoted' if quoted else 'no quotes'} | {path.stat().st_size / 1e6:.1f} "
                    f"| {statistics.median(each[0] for each in bare) * 1e3:.1f} "
                    f"| {_ratio(ours, bare, 0):.2f} | {_ratio(ours, bare, 1):.2f} "
                    f"| {_ratio(careful, bare, 0):.1f} |",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
