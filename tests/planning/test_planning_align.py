"""Which group of the platform is which section: members first, names second, nothing by guess."""

from collections.abc import Mapping

import polars as pl
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from importer.planning.align import PAIRS, align, numbers, tokens

Sides = Mapping[str, tuple[str, str]]  # id → name, members as letters


def _align(groups: Sides, sections: Sides) -> list[tuple[str, str, str]]:
    """Group, section, verdict."""
    found = _frame(groups, sections)
    assert found.schema == PAIRS
    return found.select("group_id", "section_id", "verdict").rows()


def _frame(groups: Sides, sections: Sides) -> pl.DataFrame:
    text = pl.String()
    return align(
        pl.DataFrame(
            [(g, name, len(m)) for g, (name, m) in groups.items()],
            schema={"group_id": text, "group": text, "of_group": pl.Int64()}, orient="row",
        ),
        _pairs("group_id", groups),
        pl.DataFrame(
            [(s, name) for s, (name, _) in sections.items()],
            schema={"section_id": text, "section": text}, orient="row",
        ),
        _pairs("section_id", sections),
    )  # fmt: skip


def _pairs(column: str, sides: Sides) -> pl.DataFrame:
    rows = [(id_, member) for id_, (_, members) in sides.items() for member in members]
    return pl.DataFrame(rows, schema={column: pl.String, "person_id": pl.String}, orient="row")


def test_a_shortened_name_is_paired_with_evidence() -> None:
    """Year 10R and Year 10 Red, which a vendor aligned by hand."""
    groups = {"g1": ("Year 10R", "ABCDEFGHIJ"), "g2": ("Year 10B", "KLMNOPQRST")}
    sections = {"s1": ("Year 10 Red", "ABCDEFGHIX"), "s2": ("Year 10 Blue", "KLMNOPQRS")}
    assert _align(groups, sections) == [("g2", "s2", "sure"), ("g1", "s1", "sure")]
    pair = _frame(groups, sections).filter(group_id="g1").row(0, named=True)
    assert (pair["shared"], pair["of_group"], pair["of_section"]) == (9, 10, 10)
    assert round(pair["jaccard"], 2) == 0.82
    assert pair["likeness"] > 85
    assert pair["numbers"] is True


def test_without_members_a_like_name_is_likely_and_the_same_name_is_sure() -> None:
    sections = {"s1": ("Year 10 Red", "ABC"), "s2": ("Year 11 Red", "DEF"), "s3": ("Art", "GHI")}
    assert _align({"g": ("Year 10 Re", "")}, sections) == [("g", "s1", "likely")]
    assert _align({"g": ("YEAR-10  red", "")}, sections) == [("g", "s1", "sure")]
    assert _align({"g": ("Year 12 Red", "")}, sections) == []  # the numbers differ


def test_the_same_name_with_other_people_is_not_sure() -> None:
    assert _align({"g": ("Art", "XYZ")}, {"s": ("Art", "ABC")}) == [("g", "s", "likely")]


def test_the_same_people_under_other_numbers_are_not_sure() -> None:
    """Last year's group of a class that went up."""
    groups, sections = {"g": ("Year 9 Red", "ABCDEF")}, {"s": ("Year 10 Red", "ABCDEF")}
    assert _align(groups, sections) == [("g", "s", "likely")]


def test_two_that_could_be_meant_are_listed_and_not_picked() -> None:
    sections = {"s1": ("Maths", "ABCDEF"), "s2": ("English", "ABCDEF")}
    assert _align({"g": ("Class 7", "ABCDEF")}, sections) == [
        ("g", "s1", "ambiguous"), ("g", "s2", "ambiguous"),
    ]  # fmt: skip
    twice = {"g1": ("Art", ""), "g2": ("Art", "")}
    assert {v for _, _, v in _align(twice, {"s": ("Art", "")})} == {"ambiguous"}


def test_two_shared_members_are_a_coincidence() -> None:
    assert _align({"g": ("Chess", "AB")}, {"s": ("Maths", "AB")}) == []


def test_words_and_numbers_of_a_name() -> None:
    assert tokens("Year 10R") == ("year", "10", "r")
    assert tokens("Éveil_07") == ("eveil", "7")
    assert numbers("7A (2026)") == ("7", "2026")
    assert numbers("Art") == ()


_names = st.sampled_from(["Year 7A", "Year 7 A", "Year 8A", "Art", "Maths 1", ""])
_sides = st.dictionaries(
    st.sampled_from("pqrstu"), st.tuples(_names, st.text("ABCDEFG", max_size=7)), max_size=5
)


@given(_sides, _sides)
@examples(max_examples=60, derandomize=True, deadline=None, database=None)
def test_nobody_is_in_two_pairs_that_are_picked(groups: Sides, sections: Sides) -> None:
    found = _frame(groups, sections)
    picked = found.filter(pl.col("verdict") != "ambiguous")
    assert picked["group_id"].is_unique().all()
    assert picked["section_id"].is_unique().all()
    again = _frame(*(dict(list(side.items())[::-1]) for side in (groups, sections)))
    assert sorted(again.rows()) == sorted(found.rows())  # the order of rows doesn't matter
