"""What planning has to say beside the changes: conflicts, and what doesn't happen, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from importer.model.findings import FINDINGS, empty
from importer.model.tables import key_text

_RECORDS = ("schools", "terms", "courses", "people", "sections", "enrollments")
"""Tables whose rows stand for a record of the source; the others are made from these."""


@dataclass(frozen=True)
class Told:
    """A finished plan: all ``changes``, what is stored, and what was decided.

    ``never``: by table the rows that a file takes away and the roster never had; ``conflicts``:
    ``local.CONFLICTS``; ``stayed``: how many absent rows stay, by table.
    """

    changes: pl.DataFrame
    never: Mapping[str, pl.DataFrame]
    stored: Callable[[str], pl.LazyFrame]
    conflicts: pl.DataFrame
    stayed: Mapping[str, int]


def of_plan(told: Told) -> pl.DataFrame:
    """The findings of a plan (``findings.FINDINGS``)."""
    found = [_conflicts(told.conflicts), _unknown(told), _left_behind(told)]
    for table, count in sorted(told.stayed.items()):
        detail = f"{count:,} of {table}"
        found.append(_note("PLAN-533", "INFO", file=table, detail=detail, rows=count))
    return pl.concat([empty(), *found])


def _note(code: str, severity: str, **given: object) -> pl.DataFrame:
    row = {**dict.fromkeys(FINDINGS), "code": code, "severity": severity, "rows": 1, **given}
    return pl.DataFrame([row], schema=FINDINGS, orient="row")


def _shaped(rows: pl.DataFrame, code: str, severity: str, **given: pl.Expr) -> pl.DataFrame:
    blank = {name: pl.lit(None, dtype) for name, dtype in FINDINGS.items()}
    own = {"code": pl.lit(code), "severity": pl.lit(severity), "rows": pl.lit(1)}
    return rows.select(**{**blank, **own, **given}).cast(FINDINGS)  # type: ignore[arg-type]


def _conflicts(rows: pl.DataFrame) -> pl.DataFrame:
    """Each field that platform and source say differently, and which of them counts."""
    kept = (
        pl.when("sis_wins").then(pl.lit("the source's value goes in"))
        .when("locked").then(pl.lit("the field is locked and stays"))
        .otherwise(pl.lit("the platform's value stays"))
    )  # fmt: skip
    shown = pl.format("“{}”", "platform")
    platform = pl.when(pl.col("platform") == "").then(pl.lit("empty")).otherwise(shown)
    return _shaped(
        rows,
        "PLAN-530",
        "WARNING",
        file=pl.col("file"),
        row=pl.col("row"),
        column=pl.col("column"),
        value=pl.col("sent"),
        detail=pl.format("{} on the platform; {}", platform, kept),
    )


def _unknown(told: Told) -> pl.DataFrame:
    """Records that a file takes away and the roster never had."""
    marked = (told.never[table] for table in _RECORDS if table in told.never)
    found = [rows.select("origin_file", "origin_row") for rows in marked if rows.height]
    if not found:
        return empty()
    rows = pl.concat(found).unique(maintain_order=True)
    return _shaped(rows, "PLAN-531", "INFO", file=pl.col("origin_file"), row=pl.col("origin_row"))


def _left_behind(told: Told) -> pl.DataFrame:
    """Enrollments that stay archived though their person and section are there again."""
    picked = told.changes.lazy().filter("picked")
    records = pl.col("table").is_in(["people", "sections"])
    back = picked.filter(pl.col("action") == "reactivate", records).select("table", "key").collect()
    if back.is_empty():
        return empty()
    again = picked.filter(pl.col("table") == "enrollments").select("key").collect()["key"]
    rows = told.stored("enrollments").filter(
        pl.col("status") == "archived", ~key_text("enrollments").is_in(again.implode())
    )
    mine = [
        pl.col(column).is_in(back.filter(pl.col("table") == table)["key"].implode())
        for column, table in (("person_id", "people"), ("section_id", "sections"))
    ]
    count = rows.filter(pl.any_horizontal(mine)).select(pl.len()).collect().item()
    if not count:
        return empty()
    detail = f"{count:,} of their enrollments"
    return _note("PLAN-532", "INFO", file="enrollments", detail=detail, rows=count)
