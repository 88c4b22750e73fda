"""Why a record is, or isn't, in the roster: the facts, and the answer in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypedDict

from importer.report.record_history import Untold
from importer.report.summary import ColumnChange
from importer.report.verdict import DONE, moment
from importer.report.words import action

_ABSENT = "it is no longer in the file"


class Release(TypedDict):
    """A person's word by which a run was released from what it was on hold for."""

    scopes: list[str]
    by: str
    reason: str


class Entry(TypedDict):
    """One change that a run listed for the record, carried out or not."""

    run: str
    commit: int | None  # None = it was not committed by then
    at: str
    actor: str
    automatic: bool
    drop: str  # what it was called
    sync: str
    note: str
    released: list[Release]
    action: str
    table: str
    key: str
    from_key: str
    columns: list[ColumnChange]
    because: str
    file: str
    row: int | None
    picked: bool


class LeftOut(TypedDict):
    """A row about the record that a run left out, and what was wrong with it."""

    run: str
    commit: int | None
    at: str
    drop: str
    file: str
    row: int
    code: str
    says: str


class Waiting(TypedDict):
    """A run that was planned and not committed by then, and what it is on hold for."""

    run: str
    at: str
    drop: str
    blocks: list[str]


@dataclass(frozen=True)
class Seen:
    """The last drop that had a row, with its place there, and the first that had not."""

    last: str
    file: str
    row: int | None
    first_without: str


@dataclass(frozen=True)
class Facts:
    """All that is known for an answer.

    ``name``: who or what; ``where``: in what (“the roster”, a section, a school); ``status`` there
    at the time: active, archived, or empty = never. ``on``: the day asked about, empty = now.
    ``own``: the changes of just this row, ``chain``: and those of what it hangs on, oldest first.
    ``seen``: where it is gone for want of a row. ``outside``: why a row that was sent gave nothing.
    """

    name: str
    where: str
    status: str
    on: str
    commit: int
    own: list[Entry]
    chain: list[Entry]
    called: Mapping[str, str] = field(default_factory=dict)  # id → name
    seen: Seen | None = None
    parent: Entry | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    waiting: Waiting | None = None
    outside: str = ""
    untold: list[Untold] = field(default_factory=list)


def record(facts: Facts) -> dict[str, Any]:
    """The answer and all that it rests on, JSON-ready."""
    return {"answer": answer(facts), **asdict(facts)}


def answer(facts: Facts) -> list[str]:
    """The question answered, in sentences; the first one says it."""
    done = [entry for entry in facts.own if entry["commit"] and entry["picked"]]
    if facts.status == "active":
        told = list(_there(facts, done))
    elif done:
        told = list(_gone(facts, done[-1]))
    else:
        told = [_is(facts, "was never in") + "."]
    since = done[-1]["at"] if done else ""
    told += _not_carried_out(facts, since)
    told += _faults(facts, since if facts.status != "active" else "")
    if facts.outside:
        told.append(facts.outside)
    if facts.waiting and (facts.status != "active" or _concerns(facts)):
        told.append(_on_hold(facts.waiting))
    return told


def _is(facts: Facts, verb: str) -> str:
    when = f" on {facts.on}" if facts.on else ""
    if facts.on:
        verb = verb.replace("is ", "was ")
    return f"{facts.name} {verb} {facts.where}{when}"


def _there(facts: Facts, done: list[Entry]) -> Iterator[str]:
    entered = [e for e in done if e["action"] in ("add", "reactivate", "move")]
    if not entered:
        yield _is(facts, "is in") + "; no run that is kept tells since when."
        return
    yield f"{_is(facts, 'is in')}: {_did(entered[-1])}{_place(entered[-1])}."
    if done[-1] is not entered[-1]:
        named = ", ".join(column["name"] for column in done[-1]["columns"])
        yield f"Last changed: {_did(done[-1])}{f' ({named})' if named else ''}."


