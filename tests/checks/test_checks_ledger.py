"""Codes are promises to scripts and people: they stay, and they keep their meaning."""

import tomllib
from pathlib import Path

from importer.checks.catalogue import CATALOGUE

LEDGER = tomllib.loads((Path(__file__).parent / "ledger.toml").read_text("utf-8"))


def test_no_code_disappears() -> None:
    assert not set(LEDGER) - set(CATALOGUE), (
        "a code may be retired by a decision, never by accident"
    )


def test_every_code_is_in_the_ledger() -> None:
    missing = [
        f'[{c.code}]\nseverity = "{c.severity}"\nname = "{c.name}"\nsince = "0.1"\n'
        for code, c in CATALOGUE.items()
        if code not in LEDGER
    ]
    assert not missing, "add to tests/checks/ledger.toml:\n\n" + "\n".join(missing)


def test_no_code_changes_severity_or_meaning() -> None:
    now = {code: (check.severity, check.name) for code, check in CATALOGUE.items()}
    then = {code: (entry["severity"], entry["name"]) for code, entry in LEDGER.items()}
    changed = {code: (old, now[code]) for code, old in then.items() if now.get(code, old) != old}
    assert not changed, "better words go into the ledger too; another meaning needs a new code"


def test_entries_are_whole_and_codes_are_well_formed() -> None:
    stages = {"FILE": "1", "CELL": "2", "ROW": "3", "LINK": "4", "PLAN": "5"}
    for code, entry in LEDGER.items():
        stage, _, number = code.partition("-")
        assert number.isdigit() and len(number) == 3 and number[0] == stages[stage], code
        assert set(entry) == {"severity", "name", "since"}, code
        assert entry["severity"] in {"BLOCK", "ERROR", "WARNING", "INFO"}, code
