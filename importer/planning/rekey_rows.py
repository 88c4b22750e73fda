"""The rows of a re-key file as a crosswalk: which of them can be, judged as one set."""

from dataclasses import dataclass

import polars as pl

from importer.model import findings
from importer.model.tables import TABLES
from importer.planning.crosswalk import CROSSWALK, IDS, Rows, nothing

TYPES = {
    "people": ("person", "people", "user", "student", "teacher", "staff"),
    "sections": ("section", "class"),
    "schools": ("school", "org"),
    "courses": ("course",),
    "terms": ("term", "academicsession"),
}
"""Canonical table → the words that a re-key file may have for its records, in any case."""

_WORDS = {word: table for table, words in TYPES.items() for word in words}
_COLUMN = {"old": "old_id", "new": "new_id"}
DONE = "done"


@dataclass(frozen=True)
class Said:
    """What a re-key file says: the crosswalk of its right rows, and findings about the others.

    ``wrong``: how many rows can't be; those of ids that have changed already are no fault.
    """

    crosswalk: pl.DataFrame
    notes: pl.DataFrame
    wrong: int


def judged(rows: pl.DataFrame, file: str, stored: Rows, past: pl.DataFrame) -> Said:
    """Judge the rows of a re-key file (``row``, ``old``, ``new``, ``type``; blanks are null).

    Their order decides nothing: of two rows that can't both be, neither is taken. ``past``: re-keys
    (``table``, ``old``, ``new``) that are not done again, such as a swap that is sent every night.
    """
    word = pl.col("type").str.to_lowercase().str.replace_all(r"[\s_-]", "")
    told = rows.with_columns(table=word.replace_strict(_WORDS, default=None))
    told = told.with_columns(_at=_blank(), _why=_shape())
    told = told.unique(["table", "old", "new", "_why"], keep="first", maintain_order=True)
    told = told.filter(pl.col("_why").is_not_null() | (pl.col("old") != pl.col("new")))
    there = known_ids(told, stored)
    told = _past(_unfit(told, there), there, past)
    told = _doubled(told)
    while (again := _onto_others(told, there))["_why"].null_count() < told["_why"].null_count():
        told = again
    good = told.filter(pl.col("_why").is_null())
    crosswalk = good.select("table", "old", "new", because=pl.lit("the re-key file says so"),
                            file=pl.lit(file), row="row").cast(CROSSWALK)  # type: ignore[arg-type]  # fmt: skip
    bad = told.filter(pl.col("_why").is_not_null())
    wrong = bad.filter(pl.col("_why") != DONE).height
    return Said(crosswalk if good.height else nothing(), _notes(bad, file), wrong)


def _blank() -> pl.Expr:
    """The column that a row which can't be read is faulty in."""
    return (
        pl.when(pl.col("old").is_null())
        .then(pl.lit("old_id"))
        .when(pl.col("new").is_null())
        .then(pl.lit("new_id"))
        .otherwise(pl.lit("type"))
    )


def _shape() -> pl.Expr:
    blank = pl.any_horizontal(pl.col(name).is_null() for name in ("old", "new", "type"))
    unknown = pl.format("“{}” is no type of record; known are person, section, school, course "
                        "and term", "type")  # fmt: skip
    return pl.when(blank).then(pl.lit("it is blank")).when(pl.col("table").is_null()).then(unknown)


def known_ids(pairs: pl.DataFrame, stored: Rows) -> pl.DataFrame:
    """Which of the ids of ``pairs`` the roster has: ``table``, ``id``.

    ``pairs``: ``table``, ``old``, ``new``. An id counts that a record has, or the key of a row.
    """
    asked = pl.concat([pairs.select("table", id=name) for name in ("old", "new")]).drop_nulls()
    found = []
    for (table,), ids in asked.unique().group_by("table"):
        for name, columns in IDS.items():
            keys = [c for c, of in columns.items() if of == table and c in TABLES[name].key]
            for column in keys:
                there = stored(name).select(id=column).unique()
                found.append(there.join(ids.lazy().select("id"), on="id", how="semi")
                             .select(pl.lit(table).alias("table"), "id"))  # fmt: skip
    schema = {"table": pl.String, "id": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *pl.collect_all(found)]).unique()


