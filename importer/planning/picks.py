"""Picks: which of the listed changes are carried out, and what can't be without another."""

from collections.abc import Callable, Collection, Mapping

import polars as pl

from importer.model.changes import unpicked
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
_LACKS = "; not picked, because the {} it belongs to is not in the roster"


def of_kinds(changes: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    """Only changes of these kinds stay picked; the others say why they don't."""
    kind = pl.col("action").replace(_GOES_WITH)
    for left, named in _KINDS.items():
        if left not in kinds:
            off = pl.col("picked") & (kind == left)
            changes = unpicked(changes, off, f" (policy: {named} are not synced)")
    return changes


def close(
    changes: dict[str, pl.DataFrame],
    after: Mapping[str, pl.LazyFrame],
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
            written = after[table].with_columns(_on=column).filter(missing)
            keys = written.select(key_text(table).hash()).collect(engine="streaming").to_series()
            off = _STANDING & pl.col("key").hash().is_in(keys.implode())
            changes[table] = unpicked(changes[table], off, _LACKS.format(WORDS[parent]))


_STANDING = pl.col("picked") & ~pl.col("action").is_in(["archive", "re-key"])


def _missing(parents: pl.DataFrame | None, stored: pl.LazyFrame, compared: bool) -> pl.Expr | None:
    """Whether the row named in ``_on`` will not be there; None = none can be missing."""
    if not compared:
        active = stored.filter(pl.col("status") == "active").select(pl.first()).collect()
        return ~pl.col("_on").is_in(active.to_series().implode())
    gone = pl.Series([], dtype=pl.String) if parents is None else lost(parents)["_on"]
    return pl.col("_on").is_in(gone.implode()) if len(gone) else None


def lost(parents: pl.DataFrame) -> pl.DataFrame:
    """The records (``_on``) that would come and don't, because they aren't picked."""
    comes = parents.lazy().filter(pl.col("action").is_in(_ENTER), ~pl.col("picked"))
    return comes.select(_on="key").collect()
