"""Closure: what can't be carried out, or not sensibly, once some changes aren't.

Three laws tie changes together. Rows are said to hang on the rows that they name:

* **needs**: a change that writes a row needs the change that brings the row it hangs on.
  Without the new section nobody is enrolled in it.
* **keeps**: a change that takes a row away is needed by the archive of what that row hangs on.
  Who stays enrolled in a section keeps the section.
* **follows**: what goes because the person or the section goes stays if they stay, unless
  something else that it hangs on still goes.

All three only ever take more changes along, so there is one smallest set that is consistent, in
whatever order a person unchecks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from importer.model.changes import ChangeSet
from importer.model.tables import ID_SEPARATOR, TABLES, key_text
from importer.planning.picks import HANGS_ON

Stored = Callable[[str], pl.LazyFrame]

NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    # canonical table → (its column, the table of the row that it names)
    "schools": (("parent_id", "schools"),),
    "terms": (("parent_id", "terms"),),
    "courses": (("school_id", "schools"),),
    "roles": (("person_id", "people"), ("school_id", "schools")),
    "sections": (
        ("school_id", "schools"),
        ("course_id", "courses"),
        ("parent_section_id", "sections"),
        ("term_ids", "terms"),
    ),
    "enrollments": (("section_id", "sections"), ("person_id", "people"), ("school_id", "schools")),
    "relationships": (("person_id", "people"), ("related_id", "people")),
}
"""All that rows name. More than ``picks.HANGS_ON``, which is what they can't do without."""

_TAKES_ALONG = ("people", "sections")
_BRINGS = ["add", "reactivate", "re-key"]
_TIES = {"src": pl.UInt32(), "dst": pl.UInt32()}


@dataclass(frozen=True)
class Ties:
    """Between the picked changes of a plan (``src``, ``dst``: change ids, both picked).

    ``strict``: without ``src`` no ``dst``. ``follows``: ``dst`` is an archive that has no reason
    once none of its ``src``, archives too, is left.
    """

    strict: pl.DataFrame
    follows: pl.DataFrame


def ties(change: ChangeSet, stored: Stored) -> Ties:
    """What ties the picked changes. ``stored``: the tables that they were planned against."""
    picked = change.changes.filter("picked")
    strict, follows = [_same_row(picked)], []
    for table, named in NAMES.items():
        here = picked.filter(pl.col("table") == table)
        if here.is_empty():
            continue
        ends = _Ends(here, change.after.get(table), stored(table), table)
        for column, parent in named:
            theirs = picked.filter(pl.col("table") == parent)
            enters, leaves = ends.enters(column), ends.leaves(column)
            brought = _of(theirs, _BRINGS)
            strict.append(_tie(brought, ends.newly(column)))
            strict.append(_tie(brought.filter(pl.col("action") == "re-key"), leaves))
            stays = leaves.join(enters, on=["id", "_on"], how="anti")  # it names another now
            gone = _of(theirs, ["archive"])
            strict.append(_tie(gone, stays).select(src="dst", dst="src"))
            if parent in _TAKES_ALONG and (column, parent) in HANGS_ON.get(table, ()):
                follows.append(_tie(gone, leaves.filter(pl.col("action") == "archive")))
    nothing = pl.DataFrame(schema=_TIES)
    return Ties(pl.concat([nothing, *strict]).unique(), pl.concat([nothing, *follows]).unique())


def _of(changes: pl.DataFrame, actions: list[str]) -> pl.DataFrame:
    here = changes.filter(pl.col("action").is_in(actions))
    return here.select("id", "action", _on="key")


