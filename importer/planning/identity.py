"""Who is who, told: what was adopted, what waits for a word, what can't be told, what was re-keyed.

From 20 % or 20 ids of a kind on, of one school or of the district, ids that changed stop the drop:
an information system that was replaced gives everybody a new id, while a normal week brings few
who were there under another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from importer.model import findings
from importer.model.findings import HELD
from importer.planning import overview
from importer.planning.crosswalk import KEY, Rows
from importer.planning.fingerprints import PAIRS
from importer.planning.guards.stop import ALL, Stop

MANY = 20
SHARE = 0.20
_FLOOR = 5
"""Fewer than this many are never a share of a small school, unless they are all of it."""

_MADE_UP = ("courses", "terms")
"""Their ids are mostly made of a school's and a code; they follow from others and stop nothing."""

_OTHERS = ("student", "guardian", "parent", "relative")

TYPE = {
    "people": "person",
    "sections": "section",
    "schools": "school",
    "courses": "course",
    "terms": "term",
}
CROSSWALK_FILE, PROPOSALS_FILE = "crosswalk.csv", "proposals.csv"
_BY = {
    "student_id": "number",
    "teacher_id": "number",
    "email": "e-mail address",
    "sis_id": "sis_id",
    "clever_id": "clever_id",
    "name": "name",
}


@dataclass(frozen=True)
class Told:
    """What is said about who is who.

    ``notes``: findings; ``left_out``: rows that wait (``findings.HELD``); ``files``: what the run
    keeps for a person to decide on, name → text; ``stops``: ids of a kind that changed;
    ``rekeyed``: pairs (``fingerprints.PAIRS``) that explain what would come and go.
    """

    notes: pl.DataFrame = field(default_factory=findings.empty)
    left_out: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HELD))
    files: Mapping[str, str] = field(default_factory=dict)
    rekeyed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PAIRS))
    stops: tuple[Stop, ...] = ()


def told(
    links: pl.DataFrame, detected: pl.DataFrame, after: Mapping[str, pl.LazyFrame], stored: Rows
) -> Told:
    """What to say. ``links``: ``matching.LINKS``; ``detected``: ``fingerprints.PAIRS``.

    ``stored``: the roster without the re-keys of the links.
    """
    if links.is_empty() and detected.is_empty():
        return Told()
    one = links.filter(pl.col("state") != "many")
    named = pl.format("the same {}", pl.col("by").replace_strict(_BY))
    linked = one.select("table", "old", "new", evidence=named)
    whole = pl.concat([linked, detected])
    many = _mass(whole, stored)
    changed = [*_MADE_UP, *(stop.table for stop in many)]
    rekeyed = whole.filter(pl.col("table").is_in(changed))
    few = detected.filter(~pl.col("table").is_in(changed))
    of_many = pl.col("table").is_in(changed) & (pl.col("state") == "wait")
    single = links.filter(~of_many)  # of the others one stop tells
    held = single.filter(pl.col("state") != "adopt")
    notes = pl.concat([_links(single), _few(few, after)])
    waits = links.filter(pl.col("state") == "wait").join(whole, on=["table", "old", "new"])
    files = {}
    if many:
        files[CROSSWALK_FILE] = as_csv(whole)
    if proposed := pl.concat([waits.select(list(PAIRS)), detected]).rows():
        files[PROPOSALS_FILE] = as_csv(pl.DataFrame(proposed, schema=PAIRS, orient="row"))
    left = held.select("file", "row", cause=_cause()).cast(HELD)  # type: ignore[arg-type]
    return Told(
        notes, left.unique(["file", "row"], maintain_order=True), files, rekeyed, tuple(many)
    )


def as_csv(pairs: pl.DataFrame) -> str:
    """Pairs as a re-key file: old_id, new_id, type, evidence."""
    kind = pl.col("table").replace_strict(TYPE)
    return pairs.select(old_id="old", new_id="new", type=kind, evidence="evidence").write_csv()


def _mass(pairs: pl.DataFrame, stored: Rows) -> list[Stop]:
    """PLAN-520 where the ids of a kind changed: of the district, else of single schools."""
    found: list[Stop] = []
    own = pairs.filter(~pl.col("table").is_in(_MADE_UP))
    for (table,), here in own.group_by("table", maintain_order=True):
        name = str(table)
        active = overview.active_by_school(name, stored)
        all_of_it = active.pop(overview.ALL)
        by = _school_of(name, here, stored).group_by("school_id").len().drop_nulls()
        schools = [pair for pair in by.sort("school_id").iter_rows() if pair[0] in active]
        one_of_many = len(schools) == 1 < len(active)
        if _is_mass(here.height, all_of_it) and not one_of_many:
            found.append(_stop(name, ALL, here.height, all_of_it))
            continue
        some = [
            _stop(name, school, changed, active[school])
            for school, changed in schools
            if _is_mass(changed, active[school])
        ]
        found += some or (_staff(here, stored) if name == "people" else [])
    return found


