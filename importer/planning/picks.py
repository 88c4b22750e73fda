"""Picks: which of the listed changes are carried out, and what can't be without another."""

from collections.abc import Callable, Collection, Mapping

import polars as pl

from importer.model.tables import key_text

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
    "archive": "archives",
    "reactivate": "reactivations",
}
_ENTER = ["add", "reactivate"]


def of_kinds(changes: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    """Only changes of these kinds stay picked; the others say why they don't."""
    left = [kind for kind in _KINDS if kind not in kinds]
    off = pl.col("picked") & pl.col("action").is_in(left)
    named = pl.col("action").replace(_KINDS)
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
    ``HANGS_ON`` a table comes after those that its rows hang on.
    """
    for table, parents in HANGS_ON.items():
        for column, parent in parents:
            here, theirs = changes.get(table), changes.get(parent)
            lost = _not_entering(theirs) if theirs is not None else None
            if (
                here is None
                or table not in after
                or (parent in compared and (lost is None or lost.is_empty()))
            ):
                continue
            standing = here.filter(_STANDING).select("key")
            written = after[table].select(key_text(table).alias("key"), _on=column)
            on = standing.join(written, on="key").drop_nulls()
            if parent in compared and lost is not None:
                lacking = on.join(lost, on="_on", how="semi")
            else:
                lacking = on.join(_active(stored(parent)), on="_on", how="anti")
            off = _STANDING & pl.col("key").is_in(lacking["key"].implode())
            changes[table] = _unpicked(here, off, _lacks(WORDS[parent]))


_STANDING = pl.col("picked") & (pl.col("action") != "archive")


def _not_entering(parents: pl.DataFrame) -> pl.DataFrame:
    """The ids (``_on``) of rows that could have come into the roster and don't."""
    return parents.filter(pl.col("action").is_in(_ENTER), ~pl.col("picked")).select(_on="key")


def _active(stored: pl.LazyFrame) -> pl.DataFrame:
    return stored.filter(pl.col("status") == "active").select(_on=pl.first()).collect()


def _lacks(word: str) -> pl.Expr:
    told = "{}; not picked, because the " + word + " it belongs to is not in the roster"
    return pl.format(told, "because")


def _unpicked(changes: pl.DataFrame, off: pl.Expr, because: pl.Expr) -> pl.DataFrame:
    told = pl.when(off).then(because).otherwise("because")
    return changes.with_columns(because=told, picked=pl.col("picked") & ~off)
