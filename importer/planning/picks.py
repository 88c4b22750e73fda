"""Picks: which of the listed changes are carried out, and what can't be without another."""

from collections.abc import Callable, Collection, Mapping

import polars as pl

from importer.model.tables import key_text
from importer.planning.touching import close_rekeys

HANGS_ON: Mapping[str, tuple[tuple[str, str], ...]] = {
    # canonical table → (its column, the table whose row it can't do without)
    "courses": (("school_id", "schools"),),
    "roles": (("person_id", "people"), ("school_id", "schools")),
    "sections": (("school_id", "schools"),),
    "enrollments": (("section_id", "sections"), ("person_id", "people")),
    "relationships": (("person_id", "people"), ("related_id", "people")),
}
WORDS = {"people": "person", "sections": "section", "schools": "school"}
_KINDS = {
    "add": "additions",
    "edit": "edits",
    "move": "moves",
    "re-key": "re-keys",
    "archive": "archives",
    "reactivate": "reactivations",
}
_GOES_WITH = {"pending": "add", "begin": "add", "withdraw": "archive"}
_ENTER = ["add", "reactivate"]


def of_kinds(changes: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    """Only changes of these kinds stay picked; the others say why they don't."""
    left = [kind for kind in _KINDS if kind not in kinds]
    if not left:
        return changes
    kind = pl.col("action").replace(_GOES_WITH)
    off = pl.col("picked") & kind.is_in(left)
    named = kind.replace(_KINDS)
    because = pl.format("{} (policy: {} are not synced)", "because", named)
    return _unpicked(changes, off, because)


def close(
    changes: dict[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
    stored: Callable[[str], pl.LazyFrame],
    compared: Collection[str],
) -> None:
    """Unpick what hangs on a row that is neither active in the roster nor put there by a pick.

    ``after``: the rows that the changes write; ``compared``: the tables that are planned at all.
    What was never sent and never stored is not missed. One pass is enough: in the order of
    ``HANGS_ON`` a table comes after those that its rows hang on. What needs a re-key that is not
    picked goes first.
    """
    close_rekeys(changes, after)
    for table in (name for name in HANGS_ON if name in after):
        for column, parent in HANGS_ON[table]:
            missing = _missing(changes.get(parent), stored(parent), parent in compared)
            if missing is None:
                continue
            standing = changes[table].filter(_STANDING).select("key")
            written = after[table].select(key_text(table).alias("key"), _on=column)
            lacking = missing(standing.join(written, on="key").drop_nulls())["key"]
            off = _STANDING & pl.col("key").is_in(lacking.implode())
            changes[table] = _unpicked(changes[table], off, _lacks(WORDS[parent]))


_STANDING = pl.col("picked") & ~pl.col("action").is_in(["archive", "re-key"])


def _missing(
    parents: pl.DataFrame | None, stored: pl.LazyFrame, compared: bool
) -> Callable[[pl.DataFrame], pl.DataFrame] | None:
    """Takes the rows (``key``, ``_on``) whose ``_on`` will not be there; None = none can be."""
    if not compared:
        active = stored.filter(pl.col("status") == "active").select(_on=pl.first())
        return lambda rows: rows.join(active.collect(), on="_on", how="anti")
    if parents is None:
        return None
    gone = lost(parents)
    return None if gone.is_empty() else lambda rows: rows.join(gone, on="_on", how="semi")


def lost(parents: pl.DataFrame) -> pl.DataFrame:
    """The records (``_on``) that would come and don't, because they aren't picked."""
    return parents.filter(pl.col("action").is_in(_ENTER), ~pl.col("picked")).select(_on="key")


def _lacks(word: str) -> pl.Expr:
    told = "{}; not picked, because the " + word + " it belongs to is not in the roster"
    return pl.format(told, "because")


def _unpicked(changes: pl.DataFrame, off: pl.Expr, because: pl.Expr) -> pl.DataFrame:
    told = pl.when(off).then(because).otherwise("because")
    return changes.with_columns(because=told, picked=pl.col("picked") & ~off)
