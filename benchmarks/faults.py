"""Planted faults, and the truth about where they are.

Faults are spread evenly over a file (one in each equal stretch of rows, at a
place of chance), at most one per row, the kinds in turn. So the number is exact,
every kind occurs, and a file need not be in memory as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import lcm

import polars as pl

from benchmarks.chance import below, pick

WORDS = ("xyz", "maybe", "??")
ISO_DATES = ("2026-13-05", "2026-02-30", "soon")
US_DATES = ("13/45/2014", "2/30/2015", "soon")
EMAILS = ("no-at-sign.example", "two@@valley.example", "@valley.example", "a b@valley.example")
OVERLONG = 260  # characters added; the formats promise at least 255

KINDS = (
    "required_blank",
    "bad_enum",
    "bad_date",
    "bad_email",
    "over_long",
    "untrimmed",
    "duplicate_key",
    "dangling_reference",
    "bad_list_part",
)


@dataclass(frozen=True)
class Spots:
    """Where each kind of fault may be planted in one file.

    columns: kind -> columns in question. vary: column -> expression that makes
    the second row of a duplicate key differ from the first, so it is not a mere
    repetition. flag: a Boolean column whose true rows use `flagged` instead of
    `columns` (rows of a student that repeat for a second contact: a fault in a
    student's own column would also be a conflict between the two rows).
    """

    columns: Mapping[str, tuple[str, ...]]
    vary: Mapping[str, pl.Expr] = field(default_factory=dict)
    dates: tuple[str, ...] = ISO_DATES
    flag: str | None = None
    flagged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _cycle(columns: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """(kind, column) in turn: every kind as often as any other."""
    kinds = [kind for kind in KINDS if kind in columns]
    if not kinds:
        return []
    turns = lcm(*(len(columns[kind]) for kind in kinds))
    return [(k, columns[k][t % len(columns[k])]) for t in range(turns) for k in kinds]


def _broken(kind: str, column: str, spots: Spots, salt: int) -> pl.Expr:
    """The column's value with the fault in it."""
    row, value = pl.col("_row"), pl.col(column)
    unknown = pl.format(f"unknown-{salt}-{{}}", row)  # each its own: one finding a row
    if kind == "required_blank":
        return pl.lit(None, dtype=pl.String)
    if kind == "over_long":
        return pl.concat_str(value.fill_null("x"), pl.lit("x" * OVERLONG))
    if kind == "untrimmed":
        blank, other = pl.lit(" "), pl.concat_str(value, pl.lit(" "))
        return pl.when(row % 2 == 0).then(other).otherwise(pl.concat_str(blank, value))
    if kind == "dangling_reference":
        return unknown
    if kind == "bad_list_part":
        return pl.concat_str(value, pl.lit(","), unknown)
    words = {"bad_enum": WORDS, "bad_date": spots.dates, "bad_email": EMAILS}
    return pick(words[kind], row, salt)


@dataclass(frozen=True)
class Planter:
    """Plants faults into the blocks of one file of `rows` rows, at `rate` (0 to 1)."""

    file: str
    spots: Spots
    rows: int
    rate: float
    salt: int

    @cached_property
    def _ordinary(self) -> list[tuple[str, str]]:
        return _cycle(self.spots.columns)

    @cached_property
    def recipes(self) -> pl.DataFrame:
        """One row per recipe: recipe (number), kind, column."""
        pairs = self._ordinary + _cycle(self.spots.flagged)
        frame = pl.DataFrame(pairs, schema=["kind", "column"], orient="row")
        return frame.with_row_index("recipe").cast({"recipe": pl.Int64})

    @property
    def count(self) -> int:
        """How many rows get a fault: the rate, but each kind once if rows allow."""
        if self.rate <= 0:
            return 0
        kinds = len(self.spots.columns)
        return min(self.rows, max(round(self.rate * self.rows), kinds))

    @cached_property
    def planted(self) -> pl.DataFrame:
        """One row per fault, sorted: _row (0-based, before rows are added), turn."""
        turn = pl.col("turn")
        frame = pl.select(turn=pl.int_range(self.count))
        low = turn * self.rows // max(self.count, 1)
        high = (turn + 1) * self.rows // max(self.count, 1)
        return frame.select("turn", _row=low + below(turn, self.salt, high - low))

    def _recipe(self) -> pl.Expr:
        """The recipe's number, from the turn and the row's flag."""
        turn, usual = pl.col("turn"), len(self._ordinary)
        extra = self.recipes.height - usual
        if not extra or self.spots.flag is None:
            return turn % usual
        flagged = usual + turn % extra
        return pl.when(pl.col(self.spots.flag)).then(flagged).otherwise(turn % usual)

    def _break(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with their faults, and the second rows of duplicates."""
        changed: dict[str, pl.Expr] = {}
        for number, kind, column in self.recipes.iter_rows():
            if kind == "duplicate_key":
                continue
            before = changed.get(column, pl.col(column))
            fault = _broken(kind, column, self.spots, self.salt + 1)
            hit = pl.col("_recipe") == number
            changed[column] = pl.when(hit).then(fault).otherwise(before)
        rows = rows.with_columns(**changed)
        doubles = self.recipes.filter(kind="duplicate_key").get_column("recipe")
        copies = rows.filter(pl.col("_recipe").is_in(doubles.implode())).with_columns(
            _place=pl.col("_place") + 1, **self.spots.vary
        )
        return rows.merge_sorted(copies, key="_place")

    def plant(
        self, block: pl.DataFrame, first: int, line: int
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The block with its faults, and the truth about it.

        first: 0-based number of the block's first row before rows are added.
        line: the physical line its first row gets in the file. The truth has the
        columns file, row (physical line), column, kind.
        """
        faults = self.planted.filter(pl.col("_row").is_between(first, first + block.height - 1))
        row = pl.col("_row")
        block = block.with_row_index("_row", first).with_columns(row.cast(pl.Int64))
        block = block.join(faults, on="_row", how="left", maintain_order="left")
        block = block.with_columns(_place=row * 2, _recipe=self._recipe())
        clean = block.filter(pl.col("_recipe").is_null())
        broken = self._break(block.filter(pl.col("_recipe").is_not_null()))
        block = clean.merge_sorted(broken, key="_place").with_row_index("_line", line)
        truth = block.filter(pl.col("_recipe").is_not_null()).join(
            self.recipes, left_on="_recipe", right_on="recipe", maintain_order="left"
        )
        truth = truth.select(pl.lit(self.file).alias("file"), "_line", "column", "kind")
        return block, truth.rename({"_line": "row"})
