"""Every declared check: one such fault in a right package is found, at its place, and alone.

One seeded round a check; PLANTED_ROUNDS=20 in the environment plants each of them twenty times.
"""

import os
from pathlib import Path

import pytest
from formats_page import companion
from inventory import Entry, inventory
from packages import Package, Place
from planting import planted
from shapes import clean

from importer.checks.catalogue import CATALOGUE
from importer.contracts.load import contracts

ROUNDS = int(os.environ.get("PLANTED_ROUNDS", "1"))
ENTRIES = inventory()

# Codes that don't come from a contract: how bytes became a table, and what lies in the drop.
READING = {code for code in CATALOGUE if "FILE-101" <= code <= "FILE-110"} - {"FILE-108"}
READING |= {code for code in CATALOGUE if "FILE-130" <= code <= "FILE-139"}
READING |= {"FILE-158", "FILE-159"}  # of letters that are not UTF-8
READING |= {code for code in CATALOGUE if "FILE-161" <= code <= "FILE-172"}
READING |= {"FILE-154", "LINK-419"}  # what LINK-419 says depends on what was archived before
READING |= {"FILE-156", "FILE-157", "LINK-422"}  # of the package: tests/formats_oneroster
READING |= {"FILE-187"}  # takes a header that a person confirmed: tests/cli/test_cli_map.py
READING |= {"FILE-197"}  # of rows that were handed back: tests/report
READING |= {"LINK-421"}  # takes two accounts that are there: tests/uit
READING |= {c for c in CATALOGUE if "CELL-221" <= c <= "CELL-244" or "ROW-330" <= c <= "ROW-334"}
READING |= {"LINK-430"}  # takes a committed roster: tests/checks/test_damage_zeros.py
READING |= {"FILE-146", "FILE-147", "FILE-148", "FILE-149", "FILE-150", "FILE-151", "FILE-152"}
READING |= {code for code in CATALOGUE if "FILE-175" <= code <= "FILE-186"}  # of workbooks alone


def with_companion(entry: Entry, package: Package, places: set[Place]) -> set[Place]:
    """The places, and what follows from them by necessity."""
    code = companion(entry)
    if code.startswith("PLAN"):
        return places | {(code, package.files[entry.table].name, None, None)}
    return places | {(code, *place[1:]) for place in places if code}


@pytest.mark.parametrize("name", contracts())
def test_a_clean_package_has_no_finding(name: str, tmp_path: Path) -> None:
    contract = contracts()[name]
    passed = [t.name for t in contract.tables.values() if t.part in ("passed", "deprecated")]
    for round_ in range(5 * ROUNDS):
        folder = tmp_path / str(round_)
        folder.mkdir()
        package = clean(contract, f"{name} {round_}", *(passed if round_ % 2 else []))
        assert package.found(folder) == set()
        said = {code for code, *_ in package.expected}
        assert said <= {"FILE-111", "FILE-112", "FILE-123", "FILE-194"}


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_a_planted_fault_is_found_at_its_place_and_alone(entry: Entry, tmp_path: Path) -> None:
    for round_ in range(ROUNDS):
        folder = tmp_path / str(round_)
        folder.mkdir()
        package, places = planted(entry, round_)
        assert package.found(folder) == with_companion(entry, package, places)


def test_every_code_that_a_contract_can_give_is_planted() -> None:
    wanted = {c for c in CATALOGUE if c.startswith(("FILE", "CELL", "ROW", "LINK"))} - READING
    assert {entry.code for entry in ENTRIES} == wanted
    assert len(set(map(str, ENTRIES))) == len(ENTRIES)
