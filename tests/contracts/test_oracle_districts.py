"""The oracle over whole districts: pandera finds what the compiled checks find, row for row."""

import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest
from contracts_nasty import File, load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.checks.drop import check_drop
from importer.contracts.contract import Contract
from importer.contracts.declared import schema, validate
from importer.contracts.load import contracts

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.district import Plan, generate
from benchmarks.places import truth_path

FORMATS = {"clever": "clever", "oneroster": "oneroster-1.1"}
UNTOLD = {"ROW-311", "ROW-314"}  # compare people of several files, and times; test_superset.py does

Found = set[tuple[str, int, str | None, str]]


def files_of(folder: Path, contract: Contract) -> dict[str, File]:
    """The files of a district, each read both ways."""
    return {
        table.name: load(folder / name, contract, table)
        for table in contract.tables.values()
        for name in table.files
        if table.columns and (folder / name).exists()
    }


def compiled(contract: Contract, files: dict[str, File]) -> Found:
    """What the compiled checks find in all files: file, row, column, code."""
    bounds = {name: file.bound for name, file in files.items()}
    reading = pl.concat([file.reading.findings for file in files.values()])
    found = check_drop(contract, bounds, reading, None, list(files), every=True).findings()
    return {*found.select("file", "row", "column", "code").iter_rows()}


def declared(contract: Contract, files: dict[str, File]) -> Found:
    """What pandera finds in them."""
    cells = {name: file.cells for name, file in files.items()}
    found: Found = set()
    for name, file in files.items():
        told = schema(contract, name, file.bound.mode, cells)
        names = pl.col("column").replace(file.bound.spelled)
        places = validate(told, file.cells).select(pl.col("row") + 2, names, "code").iter_rows()
        found |= {(file.bound.sheet.name, *place) for place in places}
    return found


@pytest.mark.parametrize("faults", [0, 0.001, 0.05, 1])
@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(students=st.integers(200, 500), seed=st.integers(0, 9999))
def test_pandera_finds_the_same(format_: str, faults: float, students: int, seed: int) -> None:
    contract = contracts()[FORMATS[format_]]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "district"
        generate(folder, Plan(students, format_, faults, seed, demographics=True))
        files = files_of(folder, contract)
        engine, pandera = compiled(contract, files), declared(contract, files)
        planted = pl.read_csv(truth_path(folder)).select("file", "row")
    told = {finding for finding in engine if finding[3] not in UNTOLD}
    assert not {*sorted(told ^ pandera, key=str)[:5]}
    assert {(file, row) for file, row, *_ in pandera} <= set(planted.iter_rows())
    assert bool(pandera) == bool(faults)
