"""What notices say: what happened, what to do, who can. The same words for text, page and JSON."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from importer.fleet.notice import Notice
from importer.report.safe import for_terminal
from importer.report.verdict import done_words
from importer.report.words import count, cut

TITLES = {
    "rejected": "rejected",
    "held": "on hold, a person must decide",
    "recovered": "good again",
    "missed": "no push came",
    "failed": "can't be done at the moment",
    "committed": "committed",
    "same": "nothing new",
    "test": "test run",
}
_WAS = {
    "held": "The drop that was on hold is settled.",
    "rejected": "What comes can be read again.",
    "failed": "What failed works again.",
}
_CAN = (
    "Who can: whoever works on importer's machine as the owner of this workspace. "
    "Name and reason are kept with the decision."
)


@dataclass(frozen=True)
class Told:
    """A notice in words. ``why``: one line each; ``steps``: what to do, and the command for it."""

    title: str
    says: str
    facts: Sequence[tuple[str, str]]
    why: Sequence[str] = ()
    steps: Sequence[tuple[str, str]] = ()
    who: str = ""


def told(notice: Notice, zone: tzinfo) -> Told:
    """A notice in words; times are of the district."""
    return Told(
        title=TITLES.get(notice.event, notice.event),
        says=_says(notice, zone),
        facts=list(_facts(notice, zone)),
        why=list(_why(notice)),
        steps=list(_steps(notice)),
        who=_CAN if notice.event in ("held", "rejected") else "",
    )


def local(at: str, zone: tzinfo) -> str:
    """A moment as people of the district read it: ``Monday, 2026-11-23 06:00 (-06:00)``."""
    moment = datetime.fromisoformat(at).astimezone(zone)
    return f"{moment:%A, %Y-%m-%d %H:%M} ({moment.isoformat()[-6:]})"


def _says(notice: Notice, zone: tzinfo) -> str:
    done = done_words(notice.counts)
    committed = f"Committed as number {notice.commit}" + (f": {done}." if notice.counts else ".")
    if notice.event == "recovered":
        over = list(dict.fromkeys(_WAS[was] for was in notice.ended if was in _WAS))
        good = over or ["The push that was missing has come."]
        return " ".join([*good, committed] if notice.outcome == "committed" else good)
    if notice.event == "missed":
        of = f" of {', '.join(notice.sources)}" if notice.sources else ""
        return f"No push{of} came by {local(notice.deadline, zone)}. The roster is as it was."
    if notice.event == "failed":
        times = count(notice.times, "turn")
        since = f"since {local(notice.since, zone)}"
        return f"{times} in a row failed, {since}. Nothing was committed; it is tried again."
    return {
        "held": "A drop is on hold. Nothing was changed, the roster is as it was.",
        "rejected": "What came could not be read as a drop. Nothing was changed.",
        "committed": committed,
        "same": "A drop came, and it is what is committed already.",
        "test": f"A drop was planned as a test, nothing is committed: {done}.",
    }.get(notice.event, notice.event)


def _facts(notice: Notice, zone: tzinfo) -> Iterator[tuple[str, str]]:
    yield "District", notice.district
    if notice.source:
        yield "Source", notice.source
    yield "When", local(notice.at, zone)
    if notice.run:
        yield "Run", notice.run
    if faults := [
        count(number, word)
        for severity, word in (("ERROR", "error"), ("WARNING", "warning"))
        if (number := notice.findings.get(severity, 0))
    ]:
        yield "Found", ", ".join(faults)
    yield "Workspace", notice.workspace


def _why(notice: Notice) -> Iterator[str]:
    if notice.says:
        yield notice.says
    for reason in notice.reasons:
        scopes = ", ".join(reason["scopes"])
        found = f" ({count(reason['rows'], 'row')})" if reason["rows"] > 1 else ""
        yield f"{reason['code']} {reason['title']}{found}" + (f": {scopes}" if scopes else "")
    if notice.more:
        yield f"and {count(notice.more, 'more reason')}"


def _steps(notice: Notice) -> Iterator[tuple[str, str]]:
    there = f"-w {shlex.quote(notice.workspace)}"
    run = shlex.quote(notice.run)
    if notice.fix:
        yield notice.fix, ""
    if notice.run and notice.event in ("held", "rejected", "test"):
        yield "See all of it:", f"importer show {run} {there}"
    if notice.event == "held" and notice.release:
        override = " ".join(f"--override {shlex.quote(scope)}" for scope in notice.release)
        approve = f"importer approve {run} {there} {override} --reason '…' --actor 'your name'"
        yield "If it is right all the same, release it:", approve
        yield "and commit it:", f"importer commit {run} {there}"
    if notice.event in ("held", "rejected"):
        yield "If it is not: have the files sent again. A good drop goes through by itself.", ""
    if notice.event == "missed":
        yield "Ask the sender whether the export ran, and where to.", ""
        yield "How the district stands:", f"importer status {shlex.quote(notice.workspace)}"
    if notice.event == "failed":
        yield "To try at once:", f"importer run {shlex.quote(notice.workspace)}"
    if notice.commit:
        yield "What it did:", f"importer show {notice.commit} {there}"


def safe(text: str, most: int = 400) -> str:
    """A text on one line, everything unseen written out, not too long."""
    return for_terminal(cut(text, most))
