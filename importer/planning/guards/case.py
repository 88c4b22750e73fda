"""The case before the judges: the plan, what was sent, what is stored, and what is usual."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from importer.model.tables import STANDING
from importer.planning.guards.limits import Limits
from importer.planning.guards.own import units
from importer.planning.guards.promotion import Promotion, promotion
from importer.planning.guards.roll import Roll
from importer.planning.guards.season import Season
from importer.planning.guards.stop import Stop
from importer.planning.incoming import Accepted, Incoming
from importer.planning.sieve import Unlike


@dataclass(frozen=True)
class Past:
    """The roster of an earlier commit: its number, its date (ISO), and its tables."""

    number: int
    day: str
    stored: Callable[[str], pl.LazyFrame]


@dataclass(frozen=True)
class Case:
    """Everything that the judges look at.

    ``changes``: the plan; ``stored``: canonical table → stored rows before it; ``told``: what the
    drop says; ``parts``: its source tables; ``rows``: source table → rows sent now; ``usual``: the
    same, the median of the last commits; ``earlier``: the roster of a week ago; ``rekeyed``: the
    stops for ids that changed while their records did not, whose changes are left out here;
    ``unended``: source table → canonical table, where the last row lost the end it always had.
    ``unlike``: canonical table → the rows not sent as they stand, where these are few.
    """

    changes: pl.DataFrame
    stored: Callable[[str], pl.LazyFrame]
    told: Mapping[str, Incoming]
    limits: Limits
    season: Season
    parts: list[Accepted] = field(default_factory=list)
    rows: Mapping[str, int] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=dict)
    earlier: Past | None = None
    rekeyed: tuple[Stop, ...] = ()
    unended: Mapping[str, str] = field(default_factory=dict)
    unlike: Mapping[str, Unlike] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict, compare=False)  # what judges share

    @cached_property
    def began(self) -> bool:
        """Whether anything is active at all: a first load is free."""
        return bool(self._active("people").height or self._active("schools").height)

    def _active(self, table: str) -> pl.DataFrame:
        key = pl.col("status") == "active"
        return self.stored(table).filter(key).select(pl.first()).head(1).collect()

    @cached_property
    def picked(self) -> pl.DataFrame:
        """The changes that would be carried out."""
        return self.changes.filter("picked")

    def of(self, table: str, *actions: str) -> pl.DataFrame:
        """The picked changes of a table and some actions."""
        return self.picked.filter(pl.col("table") == table, pl.col("action").is_in(actions))

    @cached_property
    def roll(self) -> Roll:
        """The people who are there, and those who are sent."""
        return Roll(self.stored, self.told, self.unlike)

    @cached_property
    def sections(self) -> pl.DataFrame:
        """Active sections before, in the stored schema."""
        return self.stored("sections").filter(pl.col("status") == "active").collect()

    @cached_property
    def before(self) -> pl.DataFrame:
        """Active rows before: ``table``, ``kind``, ``school_id``, ``n``."""
        kind = pl.when(pl.col("role") == "student").then(pl.lit("enrollments"))
        kinds = kind.otherwise(pl.lit("class teachers")).alias("kind")
        enrolled = self.enrolled.lazy().group_by(kinds, "school_id").agg(pl.sum("n"))
        name = pl.lit("enrollments").alias("table")
        frames = [
            _counted("people", self.roll.people.lazy(), pl.col("kind")),
            _counted("sections", self.sections.lazy(), pl.lit("sections")),
            enrolled.filter(pl.col("n") > 0).select(name, "kind", "school_id", "n"),
        ]
        for table in ("schools", "courses", "relationships", "roles"):
            active = self.stored(table).filter(pl.col("status") == "active")
            if table == "relationships":
                active = active.with_columns(school_id=pl.lit(None, pl.String))
            frames.append(_counted(table, active, pl.lit(table)))
        return pl.concat(pl.collect_all(frames, engine="streaming"))

    @cached_property
    def enrolled(self) -> pl.DataFrame:
        """Enrollments before: ``role``, ``school_id``, how many are active (``n``) and ``wait``."""
        status = pl.col("status")
        rows = self.stored("enrollments").filter(status.is_in(STANDING))
        by = rows.group_by("role", "school_id").agg(
            n=(status == "active").sum().cast(pl.Int64), wait=(status != "active").sum()
        )
        return by.collect(engine="streaming")

    def there(self, table: str, *kinds: str) -> int:
        """How many active rows of some kinds there are before; without any, of all."""
        rows = self.before.filter(pl.col("table") == table)
        return int(
            rows.filter(pl.col("kind").is_in(kinds) if kinds else pl.lit(value=True))["n"].sum()
        )

    @cached_property
    def lost(self) -> pl.DataFrame:
        """What would be archived for itself, not with something else: ``own.UNITS``."""
        found = units(self.picked, self.roll.kinds_of, self.stored, enter=False)
        return found.filter(~pl.col("key").is_in(self.ended.implode()))

    @cached_property
    def newcomers(self) -> pl.DataFrame:
        """The people of ``fresh``, with all that the drop says of them."""
        ids = self.fresh.filter(pl.col("table") == "people")["key"]
        return self.roll.sent_as(ids)

    @cached_property
    def fresh(self) -> pl.DataFrame:
        """What would be added or come back for itself: ``own.UNITS``."""
        found = units(self.picked, self.roll.kinds_of, self.stored, enter=True)
        return found.filter(~pl.col("key").is_in(self.begun.implode()))

    @cached_property
    def begun(self) -> pl.Series:
        """Sections that are sent with a dated term that is new itself: they are expected."""
        if "sections" not in self.told or "terms" not in self.told:
            return pl.Series([], dtype=pl.String)
        known = self.stored("terms").select("term_id").collect().to_series()
        terms = self.told["terms"].rows.filter(pl.col("start_date").is_not_null())
        new = terms.filter(~pl.col("term_id").is_in(known.implode())).collect()["term_id"]
        if new.is_empty():
            return pl.Series([], dtype=pl.String)
        begins = pl.col("term_ids").list.eval(pl.element().is_in(new.to_list())).list.any()
        sent = self.told["sections"].rows.filter(begins).select("section_id")
        return sent.collect(engine="streaming").to_series()

    @cached_property
    def ended(self) -> pl.Series:
        """Active sections whose terms are all over by their own dates: they are expected to go."""
        terms = self.stored("terms").select("term_id", "end_date").collect()
        over = [t for t, last in terms.drop_nulls().iter_rows() if self.season.over(last)]
        if not over:
            return self.sections["section_id"].clear()
        listed = pl.col("term_ids").list
        done = (listed.len() > 0) & listed.eval(pl.element().is_in(over)).list.all()
        return self.sections.filter(done)["section_id"]

    @property
    def between_terms(self) -> bool:
        """Whether the sections of a whole term are over by their own dates: others take over."""
        return len(self.ended) > 0.5 * self.sections.height

    @cached_property
    def promotion(self) -> Promotion:
        """Whether the students went up by a grade."""
        return promotion(self.roll, self.lost, self.fresh)

    @cached_property
    def new_schools(self) -> list[str]:
        """Schools that this drop opens: with one in four, at least one, their people come along.

        Not where they bring half as many people as there are: that is another district's file.
        """
        new = self.fresh.filter(pl.col("table") == "schools")["key"].to_list()
        there = self.there("schools")
        people = self.fresh.filter(pl.col("table") == "people")
        theirs = people.filter(pl.col("school_id").is_in(new)).height
        few = len(new) <= max(1, there // 4) and theirs <= 0.5 * self.there("people")
        return new if few else []


def _counted(table: str, rows: pl.LazyFrame, kind: pl.Expr) -> pl.LazyFrame:
    by = rows.group_by(pl.lit(table).alias("table"), kind.alias("kind"), "school_id")
    return by.agg(n=pl.len().cast(pl.Int64)).select("table", "kind", "school_id", "n")
