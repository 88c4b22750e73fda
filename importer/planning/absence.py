"""What becomes of records that a full list no longer has, as the policy says by kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from importer.model.changes import empty
from importer.model.tables import ID_SEPARATOR, TABLES, key_text, stored_schema
from importer.planning.compare import ABSENT
from importer.planning.incoming import KEY, Incoming
from importer.planning.listing import change_rows
from importer.settings.policy import Absent

Changes = dict[str, pl.DataFrame]
Rows = Callable[[str], pl.LazyFrame]
COMPLETED = "it is no longer in the file; kept as completed"
SUSPENDED = "it is no longer in the file; its account is suspended"


@dataclass(frozen=True)
class Roster:
    """The plan as far as it is made: changes and the rows they write by table, and the stored."""

    changes: Changes
    after: dict[str, pl.LazyFrame]
    stored: Rows


def stay(plan: Roster, policy: Absent) -> dict[str, int]:
    """Take back archives for being absent that the policy doesn't want; how many, by table.

    Who has a role left is not absent: that is settled before.
    """
    found: dict[str, int] = {}
    if policy.people != "archive":
        people = _absent(plan, "people")["key"]
        found |= _kept(plan, "people", pl.col("key").is_in(people.implode()))
        for table in ("roles", "relationships"):
            found |= _kept(plan, table, _part(0).is_in(people.implode()))
        found |= _kept(plan, "relationships", _part(1).is_in(people.implode()), found)
        if policy.people == "suspend":
            found["people"] = found.get("people", 0) - _suspend(plan, people)
    if policy.terms:
        for table, inside in _of_terms(plan, frozenset(policy.terms)).items():
            found |= _kept(plan, table, ~pl.col("key").is_in(inside.implode()))
    for table in ("sections", "enrollments"):
        if getattr(policy, table) == "keep":
            found |= _kept(plan, table, pl.lit(value=True), found)
    return {table: count for table, count in found.items() if count}


def _is_absent() -> pl.Expr:
    gone = pl.col("action").is_in(["archive", "withdraw"])
    return gone & pl.col("because").str.starts_with(ABSENT)


def _absent(plan: Roster, table: str) -> pl.DataFrame:
    return plan.changes.get(table, empty()).filter(_is_absent())


def _part(number: int) -> pl.Expr:
    return pl.col("key").str.split(ID_SEPARATOR).list.get(number, null_on_oob=True)


def _kept(
    plan: Roster, table: str, which: pl.Expr, before: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Drop these of the archives for being absent; how many, added to those ``before``."""
    if table not in plan.changes:
        return {}
    changes = plan.changes[table]
    rest = changes.filter(~(_is_absent() & which))
    plan.changes[table] = rest
    return {table: (before or {}).get(table, 0) + changes.height - rest.height}


def _suspend(plan: Roster, people: pl.Series) -> int:
    """Switch accounts off, where they aren't yet; how many."""
    rows = plan.stored("people").with_columns(key_text("people").alias(KEY))
    on = pl.col("enabled").fill_null(value=True)
    hit = rows.filter(pl.col(KEY).is_in(people.implode()), on).collect()
    more = change_rows(
        "people",
        hit,
        action=pl.lit("edit"),
        because=pl.lit(SUSPENDED),
        columns=pl.concat_list(pl.lit("enabled")),
        before=pl.concat_list(pl.col("enabled").cast(pl.String).fill_null("")),
        after=pl.concat_list(pl.lit("false")),
    )
    plan.changes["people"] = pl.concat([plan.changes["people"], more])
    written = hit.with_columns(enabled=pl.lit(value=False))
    plan.after["people"] = pl.concat(
        [plan.after["people"], written.lazy().select(list(stored_schema("people")))]
    )
    return hit.height


def reinstate(incoming: Mapping[str, Incoming], stored: Rows) -> None:
    """Who was suspended and is sent again by the same source, which doesn't say so, is enabled."""
    told = incoming.get("people")
    silent = [t for t, said in told.says.items() if said and "enabled" not in said] if told else []
    if told is None or not silent:
        return
    theirs = pl.col("origin_table").is_in(silent)
    off = (pl.col("enabled") == pl.lit(value=False)) & pl.col("local").is_null()
    suspended = stored("people").filter(theirs, off).select("person_id", "origin_table")
    on = ["person_id", "origin_table"]
    again = told.rows.select(on).join(suspended, on=on, how="semi").collect(engine="streaming")
    if again.is_empty():
        return
    known = stored("people").select("person_id", _was="enabled")
    rows = told.rows.join(known, on="person_id", how="left", maintain_order="left")
    back = pl.col("person_id").is_in(again["person_id"].implode())
    enabled = pl.when(theirs).then(pl.when(back).then(pl.lit(value=True)).otherwise("_was"))
    rows = rows.with_columns(enabled=enabled.otherwise("enabled"))
    told.rows = rows.drop("_was")
    told.says = {t: {*said, "enabled"} if t in silent else said for t, said in told.says.items()}


