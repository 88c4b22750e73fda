"""The public benchmark Pollock (VLDB 2023) over importer's reader of delimited text, blind.

    python -m benchmarks.pollock FOLDER          # a copy of HPI-Information-Systems/Pollock
    python -m benchmarks.pollock FOLDER --worst 20

FOLDER has ``polluted_files/csv``, ``polluted_files/clean`` and ``pollock_weights.json``. Nothing of
it is kept here. The reader is told nothing: no separator, no names, no number of lines to skip.

The score is Pollock's own: ten measures a file (success; precision, recall and F1 of header,
records and cells), their means summed (*simple*, at most 10) and weighted by how often such files
occur (*weighted*). Cells are normalised by ``pollock/data_types.py`` of the copy, if it and what it
imports (dateutil, price-parser) are there; without it they are compared in lower case.

How Pollock wants a table written is kept out of the reader and stands here: damaged rows count with
their best reading, in their place; a row without one with its text cut at the separators; a header
over several rows is joined; what follows a second header is dropped.

*Damaged lines* are those of the ``row_…`` files: each has one. Right is a finding of severity ERROR
on that line; false is any other line with one.
"""

import argparse
import csv
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from importer.model.sheet import Sheet
from importer.reading.delimited import Reading, read

Table = list[list[str]]
Normal = Callable[[str], str]

MEASURES = 10


def table_of(reading: Reading, path: Path) -> Table:
    """What was read, as Pollock wants it: the header, then all rows in the order of the file."""
    sheet = reading.likely or reading.sheet
    if sheet is None:
        return []
    found = reading.findings
    rows: dict[int, list[str]] = dict(_rows(sheet.scan().collect()))
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    for row in sheet.damaged.to_list():
        rows[row] = lines[row - 1].split(sheet.separator)
    if sheet.best is not None:
        rows |= dict(_rows(sheet.best))
    end = _first(found, "FILE-161", "FILE-162") or len(lines) + 1
    kept = [cells for row, cells in sorted(rows.items()) if row < end]
    return [_header(sheet, found, lines), *kept]


def _rows(frame: pl.DataFrame) -> list[tuple[int, list[str]]]:
    return [(row, [cell or "" for cell in cells]) for row, *cells in frame.iter_rows()]


def _first(found: pl.DataFrame, *codes: str) -> int | None:
    row = found.filter(pl.col("code").is_in(codes))["row"].min()
    return int(row) if row is not None else None  # type: ignore[arg-type]


def _header(sheet: Sheet, found: pl.DataFrame, lines: Sequence[str]) -> list[str]:
    several = found.filter(pl.col("code") == "FILE-164")
    if several.is_empty():
        return list(sheet.header)
    first, count = several["row"][0], several["rows"][0]
    parts = list(csv.reader(lines[first - 1 : first - 1 + count], delimiter=sheet.separator))
    return [" ".join(cells) for cells in zip(*parts, strict=False)]


def measures(clean: Table, loaded: Table, normal: Normal) -> list[float]:
    """Pollock's ten measures of one file that was loaded without an error."""
    if not clean:
        return [1.0] * MEASURES
    header = _shares([map(normal, clean[0])], [map(normal, row) for row in loaded[:1]])
    records = [["".join(map(normal, row)) for row in table[1:]] for table in (clean, loaded)]
    cells = _shares(clean, loaded)
    return [1.0, *header, *_shares([records[0]], [records[1]]), *cells]


def _shares(clean: Sequence[object], loaded: Sequence[object]) -> tuple[float, float, float]:
    """Precision, recall and F1 of two lists of lists of texts, order aside."""
    one, other = (Counter(cell for row in rows for cell in row) for rows in (clean, loaded))  # type: ignore[attr-defined]
    if not one:
        return 1.0, 1.0, 1.0
    both = (one & other).total()
    if not both:
        return 0.0, 0.0, 0.0
    p, r = both / one.total(), both / other.total()
    return p, r, 2 * p * r / (p + r)


def normaliser(folder: Path) -> Normal:
    """Pollock's own way to compare cells, from the copy; else lower case."""
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("pollock.data_types").normalize_cell  # type: ignore[no-any-return]
    except ImportError as missing:
        print(f"cells are compared in lower case: {missing}", file=sys.stderr)
        return str.lower


def damaged_line(name: str, source: Sequence[bytes], data: bytes) -> int | None:
    """The one line of a ``row_…`` file that isn't that of the source."""
    if not name.startswith("row_"):
        return None
    pairs = zip(source, data.split(b"\n"), strict=False)
    return next((at for at, (one, other) in enumerate(pairs, 1) if one != other), None)


def main() -> int:
    """Measure; see the top."""
    parser = argparse.ArgumentParser(description="Pollock over importer's reader")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="list the files that lose most")
    options = parser.parse_args()
    places = options.folder / "polluted_files"
    weights = json.loads((options.folder / "pollock_weights.json").read_text("utf-8"))
    normal = normaliser(options.folder)
    cached: dict[str, str] = {}
    source = (places / "csv" / "source.csv").read_bytes().split(b"\n")
    scores: dict[str, list[float]] = {}
    damaged = right = false = 0
    for path in sorted((places / "csv").glob("*.csv")):
        reading = read(path.name, path, path.stat().st_size)
        with (places / "clean" / path.name).open(encoding="utf-8-sig", newline="") as file:
            clean = list(csv.reader(file))
        loaded = table_of(reading, path)
        scores[path.name] = measures(clean, loaded, lambda cell: _kept(cached, normal, cell))
        line = damaged_line(path.name, source, path.read_bytes())
        told = set(reading.findings.filter(severity="ERROR")["row"].to_list())
        damaged += line is not None
        right += line is not None and line in told
        if re.match("row_", path.name):
            false += len(told - {line})
    means = [sum(column) / len(scores) for column in zip(*scores.values(), strict=True)]
    total = sum(weights.get(name, -1) for name in scores)
    weighted = sum(weights.get(name, -1) / total * sum(score) for name, score in scores.items())
    print(f"files {len(scores)}, simple {sum(means):.4f}, weighted {weighted:.4f}")
    print(f"damaged lines reported {right} of {damaged}, false lines {false}")
    exact = sum(score[3] == score[6] == 1 for score in scores.values())
    print(f"header and records exact in {exact} files")
    for name in sorted(scores, key=lambda name: sum(scores[name]))[: options.worst]:
        print(f"{sum(scores[name]):8.4f}  {name}")
    return 0


def _kept(cached: dict[str, str], normal: Normal, cell: str) -> str:
    if cell not in cached:
        cached[cell] = normal(cell)
    return cached[cell]


if __name__ == "__main__":
    raise SystemExit(main())
