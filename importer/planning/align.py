"""Groups of the platform and sections of the roster that are the same: by members, then by name.

Members tell more than names: a vendor that pairs groups by hand looks at who is in them. A pair is
sure if at least four in five of the smaller one and half of both together are the same people, at
least three of them, and no other group or section comes near. These figures are ours: classes of
one year share under half of their pupils in the districts of ``benchmarks/`` and in any school that
mixes its classes by subject, and a class that is the same has lost or won a pupil or two.
"""

import re
import unicodedata
from collections.abc import Iterable

import polars as pl

from importer.model.likeness import likeness

LEAST_SHARED, CONTAINED, ALIKE = 3, 0.8, 0.5
RIVAL = 0.8  # another candidate with four fifths of the evidence is one too many
NAME_LIKE = 75  # of 100: one or two words may be shortened
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")

PAIRS: dict[str, pl.DataType] = {
    "group_id": pl.String(),
    "group": pl.String(),  # its name
    "section_id": pl.String(),
    "section": pl.String(),  # its title
    "shared": pl.Int64(),  # members that are in both
    "of_group": pl.Int64(),  # members of the group, those who aren't known too
    "of_section": pl.Int64(),
    "jaccard": pl.Float64(),  # shared of all who are in one or the other
    "contained": pl.Float64(),  # shared of the smaller one
    "likeness": pl.Float64(),  # of the names, 0 to 100
    "numbers": pl.Boolean(),  # whether the numbers in both names are equal
    "how": pl.String(),  # members or name
    "verdict": pl.String(),  # sure, likely, ambiguous
}
"""One proposed pair a row. Ambiguous ones are listed and never picked."""


def tokens(name: str) -> tuple[str, ...]:
    """A name as words and numbers, without case, accents and zeros in front.

    >>> tokens("Year 10R"), tokens("YEAR-10 Red"), tokens("Mathé 07")
    (('year', '10', 'r'), ('year', '10', 'red'), ('mathe', '7'))
    """
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)
    )
    return tuple(
        t.lstrip("0") or "0" if t.isdecimal() else t for t in _TOKEN.findall(plain.casefold())
    )


def numbers(name: str) -> tuple[str, ...]:
    """The numbers in a name, in their order."""
    return tuple(token for token in tokens(name) if token.isdecimal())


def align(
    groups: pl.DataFrame, members: pl.DataFrame, sections: pl.DataFrame, enrolled: pl.DataFrame
) -> pl.DataFrame:
    """Pairs (``PAIRS``), the surest first, each group and section in one pair but ambiguous ones.

    ``groups``: ``group_id``, ``group``, ``of_group``; ``members``: ``group_id``, ``person_id`` of
    those who are known; ``sections``: ``section_id``, ``section``; ``enrolled``: ``section_id``,
    ``person_id``.
    """
    by_members = _judged(_told(_overlap(groups, members, sections, enrolled), "members"))
    rest = groups.join(by_members, on="group_id", how="anti")
    free = sections.join(by_members, on="section_id", how="anti")
    by_name = _judged(_told(_named(rest, free), "name"))
    both = pl.concat([found.select(list(PAIRS)) for found in (by_members, by_name)])
    rank = pl.col("verdict").replace_strict({"sure": 0, "likely": 1, "ambiguous": 2})
    return both.sort(rank, pl.col("how"), -pl.col("jaccard"), -pl.col("likeness"), "group_id")


def _overlap(
    groups: pl.DataFrame, members: pl.DataFrame, sections: pl.DataFrame, enrolled: pl.DataFrame
) -> pl.DataFrame:
    """Every group with every section that at least three of its members are in."""
    own, theirs = members.unique(), enrolled.unique()
    shared = own.join(theirs, on="person_id").group_by("group_id", "section_id").len("shared")
    sizes = theirs.group_by("section_id").len("of_section")
    return (
        shared.filter(pl.col("shared") >= LEAST_SHARED)
        .join(groups, on="group_id")
        .join(sections, on="section_id")
        .join(sizes, on="section_id")
        .with_columns(pl.col("shared", "of_group", "of_section").cast(pl.Int64))
    )


