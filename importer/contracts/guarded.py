"""Columns whose values nobody replaces by a rule: keys, ids, names and e-mail addresses.

A rule for a value says what a word means, wherever it stands. An id, a name or an address is about
one person, and a rule about it would change who is meant.
"""

from importer.contracts.contract import Contract, Table
from importer.contracts.mapping import Source, columns_in, names_in

_TYPES = {"id": "it holds ids", "guid": "it holds ids", "user_id": "it holds ids",
          "email": "it holds e-mail addresses"}  # fmt: skip
_IDS = ("_id", "_ids", "_number")
_TELLING = {"principal": "it holds names", "username": "it holds user names"}


def guarded(contract: Contract, table: Table, column: str) -> str:
    """Why the values of a column may not be replaced, in words; empty if they may."""
    known = table.columns[column]
    names = _said_by(table, column)
    if names & set(table.key):
        return "it tells which row is meant"
    if known.secret:
        return "it is secret"
    if known.type in _TYPES:
        return _TYPES[known.type]
    if known.ref:
        return "it names records of another file"
    reasons = (_of_roster(name) for name in sorted(_becomes(contract, table, names)))
    return next((reason for reason in reasons if reason), "")


def _of_roster(column: str) -> str:
    """The reason that lies in what a value becomes in the roster."""
    if column in _TELLING:
        return _TELLING[column]
    if column.endswith(_IDS):
        return "it tells which record is meant"
    if column.endswith("email"):
        return "it holds e-mail addresses"
    return "it holds names" if column.endswith("name") else ""


def _said_by(table: Table, column: str) -> set[str]:
    """The column, and those that are derived from it; one may build on another before it."""
    names = {column}
    for other in table.columns.values():
        if other.derive and names & set(columns_in(other.derive)):
            names.add(other.name)
    return names


def _becomes(contract: Contract, table: Table, names: set[str]) -> set[str]:
    """The columns of the roster that are built from any of these."""
    source = Source(contract, table, frozenset(), "", "")
    made = ((make, canonical) for make in table.makes for canonical in make.columns)
    return {canonical for make, canonical in made if names & names_in(source, make, canonical)}
