"""Why a record is, or isn't, in the roster on a day: from the changes of all runs until then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from importer import holds, reviews
from importer.last_seen import Place, in_drop, left_out
from importer.model.history import Commit, Run
from importer.model.tables import ID_SEPARATOR
from importer.moments import limit, newest_by
from importer.report.lookup import Match
from importer.report.record_history import PLACES, Untold
from importer.report.stored import titles
from importer.report.summary import ColumnChange
from importer.report.why import Entry, Facts, LeftOut, Release, Waiting
from importer.roster_view import RosterView
from importer.row_past import Past, Row, explained, stored_rows
from importer.store.port import Store

_KEYS = ("key", "from_key")
_TABLES = {"person": "people", "section": "sections"}
_LEFT_OUT = 20  # rows left out that an answer carries, the newest


@dataclass(frozen=True)
class Question:
    """What is asked: about a record, or about a person in a section or at a school, on a day."""

    match: Match
    section: Match | None = None
    school: Match | None = None
    on: str = ""


def why(view: RosterView, asked: Question) -> Facts:
    """All that is known for an answer; ``report.why`` puts it into words."""
    store, end = view.store, limit(asked.on) if asked.on else "9"
    past = Past(
        store,
        [commit for commit in store.commits() if commit.at <= end],
        [run for run in store.runs() if run.at <= end],
    )
    frames, lost = reviews.scan_all(store, past.runs)
    row = _row(asked, *_ids(asked, frames))
    found = _changes(frames, row, asked)
    chain = list(_entries(past, found))
    own = [e for e, change in zip(chain, found, strict=True) if row.is_in(change)]
    stored = stored_rows(store, newest_by(past.commits, end), row)
    facts = Facts(
        name=asked.match["name"] or asked.match["id"],
        where=_where(asked),
        status=_status(stored),
        on=asked.on,
        commit=past.commits[-1].number if past.commits else 0,
        own=own,
        chain=chain,
        called=_called(view, chain),
        left_out=list(_left_out(past, row))[-_LEFT_OUT:],
        waiting=_waiting(past),
        untold=[_lost(past, run, why_) for run, why_ in lost.items()],
    )
    return explained(past, row, facts, stored)


def heard_of(store: Store, wanted: str) -> bool:
    """Whether an id unknown to the roster is in a change, a row left out or the newest drop."""
    runs = store.runs()
    frames, _ = reviews.scan_all(store, runs)
    keys = pl.concat_list(pl.col(c).fill_null("").str.split(ID_SEPARATOR) for c in _KEYS)
    if frames is not None and frames.filter(keys.list.contains(wanted)).limit(1).collect().height:
        return True
    if any(left_out(store, run, {0: {wanted}}) for run in reversed(runs)):
        return True
    newest = [run for run in runs if run.drop and run.kind][-1:]
    return any(in_drop(store, run, t, {0: {wanted}}) for run in newest for t in _TABLES.values())


def _ids(asked: Question, frames: pl.LazyFrame | None) -> tuple[set[str], set[str]]:
    """The ids of the record and of the section or school asked for, with those before a re-key."""
    others = {m["id"] for m in (asked.section, asked.school) if m is not None}
    mine = {asked.match["id"]}
    if frames is None:
        return mine, others
    table = _TABLES[asked.match["kind"]]
    keyed = frames.filter(pl.col("action") == "re-key", pl.col("picked"))
    pairs = keyed.select("table", "key", "from_key").collect().rows()
    for here, key, from_key in reversed(pairs):
        if here == table and key in mine:
            mine.add(from_key)
        elif here == "sections" and key in others:
            others.add(from_key)
    return mine, others


def _row(asked: Question, mine: set[str], others: set[str]) -> Row:
    if asked.section is not None:
        return Row("enrollments", {0: others, 1: mine})
    if asked.school is not None:
        return Row("roles", {0: mine, 1: others})
    return Row(_TABLES[asked.match["kind"]], {0: mine})


def _where(asked: Question) -> str:
    other = asked.section or asked.school
    if other is None:
        return "the roster"
    return f"{other['name']} ({other['id']})" if other["name"] else f"{other['kind']} {other['id']}"


def _changes(frames: pl.LazyFrame | None, row: Row, asked: Question) -> list[dict[str, Any]]:
    """The changes of the row and of what hangs on it, or of what it hangs on, oldest first."""
    if frames is None:
        return []
    ids = sorted(set().union(*row.parts.values()))
    some = pl.col("key").str.contains_any(ids) | pl.col("from_key").str.contains_any(ids)
    near = frames.filter(some.fill_null(value=False)).collect(engine="streaming")
    rows: list[Row] = [row]
    if row.table == "enrollments":
        rows += [Row("people", {0: row.parts[1]}), Row("sections", {0: row.parts[0]})]
    elif row.table == "roles":
        rows.append(Row("people", {0: row.parts[0]}))
    else:
        places = PLACES[asked.match["kind"]].items()
        rows = [Row(t, {p: row.parts[0]}) for t, at in places for p in at]
    return [c for c in near.iter_rows(named=True) if any(one.is_in(c) for one in rows)]


def _entries(past: Past, changes: list[dict[str, Any]]) -> Iterator[Entry]:
    made, runs = past.made(), {run.id: run for run in past.runs}
    released: dict[str, list[Release]] = {}
    for change in changes:
        run = runs[change["run"]]
        if run.id not in released:
            released[run.id] = [
                Release(scopes=given.overrides, by=given.actor, reason=given.reason)
                for given in (past.store.approvals(run.id) if run.blocks else [])
            ]
        yield _entry(change, run, made.get(run.id), released[run.id])


def _entry(
    change: Mapping[str, Any], run: Run, commit: Commit | None, released: list[Release]
) -> Entry:
    changed = zip(change["columns"], change["before"], change["after"], strict=True)
    doer = commit or run
    return Entry(
        run=run.id,
        commit=commit.number if commit else None,
        at=doer.at,
        actor=doer.actor,
        automatic=doer.automatic,
        drop=run.label,
        sync=run.sync,
        note=commit.note if commit else "",
        released=released,
        action=change["action"],
        table=change["table"],
        key=change["key"].replace(ID_SEPARATOR, " / "),
        from_key=(change["from_key"] or "").replace(ID_SEPARATOR, " / "),
        columns=[ColumnChange(name=n, before=b or None, after=a or None) for n, b, a in changed],
        because=change["because"],
        file=change["source_file"] or "",
        row=change["source_row"],
        picked=change["picked"],
    )


def _status(stored: pl.DataFrame) -> str:
    statuses = set(stored["status"])
    return "active" if "active" in statuses else "archived" if statuses else ""


def _called(view: RosterView, chain: list[Entry]) -> dict[str, str]:
    ids = {part for e in chain for part in e["key"].split(" / ")}
    series = pl.Series(sorted(ids), dtype=pl.String)
    told: dict[str, str] = {}
    for table in ("schools", "sections", "people") if ids else ():
        told |= titles(view.tables, table, series)
    return told


def _left_out(past: Past, row: Row) -> Iterator[LeftOut]:
    """The rows about the record that runs left out, each with the code of its cause."""
    made = past.made()
    for run in past.runs:
        commit = made.get(run.id)
        for place in left_out(past.store, run, row.parts):
            yield LeftOut(
                run=run.id,
                commit=commit.number if commit else None,
                at=(commit or run).at,
                drop=run.label,
                file=place.file,
                row=place.row,
                code=_code(past.store, run, place),
                says=place.says,
            )


def _code(store: Store, run: Run, place: Place) -> str:
    """The code of the cause that holds a row."""
    held = store.run_frame(run.id, "held").filter(row=place.row)
    file = held.filter(file=place.file)
    found = store.run_frame(run.id, "findings").filter(severity="ERROR")
    codes = found.join(file if file.height else held, on="cause", how="semi")["code"]
    return str(codes[0]) if len(codes) else ""


def _waiting(past: Past) -> Waiting | None:
    """The newest run after the last commit, if it was not committed by then; tests don't wait."""
    last = past.commits[-1] if past.commits else None
    after = [run for run in past.runs if run.sync != "test" and run.kind]
    if not after or after[-1].id in past.made() or (last and after[-1].at < last.at):
        return None
    run = after[-1]
    missing = holds.missing_approvals(past.store, run)
    return Waiting(run=run.id, at=run.at, drop=run.label, blocks=missing)


def _lost(past: Past, run_id: str, why_: str) -> Untold:
    run = next(run for run in past.runs if run.id == run_id)
    commit = past.made().get(run_id)
    return Untold(commit=commit.number if commit else 0, at=run.at, why=why_)
