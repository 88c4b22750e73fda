"""Who sits where: a district as whole numbers, before it becomes text.

Everything is computed from an index by closed formulas, so any part can be made
without the rest and memory does not grow with the district.

    district > schools > groups of about 25 students > 7 periods > one class each

A student of a group attends, in each period, one class of the same school and
grade. One million students give 1,111 schools, 62,500 teachers, 280,000 classes
and 7,280,293 enrollments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from benchmarks.chance import below, chance, mix

PERIODS = 7
GRADES = 13  # KG, 01 .. 12
CELLS = GRADES * PERIODS  # every course belongs to one grade and one period
GROUPS_PER_BLOCK = 4_000  # 100,000 students, 728,000 enrollments: about 400 MB

# Elementary, middle and high schools share the grades as 6 : 3 : 4.
_LEVELS = "EHMEHEMEHEMEH"
_FIRST_GRADE = {"E": 0, "M": 6, "H": 9}
_GRADE_COUNT = {"E": 6, "M": 3, "H": 4}


def _split(index: pl.Expr, parts: int, whole: int) -> pl.Expr:
    """The part that `index` falls into when `whole` is cut into equal parts."""
    return index * parts // whole


def _start(part: pl.Expr, parts: int, whole: int) -> pl.Expr:
    """The first index of a part: the inverse of `_split`."""
    return (part * whole + (parts - 1)) // parts


@dataclass(frozen=True)
class District:
    """A district of `students` people on day one, or one day later.

    `changes` is the share (0 to 1) of people and enrollments that differ on
    day two: half edits, a quarter removed, a quarter added. 0 means day one.
    """

    students: int
    seed: int = 7
    changes: float = 0.0

    def __post_init__(self) -> None:
        if self.students < 20:
            raise ValueError("a district needs at least 20 students")
        if not 0 <= self.changes <= 1:
            raise ValueError("changes must lie between 0 and 1")

    @property
    def schools(self) -> int:
        """Number of schools; about 900 students each."""
        return max(2, self.students // 900)

    @property
    def group_count(self) -> int:
        """Number of groups; about 25 students each."""
        return max(self.schools, self.students // 25)

    @property
    def teachers(self) -> int:
        """Number of teachers; one for 16 students."""
        return max(self.schools, self.students // 16)

    @property
    def class_count(self) -> int:
        """Number of classes; one per group and period."""
        return self.group_count * PERIODS

    def salt(self, stream: int) -> int:
        """A salt of this seed for one stream of chance."""
        return self.seed * 1000 + stream

    @cached_property
    def groups(self) -> pl.DataFrame:
        """One row per group: group, school, grade, cohort (its first group), cohort_size."""
        g, s, k = pl.col("group"), pl.col("school"), pl.col("k")
        level = s % len(_LEVELS)
        first = pl.Series([_FIRST_GRADE[x] for x in _LEVELS], dtype=pl.Int64)
        count = pl.Series([_GRADE_COUNT[x] for x in _LEVELS], dtype=pl.Int64)
        frame = pl.select(group=pl.int_range(self.group_count)).with_columns(
            school=_split(g, self.schools, self.group_count)
        )
        base = _start(s, self.schools, self.group_count)
        frame = frame.with_columns(
            base=base,
            k=_start(s + 1, self.schools, self.group_count) - base,
            low=pl.lit(first).gather(level),
            grades=pl.lit(count).gather(level),
        )
        step = (g - pl.col("base")) * pl.col("grades") // k
        frame = frame.with_columns(step=step)
        cohort = (pl.col("step") * k + pl.col("grades") - 1) // pl.col("grades")
        after = ((pl.col("step") + 1) * k + pl.col("grades") - 1) // pl.col("grades")
        return frame.select(
            "group",
            "school",
            grade=pl.col("low") + pl.col("step"),
            cohort=pl.col("base") + cohort,
            cohort_size=after - cohort,
        )

    @cached_property
    def classes(self) -> pl.DataFrame:
        """One row per class: class, period, group's columns, course, term, teacher, helper.

        term: 0 both terms, 1 the first, 2 the second. `helper` is null or a
        second teacher.
        """
        c, s = pl.col("class"), pl.col("school")
        frame = pl.select(pl.int_range(self.class_count).alias("class")).with_columns(
            group=c // PERIODS, period=c % PERIODS
        )
        frame = frame.join(self.groups, on="group", how="left", maintain_order="left")
        cell = pl.col("grade") * PERIODS + pl.col("period")
        variants = (max(CELLS, self.students // 400) - cell + CELLS - 1) // CELLS
        desk = _start(s, self.schools, self.teachers)
        desks = _start(s + 1, self.schools, self.teachers) - desk
        turn = c - _start(s, self.schools, self.group_count) * PERIODS
        draw = below(c, self.salt(1), 10)
        return frame.with_columns(
            course=cell + CELLS * (s % variants),
            term=pl.when(draw < 4).then(0).when(draw < 7).then(1).otherwise(2),
            teacher=desk + turn % desks,
            helper=pl.when(desks > 1).then(desk + (turn + 1) % desks),
        )

    @cached_property
    def newcomers(self) -> int:
        """Number of students added on day two."""
        people = self.students + self.teachers
        return round(people * self.changes / 4)

    def leaves(self, student: pl.Expr) -> pl.Expr:
        """True for a student who is gone on day two."""
        people = self.students + self.teachers
        share = self.changes / 4 * people / self.students
        return (student < self.students) & chance(student, self.salt(2), share)

    def edited(self, person: pl.Expr, stream: int) -> pl.Expr:
        """True for a person or enrollment whose columns differ on day two."""
        return chance(person, self.salt(stream), self.changes / 2)

    def _members(self, students: pl.DataFrame) -> pl.DataFrame:
        return students.join(
            self.groups, on="group", how="left", maintain_order="left"
        ).with_columns(edited=self.edited(pl.col("student"), 3))

    def student_blocks(self) -> Iterator[pl.DataFrame]:
        """The students in blocks.

        Columns: student, group, seat (0 .. about 24), the group's columns,
        edited (Boolean). Newcomers of day two are the last block.
        """
        i = pl.col("student")
        for low in range(0, self.group_count, GROUPS_PER_BLOCK):
            high = min(low + GROUPS_PER_BLOCK, self.group_count)
            first = -(-low * self.students // self.group_count)
            last = -(-high * self.students // self.group_count)
            group = _split(i, self.group_count, self.students)
            block = pl.select(student=pl.int_range(first, last)).with_columns(
                group=group, seat=i - _start(group, self.group_count, self.students)
            )
            yield self._members(block.filter(~self.leaves(i)))
        if self.newcomers:
            block = pl.select(student=pl.int_range(self.students, self.students + self.newcomers))
            block = block.with_columns(
                group=below(i, self.salt(4), self.group_count),
                seat=below(i, self.salt(5), 25),
            )
            yield self._members(block)

    @cached_property
    def student_count(self) -> int:
        """Number of students on the day in question."""
        i = pl.int_range(self.students, eager=True)
        gone = int(pl.select(self.leaves(pl.lit(i)).sum()).item())
        return self.students - gone + self.newcomers

    def seats(self, students: pl.DataFrame) -> pl.DataFrame:
        """The class enrollments of a block of students, seven rows each.

        Columns: student, class, school, term, late (days after the start of the
        term), moved and edited (Boolean; a tenth of the changed ones are moves
        to another section of the same course).
        """
        key = pl.col("student") * PERIODS + pl.col("period")
        frame = students.drop("edited").with_columns(
            period=pl.lit(list(range(PERIODS)), dtype=pl.List(pl.Int64))
        )
        frame = frame.explode("period").with_columns(changed=self.edited(key, 6))
        turn = pl.col("group") - pl.col("cohort")
        turn = turn + pl.col("period") * (pl.col("seat") % 5)
        moved = pl.col("changed") & (mix(key, self.salt(7)) % 10 == 0)
        moved = moved & (pl.col("cohort_size") > 1)
        frame = frame.with_columns(moved=moved)
        turn = (turn + pl.col("moved").cast(pl.Int64)) % pl.col("cohort_size")
        late = below(pl.col("student"), self.salt(8), 2000)
        frame = frame.with_columns(
            ((pl.col("cohort") + turn) * PERIODS + pl.col("period")).alias("class"),
            late=pl.when(late < 80).then(late + 1).otherwise(0),
            edited=pl.col("changed") & ~pl.col("moved"),
        )
        term = self.classes.get_column("term")
        return frame.select(
            "student",
            "class",
            "school",
            pl.lit(term).gather(pl.col("class")).alias("term"),
            "late",
            "moved",
            "edited",
        )
