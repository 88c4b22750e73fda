"""The directory as HTML: the overview with its lists, and one record's card. No script."""

from typing import Any

from importer.report.directory import Directory, LastCommit
from importer.report.directory_words import (
    PRIVATE,
    done,
    figures,
    heading,
    known,
    last_commit,
    on_hold,
)
from importer.report.listing import Listing
from importer.report.page import environment
from importer.report.record_card import Card
from importer.report.verdict import DONE, moment

ROWS = 500
"""Rows of a list that a page shows."""

_TITLES = {
    "teachers": "Teachers",
    "staff": "Other staff",
    "students": "Students",
    "sections": "Classes",
}
LISTED = tuple(_TITLES)
_WORDS = {
    "heading": heading, "figures": figures, "last_commit": last_commit, "on_hold": on_hold,
    "known": known, "done": done, "DONE": DONE, "moment": moment, "private": PRIVATE,
}  # fmt: skip


def overview_page(directory: Directory, lists: list[Listing]) -> str:
    """Overview, schools and the lists on one page; a list says how much of it is not shown."""
    shown = [
        {"anchor": f"list-{one['what']}", "title": _TITLES[one["what"]], "listing": one}
        for one in lists
    ]
    template = environment().get_template("overview.html.j2")
    return template.render(
        d=directory,
        commit=directory["commit"],
        lists=shown,
        # An organisation made for a school bears its name; only others are worth a column.
        mapped=any(s["organisation"] not in ("", s["name"]) for s in directory["schools"]),
        **_WORDS,
    )


def record_page(card: Card, commit: LastCommit | None) -> str:
    """One record on a page, its history by commit."""
    template = environment().get_template("record.html.j2")
    return template.render(c=card, commit=commit, commits=_by_commit(card), **_WORDS)


def _by_commit(card: Card) -> list[dict[str, Any]]:
    """The history, newest commit first, each with its changes and counts."""
    made: dict[int, dict[str, Any]] = {}
    for entry in (*card["history"], *card["tallies"], *card["untold"]):
        told = made.setdefault(entry["commit"], {**entry, "steps": [], "tallies": [], "more": 0})
        if "key" in entry:
            told["steps"].append(entry)
        elif "count" in entry:
            told["tallies"].append(entry)
    for told in made.values():
        told["more"] = max(len(told["steps"]) - ROWS, 0)
        told["steps"] = told["steps"][:ROWS]
        told["compared"] = any(step["columns"] for step in told["steps"])
    return [made[commit] for commit in sorted(made, reverse=True)]
