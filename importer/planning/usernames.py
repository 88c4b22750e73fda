"""Usernames for new accounts that come without one, by the published convention.

Kindergarten to grade 2: first name and the last name's initial; everybody else: the first name's
initial and the last name (Learning.com, “User Import Tool”). Where that is taken, the smallest
number from 2 on is added. People are served in the order of their names and ids, not of their
rows, so the same people get the same usernames however a sheet is sorted.
"""

import itertools
import re
import unicodedata
from collections.abc import Mapping

import polars as pl

from importer.contracts.mapping import origin_name
from importer.planning.incoming import Accepted

_YOUNG = ("PK", "TK", "K", "1", "2")
_NUMBER = "[0-9]+$"


def conventions(parts: list[Accepted]) -> dict[str, str]:
    """Whose convention holds for the people of each source: ``origin_table`` → student or staff."""
    tables = [(part.source, make) for part in parts for make in part.source.table.makes]
    return {
        origin_name(source, make): source.table.usernames
        for source, make in tables
        if make.table == "people" and source.table.usernames
    }


def with_usernames(
    added: pl.DataFrame, stored: pl.LazyFrame, conventions: Mapping[str, str]
) -> tuple[pl.DataFrame, dict[str, str]]:
    """``added`` people (stored schema) with usernames filled in, and person id → what was made.

    ``stored``: all people of the roster, archived ones too: their usernames are not given again.
    """
    without = added.filter(
        pl.col("username").is_null(), pl.col("origin_table").is_in(list(conventions))
    )
    if without.is_empty():
        return added, {}
    wanted = [_base(row, conventions) for row in without.iter_rows(named=True)]
    without = without.with_columns(_base=pl.Series(wanted, dtype=pl.String))
    taken = _taken(stored, added, without["_base"])
    made = {}
    for person, base in (
        without.sort("_base", "family_name", "given_name", "person_id")
        .select("person_id", "_base")
        .iter_rows()
    ):
        free = (name for name in _candidates(base) if name not in taken)
        made[person] = next(free)
        taken.add(made[person])
    new = pl.col("person_id").replace_strict(made, default=None, return_dtype=pl.String)
    return added.with_columns(username=pl.coalesce("username", new)), made


def _candidates(base: str) -> itertools.chain[str]:
    return itertools.chain([base], (f"{base}{number}" for number in itertools.count(2)))


def _base(row: Mapping[str, object], conventions: Mapping[str, str]) -> str:
    given, family = _plain(row["given_name"]), _plain(row["family_name"])
    grades = row["grades"] if isinstance(row["grades"], list) else []
    student = conventions[str(row["origin_table"])] == "student"
    young = student and bool(grades) and grades[0] in _YOUNG
    return (given + family[:1] if young else given[:1] + family) or "user"


def _plain(name: object) -> str:
    """A name in small ASCII letters and digits: accents go, and what has no letter left."""
    apart = unicodedata.normalize("NFKD", str(name or "")).casefold()
    return re.sub("[^a-z0-9]", "", apart)


def _taken(stored: pl.LazyFrame, added: pl.DataFrame, bases: pl.Series) -> set[str]:
    """Usernames in small letters that begin as one of the new ones will."""
    low = pl.col("username").str.to_lowercase()
    both = pl.concat([stored.select(low), added.lazy().select(low)]).drop_nulls()
    near = both.filter(pl.col("username").str.replace(_NUMBER, "").is_in(bases.implode()))
    exact = both.filter(pl.col("username").is_in(bases.implode()))
    return set(pl.concat([near, exact]).collect()["username"])
