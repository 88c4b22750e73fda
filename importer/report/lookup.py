"""Who or what is meant: a person, section or school by id, by what only it has, or by name."""

import unicodedata
from collections.abc import Sequence
from typing import TypedDict

import polars as pl

from importer.model.likeness import closest
from importer.model.tables import TABLES
from importer.report.stored import Tables, title

KINDS = {"person": "people", "section": "sections", "school": "schools"}
_OWN = ("email", "username", "student_number")
_NEAR = 3
_CUTOFF = 75  # of likeness: one or two letters of a name are another
_WORDED = 10
_COMPARED = 20_000  # names that are compared letter by letter: a fifth of a second


class Match(TypedDict):
    """A record that may be meant."""

    kind: str  # one of KINDS
    id: str
    name: str
    school: str
    status: str


def find(tables: Tables, wanted: str, kinds: Sequence[str] = tuple(KINDS)) -> list[Match]:
    """The records that ``wanted`` may mean, archived ones too; none if nothing is called that.

    An exact id comes before an exact e-mail address, username or student number, and these
    before a name in any case. Only records of the best kind of match are given.
    """
    ranked = [_ranked(tables, kind, _tidy(wanted)) for kind in kinds]
    found = pl.concat(pl.collect_all(ranked, engine="streaming"))
    best = found.filter(pl.col("rank") == pl.col("rank").min())
    return _matches(tables, best)


def nearly(tables: Tables, wanted: str, kinds: Sequence[str] = tuple(KINDS)) -> list[Match]:
    """The records that have ``wanted`` as one word of their name; else whose id or name is near.

    Few of them; the nearest, or the first by name, come first.
    """
    low = _tidy(wanted).lower()
    named = [_called(tables, kind, called) for kind in kinds for called in ("id", "name")]
    frames = [frame.filter(_is_word(low)).head(_COMPARED) for frame in named]
    frames += [frame.filter(_alike(low), ~_is_word(low)).head(_COMPARED) for frame in named]
    near = pl.concat(pl.collect_all(frames, engine="streaming"))
    hit = near.filter(_is_word(low)).sort("called", "id").head(_WORDED)
    if hit.is_empty():
        names = near["called"].unique().sort().to_list()
        best = closest(low, names, _CUTOFF, _NEAR)
        order = pl.col("called").replace_strict(
            {name: at for at, name in enumerate(best)}, default=_NEAR, return_dtype=pl.Int64
        )
        hit = near.filter(pl.col("called").is_in(best)).sort(order, "id")
    return _matches(tables, hit.unique(["kind", "id"], maintain_order=True))


def _tidy(wanted: str) -> str:
    """As ids and names are stored: Unicode NFC, single blanks."""
    return " ".join(unicodedata.normalize("NFC", wanted).split())


def _called(tables: Tables, kind: str, called: str) -> pl.LazyFrame:
    """All records of a kind, with their id or name in small letters as ``called``."""
    key = pl.col(TABLES[KINDS[kind]].key[0]).alias("id")
    rows = tables(KINDS[kind]).select(pl.lit(kind).alias("kind"), key, *_said(kind), "status")
    return rows.with_columns(called=_plain(pl.col(called)))


def _is_word(low: str) -> pl.Expr:
    return pl.col("called").str.split(" ").list.contains(low)


def _alike(low: str) -> pl.Expr:
    """What is worth comparing: about as long, and the first or the last letters are the same."""
    called = pl.col("called")
    span = max(2, len(low) // 4)
    length = called.str.len_chars().is_between(len(low) - span, len(low) + span)
    return length & (called.str.starts_with(low[:1]) | called.str.ends_with(low[-2:]))


def _said(kind: str) -> list[pl.Expr]:
    """Name and school of a record; a person's school is looked up where it is shown."""
    school = {"section": pl.col("school_id"), "school": pl.col("school_id")}
    nowhere = pl.lit(None, pl.String)
    return [title(KINDS[kind]).alias("name"), school.get(kind, nowhere).alias("school")]


def _ranked(tables: Tables, kind: str, wanted: str) -> pl.LazyFrame:
    """The records that fit, each with how well: 0 by id, 1 by its own mark, 2 by name."""
    key = pl.col(TABLES[KINDS[kind]].key[0])
    low = pl.lit(wanted).str.to_lowercase()
    names = [title(KINDS[kind])]
    own = pl.lit(False)
    if kind == "person":
        names.append(pl.concat_str("preferred_given_name", "family_name", separator=" "))
        own = pl.any_horizontal(pl.col(column) == wanted for column in _OWN)
        own = own | (pl.col("email").str.to_lowercase() == low)
    named = pl.any_horizontal(_plain(name) == low for name in names)
    rank = pl.when(key == wanted).then(0).when(own).then(1).when(named).then(2)
    fits = tables(KINDS[kind]).with_columns(rank=rank).filter(pl.col("rank").is_not_null())
    return fits.select("rank", pl.lit(kind).alias("kind"), key.alias("id"), *_said(kind), "status")


def _plain(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def _matches(tables: Tables, found: pl.DataFrame) -> list[Match]:
    ids = found.filter(pl.col("kind") == "person")["id"]
    roles = tables("roles").filter(pl.col("person_id").is_in(ids.implode()))
    ordered = roles.sort(pl.col("status") != "active", "school_id").select("person_id", "school_id")
    at = dict(reversed(ordered.collect().rows()))
    return [
        Match(kind=kind, id=id_, name=name or "", school=school or at.get(id_, ""), status=status)
        for kind, id_, name, school, status in found.select(
            "kind", "id", "name", "school", "status"
        ).iter_rows()
    ]