def _of_terms(plan: Roster, terms: frozenset[str]) -> dict[str, pl.Series]:
    """Keys of the stored rows that belong to one of the terms, by table.

    A section belongs to its own terms, not to those of its parent; a course to those of all its
    sections; other tables to none.
    """
    inside = pl.col("term_ids").list.eval(pl.element().is_in(sorted(terms))).list.any()
    sections = plan.stored("sections").filter(pl.col("status") == "active")
    sections = sections.select("section_id", "course_id", own=inside.fill_null(value=False))
    mine = sections.filter("own").select("section_id")
    courses = sections.drop_nulls("course_id").group_by("course_id").agg(pl.col("own").all())
    enrolled = plan.stored("enrollments").join(mine, on="section_id", how="semi")
    return {
        "courses": courses.filter("own").select("course_id").collect().to_series(),
        "sections": mine.collect().to_series(),
        "enrollments": enrolled.select(key_text("enrollments").alias(KEY)).collect().to_series(),
        "terms": pl.Series([], dtype=pl.String),
    }


def complete(plan: Roster, policy: Absent, courses: pl.DataFrame) -> None:
    """Mark archives of enrollments for being absent as completed, where the policy says so.

    ``courses``: ``section_id`` and ``course``. It comes after moves are paired: who moves to
    another section of the course completes nothing.
    """
    if policy.enrollments not in ("complete", "complete-last") or "enrollments" not in plan.changes:
        return
    absent = _absent(plan, "enrollments").filter(pl.col("action") == "archive")
    if policy.enrollments == "complete-last":
        absent = _last(plan, absent, courses)
    keys = absent["key"]
    if keys.is_empty():
        return
    changes = plan.changes["enrollments"]
    marked = _is_absent() & pl.col("key").is_in(keys.implode())
    because = pl.col("because").str.replace(ABSENT, COMPLETED, literal=True)
    plan.changes["enrollments"] = changes.with_columns(
        because=pl.when(marked).then(because).otherwise("because")
    )
    stored = plan.stored("enrollments")
    rows = stored.filter(key_text("enrollments").is_in(keys.implode())).collect()
    rows = rows.with_columns(status=pl.lit("completed")).select(list(stored_schema("enrollments")))
    plan.after["enrollments"] = pl.concat([plan.after["enrollments"], rows.lazy()])


def _last(plan: Roster, absent: pl.DataFrame, courses: pl.DataFrame) -> pl.DataFrame:
    """Of each person's absent enrollments of a course and role the last, if none of it goes on."""
    key = list(TABLES["enrollments"].key)
    stored = plan.stored("enrollments").with_columns(key_text("enrollments").alias("key"))
    standing = stored.filter(pl.col("status") == "active").select("key", *key, "begin_date")
    changes = plan.changes["enrollments"]
    left = pl.concat(
        [
            changes.filter(pl.col("action") == "archive")["key"],
            changes.filter(pl.col("action") == "move")["from_key"],
        ]
    )
    entered = changes.filter(pl.col("action").is_in(["add", "reactivate", "begin", "move"]))
    new = plan.after["enrollments"].with_columns(key_text("enrollments").alias("key"))
    new = new.filter(pl.col("key").is_in(entered["key"].implode()))
    going_on = pl.concat(
        [
            standing.filter(~pl.col("key").is_in(left.implode())),
            new.select("key", *key, "begin_date"),
        ]
    )
    by = ["person_id", "role", "course"]
    course = courses.lazy().with_columns(pl.col("course").fill_null(pl.col("section_id")))
    gone = standing.filter(pl.col("key").is_in(absent["key"].implode()))
    gone, going_on = (frame.join(course, on="section_id") for frame in (gone, going_on))
    ended = gone.join(going_on, on=by, how="anti")
    last = ended.sort("begin_date", "section_id", nulls_last=False).unique(
        by, keep="last", maintain_order=True
    )
    return absent.join(last.select("key").collect(), on="key", how="semi")
