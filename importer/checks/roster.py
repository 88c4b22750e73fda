"""What is known of the roster while a drop is checked: committed records, and the drop's own."""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from importer.model.tables import STANDING, TABLES

CAUSE = "_cause"  # of a record whose row is held; null for one that is taken
ROLE = "_role"
_RELATED = ("guardian", "parent", "relative")  # they have no account that a row could name


@dataclass(frozen=True)
class Committed:
    """The committed roster: ``rows`` gives a canonical table in the stored schema.

    ``empty``: nothing was ever committed. ``announced``: names in small letters of schools that
    the settings know, so that they may come for the first time. ``only_school``: the id of the
    school if they know just one.
    """

    rows: Callable[[str], pl.LazyFrame]
    empty: bool = False
    announced: frozenset[str] = frozenset()
    only_school: str = ""

    def active(self, table: str) -> pl.LazyFrame:
        """The rows of a table that are active, or will be on their day."""
        return self.rows(table).filter(pl.col("status").is_in(STANDING))

    def archived(self, table: str) -> pl.LazyFrame:
        """The archived rows of a table."""
        return self.rows(table).filter(~pl.col("status").is_in(STANDING))


@dataclass
class Directory:
    """The records that a row may name: those committed, and those that this drop brings.

    ``committed`` is None where there is no workspace to compare with. ``brought``: canonical
    table → what gives the drop's records as they stand then, since later checks hold more rows.
    People come once for each of their schools and roles, with ``school_id`` and ``_role``; those
    who only belong to others don't come. ``unread``: canonical tables of which a file of this drop
    could not be loaded.
    """

    committed: Committed | None
    brought: dict[str, list[Callable[[], pl.DataFrame]]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    @property
    def only_school(self) -> str:
        """The id of the school of the settings, if they know just one."""
        return self.committed.only_school if self.committed else ""

    def can_tell(self, table: str) -> bool:
        """Whether a record that isn't found is really unknown."""
        return self.committed is not None or bool(self.brought.get(table))

    def has_committed(self, table: str) -> bool:
        """Whether the roster has any record of this kind."""
        if self.committed is None:
            return False
        return not self.committed.active(table).head(1).collect().is_empty()

    def records(self, table: str) -> pl.LazyFrame:
        """All records that may be named."""
        mine = self._brought(table).filter(pl.col(CAUSE).is_null()).drop(CAUSE)
        return pl.concat([mine, self.existing(table)])

    def held(self, table: str) -> pl.LazyFrame:
        """The drop's records whose rows are held, each with the cause."""
        return self._brought(table).filter(pl.col(CAUSE).is_not_null())

    def existing(self, table: str) -> pl.LazyFrame:
        """The committed records alone."""
        if self.committed is None:
            return pl.LazyFrame(schema=_columns(table))
        return self._placed(table, self.committed.active)

    def archived(self, table: str) -> pl.LazyFrame:
        """The committed records that are archived."""
        if self.committed is None:
            return pl.LazyFrame(schema=_columns(table))
        return self._placed(table, self.committed.archived)

    def _placed(self, table: str, of: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
        rows = of(table)
        if table == "people":
            roles = of("roles").select("person_id", "school_id", pl.col("role").alias(ROLE))
            rows = rows.join(roles, on="person_id", how="left")
            rows = rows.filter(~pl.col(ROLE).is_in(_RELATED).fill_null(False))
        return rows.select(list(_columns(table)))

    def _brought(self, table: str) -> pl.LazyFrame:
        wanted = {**_columns(table), CAUSE: pl.UInt64()}
        frames = [give() for give in self.brought.get(table, [])]
        if table == "people":
            frames = [f.with_columns(school_id=pl.lit(None, pl.String)) for f in frames]
        return pl.concat(
            [pl.LazyFrame(schema=wanted), *(f.lazy().select(list(wanted)) for f in frames)]
        )


def is_kind(kind: str) -> pl.Expr:
    """Whether a role is one of a student, or of staff; who has no role may be either."""
    student = pl.col(ROLE) == "student"
    return (student if kind == "student" else ~student).fill_null(True)


def _columns(table: str) -> dict[str, pl.DataType]:
    more = {"school_id": pl.String(), ROLE: pl.String()} if table == "people" else {}
    return {**TABLES[table].columns, **more}
