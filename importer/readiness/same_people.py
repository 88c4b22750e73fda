"""Students whose places began or ended, and who of them is the same person under another id."""

import polars as pl

EVENTS: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "person_id": pl.String(),
    "school_id": pl.String(),
    "step": pl.Int8(),  # 1 = a place at this school began, -1 = it ended
}
"""Places of students at schools that began or ended after the first day, in no order."""

KNOWN_BY: dict[str, pl.DataType] = {
    "person_id": pl.String(),
    "known_by": pl.UInt64(),  # of name and date of birth; null = the name is not known
    "sure": pl.Boolean(),  # whether the date of birth is part of it
}
"""By what somebody with a new id may be known."""

ONE: dict[str, pl.DataType] = {"old": pl.String(), "new": pl.String(), "day": pl.Date()}
"""Two ids of one person, and the day on which the new one came."""


def same_people(events: pl.DataFrame, known: pl.DataFrame, gap: int) -> pl.DataFrame:
    """Who came under another id than that under which the same person left (``ONE``).

    By name, date of birth and school, within ``gap`` days; without a date of birth only on the same
    day. Where two could be meant, nobody is. ``events``: ``EVENTS``; ``known``: ``KNOWN_BY``.
    """
    told = events.join(known.drop_nulls("known_by"), on="person_id").sort("day", "step")
    at = ["person_id", "school_id"]
    left = told.unique(at, keep="last", maintain_order=True).filter(
        pl.col("step") == -1
    )  # and didn't come back
    came = told.unique(at, keep="first", maintain_order=True).filter(
        pl.col("step") == 1
    )  # and wasn't there before
    pairs = left.join(came, on=["known_by", "school_id", "sure"], suffix="_new")
    pairs = pairs.filter(pl.col("person_id") != pl.col("person_id_new"))
    apart = (pl.col("day_new") - pl.col("day")).dt.total_days().abs()
    near = pl.when("sure").then(pl.lit(gap)).otherwise(pl.lit(0))
    fits = pairs.filter(apart <= near).select(
        old="person_id", new="person_id_new", day=pl.max_horizontal("day", "day_new")
    )
    fits = fits.unique(["old", "new"], keep="any")
    alone = (pl.col("new").n_unique().over("old") == 1) & (
        pl.col("old").n_unique().over("new") == 1
    )
    return fits.filter(alone).sort("day", "old")
