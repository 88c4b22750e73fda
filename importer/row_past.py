"""What became of one row: which drop had it last, and why one that was sent gave nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from importer.last_seen import Parts, in_drop
from importer.model.history import Commit, Run
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.report.why import Entry, Facts, Seen
from importer.store.port import Store


@dataclass(frozen=True)
class Row:
    """The row that is meant: its table, and which ids may stand at which places of its key."""

    table: str
    parts: Parts

    def has(self, key: str | None) -> bool:
        """Whether a key is one of this row's."""
        told = (key or "").split(ID_SEPARATOR)
        return all(p < len(told) and told[p] in ids for p, ids in self.parts.items())

    def is_in(self, change: Mapping[str, Any]) -> bool:
        """Whether a change is about this row, or about one that took its place."""
        named = self.has(change["key"]) or self.has(change["from_key"])
        return bool(change["table"] == self.table and named)


@dataclass(frozen=True)
class Past:
    """Commits and runs until the day, oldest first, and which run was committed as what."""

    store: Store
    commits: list[Commit]
    runs: list[Run]

    def made(self) -> dict[str, Commit]:
        """Run id → its commit."""
        return {commit.run: commit for commit in self.commits}


def stored_rows(store: Store, commit: Commit | None, row: Row) -> pl.DataFrame:
    """The stored rows that are meant, as of a commit."""
    key = TABLES[row.table].key
    meant = [pl.col(key[place]).is_in(list(ids)) for place, ids in row.parts.items()]
    return store.table(row.table, commit).filter(meant).collect(engine="streaming")


def explained(past: Past, row: Row, facts: Facts, stored: pl.DataFrame) -> Facts:
    """The same, with what only the drops tell: who had the row last, or why it gave nothing."""
    done = [entry for entry in facts.own if entry["commit"] and entry["picked"]]
    if facts.status == "active":
        return facts
    if not done:
        told = "" if facts.own or facts.left_out else _outside(past, row)
        return replace(facts, outside=told)
    last = done[-1]
    if last["action"] != "archive" or last["sync"] == "undo":
        return facts
    if last["because"].startswith("the "):  # the person or section it belongs to is archived
        beside = [e for e in facts.chain if e["run"] == last["run"] and e["picked"]]
        parents = [e for e in beside if e["table"] in ("people", "sections")]
        parent = next((e for e in parents if e["action"] == "archive"), None)
        if parent is None:
            return facts
        theirs = Row(parent["table"], {0: {parent["key"].split(" / ")[0]}})
        rows = stored_rows(past.store, past.made()[last["run"]], theirs)
        seen = _seen(past, theirs, [e for e in facts.chain if e["table"] == theirs.table], rows)
        return replace(facts, parent=parent, seen=seen)
    return replace(facts, seen=_seen(past, row, facts.own, stored))


def _seen(past: Past, row: Row, own: list[Entry], stored: pl.DataFrame) -> Seen | None:
    """The last drop that had a row which is archived now, and the first that had not.

    A run that lists its archive had not, whether that was carried out or not.
    """
    without = {entry["run"] for entry in own if entry["action"] == "archive"}
    done = [entry["run"] for entry in own if entry["action"] == "archive" and entry["commit"]]
    if not done or stored.is_empty():
        return None
    here = next(at for at, run in enumerate(past.runs) if run.id == done[-1])
    first = past.runs[here]
    for run in reversed(past.runs[:here]):
        if run.kind != first.kind or run.sync == "test" or run.schools or not run.drop:
            continue
        if run.id not in without:
            return _had(past.store, run, first, row, stored.row(0, named=True))
        first = run
    return None


def _had(store: Store, run: Run, first: Run, row: Row, stored: Mapping[str, Any]) -> Seen:
    """Where the row stood in the drop of ``run``; its place is unknown if that isn't kept."""
    file, number = stored["origin_file"], stored["origin_row"]
    if stored["origin_drop"] != run.drop:
        places = in_drop(store, run, row.table, row.parts, file)
        number = places[0].row if places else None
    return Seen(run.label, file, number, first.label)


def _outside(past: Past, row: Row) -> str:
    """Why a record of which no run tells is not there: out of scope, or nobody sent it."""
    runs = [run for run in past.runs if run.drop and run.kind]
    if not runs:
        return "No drop has come by then."
    run = runs[-1]
    places = in_drop(past.store, run, row.table, row.parts)
    if places is None:
        return f"The files of the newest drop, {run.label}, are not kept here, or no longer."
    if not places:
        return f"The newest drop, {run.label}, doesn't have it either."
    at = f"Drop {run.label} has it, {places[0].file} row {places[0].row}"
    if run.schools:
        return f"{at}, but that run was asked for school {', '.join(run.schools)} only."
    if run.share:
        named = ", ".join(f"{name} = {value}" for name, value in sorted(run.share.items()))
        return f"{at}, but it is outside what the district shares ([share] {named})."
    if run.sync == "quick":
        return f"{at}, as the drop before had; a quick sync leaves that alone. A full one doesn't."
    return f"{at}, but the settings leave it out ([sync] items, or what it belongs to)."
