"""What records of commits and runs tell; of frames, only findings of the last drops are read."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from statistics import median

import polars as pl

from importer.checks.catalogue import CATALOGUE
from importer.contracts.load import contracts
from importer.measured.past import Past
from importer.measured.pushes import pushes, waits
from importer.measured.weeks import per_week, weeks
from importer.model.history import DROPS, Commit
from importer.readiness.facts import History, Jump, Stubborn

_LATE = timedelta(days=180)
_TURNING, _ENDING = timedelta(days=14), timedelta(days=2)
"""After the first day of school those go who never came. Clever pauses two days before the last."""

_ALIKE = 0.5
_UPDATES = ("edit", "move", "re-key")
_LARGE, _FEW = ("people", "sections", "enrollments"), 5
"""Of what a large share is told (a term of two is half of them), and fewer than which is none."""


def history(past: Past) -> History:
    """What happened in a workspace."""
    hours = list(waits(past))
    counted = weeks(past.commits, past.policy.schedule.zone, past.policy.readiness.weeks)
    late = [c for c in past.drops if past.today - past.day(c.at) <= _LATE]
    compared, worst = _stubborn(past, int(past.rules["dbm_maintain"].thresholds["drops"]))
    days = int(past.rules.check("D11").thresholds["days"])
    settled = [commit for commit in late if _settled(past, commit)]
    return History(
        commits=len(past.drops),
        first=past.day(past.commits[0].at).isoformat() if past.commits else "",
        last=past.day(past.commits[-1].at).isoformat() if past.commits else "",
        pushes=pushes(past, days) if past.drops else None,
        formats=_formats(past, late),
        headers=_headers(past, late),
        fix_hours=median(hours) if hours else None,
        waits=len(hours),
        stubborn=worst,
        compared=compared,
        archived=_largest(past, settled, ("archive",)),
        updated=_largest(past, settled, _UPDATES),
        weeks=counted,
        per_week=per_week(counted, past.today),
        tested=_tested(past),
    )


def _tested(past: Past) -> tuple[str, bool, int, int] | None:
    """The last run of a drop: its day, whether it was a test, its errors and stops."""
    for run in reversed(past.runs):
        if run.sync in (*DROPS, "test"):
            found, test = run.findings, run.sync == "test"
            day = past.day(run.at).isoformat()
            return day, test, found.get("ERROR", 0), found.get("BLOCK", 0)
    return None


def _formats(past: Past, drops: list[Commit]) -> tuple[str, str, str] | None:
    """The last day on which a source sent another format than before."""
    found = None
    for one, other in _of_sources(drops):
        if one.kind and other.kind and one.kind != other.kind:
            found = (past.day(other.at).isoformat(), _title(one.kind), _title(other.kind))
    return found


def _title(kind: str) -> str:
    contract = contracts().get(kind)
    return contract.title if contract else kind


def _headers(past: Past, drops: list[Commit]) -> str:
    """The last day on which a file had less than half of its columns in common with before."""
    found = ""
    for one, other in _of_sources(drops):
        for table, columns in other.columns.items():
            before, now = set(one.columns.get(table, ())), set(columns)
            if one.kind == other.kind and before and len(before & now) < _ALIKE * len(before | now):
                found = past.day(other.at).isoformat()
    return found


def _of_sources(drops: list[Commit]) -> Iterator[tuple[Commit, Commit]]:
    """Each drop with the one before of the same source."""
    for source in sorted({commit.source for commit in drops}):
        yield from pairwise(commit for commit in drops if commit.source == source)


def _settled(past: Past, commit: Commit) -> bool:
    """Whether a day isn't one on which the school year turns, which changes most of a roster."""
    day, said = past.day(commit.at), past.policy.calendar
    first, last = said.school_year_start, said.school_year_end
    return (not first or day >= first + _TURNING) and (not last or day <= last - _ENDING)


def _largest(past: Past, late: list[Commit], actions: tuple[str, ...]) -> Jump | None:
    """The largest share of a table that one of the late drops changed like this."""
    before = {other.number: one for one, other in pairwise(past.commits)}
    found = []
    for commit in (commit for commit in late if commit.number in before):
        for table, counts in commit.counts.items():
            n = sum(counts.get(action, 0) for action in actions)
            stored = before[commit.number].tables.get(table)
            if table in _LARGE and n >= _FEW and stored and stored.active:
                share = min(100.0, 100 * n / stored.active)
                found.append(Jump(past.day(commit.at).isoformat(), table, share, n))
    return max(found, key=lambda jump: (jump.percent, jump.n), default=None)


def _stubborn(past: Past, count: int) -> tuple[int, Stubborn | None]:
    """Drops that can be compared, and the fault that stood in each of the last ``count`` of them.

    One fault: the same check, file and column; its share is the least that it had of the file's
    rows. Rows aren't followed one by one: they move, and whose they are is nobody's business here.
    """
    by_id = {run.id: run for run in past.runs}
    late = [by_id[commit.run] for commit in past.drops if commit.run in by_id][-count:]
    found, faults = past.store.scan_run_frames(late, "findings")
    kept = [run for run in late if run.id not in faults]
    if found is None or len(kept) < count:
        return len(kept), None
    by = ["code", "file", "column"]
    errors = found.filter(pl.col("severity") == "ERROR")
    each = errors.group_by("run", *by).agg(pl.col("rows").sum()).collect(engine="streaming")
    always = each.group_by(by).agg(pl.col("run").n_unique(), pl.col("rows").min())
    always = always.filter(pl.col("run") == len(kept))
    lengths = _lengths(past, kept[-1].id)
    shares = [
        (100 * rows / lengths[file], code, file, column or "")
        for code, file, column, _, rows in always.iter_rows()
        if lengths.get(file)
    ]
    if not shares:
        return len(kept), None
    percent, code, file, column = max(shares)
    name = CATALOGUE[code].name if code in CATALOGUE else code
    return len(kept), Stubborn(code, name, file, column, len(kept), percent)


def _lengths(past: Past, run: str) -> dict[str, int]:
    """File → its rows, in the newest of the drops: they hardly differ from night to night."""
    files = past.store.run_data(run, "summary")["files"]
    return {line["file"]: line["rows"] for line in files}
