"""Effects: what changes mean for people and classes. Told before a commit and after it.

Not what changed, but what it leaves behind: a class that nobody teaches, a student in no class,
somebody in a class of a school where they have no role.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from importer.model.changes import ChangeSet
from importer.model.tables import ID_SEPARATOR, key_text
from importer.planning.plan import apply

Stored = Callable[[str], pl.LazyFrame]

LOG = {
    "id": pl.UInt32(),  # the change
    "action": pl.String(),
    "table": pl.String(),
    "key": pl.String(),
    "school_id": pl.String(),
    "warning": pl.String(),
}
"""The log of a commit: one line for each change that leaves something worth a look."""

NO_TEACHER = "this class has no teacher afterwards"
NO_CLASS = "this student is in no class afterwards"
NO_ROLE = "this person has no role anywhere afterwards"
OTHER_TEACHER = "this teacher belongs to another school"
OTHER_SCHOOL = "the class belongs to a school where this person has no role"

_TEACHES = "teacher"


@dataclass(frozen=True)
class Effects:
    """What the picked changes leave behind, against the tables that they were planned for."""

    change: ChangeSet
    stored: Stored

    def after(self, table: str) -> pl.LazyFrame:
        """A table as it will be, or is after the commit."""
        written = apply(table, self.stored(table), self.change)
        return self.stored(table) if written is None else written

    @cached_property
    def untaught(self) -> pl.DataFrame:
        """``section_id`` of classes that lose their last teacher, or come without one."""
        taught, teaches = (self._taking(when, _TEACHES) for when in (False, True))
        running = _active(self.after("sections")).select("section_id")
        left = running.join(teaches.select("section_id"), on="section_id", how="anti")
        old = _active(self.stored("sections")).select("section_id")
        new = left.join(old, on="section_id", how="anti")
        lost = left.join(taught.select("section_id"), on="section_id", how="semi")
        return pl.concat([lost, new]).unique().collect(engine="streaming")

    @cached_property
    def classless(self) -> pl.DataFrame:
        """``person_id`` of students who stay and lose their last class."""
        had, have = (self._taking(when, "student").select("person_id") for when in (False, True))
        stay = _active(self.after("people")).select("person_id")
        lost = had.unique().join(have, on="person_id", how="anti")
        return lost.join(stay, on="person_id", how="semi").collect(engine="streaming")

    @cached_property
    def roleless(self) -> pl.DataFrame:
        """``person_id`` of people who stay and lose their last role."""
        before, after = (_active(roles) for roles in (self.stored("roles"), self.after("roles")))
        stay = _active(self.after("people")).select("person_id")
        lost = before.select("person_id").unique().join(after, on="person_id", how="anti")
        return lost.join(stay, on="person_id", how="semi").collect(engine="streaming")

    def _taking(self, after: bool, role: str) -> pl.LazyFrame:
        rows = self.after("enrollments") if after else self.stored("enrollments")
        return _active(rows).filter(pl.col("role") == role)

    @cached_property
    def strangers(self) -> pl.DataFrame:
        """Changes (``id``, ``role``) that put somebody into a class of a school not theirs."""
        picked = self._picked("enrollments", "add", "move", "reactivate")
        if picked.is_empty():
            return picked.select("id", role="key")
        keys = picked.lazy().select("id", key="key")
        rows = (
            self.change.after["enrollments"]
            .lazy()
            .with_columns(key_text("enrollments").alias("key"))
        )
        entered = keys.join(rows.select("key", "section_id", "person_id", "role"), on="key")
        school = self.after("sections").select("section_id", _school="school_id")
        own = _active(self.after("roles")).select("person_id", _school="school_id").unique()
        known = own.select("person_id").unique()
        apart = (
            entered.join(school, on="section_id")
            .filter(pl.col("_school").is_not_null())
            .join(own, on=["person_id", "_school"], how="anti")
            .join(known, on="person_id", how="semi")
        )
        return apart.select("id", "role").collect(engine="streaming")

    def log(self) -> pl.DataFrame:
        """The changes that leave something worth a look, with what it is: ``LOG``."""
        section, person = _part(0), _part(1)
        parts = [
            self._because(self._left(_TEACHES), section, self.untaught, NO_TEACHER),
            self._because(
                self._picked("sections", "add", "reactivate"), section, self.untaught, NO_TEACHER
            ),
            self._because(self._left("student"), person, self.classless, NO_CLASS),
            self._because(self._picked("roles", "archive"), section, self.roleless, NO_ROLE),
            self._strange(),
        ]
        return pl.concat([pl.DataFrame(schema=LOG), *parts]).unique().sort("id", "warning")

    def _left(self, role: str) -> pl.DataFrame:
        """Changes of enrollments by which somebody in this role left; ``key``: what they left."""
        gone = self._picked("enrollments", "archive", "move")
        left = gone.with_columns(_left=pl.coalesce("from_key", "key"))
        return left.filter(pl.col("_left").str.ends_with(ID_SEPARATOR + role))

    def _because(
        self, changes: pl.DataFrame, part: pl.Expr, concerned: pl.DataFrame, warning: str
    ) -> pl.DataFrame:
        left = pl.coalesce("_left", "key") if "_left" in changes.columns else pl.col("key")
        named = changes.with_columns(_id=left).with_columns(_id=part)
        hit = named.filter(pl.col("_id").is_in(concerned.to_series().implode()))
        return hit.with_columns(warning=pl.lit(warning)).select(list(LOG))

    def _strange(self) -> pl.DataFrame:
        teacher = pl.col("role") == _TEACHES
        told = pl.when(teacher).then(pl.lit(OTHER_TEACHER)).otherwise(pl.lit(OTHER_SCHOOL))
        found = self.strangers.select("id", warning=told)
        return self.change.changes.join(found, on="id").select(list(LOG))

    def _picked(self, table: str, *actions: str) -> pl.DataFrame:
        return self.change.changes.filter(
            pl.col("picked"), pl.col("table") == table, pl.col("action").is_in(actions)
        )

    def summary(self) -> dict[str, int]:
        """The blast radius in numbers."""
        picked = self.change.changes.filter("picked")
        people = picked.filter(pl.col("table") == "people", pl.col("action") == "archive")
        return {
            "changes": picked.height,
            "schools": picked["school_id"].drop_nulls().n_unique(),
            "accounts_archived": people.height,
            "classes_without_teacher": self.untaught.height,
            "students_without_class": self.classless.height,
            "people_without_role": self.roleless.height,
        }


def _active(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.filter(pl.col("status") == "active")


def _part(place: int) -> pl.Expr:
    return pl.col("_id").str.split(ID_SEPARATOR).list.get(place)
