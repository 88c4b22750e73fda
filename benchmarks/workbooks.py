"""Every workbook of a folder, read as a drop is: how many are read, refused, or do harm.

    python -m benchmarks.workbooks FOLDER [--against openpyxl]

FOLDER holds any number of workbooks, at any depth: test files of calamine, Apache POI, ClosedXML,
SheetJS and others, fetched when measuring and never kept here. Each is read in a process of its
own. What ends in an exception, or ends that process, is listed by name and sets exit code 1. With
``--against openpyxl`` the values of ordinary cells are compared, and differences counted by kind.
"""

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import openpyxl

from importer.contracts.load import known_names
from importer.intake import isolated
from importer.model.died import Died
from importer.reading.cells import LONGEST, mask, text
from importer.reading.excel import sheets
from importer.reading.workbook import read_workbook

ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm")
READER = "importer.reading.excel:sheets"

PATIENCE = isolated.Allowed(cpu_seconds=30, seconds=120)

Cells = dict[tuple[str, int, int], str]
Places = set[tuple[str, int, int]]


def main() -> int:
    """Read all, print the figures, and say what should not have happened."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--against", choices=["openpyxl"])
    given = options.parse_args()
    paths = sorted(p for p in given.folder.rglob("*") if p.suffix.casefold() in ENDINGS)
    told: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    faults: list[str] = []
    slowest = (0.0, "")
    for path in paths:
        begun = time.perf_counter()
        outcome = _read(path)
        slowest = max(slowest, (time.perf_counter() - begun, path.name))
        told[outcome] += 1
        if outcome.startswith("fault"):
            faults.append(f"{outcome}: {path}")
        if given.against and outcome == "read":
            counts = isolated.run("benchmarks.workbooks:compared", [str(path)], PATIENCE)
            kinds.update({"of files that openpyxl can't read": 1} if _died(counts) else counts)
    print(f"{len(paths)} workbooks; slowest {slowest[0]:.1f} s ({slowest[1]})")
    for words, count in told.most_common():
        print(f"{count:6}  {words}")
    for words, count in kinds.most_common():
        print(f"{count:9}  cells {words}")
    print(*faults, sep="\n")
    return 1 if faults else 0


def _died(answer: Any) -> bool:
    return isinstance(answer, Died) or "failed" in answer


def _read(path: Path) -> str:
    messages = list(isolated.each(READER, [str(path)]))
    try:
        readings = read_workbook(path.name, path, lambda _: iter(messages), known_names())
    except Exception as error:  # the very thing that is looked for
        return f"fault: {type(error).__name__}"
    died = [message for message in messages if isinstance(message, Died)]
    if died:
        return f"fault: died of {died[0].reason}"
    if any(reading.sheet for reading in readings.values()):
        return "read"
    (finding, *_) = next(iter(readings.values())).findings.rows(named=True)
    return f"refused: {finding['code']} {finding['detail'] or ''}"


def compared(path: str) -> dict[str, int]:
    """How many cells are the same, or differ in which way; ``failed`` if openpyxl fails."""
    ours, faults = _ours(list(sheets(path)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = dict(_theirs(path))
    except Exception:  # it fails over many a file
        return {"failed": 1}
    return Counter(_differences(ours, theirs, faults))


def _differences(ours: Cells, theirs: Cells, faults: Places) -> Iterator[str]:
    for place in ours.keys() | theirs.keys():
        mine, other = ours.get(place, ""), theirs.get(place, "")
        if mine == other:
            yield "that agree"
        elif place in faults:
            yield "without a usable value, which is said"
        else:
            yield f"that differ: {_kind(mine, other)}"


def _kind(mine: str, other: str) -> str:
    if not mine:
        return "only openpyxl has a value"
    if not other:
        return "only calamine has a value"
    if "".join(mine.split()) == "".join(other.split()):
        return "blanks"
    return "other text"


def _ours(messages: list[Any]) -> tuple[Cells, Places]:
    cells: Cells = {}
    faults: Places = set()
    title = ""
    for message in messages:
        title = message.get("sheet", title)
        for at, column in enumerate(message.get("cells", ())):
            for row, value in zip(message["rows"], column, strict=True):
                if value:
                    cells[title, row, message["first"] + at] = value
        faults |= {(title, row, column) for row, column, _ in message.get("faults", ())}
    return cells, faults


def _theirs(path: str) -> Iterator[tuple[tuple[str, int, int], str]]:
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        cells: dict[tuple[int, int], Any] = sheet._cells  # what is there, without gaps
        for (row, column), cell in cells.items():
            if said := _said(cell):
                yield (sheet.title, row, column), said


def _said(cell: Any) -> str:
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = float(value)
        shown = mask(cell.number_format)
        if abs(value) >= LONGEST:
            return ""
        if shown and value.is_integer():
            return shown.shown(int(value))
    known = str | bool | float | date | datetime | clock | timedelta
    return text(value) if isinstance(value, known) else str(value)


if __name__ == "__main__":
    sys.exit(main())
