"""Proposed pairs of groups and sections, each with its evidence, as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from importer.report.lines import Told
from importer.report.words import count

_TITLES = {
    "sure": "Sure",
    "likely": "Likely; accept them one by one",
    "ambiguous": "Ambiguous: several could be meant, none is picked",
}


def evidence(pair: Mapping[str, Any]) -> str:
    """Why two belong together, in figures."""
    same = "the same numbers" if pair["numbers"] else "other numbers"
    names = f"names {pair['likeness']:.0f} of 100 alike, {same}"
    if pair["how"] == "name":
        return f"no members to compare; {names}"
    return (
        f"{pair['shared']} members shared, of {pair['of_group']} in the group and"
        f" {pair['of_section']} in the section ({pair['jaccard']:.0%} of all); {names}"
    )


def lines(
    pairs: Sequence[Mapping[str, Any]],
    aligned: Sequence[Mapping[str, Any]],
    alone: Sequence[tuple[str, str]],
    told: Told,
) -> str:
    """All pairs by how sure they are, then what has none."""
    return "\n".join(_lines(pairs, aligned, alone, told)) + "\n"


def _lines(
    pairs: Sequence[Mapping[str, Any]],
    aligned: Sequence[Mapping[str, Any]],
    alone: Sequence[tuple[str, str]],
    told: Told,
) -> Iterator[str]:
    sure = sum(pair["verdict"] == "sure" for pair in pairs)
    said = [f"{len(aligned):,} aligned before", f"{sure:,} sure", f"{len(alone):,} without a match"]
    yield from told.wrapped(f"{count(len(pairs), 'proposed pair')}: {', '.join(said)}.", code="1")
    for verdict, title in _TITLES.items():
        of_it = [pair for pair in pairs if pair["verdict"] == verdict]
        if of_it:
            yield ""
            yield told.paint(title, "1")
        for pair in of_it:
            head = f"  {pair['group']} ({pair['group_id']}) = {pair['section']}"
            yield from told.wrapped(f"{head} ({pair['section_id']})", indent=4)
            yield from told.wrapped(evidence(pair), "      ", code="2", indent=6)
    if aligned:
        yield ""
        yield told.paint("Aligned before", "1")
    for pair in aligned:
        text = f"{pair['name']} ({pair['group']}) = section {pair['section']}, by {pair['by']}"
        yield from told.wrapped(text, "  ", indent=4)
    if alone:
        yield ""
        named = ", ".join(f"{name} ({group})" if name else group for group, name in alone)
        yield from told.wrapped(named, "No section is like: ", indent=2)