def _named(groups: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """Groups and sections whose names are nearly the same, with the same numbers in them."""
    by_numbers: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for section_id, name in sections.select("section_id", "section").iter_rows():
        by_numbers.setdefault(numbers(name), []).append((section_id, name))
    rows = [
        (group_id, name, of_group, section_id, title)
        for group_id, name, of_group in groups.select("group_id", "group", "of_group").iter_rows()
        for section_id, title in by_numbers.get(numbers(name), [])
        if _likeness(name, title, NAME_LIKE)
    ]
    names = ("group_id", "group", "of_group", "section_id", "section")
    schema = {name: PAIRS[name] for name in names}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.with_columns(shared=pl.lit(0, pl.Int64), of_section=pl.lit(0, pl.Int64))


def _likeness(one: str, other: str, least: float = 0) -> float:
    return likeness(" ".join(tokens(one)), " ".join(tokens(other)), least)


def _told(found: pl.DataFrame, how: str) -> pl.DataFrame:
    """The same with all evidence in figures."""
    names: Iterable[tuple[str, str]] = found.select("group", "section").iter_rows()
    pairs = list(names)
    united = pl.col("of_group") + pl.col("of_section") - pl.col("shared")
    smaller = pl.min_horizontal("of_group", "of_section")
    return found.with_columns(
        pl.Series("likeness", [_likeness(*pair) for pair in pairs], dtype=pl.Float64),
        pl.Series("numbers", [numbers(g) == numbers(s) for g, s in pairs], dtype=pl.Boolean),
        jaccard=pl.when(united > 0).then(pl.col("shared") / united).otherwise(0.0),
        contained=pl.when(smaller > 0).then(pl.col("shared") / smaller).otherwise(0.0),
        how=pl.lit(how),
    ).with_columns(
        # Two groups of one class differ by name alone, so the name tips the scale and no more.
        _score=pl.when(pl.col("how") == "members")
        .then(pl.col("jaccard") + pl.col("likeness") / 1000)
        .otherwise(pl.col("likeness"))
    )


def _judged(found: pl.DataFrame) -> pl.DataFrame:
    """The best pair of each group and section; where others come near, all of them, ambiguous."""
    strong = found.filter(
        (pl.col("_score") >= RIVAL * pl.col("_score").max().over("group_id"))
        & (pl.col("_score") >= RIVAL * pl.col("_score").max().over("section_id"))
    )
    rivals = (pl.len().over("group_id") > 1) | (pl.len().over("section_id") > 1)
    same_people = (pl.col("contained") >= CONTAINED) & (pl.col("jaccard") >= ALIKE)
    nobody = (pl.col("how") == "name") & (pl.col("of_group") == 0)  # to say otherwise
    sure = (same_people & pl.col("numbers")) | (nobody & (pl.col("likeness") == 100))
    exact = _exact(strong)
    verdict = (
        pl.when(rivals & ~exact)
        .then(pl.lit("ambiguous"))
        .otherwise(pl.when(sure).then(pl.lit("sure")).otherwise(pl.lit("likely")))
    )
    judged = strong.with_columns(verdict=verdict)
    # What an exact pair settles is no question any more.
    settled = judged.filter(exact)
    open_ = judged.filter(~exact)
    open_ = open_.join(settled, on="group_id", how="anti").join(
        settled, on="section_id", how="anti"
    )
    return pl.concat([settled, open_])


def _exact(strong: pl.DataFrame) -> pl.Expr:
    """Whether just these two have all members in common and nobody else has."""
    whole = (pl.col("how") == "members") & (pl.col("jaccard") == 1.0) & pl.col("numbers")
    return whole & (whole.sum().over("group_id") == 1) & (whole.sum().over("section_id") == 1)
