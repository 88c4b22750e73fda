"""A new term or school year: the sections of the old one go and new ones come."""

from collections.abc import Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.stop import ALL, Stop

REPLACED = 0.4
MOST = 0.5
FEWEST = 5
_DECLARE = "; declare it in [calendar] of district.toml, or send terms with their dates"


def new_term(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-542, or PLAN-556 where the calendar or the terms' own dates say that it is time."""
    gone = case.of("sections", "archive")
    ended = gone.filter(pl.col("key").is_in(case.ended.implode())).height
    stops = []
    if case.season.turning and gone.height:
        says = f"{gone.height:,} sections are archived: it is {case.season.change}"
        stops.append(Stop("PLAN-556", ALL, "sections", says, gone.height, "INFO", "sections"))
        return stops
    if ended:
        says = f"{ended:,} sections are archived whose term has ended"
        stops.append(Stop("PLAN-556", ALL, "sections", says, ended, "INFO", "sections"))
    if any(stop.reaches("sections", "sections") and stop.school == ALL for stop in found):
        return stops
    return stops + _looks_new(case) + _other_terms(case)


def _looks_new(case: Case) -> list[Stop]:
    lost, fresh = (
        frame.filter(pl.col("table") == "sections").group_by("school_id").len()
        for frame in (case.lost, case.fresh)
    )
    had = case.sections.group_by("school_id").len()
    by = had.join(lost, on="school_id", how="left", suffix="_lost")
    by = by.join(fresh, on="school_id", how="left", suffix="_new").fill_null(0)
    turned = by.filter(
        pl.col("len_lost") >= FEWEST,
        pl.col("len_lost") > MOST * pl.col("len"),
        pl.col("len_new") >= REPLACED * pl.col("len_lost"),
    )
    total, new, there = (int(turned[c].sum()) for c in ("len_lost", "len_new", "len"))
    if not total:
        return []
    what = "a new school year" if case.promotion.seen else "a new term"
    says = f"{total:,} of {there:,} sections are gone and {new:,} new ones came: this looks like"
    says += f" {what}{_DECLARE}"
    schools = turned["school_id"].drop_nulls()
    school = schools[0] if turned.height == 1 and by.height > 1 and len(schools) else ALL
    return [Stop("PLAN-542", school, "sections", says, total, kind="sections")]


def _other_terms(case: Case) -> list[Stop]:
    """The sections stay, their terms are others."""
    edits = case.of("sections", "edit")
    named = edits.filter(pl.col("columns").list.contains("term_ids")).height
    if named < FEWEST or named < MOST * case.sections.height or len(case.ended):
        return []
    says = f"{named:,} of {case.sections.height:,} sections are of another term now: this looks"
    return [Stop("PLAN-542", ALL, "sections", f"{says} like a new term{_DECLARE}", named)]