def _unfit(told: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Rows of an old id that nobody has; if somebody has the new one, it was done before."""
    told = _marked(told, there, "old", "_old")
    told = _marked(told, there, "new", "_new")
    gone = pl.col("_why").is_null() & ~pl.col("_old")
    # In a chain the new id may be that of a record which is re-keyed itself.
    leaving = told.select("table", id="old")
    told = _marked(told, leaving, "new", "_leaves")
    why = (
        pl.when(gone & pl.col("_new") & ~pl.col("_leaves"))
        .then(pl.lit(DONE))
        .when(gone)
        .then(pl.lit("the roster has no record of this id"))
        .otherwise("_why")
    )
    return told.with_columns(_why=why, _at=pl.when(gone).then(pl.lit("old_id")).otherwise("_at"))


def _past(told: pl.DataFrame, there: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Rows that were done before, though another record has their old id now."""
    pairs = past.select("table", "old", "new").unique().with_columns(_past=pl.lit(True))
    on = ["table", "old", "new"]
    told = _marked(told, there, "new", "_new").join(pairs, on=on, how="left", maintain_order="left")
    again = pl.col("_why").is_null() & pl.col("_past").fill_null(False) & pl.col("_new")
    return told.with_columns(_why=pl.when(again).then(pl.lit(DONE)).otherwise("_why"))


def _marked(told: pl.DataFrame, ids: pl.DataFrame, of: str, name: str) -> pl.DataFrame:
    """``told`` with the flag ``name``: whether the id in ``of`` is among ``ids``."""
    flags = ids.select("table", pl.col("id").alias(of)).unique().with_columns(_there=pl.lit(True))
    joined = told.join(flags, on=["table", of], how="left", maintain_order="left")
    return joined.with_columns(pl.col("_there").fill_null(False).alias(name)).drop("_there")


def _doubled(told: pl.DataFrame) -> pl.DataFrame:
    """One record with two new ids, or two records with one."""
    fit = pl.col("_why").is_null()
    for column, words in (
        ("old", "it is re-keyed twice, to different ids"),
        ("new", "two records would get this id; if they are one, merge them first"),
    ):
        many = fit & (fit.sum().over("table", column) > 1)
        at = pl.lit(_COLUMN[column])
        told = told.with_columns(
            _at=pl.when(many).then(at).otherwise("_at"),
            _why=pl.when(many).then(pl.lit(words)).otherwise("_why"),
        )
    return told


def _onto_others(told: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Rows whose new id another record has and keeps."""
    leaving = told.filter(pl.col("_why").is_null()).select("table", id="old")
    stays = there.join(leaving, on=["table", "id"], how="anti")
    told = _marked(told, stays, "new", "_taken")
    off = pl.col("_why").is_null() & pl.col("_taken")
    words = "another record has this id; if the two are one, merge them: importer merge"
    return told.with_columns(
        _at=pl.when(off).then(pl.lit("new_id")).otherwise("_at"),
        _why=pl.when(off).then(pl.lit(words)).otherwise("_why"),
    )


def _notes(bad: pl.DataFrame, file: str) -> pl.DataFrame:
    """Findings: PLAN-526 for rows that can't be, PLAN-528 for what was done before."""
    done = pl.col("_why") == DONE
    value = {"old_id": "old", "new_id": "new", "type": "type"}
    shown = pl.coalesce(
        pl.when(pl.col("_at") == at).then(pl.col(name)) for at, name in value.items()
    )
    made = bad.select(
        code=pl.when(done).then(pl.lit("PLAN-528")).otherwise(pl.lit("PLAN-526")),
        severity=pl.when(done).then(pl.lit("INFO")).otherwise(pl.lit("ERROR")),
        file=pl.lit(file),
        row="row",
        column="_at",
        value=shown,
        detail="_why",
        rows=pl.lit(1),
        cause=pl.struct("row", "old", "new").hash(),
        mended=pl.lit(None),
        values=pl.lit(None),
    )
    return made.cast(findings.FINDINGS)  # type: ignore[arg-type]
