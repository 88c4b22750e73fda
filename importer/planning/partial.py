"""A plan held in part: additions and edits go on, the archives that were too many wait."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from importer.model.changes import ChangeSet, unpicked
from importer.planning.guards.own import part_of
from importer.planning.guards.stop import ALL, BELOW, LOSSES, Stop

WAITS = "; waits: too many would be archived"


def hold_back(change: ChangeSet, stops: Sequence[Stop]) -> tuple[ChangeSet, list[Stop]]:
    """Unpick the archives that stops are about, with what hangs on them.

    Only where every stop is about archives alone; else nothing is taken apart. The stops become
    warnings: the run may be committed, and what waits is proposed again with the next drop.
    """
    blocks = [stop for stop in stops if stop.severity == "BLOCK"]
    if not blocks or any(stop.code not in LOSSES for stop in blocks):
        return change, list(stops)
    changes = change.changes
    waits = pl.any_horizontal(_in_scope(stop) for stop in blocks)
    waits = waits & (pl.col("action") == "archive") & pl.col("picked")
    held = changes.filter(waits).select("table", "key")
    waits = waits | _hanging(held)
    told = unpicked(changes, waits, WAITS)
    milder = [
        replace(stop, severity="WARNING", detail=f"{stop.detail} (they wait for a person)")
        if stop.severity == "BLOCK"
        else stop
        for stop in stops
    ]
    return replace(change, changes=told), milder


def _in_scope(stop: Stop) -> pl.Expr:
    """The changes of a stop's school and table, and of what is below it."""
    below = {stop.table, *BELOW.get(stop.table, ())}
    here = pl.col("table").is_in(sorted(below))
    return here if stop.school == ALL else here & (pl.col("school_id") == stop.school)


def _hanging(held: pl.DataFrame) -> pl.Expr:
    """Archives of rows of a person or section that stays for now, wherever its school is."""
    people, sections = (held.filter(pl.col("table") == t)["key"] for t in ("people", "sections"))
    table, archive = pl.col("table"), (pl.col("action") == "archive") & pl.col("picked")
    theirs = [
        (table == "roles") & part_of("key", 0).is_in(people.implode()),
        (table == "relationships") & part_of("key", 0).is_in(people.implode()),
        (table == "enrollments") & part_of("key", 1).is_in(people.implode()),
        (table == "enrollments") & part_of("key", 0).is_in(sections.implode()),
    ]
    return archive & pl.any_horizontal(theirs).fill_null(False)
