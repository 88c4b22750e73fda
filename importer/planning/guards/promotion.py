"""The new school year: everybody up by one grade, the oldest gone, the youngest new."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from importer.model import grades
from importer.planning.guards.roll import Roll

NEARLY_ALL = 0.9
MOST = 0.5
_FEWEST = 3


@dataclass(frozen=True)
class Promotion:
    """``schools`` whose students went up; ``down``: the share of students who went down by one.

    ``leavers``: school → students lost from its highest grade. ``entrants``: new students in the
    lowest grade of their school. ``risen``: how many went up.
    """

    schools: frozenset[str] = frozenset()
    leavers: Mapping[str, int] = field(default_factory=dict)
    entrants: int = 0
    risen: int = 0
    down: float = 0.0

    @property
    def seen(self) -> bool:
        """Whether there is one."""
        return bool(self.schools)


def promotion(roll: Roll, lost: pl.DataFrame, fresh: pl.DataFrame) -> Promotion:
    """What the grades of students say. ``lost``, ``fresh``: as ``own.UNITS``."""
    rest, anew = _placed(roll.rest), _placed(roll.anew)
    both = rest.join(anew.select("person_id", now="place"), on="person_id")
    both = both.drop_nulls(["place", "now"])
    step = pl.col("now") - pl.col("place")
    moved = both.group_by("school_id").agg(
        n=pl.len(), up=(step == 1).sum(), other=(~step.is_in([0, 1])).sum(), down=(step == -1).sum()
    )
    steady = roll.steady.lazy().filter(pl.col("kind") == "students")
    calm = steady.group_by("school_id", "grade").agg(n=pl.len()).collect()
    calm = calm.filter(_place(calm["grade"]).is_not_null()).select("school_id", "n")
    whole = pl.concat([moved, calm], how="diagonal")
    by = whole.group_by("school_id").agg(pl.col("n", "up", "other", "down").sum())
    rose = (pl.col("up") >= MOST * pl.col("n")) & (
        pl.col("up") >= NEARLY_ALL * (pl.col("up") + pl.col("other"))
    )
    schools = by.filter(rose, pl.col("n") >= _FEWEST, pl.col("school_id").is_not_null())
    down = int(by["down"].sum()) / max(1, int(by["n"].sum()))
    if schools.is_empty():
        return Promotion(down=down)
    stay = _placed(roll.steady)
    before, after = pl.concat([stay, rest]), pl.concat([stay, anew])
    top = before.group_by("school_id").agg(_end=pl.col("place").max())
    low = after.group_by("school_id").agg(_end=pl.col("place").min())
    gone = _at_the_end(lost, before, top, pl.col("place") >= pl.col("_end"))
    came = _at_the_end(fresh, after, low, pl.col("place") <= pl.col("_end"))
    return Promotion(
        frozenset(schools["school_id"]),
        dict(gone.group_by("school_id").len().iter_rows()),
        came.height,
        int(schools["up"].sum()),
        down,
    )


def _placed(people: pl.DataFrame) -> pl.DataFrame:
    """Students with the place of their grade."""
    rows = people.filter(pl.col("kind") == "students")
    rows = rows.select("person_id", "school_id", "grade")
    return rows.with_columns(_place(rows["grade"]).alias("place"))


def _place(words: pl.Series) -> pl.Series:
    places = {word: grades.place(word) for word in words.unique().drop_nulls()}
    known = {word: place for word, place in places.items() if place is not None} or {"": 0}
    return words.replace_strict(known, default=None, return_dtype=pl.Int64)


def _at_the_end(
    units: pl.DataFrame, placed: pl.DataFrame, ends: pl.DataFrame, fits: pl.Expr
) -> pl.DataFrame:
    students = units.filter(pl.col("table") == "people", pl.col("kind") == "students")
    theirs = placed.join(students.select(person_id="key"), on="person_id", how="semi")
    return theirs.join(ends, on="school_id").filter(fits)


def one_up(before: str, after: str) -> bool:
    """Whether a grade is the one after another."""
    was, now = grades.place(before), grades.place(after)
    return was is not None and now == was + 1