def _tie(parents: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """``src``: the change of the row that is named; ``dst``: of the one that names it."""
    tied = parents.select(src="id", _on="_on").join(rows.select(dst="id", _on="_on"), on="_on")
    return tied.filter(pl.col("src") != pl.col("dst")).select(list(_TIES))


def _same_row(picked: pl.DataFrame) -> pl.DataFrame:
    """A re-key that isn't done takes along what is done to its new id, and who gets the old one."""
    renamed = picked.filter(pl.col("action") == "re-key")
    found = []
    brings = picked.filter(pl.col("action").is_in(_BRINGS))
    for end, others in (("key", picked), ("from_key", brings)):
        named = others.select("table", dst="id", _on="key")
        tied = renamed.select("table", src="id", _on=end).join(named, on=["table", "_on"])
        found.append(tied.filter(pl.col("src") != pl.col("dst")).select(list(_TIES)))
    return pl.concat(found)


class _Ends:
    """The rows that changes of one table write (enter) and take away or replace (leave).

    Each as ``id``, ``action``, ``_on``: the id of the row that is named in a column.
    """

    def __init__(
        self, here: pl.DataFrame, after: pl.LazyFrame | None, stored: pl.LazyFrame, table: str
    ) -> None:
        self._table, ends = TABLES[table], here.select("id", "action", _k="key")
        left = ends.filter(pl.col("action").is_in(["archive", "edit"]))
        moved = here.filter(pl.col("action") == "move").select("id", "action", _k="from_key")
        self._left = _with_rows(pl.concat([left, moved]), stored, table)
        new = ends.filter(pl.col("action") != "archive")
        self._entered = _with_rows(new, after, table)

    def enters(self, column: str) -> pl.DataFrame:
        """What the rows that are written name."""
        return self._named(self._entered, column)

    def newly(self, column: str) -> pl.DataFrame:
        """The same, without edits of rows that named it before; they can do without."""
        same = self.leaves(column).filter(pl.col("action") == "edit")
        return self.enters(column).join(same, on=["id", "_on"], how="anti")

    def leaves(self, column: str) -> pl.DataFrame:
        """What the rows named until now."""
        return self._named(self._left, column)

    def _named(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        key = self._table.key
        if column in key:  # also of a row that isn't there under this key, behind a re-key
            part = pl.col("_k").str.split(ID_SEPARATOR).list.get(key.index(column))
            return rows.select("id", "action", _on=part)
        named = rows.select("id", "action", _on=column)
        if isinstance(self._table.columns[column], pl.List):
            named = named.explode("_on")
        return named.drop_nulls("_on")


def _with_rows(ends: pl.DataFrame, rows: pl.LazyFrame | None, table: str) -> pl.DataFrame:
    """The changes (``id``, ``action``, ``_k``) with what their rows name."""
    others = [column for column, _ in NAMES[table] if column not in TABLES[table].key]
    if not others:
        return ends
    if rows is None:
        blank = {column: TABLES[table].columns[column] for column in others}
        return ends.with_columns(pl.lit(None, d).alias(c) for c, d in blank.items())
    told = rows.select(key_text(table).alias("_k"), *others)
    return ends.lazy().join(told, on="_k", how="left").collect(engine="streaming")


def closed(tied: Ties, off: pl.Series, kept: pl.Series) -> pl.DataFrame:
    """What goes along with the unchecked changes ``off``: ``id``, ``by`` (because of which).

    ``kept``: changes that a person wants carried out all the same; they don't just follow.
    """
    along = pl.DataFrame(schema={"id": pl.UInt32, "by": pl.UInt32})
    every = off.alias("id").to_frame().unique()
    newest = every
    while newest.height:
        near = newest.select(src="id")
        found = [
            tied.strict.join(near, on="src"),
            _reasonless(tied.follows, near, every).filter(~pl.col("dst").is_in(kept.implode())),
        ]
        new = pl.concat(found).group_by(id="dst").agg(by=pl.col("src").min())
        new = new.join(every, on="id", how="anti")
        along, newest = pl.concat([along, new.select("id", "by")]), new.select("id")
        every = pl.concat([every, newest])
    return along.sort("id")


def _reasonless(follows: pl.DataFrame, near: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """The ties of archives all of whose reasons are unchecked by now."""
    touched = follows.join(near, on="src")
    left = follows.join(touched.select("dst").unique(), on="dst", how="semi")
    left = left.join(every.select(src="id"), on="src", how="anti")
    return touched.join(left.select("dst").unique(), on="dst", how="anti")
