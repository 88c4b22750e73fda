"""Moves: a row left and a row entered that are one change with two ends."""

from collections.abc import Callable

import polars as pl

from importer.model.tables import ID_SEPARATOR

_ENTER = ["add", "reactivate", "begin"]  # who moves back finds the old row there, archived


def pair_roles(changes: pl.DataFrame) -> pl.DataFrame:
    """A person whose role leaves one school and enters another moves. ``changes``: of roles."""
    if not _two_ends(changes):
        return changes
    person, school, role = _parts(3)
    who = pl.concat_str(person, role, separator=ID_SEPARATOR)
    return _pair(changes, lambda rows: rows.with_columns(_who=who, _end=school), "school_id")


def pair_enrollments(changes: pl.DataFrame, courses: pl.DataFrame) -> pl.DataFrame:
    """A person who leaves a section and enters another of the same course in the same role moves.

    ``courses``: ``section_id`` and ``course`` (the course, or the title where there is none).
    """
    if not _two_ends(changes):
        return changes
    section, person, role = _parts(3)
    who = pl.concat_str(person, role, pl.col("course"), separator=ID_SEPARATOR)
    named = courses.lazy().select("course", _end="section_id")

    def ends(rows: pl.LazyFrame) -> pl.LazyFrame:
        placed = rows.with_columns(_end=section).join(named, on="_end", how="left")
        return placed.with_columns(_who=who).drop("course")

    return _pair(changes, ends, "section_id")


def _two_ends(changes: pl.DataFrame) -> bool:
    """Whether rows are left and others are entered at all."""
    actions = changes["action"].unique()
    return "archive" in actions and bool(actions.is_in(_ENTER).any())


def _parts(count: int) -> list[pl.Expr]:
    split = pl.col("key").str.split(ID_SEPARATOR)
    return [split.list.get(i) for i in range(count)]


def _pair(
    changes: pl.DataFrame, ends: Callable[[pl.LazyFrame], pl.LazyFrame], column: str
) -> pl.DataFrame:
    """Pair the n-th row that is left with the n-th that is entered, in the order of their ids.

    ``ends`` adds to changes who goes (``_who``) and the end of the way that they name (``_end``).
    """
    free = _on_both_ends(changes, ends)
    if free.is_empty():
        return changes
    numbered = [
        free.filter(pl.col("action").is_in(actions))
        .sort("_who", "_end")
        .with_columns(_n=pl.col("_who").cum_count().over("_who"))
        for actions in (["archive"], _ENTER)
    ]
    left, entered = numbered
    pairs = entered.join(
        left.select("_who", "_n", from_key="key", _from="_end"),
        on=["_who", "_n"], suffix="_left", how="inner", maintain_order="left",
    )  # fmt: skip
    moved = pairs.with_columns(
        action=pl.lit("move"),
        from_key="from_key_left",
        columns=pl.concat_list(pl.lit(column)),
        before=pl.concat_list("_from"),
        after=pl.concat_list("_end"),
        because=pl.lit("one row is gone and another took its place"),
    )
    used = pl.concat([moved["key"], moved["from_key"]])
    rest = changes.filter(
        ~pl.col("key").is_in(used.implode()) | ~pl.col("action").is_in(["archive", *_ENTER])
    )
    return pl.concat([rest, moved.select(changes.columns)])


def _on_both_ends(
    changes: pl.DataFrame, ends: Callable[[pl.LazyFrame], pl.LazyFrame]
) -> pl.DataFrame:
    """The picked changes of those who leave and enter, told by a hash: of millions it is few."""
    picked = changes.lazy().filter("picked", pl.col("action").is_in(["archive", *_ENTER]))
    told = ends(picked).filter(pl.col("_who").is_not_null())
    number = pl.col("_who").hash()
    gone = pl.col("action") == "archive"
    asked = [told.filter(side).select(number) for side in (gone, ~gone)]
    left, entered = pl.collect_all(asked, engine="streaming")
    both = left.join(entered, on="_who", how="semi").to_series()
    return told.filter(number.is_in(both.implode())).collect(engine="streaming")
