"""Ids that another person has now: such a row is held; if they are many, the drop is.

A person whose given and family name, e-mail or username, and birth date all differ from what is
stored under the id, as far as both are known, is somebody else: the id was given again, or two
people's details were swapped. Marriage, a new e-mail or a corrected date change one of them.
"""

import hashlib
from collections.abc import Callable, Sequence

import polars as pl

from importer.model import findings
from importer.planning.guards.case import Case
from importer.planning.guards.stop import ALL, Stop
from importer.planning.incoming import Incoming

MANY, MANY_SHARE = 5, 0.05
"""More than five such people, and more than one in twenty: no slip of a hand."""
_SAYS = ("given_name", "family_name", "email", "username", "birth_date")
_SIGNS = ("email", "username", "birth_date")

Left = tuple[pl.DataFrame, pl.DataFrame]
"""Findings and held rows, as ``planning.plan.Planned`` has them."""


def somebody_else(people: pl.LazyFrame, rows: pl.LazyFrame) -> pl.DataFrame:
    """The ``rows`` (incoming people) that are another person than the stored one of their id."""
    old = people.select("person_id", *(pl.col(c).alias(f"{c}_old") for c in _SAYS))
    sent = rows.filter(pl.col("status") == "active")
    called = pl.struct("person_id", "given_name").hash()  # few are called otherwise than before
    before = people.select(called).collect(engine="streaming").to_series()
    other_name = sent.filter(~called.is_in(before.implode()))
    both = other_name.select("person_id", *_SAYS).join(old, on="person_id")
    names = [_low(c) for c in ("given_name", "family_name")]
    were = [_low(f"{c}_old") for c in ("given_name", "family_name")]
    other = pl.all_horizontal(n.ne(w) for n in names for w in were)  # swapped names are no swap
    known = [pl.col(c).is_not_null() & pl.col(f"{c}_old").is_not_null() for c in _SIGNS]
    same = [_low(c) == _low(f"{c}_old") for c in _SIGNS]
    signs = pl.any_horizontal(known) & ~pl.any_horizontal(same).fill_null(False)
    ids = both.filter(other, signs).select("person_id").collect(engine="streaming").to_series()
    return sent.filter(pl.col("person_id").is_in(ids.implode())).collect(engine="streaming")


def _low(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.to_lowercase().str.strip_chars()


def set_aside(
    told: dict[str, Incoming], stored: Callable[[str], pl.LazyFrame], known: Sequence[str]
) -> Left:
    """Hold the rows of people whose id was somebody else's, and their enrollments with them.

    ``known``: ids of which a person said that the new details are right. Where they are many
    nothing is held here: ``given_to_others`` stops the drop.
    """
    nothing = findings.empty(), pl.DataFrame(schema=findings.HELD)
    if "people" not in told:
        return nothing
    rows = told["people"].rows
    swapped = somebody_else(stored("people"), rows).filter(~pl.col("person_id").is_in(list(known)))
    if swapped.is_empty() or _many(swapped.height, rows.select(pl.len()).collect().item()):
        return nothing
    ids = swapped["person_id"]
    causes = {one: _cause(one) for one in ids}
    cause = pl.col("person_id").replace_strict(causes, default=None, return_dtype=pl.UInt64)
    place = [pl.col("origin_file").alias("file"), pl.col("origin_row").alias("row")]
    held = [swapped.select(*place, cause=cause)]
    shape = pl.DataFrame({"person_id": ids})
    told["people"].exact.append(ids)
    for table in told.keys() & {"people", "roles", "enrollments", "relationships"}:
        theirs = pl.col("person_id").is_in(ids.implode())
        incoming = told[table]
        if table == "enrollments":
            own = theirs & (pl.col("role") == "student")  # a teacher's stands in a section's row
            held.append(incoming.rows.filter(own).select(*place, cause=cause).collect())
        if table != "people":
            incoming.owners.append(shape)
        incoming.rows = incoming.rows.filter(~theirs)
    left = pl.concat(held).unique(maintain_order=True)
    notes = findings.frame(
        {"code": "PLAN-545", "severity": "ERROR", "file": file, "row": row, "value": one,
         "cause": causes[one]}
        for one, file, row in swapped.select("person_id", "origin_file", "origin_row").iter_rows()
    )  # fmt: skip
    return notes, left.cast(findings.HELD)  # type: ignore[arg-type]


def _many(swapped: int, people: int) -> bool:
    return swapped > MANY and swapped > MANY_SHARE * people


def _cause(person: str) -> int:
    return int.from_bytes(hashlib.sha256(f"PLAN-545 {person}".encode()).digest()[:7])


def given_to_others(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-546: so many ids have another person now that the drop is wrong, not a row."""
    both = pl.col("columns").list.contains("given_name")
    both &= pl.col("columns").list.contains("family_name")
    if case.of("people", "edit").filter(both).height <= MANY:
        return []
    rows = case.told["people"].rows
    known = case.stored("people").filter(pl.col("status") == "active")
    swapped = somebody_else(known, rows)
    kinds = case.roll.kinds_of(swapped.select(key="person_id"))
    stops = []
    for (kind,), part in kinds.group_by("kind", maintain_order=True):
        before = case.there("people", str(kind))
        if part.height > MANY and part.height > MANY_SHARE * before:
            says = f"{part.height:,} of {before:,} {kind} have the name, e-mail and birth date of"
            says += " somebody else under their id"
            schools = part["school_id"].unique()
            school = schools[0] if len(schools) == 1 and schools[0] else ALL
            stops.append(Stop("PLAN-546", school, "people", says, part.height, kind=str(kind)))
    return stops
