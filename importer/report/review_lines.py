"""A review for a terminal: what it would leave behind first, then the changes by kind."""

from collections.abc import Iterator

from importer.report.lines import Told
from importer.report.review import Kind, Line, Review, values
from importer.report.safe import for_terminal
from importer.report.words import HASH, action, count, number

EFFECTS = {
    "schools": "schools touched",
    "accounts_archived": "accounts archived",
    "classes_without_teacher": "classes left without a teacher",
    "students_without_class": "students left without any class",
    "people_without_role": "people who lose their last role",
}
_HOW = {
    "unchecked": "unchecked",
    "along": "unchecked along with {by}",
    "planned": "left out by planning",
}


def review_lines(review: Review, told: Told) -> str:
    """The whole account; nothing in it can move the cursor or hide text."""
    blocks = (_head(review, told), _effects(review, told), _kinds(review, told))
    return "\n\n".join(filter(None, map("\n".join, blocks))) + "\n"


def _head(review: Review, told: Told) -> Iterator[str]:
    picked = sum(kind["picked"] for kind in review["kinds"])
    against = f"against commit {review['base']}" if review["base"] else "the first commit"
    told_off = ""
    if review["unchecked"]:
        told_off = f"; {number(review['unchecked'])} unchecked"
        told_off += f" and {number(review['along'])} along with them" if review["along"] else ""
    yield from told.wrapped(f"Run {review['run']}, {against}: {count(picked, 'change')}{told_off}.")
    for said in review["decisions"]:
        yield from told.wrapped(f"{said['actor']}: “{said['reason']}”", "  ", indent=4)
    yield from told.wrapped(review["preview"][:HASH], "Preview ")


def _effects(review: Review, told: Told) -> Iterator[str]:
    yield from told.wrapped("What this leaves behind:", code="1")
    for name, words in EFFECTS.items():
        if n := review["effects"].get(name, 0):
            yield from told.wrapped(words, f"  {number(n):>7}  ")
    for words, n in review["warnings"].items():
        yield from told.wrapped(f"{words} ({count(n, 'change')})", "  warning  ")
    if not any(review["effects"].get(name) for name in EFFECTS) and not review["warnings"]:
        yield "  nothing to worry about"


def _kinds(review: Review, told: Told) -> Iterator[str]:
    for kind in review["kinds"]:
        yield from _kind(kind, told)
    if not review["kinds"]:
        yield "No changes."


def _kind(kind: Kind, told: Told) -> Iterator[str]:
    sign, word = action(kind["action"])
    off = kind["count"] - kind["picked"]
    picked = f", {number(off)} of them not picked" if off else ""
    yield from told.wrapped(
        f"{sign} {word} {kind['table']}: {number(kind['count'])}{picked}", code="1"
    )
    for line in kind["lines"]:
        yield from told.wrapped(_told(line), f"  {line['id']:>6} {' ' if line['picked'] else '×'} ")
    if more := kind["count"] - len(kind["lines"]):
        yield from told.wrapped(f"and {number(more)} more", "           ")


def _told(line: Line) -> str:
    how = _HOW.get(line["how"], "").format(by=line["by"])
    parts = [
        for_terminal(line["key"]),
        line["label"],
        f"school {line['school']}" if line["school"] else "",
        values(line["columns"]),
        line["because"],
        how.upper() if how else "",
    ]
    return " · ".join(part for part in parts if part)
