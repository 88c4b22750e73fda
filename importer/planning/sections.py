"""What sections get from the options: a mode from their days, a parent from their likeness."""

from collections.abc import Callable, Mapping

import polars as pl

from importer.model.tables import empty, stored_schema
from importer.planning.incoming import Incoming
from importer.settings import Policy

_KEYS = {"name+code": ["title", "number"], "code": ["number"], "name": ["title"]}
_DAYS = ("start_date", "end_date")


def with_modes(
    incoming: Mapping[str, Incoming], stored: Callable[[str], pl.LazyFrame], policy: Policy
) -> None:
    """Give sections that are sent a mode: new ones by their days, others where these came or went.

    Days of a section are those of its terms. Where a format tells of no terms, all sections have
    the school year of the policy, if that has both days.
    """
    told = incoming.get("sections")
    said = told.says.values() if told else ()
    if told is None or "sections.mode" in policy.drop_fields or any("mode" in s for s in said):
        return
    before = (
        stored("terms").filter(pl.col("status") == "active").select("term_id", *_DAYS).collect()
    )
    now = _terms(incoming.get("terms"), before)
    year = policy.calendar.school_year_start and policy.calendar.school_year_end
    by_year = [t for t, said in told.says.items() if "term_ids" not in said] if year else []
    mine = stored("sections").select(
        "section_id", _kept="mode", _before=_mode(before, by_year, policy)
    )
    rows = told.rows.with_columns(_mode=_mode(now, by_year, policy))
    both = rows.join(mine, on="section_id", how="left", maintain_order="left")
    same = (pl.col("_before") == pl.col("_mode")).fill_null(value=False)
    mode = pl.when(same).then("_kept").otherwise("_mode")
    told.rows = (
        both.with_columns(mode=mode).select(list(stored_schema("sections"))).collect().lazy()
    )
    told.says = {name: {*said, "mode"} if said else said for name, said in told.says.items()}


def _terms(told: Incoming | None, before: pl.DataFrame) -> pl.DataFrame:
    """The terms as they will be: those sent, a blank day as it was, and the others."""
    if told is None:
        return before
    sent = told.rows.filter(pl.col("status") == "active").select("term_id", *_DAYS).collect()
    both = sent.join(before, on="term_id", how="full", coalesce=True, suffix="_old")
    return both.select("term_id", *(pl.coalesce(day, f"{day}_old").alias(day) for day in _DAYS))


def _mode(terms: pl.DataFrame, by_year: list[str], policy: Policy) -> pl.Expr:
    """The mode of a section, by the days that its terms have."""
    year = pl.col("origin_table").is_in(by_year)
    start, end = (_has(terms.drop_nulls(["term_id", day])["term_id"]) | year for day in _DAYS)
    undated = "self-paced" if policy.sync.self_paced else "instructor"
    whole = "blended" if policy.sync.blended else "instructor"
    return (
        pl.when(start & end).then(pl.lit(whole))
        .when(start | end).then(pl.lit("instructor"))
        .otherwise(pl.lit(undated))
    )  # fmt: skip


def _has(terms: pl.Series) -> pl.Expr:
    """Whether a section has one of these terms."""
    listed = pl.col("term_ids").list.eval(pl.element().is_in(terms.to_list()))
    return listed.list.any().fill_null(value=False)


def with_parents(
    changes: dict[str, pl.DataFrame],
    after: dict[str, pl.DataFrame],
    incoming: Mapping[str, Incoming],
    policy: Policy,
) -> None:
    """Group the sections that are added: same school and teachers, and called the same.

    The smallest id is the parent of the others. Sections of a format that tells of parents itself,
    sections without a teacher and those that lack a part of the name are left alone.
    """
    dropped = "sections.parent_section_id" in policy.drop_fields
    if not policy.sync.parent_child or dropped or "sections" not in changes:
        return
    new = changes["sections"].filter(pl.col("action") == "add")["key"]
    sayers = [t for t, said in incoming["sections"].says.items() if "parent_section_id" in said]
    rows = after["sections"].filter(
        pl.col("section_id").is_in(new.implode()),
        pl.col("parent_section_id").is_null(),
        ~pl.col("origin_table").is_in(sayers),
    )
    called = ["school_id", *_KEYS[policy.sync.match_sessions]]
    rows = rows.select("section_id", *called).drop_nulls()
    rows = rows.filter(pl.struct(called).is_duplicated())
    if rows.is_empty():
        return
    grouped = rows.join(_teachers(incoming, rows), on="section_id").with_columns(
        _parent=pl.col("section_id").min().over([*called, "_teachers"])
    )
    children = grouped.filter(pl.col("section_id") != pl.col("_parent"))
    if children.is_empty():
        return
    parents = dict(children.select("section_id", "_parent").iter_rows())

    def parent(of: str) -> pl.Expr:
        return pl.col(of).replace_strict(parents, default=None, return_dtype=pl.String)

    after["sections"] = after["sections"].with_columns(
        parent_section_id=pl.coalesce(parent("section_id"), "parent_section_id")
    )
    told = pl.format("{}; its parent is section {}", "because", parent("key"))
    changes["sections"] = changes["sections"].with_columns(because=pl.coalesce(told, "because"))


def _teachers(incoming: Mapping[str, Incoming], sections: pl.DataFrame) -> pl.DataFrame:
    """``section_id`` and ``_teachers`` of these sections: who teaches it, as one text."""
    told = incoming.get("enrollments")
    rows = told.rows if told else empty("enrollments").lazy()
    teach = rows.filter(pl.col("role") == "teacher").select("section_id", "person_id")
    teach = teach.join(sections.lazy().select("section_id"), on="section_id", how="semi")
    names = pl.col("person_id").unique().sort().str.join("\x1f")
    return teach.collect(engine="streaming").group_by("section_id").agg(_teachers=names)
