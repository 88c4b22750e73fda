"""What a sync is called in the history."""

import pytest

from importer.contracts.load import contracts
from importer.contracts.sync_types import sync_type


@pytest.mark.parametrize(
    ("format_", "tables", "called"),
    [
        ("powerschool", ["students"], "PowerSchool Student"),
        ("infinite-campus", ["students"], "Infinite Campus Student"),
        ("clever", ["schools", "students", "sections", "enrollments"], "Clever Roster"),
        ("clever", ["schools", "teachers", "staff"], "Clever Staff"),
        ("clever", ["schools", "students", "teachers"], "Clever People"),
        ("clever", ["enrollments"], "Clever Classes"),
        ("clever", [], "Clever"),
        ("generic", ["students"], "Students of another system"),
        ("oneroster-1.1", ["orgs", "users", "classes"], "OneRoster 1.1 Roster"),
        ("oneroster-1.1", ["users"], "OneRoster 1.1 People"),
    ],
)
def test_system_and_what_was_sent(format_: str, tables: list[str], called: str) -> None:
    contract = contracts()[format_]
    sent = [contract.prefix + table for table in tables]
    assert sync_type(contract, sent) == called
    assert sync_type(contract, sent, test=True) == f"Test {called}"


def test_every_format_has_a_name_of_its_own() -> None:
    named = {
        sync_type(contract, [contract.prefix + t for t in contract.tables]): name
        for name, contract in contracts().items()
    }
    assert len(named) == len(contracts())
    assert not any(name.endswith(" CSV") for name in named)
