"""What a sync is called in the history: the system it came from, and what was sent."""

from collections.abc import Collection

from importer.contracts.contract import Contract
from importer.contracts.mapping import constants

_TAILS = (" roster CSV", " CSV", " students", " upload")
_FAMILY = {"guardian", "parent", "relative"}
_CLASSES = {"sections", "enrollments"}


def sync_type(contract: Contract, sent: Collection[str], test: bool = False) -> str:
    """``PowerSchool Student``, ``Clever Roster``, ``Test OneRoster 1.1 Roster``.

    ``sent``: the source tables, as ``Run.columns`` names them. Roster: people and classes; Student
    or Staff: only such people (families don't count); People: both, or nobody can tell; Classes.
    """
    system = contract.title
    for tail in _TAILS:
        system = system.removesuffix(tail)
    what = _what(contract, sent)
    if what and any(word.startswith(what) for word in system.split()):
        what = ""  # “Students of another system” says it
    return " ".join(filter(None, ["Test" if test else "", system, what]))


def _what(contract: Contract, sent: Collection[str]) -> str:
    tables = [t for name, t in contract.tables.items() if contract.prefix + name in sent]
    makes = [make for table in tables for make in table.makes]
    made = {make.table for make in makes}
    if "people" in made and made & _CLASSES:
        return "Roster"
    if "people" not in made:
        return "Classes" if made & _CLASSES else ""
    roles = {constants(m).get("role", "") for m in makes if m.table == "roles"} - _FAMILY
    if roles == {"student"}:
        return "Student"
    return "Staff" if roles and not roles & {"student", ""} else "People"
