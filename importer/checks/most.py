"""How much of one fault is told one by one: so many places, so many causes; the rest is counted."""

from dataclasses import dataclass, field

import polars as pl

MOST_LISTED = 100_000
"""Findings of one code in one column of a file that are told one by one; the rest by their cause."""

MOST_CAUSES = 10_000
"""Causes of one code in one column of a file that are told one by one; the rest are one more.

Nobody reads so many: what is wrong in ten thousand values is wrong in one way, and mended in one.
"""


@dataclass
class Told:
    """What was told of one code in one column of a file; ``rest``: the cause of what is counted."""

    rest: pl.Expr
    listed: int = 0
    causes: list[pl.Series] = field(default_factory=list)  # told one by one (u64)
    further: list[pl.Series] = field(default_factory=list)  # only counted
    begun: bool = False  # whether some line counts those

    def gathered(self, noted: pl.DataFrame) -> pl.DataFrame:
        """``noted`` with one ``cause`` for all that are only counted, whose own is ``_own``."""
        noted = noted.with_columns(_own="cause")
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

    def lines(self, noted: pl.DataFrame, *, each: bool) -> tuple[pl.DataFrame, int]:
        """One finding for each place up to a limit; what goes beyond it is one for each cause.

        ``each``: whether places are told at all. Also how many would be findings of their own.
        """
        is_rest = pl.col("cause") == self.rest
        own = noted.filter(~is_rest) if self.further else noted
        room = MOST_LISTED - self.listed if each else 0
        self.listed += min(own.height, room)
        one = {"rows": pl.lit(1, pl.UInt32), "values": pl.lit(None, pl.UInt32)}
        listed = own[:room].drop("_own").with_columns(**one)
        beyond = pl.concat([own[room:], noted.filter(is_rest)]) if self.further else own[room:]
        if beyond.is_empty():
            return listed, 0
        first = pl.all().exclude("cause", "_own").first()
        counted = beyond.group_by("cause", maintain_order=True).agg(
            first, rows=pl.len(), _causes=pl.n_unique("_own")
        )
        # How many values they are is known in the end, see ``summed``.
        counted = counted.with_columns(values=pl.when(is_rest).then(pl.lit(0, pl.UInt32)))
        more = (beyond.height if each else int(counted["_causes"].sum())) - counted.height
        if counted["values"].count():
            more, self.begun = more + self.begun, True
        return pl.concat([listed, counted.select(listed.columns)]), more

    def summed(self, findings: pl.DataFrame) -> pl.DataFrame:
        """The lines that count the rest as one, with how many different ``values`` they are."""
        if not self.begun:
            return findings
        mine = pl.col("cause") == self.rest
        first, rest = findings.filter(~mine), findings.filter(mine)
        rows, values = pl.lit(rest["rows"].sum()), pl.lit(pl.concat(self.further).n_unique())
        line = rest.head(1).with_columns(rows=rows.cast(pl.UInt32), values=values.cast(pl.UInt32))
        return pl.concat([first, line])