def _gone(facts: Facts, last: Entry) -> Iterator[str]:
    not_in = _is(facts, "is not in")
    if last["action"] == "move":
        yield f"{not_in}: {_did(last)}, to {_named(last['key'], facts)}."
    elif last["action"] == "re-key":
        yield f"{not_in}: {_did(last)}; the record goes on as {_named(last['key'], facts)}."
    elif facts.parent is not None:
        told = f"{not_in}: {_did(last)}, because {last['because']}"
        yield f"{told}: {_named(facts.parent['key'], facts)}."
        yield f"There, {_missing(facts.parent)}." if _absent(facts.parent) else ""
    elif last["sync"] == "undo":
        yield f"{not_in}: {_did(last)}; {last['because'] or 'an undo'}."
    else:
        yield f"{not_in}: {_did(last)}: {_missing(last)}."
    yield from _last_seen(facts.seen)
    if facts.parent is None and _left_altogether(facts, last):
        yield f"{facts.name} left the roster altogether in the same commit."
    for release in last["released"]:
        scopes = ", ".join(release["scopes"])
        yield f"It was on hold for {scopes}; {release['by']} released it: {release['reason']}."
    if last["note"]:
        yield f"Note of that commit: {last['note']}"


def _left_altogether(facts: Facts, last: Entry) -> bool:
    """Whether the person went with the row that is asked about."""
    return last["table"] != "people" and any(
        e["run"] == last["run"] and (e["table"], e["action"]) == ("people", "archive")
        for e in facts.chain
        if e["picked"]
    )


def _absent(entry: Entry) -> bool:
    return entry["because"].startswith(_ABSENT)


def _missing(entry: Entry) -> str:
    return f"{entry['file']} no longer had the row" if _absent(entry) else entry["because"]


def _last_seen(seen: Seen | None) -> Iterator[str]:
    if seen is not None:
        row = f", {seen.file} row {seen.row}" if seen.row else f", {seen.file}"
        without = f"the first that had not: {seen.first_without}."
        yield f"The last drop that had it: {seen.last}{row}; {without}"


def _not_carried_out(facts: Facts, since: str) -> Iterator[str]:
    """The newest change that was listed and not done, if nothing was done after it."""
    off = [e for e in facts.own if not e["picked"] and e["at"] >= since and e["commit"]]
    if off:
        entry = off[-1]
        word = action(entry["action"])[1].lower()
        yield (
            f"{_with(entry)} listed “{word}” and left it undone: {entry['because']}{_place(entry)}."
        )


def _faults(facts: Facts, since: str) -> Iterator[str]:
    newer = [left for left in facts.left_out if left["at"] >= since]
    if newer:
        left = newer[-1]
        code = f" [{left['code']}]" if left["code"] else ""
        yield (
            f"A row about this was left out of drop {left['drop']}, {moment(left['at'])}, because"
            f" of an error: {left['file']} row {left['row']}: {left['says']}{code}"
        )


def _concerns(facts: Facts) -> bool:
    """Whether the run that waits would change the row."""
    return facts.waiting is not None and any(
        entry["run"] == facts.waiting["run"] for entry in facts.own
    )


def _on_hold(waiting: Waiting) -> str:
    told = f"Drop {waiting['drop']} of {moment(waiting['at'])} was not committed"
    held = f", on hold for {', '.join(waiting['blocks'])}" if waiting["blocks"] else ""
    return f"{told} (run {waiting['run']}{held}), so nothing of it was done."


def _did(entry: Entry) -> str:
    return f"{DONE[entry['action']]} on {moment(entry['at'])} {_by(entry)}"


def _by(entry: Entry) -> str:
    how = "automatic, " if entry["automatic"] else ""
    if entry["sync"] == "undo":
        return f"by undoing (commit {entry['commit']}, {entry['actor']})"
    return f"with drop {entry['drop']} (commit {entry['commit']}, {how}{entry['actor']})"


def _with(entry: Entry) -> str:
    return f"Commit {entry['commit']} of {moment(entry['at'])}, drop {entry['drop']},"


def _place(entry: Entry) -> str:
    return f", {entry['file']} row {entry['row']}" if entry["file"] else ""


def _named(key: str, facts: Facts) -> str:
    first = key.split(" / ", maxsplit=1)[0]
    return f"{facts.called[first]} ({first})" if facts.called.get(first) else first
