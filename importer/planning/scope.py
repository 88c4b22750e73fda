"""Which rows a district shares. All others are out of scope: not added, changed or archived.

A row that is sent is judged by what is sent, a stored one by what is stored. A person is shared by
a role at a shared school, a student also by grade; guardians with the people they belong to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from importer.model import grades
from importer.model.tables import STANDING, TABLES, empty, key_text
from importer.planning.incoming import KEY, Incoming
from importer.settings import Share

Rows = Callable[[str], pl.LazyFrame]
"""A canonical table of one state of the roster, in the stored schema."""

_GUARDIANS = ("guardian", "parent", "relative")


@dataclass(frozen=True)
class Scope:
    """The filter applied to one state of the roster.

    ``around``: the schools that the filter names and what they belong to; None = all. ``people``
    and ``sections``: ids (text) of those known to be out of scope.
    """

    around: frozenset[str] | None
    people: pl.Series
    sections: pl.Series

    def out(self, table: str) -> pl.Expr:
        """Whether a row of a canonical table is out of scope. What nobody knows is in scope."""
        if table in ("schools", "courses"):
            return _elsewhere(self.around)
        if table == "people":
            return _among("person_id", self.people)
        if table == "roles":
            return _elsewhere(self.around) | _among("person_id", self.people)
        if table == "sections":
            return _among("section_id", self.sections)
        if table == "enrollments":
            return _among("section_id", self.sections) | _among("person_id", self.people)
        if table == "relationships":
            return _among("person_id", self.people) | _among("related_id", self.people)
        return pl.lit(False)  # terms belong to everybody


def leave_out(
    incoming: Mapping[str, Incoming], stored: Rows, share: Share, ends: int | None = None
) -> dict[str, pl.Series]:
    """Take rows out of scope from what was sent. ``ends``: the year in which the school year ends.

    Gives the keys (text) out of scope by canonical table, sent ones and active stored ones, which
    ``Incoming.beyond`` then has too.
    """
    if not share.record():
        return {}
    before = scope(active(stored), share, ends)
    now = scope(with_sent(incoming, stored), share, ends)
    found = {}
    for table in TABLES:
        key = key_text(table).alias(KEY)
        found[table] = active(stored)(table).filter(before.out(table)).select(key).collect()[KEY]
        if told := incoming.get(table):
            left = told.rows.filter(now.out(table)).select(key).collect()[KEY]
            told.rows = told.rows.filter(~now.out(table))
            # Who is sent in scope comes back into it, whatever was stored.
            inside = told.rows.select(key)
            beyond = pl.concat([found[table], left]).unique().to_frame(KEY).lazy()
            beyond = beyond.join(inside, on=KEY, how="anti", maintain_order="left")
            told.beyond = found[table] = beyond.collect(engine="streaming")[KEY]
    return found


def people_shared(rows: Rows, share: Share, ends: int | None = None) -> int:
    """How many people a filter shares."""
    known = rows("people").select("person_id").collect().height
    return known - len(scope(rows, share, ends).people)


def active(stored: Rows) -> Rows:
    """The rows of the stored roster that are active, or will be on their day."""
    return lambda table: stored(table).filter(pl.col("status").is_in(STANDING))


def with_sent(incoming: Mapping[str, Incoming], stored: Rows) -> Rows:
    """What was sent, and the stored rows of whoever wasn't.

    A person who is sent with roles has these, not the stored ones.
    """

    def rows(table: str) -> pl.LazyFrame:
        told = incoming.get(table)
        sent = told.rows if told is not None else empty(table).lazy()
        on = ["person_id"] if table == "roles" else list(TABLES[table].key)
        rest = active(stored)(table).join(sent.select(on), on=on, how="anti")
        return pl.concat([sent.select(rest.collect_schema().names()), rest])

    return rows


def scope(rows: Rows, share: Share, ends: int | None = None) -> Scope:
    """The filter applied to a state of the roster, in the school year that ends in ``ends``."""
    around = schools_shared(rows("schools"), share)
    people = _people_out(rows, share, ends)
    sections = rows("sections")
    out = sections.filter(_section_out(sections, share, around)).select("section_id").collect()
    return Scope(around, people, out["section_id"])


def schools_shared(schools: pl.LazyFrame, share: Share) -> frozenset[str] | None:
    """The schools that the filter names and all that they belong to; None = all."""
    if not share.schools:
        return None
    parents = dict(schools.select("school_id", "parent_id").drop_nulls().collect().iter_rows())
    found, here = set(share.schools), set(share.schools)
    while here := {parents[s] for s in here if s in parents} - found:
        found |= here
    return frozenset(found)


def _elsewhere(schools: frozenset[str] | None) -> pl.Expr:
    """Whether a row names a school that isn't one of these."""
    if schools is None:
        return pl.lit(False)
    return ~pl.col("school_id").is_in(sorted(schools)).fill_null(True)


