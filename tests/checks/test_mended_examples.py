"""The law of corrected copies: what was accepted is gone and nothing new is wrong.

Held over the wrong example of every check that has a mechanical fix.
"""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from check_drops import POLICY, written

from importer.checks.catalogue import CATALOGUE
from importer.mending.accepted import edits_of
from importer.mending.mend import Judge, look_at, mend
from importer.mending.places import places, tables
from importer.mending.proof import same

FAULTS = ["ERROR", "BLOCK"]
MENDABLE = sorted(
    code for code, check in CATALOGUE.items() if check.mend and POLICY not in check.wrong
)
# Of these the example has nothing that a machine could tell, or takes a committed roster.
NOTHING_OFFERED = {"CELL-205", "CELL-206", "CELL-213", "CELL-214", "CELL-220", "FILE-178"}
NOTHING_OFFERED |= {"ROW-330", "ROW-331", "LINK-430", *(f"LINK-40{n}" for n in range(2, 10))}
# A row that counts again may have faults of its own, and an id that is right may be named nowhere.
COMES_TO_LIGHT = {"FILE-130": "CELL-201"}
COMES_TO_LIGHT |= dict.fromkeys(("CELL-223", "CELL-226", "CELL-238"), "LINK-404")


@pytest.mark.parametrize("code", MENDABLE)
def test_what_was_accepted_is_gone_and_nothing_new_is_wrong(code: str, tmp_path: Path) -> None:
    path = written(CATALOGUE[code].wrong, tmp_path / "drop")
    sent = look_at(path, tmp_path / "sent", Judge())
    found = places(sent).filter(pl.col("code") == code)
    assert found.is_empty() == (code in NOTHING_OFFERED)
    if found.is_empty():
        return
    mended = mend(sent, path, tmp_path, Judge(), frozenset({code}))
    assert mended.done == {code: found.height} and not mended.left
    assert code not in set(mended.findings["code"])
    new = faults(mended.findings) - faults(sent.found.findings)
    assert set(new) <= {COMES_TO_LIGHT.get(code)}
    untouched = {file.name for file in sent.drop.files} - mended.changed
    for name in untouched:
        assert mended.files[name] == (path / name).read_bytes()


def faults(findings: pl.DataFrame) -> Counter[str]:
    return Counter(findings.filter(pl.col("severity").is_in(FAULTS))["code"])


@pytest.mark.parametrize("code", MENDABLE)
def test_the_proof_tells_a_copy_that_differs(code: str, tmp_path: Path) -> None:
    """A copy with one other cell is no corrected copy of any of the tables."""
    sent = look_at(written(CATALOGUE[code].wrong, tmp_path / "drop"), tmp_path / "sent", Judge())
    for table in tables(sent):
        edits = edits_of(table, places(sent).clear())
        assert same(table.sheet, edits, table.sheet)
        rows = table.sheet.scan().collect()
        if rows.height:
            edits = edits_of(table, places(sent).clear())
            first = {int(rows["_row"][0]): {0: "another"}}
            other = type(edits)(**{**edits.__dict__, "cells": first})
            assert not same(table.sheet, other, table.sheet)
