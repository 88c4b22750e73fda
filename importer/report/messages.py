"""The catalogue's words with a finding's values filled in: one by one, and for a whole frame."""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from importer.checks.catalogue import CATALOGUE
from importer.model.findings import MOST_CAUSES

_GAP = re.compile(r"\{(file|row|column|value|detail|rows)\}")
_AT_ONCE = 100_000  # findings: filling in makes several copies of a text
_PRIVATE_USE = 0xF8F0  # the end of Unicode's private use area


_FURTHER = "{values} further values in {column}: {name}. The first {most} are told one by one."


def says(finding: Mapping[str, Any], *, public: bool = False) -> str:
    """What a finding says. ``public``: without any value."""
    check = CATALOGUE[finding["code"]]
    if finding.get("values"):
        told = {"values": f"{finding['values']:,}", "most": f"{MOST_CAUSES:,}", "name": check.name}
        return filled(_FURTHER.format_map(told | {"column": "{column}"}), finding)
    template = check.public() if public else check.says
    return filled(template, {**finding, "value": None} if public else finding)


def filled(template: str, finding: Mapping[str, Any]) -> str:
    """A catalogue text with a finding's values filled in; unknown names stay as they are."""
    template = template.replace("(s)", "" if finding.get("rows") == 1 else "s")  # row(s)

    def shown(gap: re.Match[str]) -> str:
        value = finding.get(gap[1])
        return "" if value is None else str(value)

    return _GAP.sub(shown, template)


def records(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings with message and fix, for findings.csv and findings.jsonl."""
    starts = range(0, max(1, findings.height), _AT_ONCE)
    return pl.concat(_records(findings[start : start + _AT_ONCE]) for start in starts)


def _records(findings: pl.DataFrame) -> pl.DataFrame:
    codes = sorted(set(findings["code"]))
    frame = findings.with_columns(
        message=_texts(codes, {c: CATALOGUE[c].says for c in codes}),
        fix=_texts(codes, {c: CATALOGUE[c].fix for c in codes}),
    )
    further = frame.filter(pl.col("values").is_not_null())
    if further.height:
        told = {finding["cause"]: says(finding) for finding in further.iter_rows(named=True)}
        counted = pl.col("cause").replace_strict(told, default=pl.col("message"))
        frame = frame.with_columns(message=counted)
    return frame.select(
        "severity", "code", "file", "row", "column", "value", "message", "fix", "rows", "cause"
    )


def _texts(codes: list[str], templates: Mapping[str, str]) -> pl.Expr:
    """The text of each finding's code, filled in for all rows at once."""
    names = ("file", "row", "column", "rows", "detail", "value")
    # Marks that no cell holds stand for the gaps, so that a value like “{row}” stays what it is.
    marks = {name: chr(_PRIVATE_USE + place) for place, name in enumerate(names)}
    marked = {}
    for code, template in templates.items():
        for name, mark in marks.items():
            template = template.replace("{" + name + "}", mark)  # noqa: PLW2901
        marked[code] = template
    text = pl.col("code").replace_strict(marked, default="", return_dtype=pl.String)
    every = "".join(marked.values())
    if "(s)" in every:
        ending = pl.when(pl.col("rows") == 1).then(pl.lit("")).otherwise(pl.lit("s"))
        text = text.str.replace_all("(s)", ending, literal=True)
    for name in (name for name, mark in marks.items() if mark in every):
        mark = marks[name]
        value = pl.col(name).cast(pl.String).fill_null("")
        text = text.str.replace_all(mark, value, literal=True)
    return text
