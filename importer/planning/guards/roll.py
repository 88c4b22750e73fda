"""The roll: who is there before, and who is sent, by the school and kind of the first role.

On an ordinary night nearly everybody is sent as they stand: of them the sent side isn't read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from importer.model.repeats import repeated
from importer.model.tables import STANDING, empty
from importer.planning.guards.own import kind_of
from importer.planning.incoming import Incoming
from importer.planning.sieve import Unlike

PERSON = ("person_id", "school_id", "kind", "grade", "origin_table", "origin_row")
"""What judges ask of every person, with the first grade; of single ones they see ``details``."""
_NUMBER, _KNOWN = pl.col("person_id").hash().alias("_number"), pl.col("_number")


@dataclass(frozen=True)
class Roll:
    """``stored``, ``told`` and ``unlike``: as a ``Case`` has them."""

    stored: Callable[[str], pl.LazyFrame]
    told: Mapping[str, Incoming]
    unlike: Mapping[str, Unlike]

    @cached_property
    def details(self) -> pl.LazyFrame:
        """Active people with all that is stored of them, ``school_id`` and ``kind``."""
        active = self.stored("people").filter(pl.col("status") == "active").drop("status")
        return self.placed(active)

    def placed(self, people: pl.LazyFrame) -> pl.LazyFrame:
        """Stored people with ``school_id`` and ``kind`` of their first role."""
        return _placed(people, self._places)

    @cached_property
    def _places(self) -> pl.DataFrame:
        return _first_roles(self.stored("roles").filter(pl.col("status") == "active"))

    @cached_property
    def people(self) -> pl.DataFrame:
        """Active people, by the first role: ``PERSON``."""
        return _shown(self.details)

    @cached_property
    def steady(self) -> pl.DataFrame:
        """The ``people`` whom the drop sends with their roles just as they are."""
        return self.people.filter(~self._among_moved(_KNOWN))

    @cached_property
    def rest(self) -> pl.DataFrame:
        """All other ``people``."""
        return self.people.filter(self._among_moved(_KNOWN))

    @cached_property
    def anew(self) -> pl.DataFrame:
        """Of all others that the drop has what it says: ``PERSON``."""
        moved = self._among_moved(_NUMBER)
        sent = self._sent("people").filter(pl.col("status") == "active", moved)
        return _shown(_placed(sent, _first_roles(self._sent("roles").filter(moved))))

    def _sent(self, table: str) -> pl.LazyFrame:
        return self.told[table].rows if table in self.told else empty(table).lazy()

    def _among_moved(self, number: pl.Expr) -> pl.Expr:
        return pl.lit(value=True) if self._moved is None else number.is_in(self._moved.implode())

    @cached_property
    def _moved(self) -> pl.Series | None:
        """The numbers of people who, or whose first role, may be sent otherwise; None: of all.

        Who has several roles may have them in another order now.
        """
        if not {"people", "roles"} <= self.unlike.keys():
            return None
        sides = [side for t in ("people", "roles")
                 for side in (self.unlike[t].sent, self.unlike[t].stored)]  # fmt: skip
        roles = self.stored("roles").filter(pl.col("status").is_in(STANDING))
        every = roles.select(_NUMBER, "status").collect(engine="streaming")
        waits = every.filter(pl.col("status") != "active")["_number"]
        numbers = [side.select(_NUMBER).to_series() for side in sides]
        return pl.concat([*numbers, waits, repeated(every["_number"])]).unique()

    def sent_as(self, ids: pl.Series) -> pl.DataFrame:
        """Of people who come all that the drop says, with ``school_id`` and ``kind``."""
        sent = self._sent("people").filter(pl.col("status") == "active").drop("status")
        new = sent.filter(pl.col("person_id").is_in(ids.implode())).collect(engine="streaming")
        placed = self.anew.select("person_id", "school_id", "kind")
        return new.join(placed, on="person_id", how="left")

    def kinds_of(self, ids: pl.DataFrame) -> pl.DataFrame:
        """``key`` of people with ``kind`` and ``school_id``, stored first, else as sent."""
        wanted = _KNOWN.is_in(ids["key"].hash().implode())
        theirs = [
            side.filter(wanted).select("person_id", "kind", "school_id")
            for side in (self.people, self.anew)
        ]
        known = pl.concat(theirs).unique("person_id", keep="first", maintain_order=True)
        return ids.select("key").join(known, left_on="key", right_on="person_id", how="left")


def _placed(people: pl.LazyFrame, first_roles: pl.DataFrame) -> pl.LazyFrame:
    """People with ``school_id`` and ``kind``; joined by numbers, which is half the work of text."""
    return people.with_columns(_NUMBER).join(first_roles.lazy(), on="_number", how="left")


def _shown(people: pl.LazyFrame) -> pl.DataFrame:
    grade = pl.col("grades").list.first().alias("grade")
    columns = [grade if name == "grade" else pl.col(name) for name in PERSON]
    return people.select(*columns, _NUMBER).collect(engine="streaming")


def _first_roles(roles: pl.LazyFrame) -> pl.DataFrame:
    """``_number``, ``school_id`` and ``kind`` of the first role of each person."""
    listed = roles.select(_NUMBER, "school_id", kind=kind_of("role")).collect(engine="streaming")
    several = pl.col("_number").is_in(repeated(listed["_number"]).implode())
    first = listed.filter(several).unique("_number", keep="first", maintain_order=True)
    return pl.concat([listed.filter(~several), first])
