"""Rows that differ as rows of the change set: what is listed of each."""

import polars as pl

from importer.model.changes import CHANGES, coming, empty, text_of, unpicked
from importer.model.tables import STANDING, TABLES
from importer.planning import local
from importer.planning.incoming import KEY

OLD = "_old"
_BECAUSE = {
    "edit": "its row differs from the roster",
    "ours": "it was edited on the platform",
    "begin": "its first day has come",
    "pending": "it was archived and is sent again; it waits for its first day",
    "reactivate": "it was archived and is sent again",
}
KINDS = tuple(_BECAUSE)
"""What may become of a row that is stored, in the order in which it is listed."""

_ONLY_WITH_ROWS = "; its enrollments come back only with their rows"


def change_rows(table: str, rows: pl.DataFrame, **given: pl.Expr) -> pl.DataFrame:
    """A changes frame of ``rows`` (which has ``_k``); ``given`` overrides the defaults."""
    if rows.is_empty():
        return empty()
    nothing = pl.lit([], pl.List(pl.String))
    school = "school_id" if "school_id" in rows.columns else None
    columns = {
        "id": pl.lit(0),
        "action": pl.lit("add"),
        "table": pl.lit(table),
        "key": pl.col(KEY),
        "from_key": pl.lit(None, pl.String),
        "school_id": pl.col(school) if school else pl.lit(None, pl.String),
        "columns": nothing,
        "before": nothing,
        "after": nothing,
        "because": pl.lit(""),
        "source_file": pl.col("origin_file"),
        "source_row": pl.col("origin_row"),
        "picked": pl.lit(True),
        **given,
    }
    return rows.select(**columns).cast(CHANGES)  # type: ignore[arg-type]


def kinds(touched: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What becomes of rows that are stored already, by kind of change."""
    was, now = pl.col("status" + OLD), pl.col("status")
    gone, began = ~was.is_in(STANDING), (was == "pending") & (now == "active")
    same = ~gone & ~began
    return {
        "edit": touched.filter(same, ~pl.col(local.OURS)),
        "ours": touched.filter(same, pl.col(local.OURS)),
        "begin": touched.filter(began),
        "pending": touched.filter(gone, now == "pending"),
        "reactivate": touched.filter(gone, now == "active"),
    }


def told(table: str, kind: str) -> str:
    """Why a row changes in this way."""
    more = _ONLY_WITH_ROWS if kind == "reactivate" and table in ("people", "sections") else ""
    return _BECAUSE[kind] + more


def adds(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """New rows; those that are pending are listed as such."""
    return coming(table, rows.lazy()).collect()


def leaving() -> pl.Expr:
    """The action for a stored row that goes; what was never active is only withdrawn."""
    waits = pl.col("status") == "pending"
    return pl.when(waits).then(pl.lit("withdraw")).otherwise(pl.lit("archive"))


def archives(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Stored rows that go, with ``_why`` and ``_picked``."""
    gone = change_rows(table, rows, action=leaving(), because=pl.col("_why"))
    unnamed = "; not picked, because the file has rows whose id can't be read"
    return unpicked(gone, pl.lit(~rows["_picked"]), unnamed)


def edits(table: str, rows: pl.DataFrame, action: str, because: str) -> pl.DataFrame:
    """Before → after of the columns that differ."""
    if rows.is_empty():
        return empty()
    target = TABLES[table]
    content = [(c, d) for c, d in target.columns.items() if c not in target.key]
    lists: dict[str, list[pl.Expr]] = {"columns": [], "before": [], "after": []}
    for name, dtype in content:
        differs = pl.col(name).ne_missing(pl.col(name + OLD))
        values = (pl.lit(name), text_of(name + OLD, dtype), text_of(name, dtype))
        for part, value in zip(lists.values(), values, strict=True):
            # A blank shows as an empty text, so that the three lists stay in step.
            part.append(pl.when(differs).then(value.fill_null("")))
    shown = {name: pl.concat_list(parts).list.drop_nulls() for name, parts in lists.items()}
    action = "edit" if action == "ours" else action
    return change_rows(table, rows, action=pl.lit(action), because=pl.lit(because), **shown)
