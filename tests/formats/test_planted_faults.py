"""Every declared check: such a fault in a right package is found, at its place, and nothing else.

Faults that have nothing to do with each other share a package (``packing.py``). PLANTED_ROUNDS=20
in the environment plants each of them twenty times, in a package of its own.
"""

import os
from pathlib import Path

import pytest
from inventory import Entry, inventory
from packing import name, packed
from planting import planted
from shapes import clean

from importer.checks.catalogue import CATALOGUE
from importer.contracts.load import contracts

ROUNDS = int(os.environ.get("PLANTED_ROUNDS", "0"))
ENTRIES = inventory()
PACKS = [(entry,) for entry in ENTRIES] if ROUNDS else packed(ENTRIES)

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
READING |= {"FILE-198"}  # of a drop that brings checksums: tests/intake
READING |= {code for code in CATALOGUE if "FILE-175" <= code <= "FILE-186"}  # of workbooks alone


@pytest.mark.parametrize("name", contracts())
def test_a_clean_package_has_no_finding(name: str, tmp_path: Path) -> None:
    contract = contracts()[name]
    passed = [t.name for t in contract.tables.values() if t.part in ("passed", "deprecated")]
    for round_ in range(5 * max(ROUNDS, 1)):
        folder = tmp_path / str(round_)
        folder.mkdir()
        package = clean(contract, f"{name} {round_}", *(passed if round_ % 2 else []))
        assert package.found(folder) == set()
        said = {code for code, *_ in package.expected}
        assert said <= {"FILE-111", "FILE-112", "FILE-123", "FILE-194"}


@pytest.mark.parametrize("pack", PACKS, ids=map(name, PACKS))
def test_planted_faults_are_found_at_their_places_and_nothing_else(
    pack: tuple[Entry, ...], tmp_path: Path
) -> None:
    for round_ in range(max(ROUNDS, 1)):
        folder = tmp_path / str(round_)
        folder.mkdir()
        package, places = planted(pack, round_)
        assert len(places) >= len(pack)
        assert package.found(folder) == places


def test_every_fault_is_planted_once() -> None:
    assert sorted(str(entry) for pack in PACKS for entry in pack) == sorted(map(str, ENTRIES))


def test_every_code_that_a_contract_can_give_is_planted() -> None:
    wanted = {c for c in CATALOGUE if c.startswith(("FILE", "CELL", "ROW", "LINK"))} - READING
    assert {entry.code for entry in ENTRIES} == wanted
    assert len(set(map(str, ENTRIES))) == len(ENTRIES)
