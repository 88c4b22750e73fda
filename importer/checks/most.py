"""How much of one fault is told one by one: so many places, so many causes; the rest is counted."""

from dataclasses import dataclass, field

import polars as pl

from importer.model.findings import MOST_CAUSES

MOST_LISTED = 50_000
"""Places of one code in one column of a file that are told one by one; the rest by their cause."""


@dataclass
class Told:
    """What was told of one code in one column of a file.

    ``rest``: the cause of all beyond the limit. ``each``: whether places are told one by one.
    """

    rest: pl.Expr
    each: bool
    listed: int = 0
    causes: list[pl.Series] = field(default_factory=list)  # told one by one (u64)
    further: list[pl.Series] = field(default_factory=list)  # only counted
    counted: list[pl.DataFrame] = field(default_factory=list)  # findings for many rows each
    place: int = 0  # of those among the findings of the file

    def gathered(self, noted: pl.DataFrame) -> pl.DataFrame:
        """``noted`` with one ``cause`` for all causes beyond the limit."""
        if sum(map(len, self.causes)) + noted.height <= MOST_CAUSES:
            self.causes.append(noted["cause"])
            return noted
        told = pl.concat([noted["cause"].clear(), *self.causes]).unique()
        new = noted["cause"].unique(maintain_order=True)
        new = new.filter(~new.is_in(told.implode()))
        room = MOST_CAUSES - len(told)
        self.causes = [pl.concat([told, new[:room]])]
        if len(new) <= room and not self.further:
            return noted
        self.further.append(new[room:])
        is_told = pl.col("cause").is_in(self.causes[0].implode())
        return noted.with_columns(cause=pl.when(is_told).then("cause").otherwise(self.rest))

    def parted(self, noted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """One finding for each place up to a limit; and of what goes beyond one for each cause."""
        is_rest = pl.col("cause") == self.rest
        own = noted.filter(~is_rest) if self.further else noted
        room = MOST_LISTED - self.listed if self.each else 0
        listed, beyond = own[:room], own[room:]
        self.listed += listed.height
        if self.further:
            beyond = pl.concat([beyond, noted.filter(is_rest)])
        first = pl.all().exclude("cause").first()
        return listed, beyond.group_by("cause", maintain_order=True).agg(first, rows=pl.len())

    def summed(self) -> pl.DataFrame:
        """The findings that stand for many rows, one for each cause."""
        whole = pl.concat(self.counted)
        if len(self.counted) > 1:
            first = pl.all().exclude("cause", "rows").first()
            by_cause = whole.group_by("cause", maintain_order=True).agg(first, pl.sum("rows"))
            whole = by_cause.select(whole.columns)
        if not self.further:
            return whole
        values = pl.lit(self.values, pl.UInt32)
        return whole.with_columns(values=pl.when(pl.col("cause") == self.rest).then(values))

    @property
    def values(self) -> int:
        """How many causes are only counted."""
        return pl.concat(self.further).n_unique() if self.further else 0

    def unlisted(self) -> int:
        """How many findings more there would be without limits."""
        lines = self.summed()
        if self.each:
            return int(lines["rows"].sum()) - lines.height
        return max(0, self.values - 1)
