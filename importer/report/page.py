"""The summary as one HTML file that needs nothing else: no script, no request, no font."""

from functools import cache
from typing import TYPE_CHECKING

from importer.report import words
from importer.report.safe import for_terminal
from importer.report.summary import Cause, Summary
from importer.resources import TEMPLATES

if TYPE_CHECKING:
    import jinja2

_OPEN_CARDS = 10
_MOST_CARDS = 200

_PARTS = (
    ("fix", ("BLOCK", "ERROR"), "What to fix, in this order"),
    ("look", ("WARNING",), "Worth a look"),
    ("noted", ("INFO",), "Noted"),
)


def page(summary: Summary) -> str:
    """The report page. Every text of the summary is text on the page, never markup."""
    template = environment().get_template("report.html.j2")
    return template.render(s=summary, parts=_parts(summary["causes"]))


def _parts(causes: list[Cause]) -> list[dict[str, object]]:
    """The causes by what they ask of the reader; the order inside a part stays."""
    parts: list[dict[str, object]] = []
    for anchor, severities, title in _PARTS:
        found = [cause for cause in causes if cause["severity"] in severities]
        parts.append(
            {
                "anchor": anchor,
                "title": _decide(title) if found and found[0]["severity"] == "BLOCK" else title,
                "total": len(found),
                "faults": sum(cause["severity"] == "ERROR" for cause in found),
                "first": found[:_OPEN_CARDS],
                "rest": found[_OPEN_CARDS:_MOST_CARDS],
                "unlisted": max(len(found) - _MOST_CARDS, 0),
            }
        )
    return parts


def _decide(title: str) -> str:
    return title.replace("What to fix", "What to decide and fix")


@cache
def environment() -> "jinja2.Environment":
    """What all pages are made with: everything is escaped, and made visible before that."""
    # jinja2 takes as long to load as a small district to check, which mostly makes no page.
    import jinja2  # noqa: PLC0415

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        finalize=_shown,
    )
    environment.filters["n"] = words.number
    environment.globals.update(
        count=words.count,
        effect=words.effect,
        action=words.action,
        levels=words.LEVELS,
        severities=words.SEVERITIES,
    )
    return environment


def _shown(value: object) -> object:
    """What every ``{{ … }}`` passes before it is escaped, so that no template can forget it."""
    if value is None:
        return ""
    if isinstance(value, str) and not hasattr(value, "__html__"):  # markup has it
        return for_terminal(words.cut(value, words.LONGEST))
    return value
