"""A summary for other eyes: no names, no ids, no values (shapes instead), no small counts."""

import copy
import re
from collections.abc import Iterable
from typing import Literal, get_args

from importer.report.safe import shape
from importer.report.summary import Cause, Count, Group, SchoolLine, Shown, Summary

_QUOTED = re.compile(r"[“\"]([^”\"]*)[”\"]")
_Counted = Literal[
    "people", "sections", "enrollments", "held", "add", "edit", "move", "archive", "reactivate"
]
_COUNTED: tuple[_Counted, ...] = get_args(_Counted)
_Side = Literal["before", "after"]
_SIDES: tuple[_Side, ...] = get_args(_Side)
_FEW = 10
FOREIGN_HEADERS = ("FILE-122", "FILE-187")
"""Their column is whatever stood in the first line: a person, if the file has no header."""
_SHORT = 4


def redacted(summary: Summary) -> Summary:
    """A copy that may leave the district. File names, row numbers and headers stay."""
    copied = copy.deepcopy(summary)
    if summary["redacted"]:
        return copied
    known = _known(summary)
    copied["redacted"] = True
    verdict = copied["verdict"]
    verdict["sentence"] = _masked(_unquoted(verdict["sentence"]), known)
    verdict["next"] = _masked(verdict["next"], known)
    copied["format"]["why"] = _masked(copied["format"]["why"], known)
    for line in copied["files"]:
        line["note"] = _masked(line["note"], known)
    for skip in copied["skipped"]:
        skip["because"] = _masked(skip["because"], known)
    aliases = _aliases(summary["schools"])
    for cause in copied["causes"]:
        _redact_cause(cause, aliases)
    _redact_schools(copied["schools"], aliases)
    if copied["plan"]:
        copied["plan"]["preview"] = ""  # of few changes the values could be guessed from it
    for group in copied["plan"]["groups"] if copied["plan"] else []:
        _redact_group(group, aliases)
    return copied


def _aliases(schools: list[SchoolLine]) -> dict[str, str]:
    """School 1, School 2 … by name and by id; the id wins where one school's name is another's."""
    aliases = {school["name"]: f"School {n}" for n, school in enumerate(schools, 1)}
    aliases |= {school["school_id"]: f"School {n}" for n, school in enumerate(schools, 1)}
    return {name: alias for name, alias in aliases.items() if name}


def _known(summary: Summary) -> set[str]:
    """Every value, key and name of the summary: free texts may repeat them.

    A short number among the values stays: it may be a grade, and is a count in most texts.
    """
    values: set[str | None] = set()
    names: set[str] = set()
    for cause in summary["causes"]:
        values |= {place["value"] for place in (cause, *cause["places"])}
        names.add(cause["scope"].rpartition(":")[0])
    for school in summary["schools"]:
        names |= {school["school_id"], school["name"]}
    for group in summary["plan"]["groups"] if summary["plan"] else []:
        for shown in group["shown"]:
            values |= {column[side] for column in shown["columns"] for side in _SIDES}
            names |= {*_key(shown), shown["label"], shown["school"]}
    return {v for v in values if v and not (v.isdigit() and len(v) < _SHORT)} | names - {""}


def _key(shown: Shown) -> set[str]:
    return {shown["key"], *shown["key"].split(" / ")}


def _own(shown: Shown) -> set[str]:
    """The texts of one change that can tell a person, and the words of its label."""
    values = {column[side] or "" for column in shown["columns"] for side in _SIDES}
    label = {shown["label"], *shown["label"].split()}
    return (values | label | _key(shown) | {shown["school"]}) - {""}


def _masked(text: str, known: Iterable[str]) -> str:
    """The text with the known values in it as shapes."""
    for value in sorted((value for value in known if value in text), key=len, reverse=True):
        whole = rf"(?<!\w){re.escape(value)}(?!\w)"
        text = re.sub(whole, lambda match: shape(match[0]), text)
    return text


def _unquoted(text: str) -> str:
    """The text with all quotes as shapes: in a text about the roster they are values."""
    return _QUOTED.sub(lambda match: f"“{shape(match[1])}”", text)


def _redact_cause(cause: Cause, aliases: dict[str, str]) -> None:
    values = {place["value"] for place in (cause, *cause["places"])}
    own = {value for value in values if value}
    cause["says_redacted"] = cause["says"] = _masked(cause["says_redacted"], own)
    cause["fix"] = _masked(cause["fix"], own)
    for place in (cause, *cause["places"]):
        if cause["code"] in FOREIGN_HEADERS:
            place["column"] = None
        place["value"] = None if place["value"] is None else shape(place["value"])
    school, colon, table = cause["scope"].rpartition(":")
    cause["scope"] = f"{aliases.get(school) or shape(school)}{colon}{table}" if colon else ""


def _redact_group(group: Group, aliases: dict[str, str]) -> None:
    for shown in group["shown"]:
        shown["because"] = _masked(_unquoted(shown["because"]), _own(shown))
        shown["school"] = aliases.get(shown["school"]) or shape(shown["school"])
        shown["key"], shown["label"] = shape(shown["key"]), shape(shown["label"])
        for column in shown["columns"]:
            for side in _SIDES:
                value = column[side]
                column[side] = None if value is None else shape(value)


def _redact_schools(schools: list[SchoolLine], aliases: dict[str, str]) -> None:
    for column in _COUNTED:
        for school, said in zip(schools, _coarse([s[column] for s in schools]), strict=True):
            school[column] = said
    for school in schools:
        school["name"] = aliases.get(school["school_id"], "")
        school["school_id"] = shape(school["school_id"])


def _coarse(counts: list[Count]) -> list[Count]:
    """1 to 9 become ``<10``; one alone could be computed from the total, so a second one goes too.

    >>> _coarse([0, 3, 40, 50])
    [0, '<10', '10+', 50]
    """
    said: list[Count] = ["<10" if isinstance(n, int) and 0 < n < _FEW else n for n in counts]
    open_counts = [n for n in said if isinstance(n, int) and n]
    if said.count("<10") == 1 and open_counts:
        said[said.index(min(open_counts))] = "10+"
    return said
