"""What the columns of a source table become in the roster: which ones tell who somebody is."""

from collections.abc import Mapping

from importer.contracts.contract import Table

IDS = {
    "schools": {"school_id", "number", "state_id", "nces_id"},
    "terms": {"term_id"},
    "courses": {"course_id"},
    "sections": {"section_id"},
    "people": {"person_id", "student_number", "state_id", "sis_id", "clever_id"},
}
"""Canonical columns that hold ids: table → columns."""

NAMES = {
    "schools": {"principal"},
    "people": {
        "given_name",
        "family_name",
        "middle_name",
        "preferred_given_name",
        "preferred_middle_name",
        "preferred_family_name",
    },
}
"""Canonical columns that hold names of people."""

PLACES = {
    "courses": {"code"},
    "sections": {"number", "location", "periods"},
}
"""Canonical columns in which people write things such as 9-10 that are no dates."""


def among(table: Table, columns: Mapping[str, set[str]]) -> frozenset[str]:
    """The columns of a source table that become, as they are, one of these canonical columns."""
    return frozenset(
        choice
        for make in table.makes
        for column, text in make.columns.items()
        if column in columns.get(make.table, ())
        for choice in text.split(" | ")
    )


def into(table: Table, canonical: str) -> frozenset[str]:
    """The columns of a source table that any column of a canonical table is made from."""
    return among(table, {canonical: {c for make in table.makes for c in make.columns}})