def _staff(pairs: pl.DataFrame, stored: Rows) -> list[Stop]:
    """All teachers may have new ids and be few among all people."""
    roles = stored("roles").filter(pl.col("status") == "active", ~pl.col("role").is_in(_OTHERS))
    staff = roles.select("person_id").unique().collect()["person_id"]
    changed = pairs.filter(pl.col("old").is_in(staff.implode())).height
    if changed < max(_FLOOR, SHARE * len(staff)):
        return []
    says = f"{changed:,} of {len(staff):,} ids of teachers and staff changed, the people did not"
    return [Stop("PLAN-520", ALL, "people", says, changed)]


def _is_mass(changed: int, before: int) -> bool:
    share = changed >= SHARE * before and changed >= _FLOOR
    return changed >= MANY or share or changed >= before > 0


def _stop(table: str, school: str, changed: int, before: int) -> Stop:
    where = f" of school {school}" if school != ALL else ""
    detail = f"{changed:,} of {before:,} {TYPE[table]} ids{where} changed, the {table} did not"
    return Stop("PLAN-520", school, table, detail, changed)


def _school_of(table: str, pairs: pl.DataFrame, stored: Rows) -> pl.DataFrame:
    """The school of each stored record: ``school_id``; people count for their first role."""
    if table == "terms":
        return pl.DataFrame(schema={"school_id": pl.String})
    name = "person_id" if table == "people" else KEY[table]
    rows = stored("roles" if table == "people" else table)
    rows = rows.filter(pl.col("status") == "active", pl.col(name).is_in(pairs["old"].implode()))
    first = rows.unique(name, keep="first", maintain_order=True)
    return first.select("school_id").collect()


def _cause() -> pl.Expr:
    """What holds a record that waits; each has its own cause."""
    return pl.struct("table", "new").hash()


def _links(links: pl.DataFrame) -> pl.DataFrame:
    """PLAN-522 for what was adopted, PLAN-523 for what waits, PLAN-524 for what can't be told."""
    kinds = {
        "adopt": ("PLAN-522", "INFO"),
        "wait": ("PLAN-523", "WARNING"),
        "many": ("PLAN-524", "ERROR"),
    }
    found = [findings.empty()]
    by = pl.col("by").replace_strict(_BY)
    pair = pl.format("{} may be {}, by {}", "new", "old", by)
    was = pl.format("{} was {}, by {}", "new", "old", by)
    for state, (code, severity) in kinds.items():
        own = {"adopt": was, "wait": pair, "many": pl.format("{}, by {}", "detail", by)}[state]
        here = links.filter(pl.col("state") == state)
        cause = pl.lit(None) if state == "adopt" else _cause()
        found.append(_noted(here, code, severity, own, cause))
    return pl.concat(found)


def _few(pairs: pl.DataFrame, after: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """PLAN-521 for single records that seem to have got another id: they stay two."""
    found = [findings.empty()]
    for (table,), here in pairs.group_by("table", maintain_order=True):
        rows = after[str(table)].select(
            new=KEY[str(table)], file="origin_file", row="origin_row"
        )  # fmt: skip
        joined = here.lazy().join(rows, on="new", how="left", maintain_order="left")
        placed = joined.collect()
        detail = pl.format("{} may be {}, by {}", "new", "old", "evidence")
        found.append(_noted(placed, "PLAN-521", "INFO", detail, _cause()))
    return pl.concat(found)


def _noted(
    rows: pl.DataFrame, code: str, severity: str, detail: pl.Expr, cause: pl.Expr
) -> pl.DataFrame:
    """Findings of rows with ``file``, ``row``, ``table``, ``new``."""
    nothing = pl.lit(None)
    made = rows.select(
        code=pl.lit(code), severity=pl.lit(severity), file="file", row="row", column=nothing,
        value=nothing, detail=detail, rows=pl.lit(1), cause=cause, mended=nothing,
        values=nothing,
    )  # fmt: skip
    return made.cast(findings.FINDINGS)  # type: ignore[arg-type]
