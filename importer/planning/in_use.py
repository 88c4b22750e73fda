"""Names that only one person may have, judged on the roster as it will be, not row by row.

Swaps of usernames or ids are right in any order of rows and files. Where two would have the same,
every row of the drop that is concerned is left out, and nobody wins by its place.
"""

from collections.abc import Mapping

import polars as pl

from importer.model import findings
from importer.model.changes import unpicked
from importer.model.findings import HELD
from importer.model.repeats import repeated
from importer.planning.crosswalk import Rows
from importer.planning.incoming import Incoming
from importer.settings import Match

_ONLY_ONE = ("username", "sis_id", "clever_id")
_FOLDED = ("username", "email")
_SHOWN = 3
_ENTER = ["add", "edit", "reactivate"]
_CLASH = {
    **dict.fromkeys(("person_id", "value", "file"), pl.String),
    "row": pl.UInt32,
    **dict.fromkeys(("column", "others"), pl.String),
}
WORDS = {"username": "username", "sis_id": "sis_id", "clever_id": "clever_id", "email": "e-mail"}


def columns(match: Match) -> list[str]:
    """The columns of people that only one may have; e-mail where it tells who somebody is."""
    by_mail = "email" in (*match.students, *match.teachers) and "email" in match.confirmed
    return [*_ONLY_ONE, *(["email"] if by_mail else [])]


def settle(
    changes: dict[str, pl.DataFrame],
    after: Mapping[str, pl.LazyFrame],
    stored: Rows,
    told: Incoming,
    only_one: list[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Unpick what would give two people one name; the notes (PLAN-525), and the rows left out.

    ``changes["people"]`` loses the picks. Who keeps the old name because of it may clash in turn,
    so it goes on until nobody does.
    """
    notes, left = [findings.empty()], [pl.DataFrame(schema=HELD)]
    if not any(column in said for said in told.says.values() for column in only_one):
        return notes[0], left[0]
    known: set[str] = set()
    while True:
        final = _final(changes["people"], after["people"], stored)
        clashes = [_clash(final, column, changes["people"], told) for column in only_one]
        clash = pl.concat(clashes).filter(~pl.col("person_id").is_in(list(known)))
        if clash.is_empty():
            return pl.concat(notes), pl.concat(left)
        known |= set(clash["person_id"])
        notes.append(_notes(clash))
        cause = pl.struct("column", "value").hash()
        rows = clash.select("file", "row", cause=cause).cast(HELD)  # type: ignore[arg-type]
        left.append(rows.unique(["file", "row"], maintain_order=True))
        off = pl.col("picked") & pl.col("key").is_in(clash["person_id"].implode())
        off &= pl.col("action").is_in(_ENTER)
        why = "; not picked, because another has the same name or id"
        changes["people"] = unpicked(changes["people"], off, why)


def _final(people: pl.DataFrame, after: pl.LazyFrame, stored: Rows) -> pl.DataFrame:
    """The active people after the picked changes; the stored ones have their new ids already."""
    picked = people.filter("picked")
    goes = picked.filter(pl.col("action").is_in([*_ENTER, "archive"]))["key"]
    comes = picked.filter(pl.col("action").is_in(_ENTER))["key"]
    names = ("person_id", *WORDS)
    kept = stored("people").filter(
        pl.col("status") == "active", ~pl.col("person_id").is_in(goes.implode())
    )
    written = after.filter(pl.col("person_id").is_in(comes.implode()))
    whole = pl.concat([kept.select(names), written.select(names)])
    return whole.collect(engine="streaming")


def _clash(final: pl.DataFrame, column: str, people: pl.DataFrame, told: Incoming) -> pl.DataFrame:
    """Rows of the drop that share a value, where a change of the drop brought it about: _CLASH."""
    value = pl.col(column).str.to_lowercase() if column in _FOLDED else pl.col(column)
    named = final.select("person_id", value=value).drop_nulls("value")
    number = pl.col("value").hash()
    twice = repeated(named.select(number).to_series())
    shared = named.filter(number.is_in(twice.implode())).filter(pl.col("value").is_duplicated())
    if shared.is_empty():
        return pl.DataFrame(schema=_CLASH)
    is_new = (pl.col("action") != "edit") | pl.col("columns").list.contains(column)
    fresh = people.filter("picked", pl.col("action").is_in(_ENTER), is_new)["key"]
    brought = shared.filter(pl.col("person_id").is_in(fresh.implode()))["value"]
    shared = shared.filter(pl.col("value").is_in(brought.implode())).sort("value", "person_id")
    holders = shared.group_by("value").agg(_all=pl.col("person_id"))
    rows = told.rows.filter(pl.col("status") == "active").select(
        "person_id", file="origin_file", row="origin_row"
    )
    places = rows.join(shared.lazy(), on="person_id", how="semi").collect(engine="streaming")
    found = shared.join(places, on="person_id").join(holders, on="value", how="left")
    others = pl.col("_all").list.set_difference(pl.concat_list("person_id"))
    others = others.list.sort().list.head(_SHOWN).list.join(", ")
    return found.select("person_id", "value", "file", "row", column=pl.lit(column), others=others)


def _notes(clash: pl.DataFrame) -> pl.DataFrame:
    word = pl.col("column").replace_strict(WORDS)
    made = clash.select(
        code=pl.lit("PLAN-525"),
        severity=pl.lit("ERROR"),
        file="file",
        row="row",
        column=pl.lit(None),
        value="value",
        detail=pl.format("the {} of {}", word, "others"),
        rows=pl.lit(1),
        cause=pl.struct("column", "value").hash(),
        mended=pl.lit(None),
        values=pl.lit(None),
    )
    return made.cast(findings.FINDINGS)  # type: ignore[arg-type]
