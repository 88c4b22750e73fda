"""What a guard says: one reason to stop, for a school and a kind of record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ALL = "*"

BELOW: Mapping[str, frozenset[str]] = {
    # what is lost with a record of a table, so that it needs no stop of its own
    "schools": frozenset(
        ("schools", "people", "roles", "sections", "enrollments", "courses", "relationships")
    ),
    "people": frozenset(("people", "roles", "enrollments", "relationships")),
    "roles": frozenset(("roles", "enrollments")),
    "sections": frozenset(("sections", "enrollments", "courses", "terms")),
}

COUNTS = frozenset(
    ("PLAN-501", "PLAN-502", "PLAN-503", "PLAN-550", "PLAN-551", "PLAN-552", "PLAN-554")
)
"""Stops that only count: they are silent where the reason for the number was found."""

ROOTS = frozenset(
    ("PLAN-520", "PLAN-540", "PLAN-541", "PLAN-542", "PLAN-543", "PLAN-544", "PLAN-546", "PLAN-547",
     "PLAN-550", "PLAN-551", "PLAN-553", "PLAN-554")
)  # fmt: skip
"""Stops that say why numbers are as they are; so does a school that merged, which passes."""

LOSSES = frozenset(("PLAN-501", "PLAN-502", "PLAN-543", "PLAN-550", "PLAN-552"))
"""Stops that archives alone are the matter of: the rest may go on while those wait."""


@dataclass(frozen=True)
class Stop:
    """One reason to stop: the code, the school (``*`` = all), the canonical table, what it says.

    ``kind``: the kind of record within the table (students, teachers, …), if it is about one.
    """

    code: str
    school: str
    table: str
    detail: str
    rows: int
    severity: str = "BLOCK"
    kind: str = ""

    def reaches(self, table: str, kind: str) -> bool:
        """Whether losses of a kind of record follow from this stop, in the schools it is about."""
        root = self.code in ROOTS or (self.code == "PLAN-556" and self.table == "schools")
        if not root or table not in {*BELOW.get(self.table, ()), self.table}:
            return False
        return not (self.table == table and self.kind and kind and self.kind != kind)


def told(found: Iterable[Stop], stop: Stop) -> bool:
    """Whether a root that was found says why the number of this stop is as it is."""
    return stop.code in COUNTS and any(
        root.reaches(stop.table, stop.kind) and root.school in (ALL, stop.school) for root in found
    )


def schools_told(found: Iterable[Stop], table: str, kind: str) -> list[str]:
    """The schools whose losses of a kind are said already; ``*`` = all."""
    return [root.school for root in found if root.reaches(table, kind)]
