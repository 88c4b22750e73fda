"""Schools and the organisations that stand for them at the receiving product."""

from collections.abc import Mapping

import polars as pl

ORGANISATIONS: dict[str, pl.DataType] = {
    "school_id": pl.String(),
    "organisation": pl.String(),  # null = none yet
    "parent_organisation": pl.String(),  # that of the next school or district above that has one
    "how": pl.String(),  # mapped, auto-created or unmapped
}


def organisations(schools: pl.DataFrame, named: Mapping[str, str], create: bool) -> pl.DataFrame:
    """The organisation of each school: ``ORGANISATIONS``, in the order of ``schools``.

    ``schools``: ``school_id``, ``name``, ``parent_id``. ``named``: school id → organisation.
    ``create``: the others get one of their own name; where that name is taken, with their id.
    """
    rows = schools.select("school_id", "name", "parent_id").rows()
    found = {school: (named[school], "mapped") for school, _, _ in rows if school in named}
    taken = set(named.values())
    for school, name, _ in sorted(rows):
        if school not in found and create:
            own = name if name and name not in taken else f"{name or 'School'} ({school})"
            taken.add(own)
            found[school] = (own, "auto-created")
    parents = {school: parent for school, _, parent in rows if parent}
    told = []
    for school, _, _ in rows:
        own, how = found.get(school, (None, "unmapped"))
        told.append((school, own, _above(school, own, parents, found), how))
    return pl.DataFrame(told, schema=ORGANISATIONS, orient="row")


def _above(
    school: str, own: str | None, parents: Mapping[str, str], found: Mapping[str, tuple[str, str]]
) -> str | None:
    """The next organisation above; a school that is said to be above itself ends the search."""
    seen, here = {school}, parents.get(school)
    while here is not None and here not in seen:
        if here in found and found[here][0] != own:
            return found[here][0]
        seen.add(here)
        here = parents.get(here)
    return None
