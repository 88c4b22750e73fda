"""A list of the platform's groups paired with the sections of the roster; accepted pairs kept."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from importer.contracts.header import normal
from importer.intake import isolated
from importer.intake.drops import open_drop
from importer.intake.limits import Limits
from importer.model.errors import UsageError
from importer.model.history import Commit, Who
from importer.model.sheet import Sheet, position
from importer.planning.align import align
from importer.reading.files import read_all
from importer.settings import aliases
from importer.settings.aliases import Alias
from importer.store.port import Store

_COLUMNS = {
    "group_id": ("group_id", "group", "id"),
    "group": ("group_name", "name", "title"),
    "member": ("member_id", "member", "user_id", "username", "user", "email", "person_id"),
}
_KNOWN_BY = ("person_id", "username", "email", "student_number", "sis_id")
_HOW = "Columns: group_id, name, and member (an id, username or e-mail), one row for each member."


@dataclass(frozen=True)
class Alignment:
    """``pairs``: proposed ones (``align.PAIRS``). ``aligned``: accepted before and still there.

    ``lost``: accepted before, but the group or the section is gone. ``alone``: groups (id, name)
    without a candidate. ``unknown``: members that nobody in the roster is called like.
    ``members``: group → how many different members the list gives it.
    """

    pairs: pl.DataFrame
    aligned: list[Alias]
    lost: list[Alias]
    alone: list[tuple[str, str]]
    unknown: int
    members: Mapping[str, int]


def propose(path: Path, store: Store, head: Commit | None) -> Alignment:
    """Pair the groups of a file with the active sections of a commit."""
    rows = _read(path, store)
    groups = rows.group_by("group_id").agg(
        pl.col("group").drop_nulls().first().fill_null(""),
        of_group=pl.col("member").drop_nulls().n_unique().cast(pl.Int64),
    )
    people = _people(store, head)
    asked = rows.select("group_id", _who=pl.col("member").str.to_lowercase()).drop_nulls()
    members = asked.join(people, on="_who").select("group_id", "person_id")
    active = pl.col("status") == "active"
    named = pl.coalesce("title", "number", "section_id").alias("section")
    sections = store.table("sections", head).filter(active).select("section_id", named).collect()
    students = active & (pl.col("role") == "student")
    enrolled = store.table("enrollments", head).filter(students)
    enrolled_ids = enrolled.select("section_id", "person_id").collect()
    saved = aliases.read(store.aliases_text()).pairs()
    there = set(groups["group_id"]), set(sections["section_id"])
    aligned = [pair for pair in saved if pair.group in there[0] and pair.section in there[1]]
    free = groups.filter(~pl.col("group_id").is_in([pair.group for pair in aligned]))
    open_ = sections.filter(~pl.col("section_id").is_in([pair.section for pair in aligned]))
    pairs = align(free, members, open_, enrolled_ids)
    alone = free.join(pairs, on="group_id", how="anti").sort("group_id")
    return Alignment(
        pairs,
        aligned,
        [pair for pair in saved if pair not in aligned],
        alone.select("group_id", "group").rows(),
        asked["_who"].n_unique() - asked.join(people, on="_who")["_who"].n_unique(),
        dict(groups.select("group_id", "of_group").iter_rows()),
    )


def accept(store: Store, found: Alignment, groups: Collection[str], who: Who) -> list[Alias]:
    """Keep the pairs of these groups; UsageError for one that isn't proposed or is ambiguous."""
    known = found.pairs.filter(pl.col("verdict") != "ambiguous")
    for group in groups:
        if group not in known["group_id"]:
            unsure = group in found.pairs["group_id"]
            why = "could be several sections" if unsure else "has no proposed section"
            raise UsageError(f"Group {group} {why}.", f"{group}=SECTION says which it is.")
    chosen = known.filter(pl.col("group_id").is_in(list(groups)))
    rows = chosen.select("group_id", "group", "section_id").rows()
    return keep(store, [Alias(g, name, s, who.actor, who.at) for g, name, s in rows], who)


def keep(store: Store, pairs: list[Alias], who: Who) -> list[Alias]:
    """Add accepted pairs to the workspace."""
    if pairs:
        store.put_aliases(aliases.added(store.aliases_text(), pairs), who)
    return pairs


def of_sections(store: Store) -> pl.DataFrame:
    """The platform's group of each aligned section.

    ``section_id``, ``platform_group``, ``platform_group_name``.
    """
    pairs = aliases.read(store.aliases_text()).pairs()
    rows = [(pair.section, pair.group, pair.name) for pair in pairs]
    names = ("section_id", "platform_group", "platform_group_name")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _read(path: Path, store: Store) -> pl.DataFrame:
    """The rows of the file: ``group_id``, ``group``, ``member``; blank ones are null."""
    spellings = frozenset(name for names in _COLUMNS.values() for name in names)
    with store.scratch() as scratch:
        drop = open_drop(path, scratch, Limits(), identify=False)
        readings = read_all(drop.files, _opened, spellings)
        sheets = [r.sheet for r in readings.values() if r.sheet is not None]
        if len(sheets) != 1:
            raise UsageError("One list of groups is needed.", _HOW)
        return _named(sheets[0])


def _opened(path: str) -> Iterator[Any]:
    return isolated.each("importer.reading.excel:sheets", [path])


def _named(sheet: Sheet) -> pl.DataFrame:
    header = [normal(cell) for cell in sheet.header]
    found = {
        column: position(header.index(name))
        for column, names in _COLUMNS.items()
        for name in reversed(names)
        if name in header
    }
    if "group_id" not in found:
        raise UsageError("The list has no column group_id.", _HOW)
    text = [
        pl.col(found[c]).str.strip_chars().replace("", None).alias(c)
        if c in found
        else pl.lit(None, pl.String).alias(c)
        for c in _COLUMNS
    ]
    return sheet.scan().select(text).filter(pl.col("group_id").is_not_null()).collect()


def _people(store: Store, head: Commit | None) -> pl.DataFrame:
    """What only one active person is called, in small letters: ``_who`` → ``person_id``."""
    people = store.table("people", head).filter(pl.col("status") == "active")
    names = [
        people.select("person_id", _who=pl.col(column).str.to_lowercase()) for column in _KNOWN_BY
    ]
    known = pl.concat(names).drop_nulls().unique().collect()
    return known.filter(pl.col("person_id").n_unique().over("_who") == 1)
