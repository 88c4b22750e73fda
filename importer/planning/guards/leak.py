"""A slow leak: every night under the limit, over a week far above it."""

from collections.abc import Callable, Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.roll import Roll
from importer.planning.guards.stop import ALL, Stop, schools_told

_KINDS = ("students", "teachers", "enrollments", "sections")


def slow(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-552: against the roster of a week ago, more is gone than one drop may take.

    A week in which a person released something begins anew there; while a year or term changes
    nothing is compared.
    """
    if case.earlier is None or case.season.turning or case.promotion.seen or _between_terms(case):
        return []
    then = _standing(case.earlier.stored)
    now = case.before.filter(pl.col("kind").is_in(_KINDS)).select("kind", "school_id", "n")
    stops: list[Stop] = []
    for kind in _KINDS:
        table = kind if kind in ("enrollments", "sections") else "people"
        if schools_told(found, table, kind) or any(
            s.kind == kind and s.severity == "BLOCK" for s in found
        ):
            continue
        if kind == "enrollments" and _people_left(case, then, now):
            continue  # theirs went with them
        rows = _net(case, then, now, table, kind)
        stops += _judged(case, rows, table, kind)
    return stops


def _people_left(case: Case, then: pl.DataFrame, now: pl.DataFrame) -> bool:
    """Whether the students who left since are as large a share as the enrollments that are gone."""
    shares = {}
    for kind, table in (("students", "people"), ("enrollments", "enrollments")):
        rows = _net(case, then, now, table, kind)
        shares[kind] = float(rows["gone"].clip(0).sum()) / max(1, int(rows["then"].sum()))
    return shares["enrollments"] <= 2 * shares["students"]


def _between_terms(case: Case) -> bool:
    """Whether sections of an ended term are among what is gone: then counts say nothing."""
    return bool(len(case.ended))


def _net(case: Case, then: pl.DataFrame, now: pl.DataFrame, table: str, kind: str) -> pl.DataFrame:
    """``school_id``, ``then`` and ``gone`` (net) of a kind."""
    same = pl.col("kind") == kind
    on = "school_id"
    rows = then.filter(same).select(on, then="n")
    rows = rows.join(now.filter(same).select(on, "n"), on=on, how="left", nulls_equal=True)
    changes = case.picked.filter(pl.col("table") == table)
    if table == "people":
        changes = case.roll.kinds_of(changes).join(changes.select("key", "action"), on="key")
        changes = changes.filter(same)
    step = pl.col("action").replace_strict(
        {"add": 1, "reactivate": 1, "archive": -1}, default=0, return_dtype=pl.Int64
    )
    if table == "enrollments":
        changes = changes.filter(pl.col("key").str.ends_with("\x1fstudent"))
    by = changes.group_by(on).agg(step=step.sum())
    rows = rows.join(by, on=on, how="left", nulls_equal=True).fill_null(0)
    return rows.select(on, "then", gone=pl.col("then") - pl.col("n") - pl.col("step"))


def _judged(case: Case, rows: pl.DataFrame, table: str, kind: str) -> list[Stop]:
    guards, day = case.limits.guards, case.earlier.day if case.earlier else ""
    there, gone = int(rows["then"].sum()), int(rows["gone"].sum())
    if gone >= case.limits.floor(there) and gone > guards.district_loss * there:
        says = f"Since {day} {gone:,} of {there:,} {kind} are gone, night by night,"
        return [Stop("PLAN-552", ALL, table, says, gone, kind=kind)]
    lost = pl.col("gone")
    held = rows.filter(
        pl.col("school_id").is_not_null(),
        lost >= 2 * guards.school_floor,
        lost > guards.school_loss * pl.col("then"),
    )
    return [
        Stop("PLAN-552", school, table,
             f"Since {day} {x:,} of {b:,} {kind} of school {school} are gone, night by night,", x,
             kind=kind)
        for school, b, x in held.select("school_id", "then", "gone").iter_rows()
    ]  # fmt: skip


def _standing(stored: Callable[[str], pl.LazyFrame]) -> pl.DataFrame:
    """Active rows of an earlier roster: ``kind``, ``school_id``, ``n``."""
    active = pl.col("status") == "active"
    enrolled = stored("enrollments").filter(active, pl.col("role") == "student")
    sections = stored("sections").filter(active)
    frames = [
        Roll(stored, {}, {}).details.group_by("kind", "school_id").agg(n=pl.len()),
        enrolled.group_by(pl.lit("enrollments").alias("kind"), "school_id").agg(n=pl.len()),
        sections.group_by(pl.lit("sections").alias("kind"), "school_id").agg(n=pl.len()),
    ]
    whole = pl.concat(pl.collect_all(frames, engine="streaming"))
    return whole.with_columns(pl.col("n").cast(pl.Int64))
