"""What is said of a drop's turn: from counts and the names of checks, so nothing of a pupil."""

import polars as pl

from importer.checks.catalogue import CATALOGUE, stage
from importer.flow import Synced
from importer.model.turn import Turn
from importer.report.verdict import done_words
from importer.report.words import count

_MOST = 3  # reasons that are named


def said(done: Synced) -> Turn:
    """The turn of a drop that was synced: outcome, exit code, and what to say; times come later."""
    planned, run = done.planned, done.planned.run
    summary = planned.reported.summary
    outcome, code = _outcome(done)
    return Turn(
        at=run.at,
        outcome=outcome,
        exit_code=code,
        source=run.source,
        drop=run.drop,
        run=run.id,
        commit=done.commit.number if done.commit else 0,
        counts=run.counts,
        findings=run.findings,
        blocks=tuple(done.waiting),
        codes=_codes(planned.reported.findings, "BLOCK" if run.kind else "ERROR"),
        says=_sentence(done, outcome, summary["totals"]["held"]),
        fix=_FIXES[outcome].format(run=run.id),
    )


def _outcome(done: Synced) -> tuple[str, int]:
    run = done.planned.run
    if done.commit:
        return "committed", 0
    if done.planned.nothing_new:
        return "same", 0
    if run.sync == "test" and not run.blocks:
        return "test", 0
    return ("held", 3) if run.kind else ("rejected", 1)


_FIXES = {
    "committed": "",
    "same": "",
    "test": "See its report: importer show {run} -w DIR",
    "held": "See why, and what releases it: importer show {run} -w DIR. If the files are wrong, "
    "send them again.",
    "rejected": "See its report: importer show {run} -w DIR. Then send the files again.",
}


def _sentence(done: Synced, outcome: str, held: int) -> str:
    run = done.planned.run
    told = done_words(run.counts)
    left = f" {count(held, 'row')} left out, their records stay as they are." if held else ""
    if done.commit:
        return f"Committed as number {done.commit.number}: {told}.{left}"
    if outcome == "same":
        return "Nothing new: this drop is what was committed last."
    if outcome == "test":
        return f"A test, nothing was changed. It would be: {told}.{left}"
    codes = _codes(done.planned.reported.findings, "BLOCK" if run.kind else "ERROR")
    reasons = [f"{CATALOGUE[code].name} ({code})" for code in codes[:_MOST]]
    more = f" and {len(codes) - _MOST} more" if len(codes) > _MOST else ""
    why = f": {', '.join(reasons)}{more}" if reasons else ""
    if outcome == "rejected":
        return f"Nothing could be imported{why}."
    return f"On hold, nothing was changed{why}."


def _codes(findings: pl.DataFrame, severity: str) -> tuple[str, ...]:
    """The codes of a severity: what is wrong with files first, for that explains the others."""
    grave = findings.filter(pl.col("severity") == severity)
    return tuple(sorted(grave["code"].unique(maintain_order=True), key=stage))
