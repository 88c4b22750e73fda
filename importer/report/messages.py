"""The catalogue's words with a finding's values filled in: one by one, and for a whole frame."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from importer.checks.catalogue import CATALOGUE

_PRIVATE_USE = 0xF8F0  # the end of Unicode's private use area


def filled(template: str, finding: Mapping[str, Any]) -> str:
    """A catalogue text with a finding's values filled in; unknown names stay as they are."""
    shown = {k: "" if v is None else str(v) for k, v in finding.items()}
    for name in ("file", "row", "column", "value", "detail", "rows"):
        template = template.replace("{" + name + "}", "\0" + name + "\0")
    parts = template.split("\0")
    parts_filled = (shown.get(p, "") if i % 2 else _plural(shown, p) for i, p in enumerate(parts))
    return "".join(parts_filled)


def _plural(shown: Mapping[str, str], text: str) -> str:
    """``row(s)`` as ``row`` or ``rows``, by how many it is about."""
    return text.replace("(s)", "" if shown.get("rows") == "1" else "s")


def records(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings with message and fix, for findings.csv and findings.jsonl."""
    codes = sorted(set(findings["code"]))
    frame = findings.with_columns(
        message=_texts(codes, {c: CATALOGUE[c].says for c in codes}),
        fix=_texts(codes, {c: CATALOGUE[c].fix for c in codes}),
    )
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
    if not codes:
        return text
    ending = pl.when(pl.col("rows") == 1).then(pl.lit("")).otherwise(pl.lit("s"))
    text = text.str.replace_all("(s)", ending, literal=True)
    for name, mark in marks.items():
        value = pl.col(name).cast(pl.String).fill_null("")
        text = text.str.replace_all(mark, value, literal=True)
    return text