def _among(column: str, ids: pl.Series) -> pl.Expr:
    return pl.col(column).is_in(ids.implode()).fill_null(False)


def _section_out(rows: pl.LazyFrame, share: Share, around: frozenset[str] | None) -> pl.Expr:
    out = _elsewhere(around) | _grade_out(rows, share)
    if share.subjects:
        wanted = [subject.lower() for subject in share.subjects]
        taught = pl.col("subjects").list.eval(pl.element().str.to_lowercase().is_in(wanted))
        some = pl.col("subjects").list.len() > 0
        out = out | (some & ~taught.list.any()).fill_null(False)
    return out


def _grade_out(rows: pl.LazyFrame, share: Share) -> pl.Expr:
    """Whether a row has grades, and none of them is in the range."""
    if share.grades() == (None, None):
        return pl.lit(False)
    has, fits = _graded(rows, share)
    return has & ~fits


def _student_out(rows: pl.LazyFrame, share: Share, ends: int | None) -> pl.Expr:
    """The same of people, of whom the year of graduation tells the grade where nothing else does.

    ``ends``: the year in which the school year ends; None = it isn't known.
    """
    if share.grades() == (None, None) or ends is None:
        return _grade_out(rows, share)
    has, fits = _graded(rows, share)
    grade = grades.LAST + ends - pl.col("graduation_year").cast(pl.Int32, strict=False)
    least, most = _range(share)
    return pl.when(has).then(~fits).otherwise(~grade.is_between(least, most)).fill_null(False)


def _range(share: Share) -> tuple[int, int]:
    low, high = share.grades()
    return (-99 if low is None else low), (99 if high is None else high)


def _graded(rows: pl.LazyFrame, share: Share) -> tuple[pl.Expr, pl.Expr]:
    """Whether a row has grades, and whether one of them is in the range."""
    words = rows.select(pl.col("grades").explode().unique()).collect()["grades"].drop_nulls()
    places = {word: place for word in words if (place := grades.place(word)) is not None}
    least, most = _range(share)
    inside = [word for word, place in places.items() if least <= place <= most]
    has, fits = (
        pl.col("grades").list.eval(pl.element().is_in(known)).list.any().fill_null(False)
        for known in (list(places), inside)
    )
    return has, fits


def _people_out(rows: Rows, share: Share, ends: int | None) -> pl.Series:
    """The people who are known and not shared."""
    listed = frozenset(share.schools) or None
    around = schools_shared(rows("schools"), share)
    if listed is None and not share.lowest_grade and not share.highest_grade:
        return pl.Series("person_id", [], dtype=pl.String)
    people, roles = rows("people"), rows("roles")
    graded_out = people.filter(_student_out(people, share, ends)).select("person_id")
    role = pl.col("role")
    students = roles.filter(role == "student", ~_elsewhere(listed))
    students = students.join(graded_out, on="person_id", how="anti")
    staff = roles.filter(role != "student", ~role.is_in(_GUARDIANS), ~_elsewhere(around))
    shared = [students.select("person_id"), staff.select("person_id")]
    if listed is None:  # nobody says who they are: only schools could leave them out
        shared.append(people.join(roles, on="person_id", how="anti").select("person_id"))
    inside = pl.concat(shared).unique()
    guardians = roles.filter(role.is_in(_GUARDIANS)).select("person_id")
    theirs = guardians.join(_related_to(inside, rows("relationships")), on="person_id", how="semi")
    known = pl.concat([inside, theirs]).unique()
    return people.select("person_id").join(known, on="person_id", how="anti").collect()["person_id"]


def _related_to(people: pl.LazyFrame, links: pl.LazyFrame) -> pl.LazyFrame:
    """Who stands in a relationship with one of these people, whichever of the two names it."""
    ends = links.select("person_id", "related_id")
    turned = ends.select(person_id="related_id", related_id="person_id")
    both = pl.concat([ends, turned])
    mine = people.select(related_id="person_id")
    return both.join(mine, on="related_id", how="semi").select("person_id")
