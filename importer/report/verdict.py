"""The one sentence that a report begins with, and the summaries that carry it."""

from collections.abc import Mapping

import polars as pl

from importer.model.changes import ACTIONS, ChangeSet
from importer.model.history import Commit, Run
from importer.report import build
from importer.report.build import Facts
from importer.report.messages import says
from importer.report.summary import Level, Plan, SchoolLine, Summary, Totals, Verdict
from importer.report.words import count

DONE = {
    "add": "added",
    "edit": "edited",
    "move": "moved",
    "re-key": "re-keyed",
    "archive": "archived",
    "reactivate": "reactivated",
    "pending": "pending",
    "begin": "begun",
    "withdraw": "withdrawn",
}


def moment(at: str) -> str:
    """A time as people read it: to the minute, UTC."""
    return at[:16].replace("T", " ") + " UTC"


def _summary(title: str, facts: Facts, verdict: Verdict) -> Summary:
    return Summary(
        title=title,
        verdict=verdict,
        generated=moment(facts.at),
        source=facts.source,
        format=facts.format,
        drop="",
        run="",
        redacted=False,
        totals=build.totals(facts),
        files=build.files(facts),
        causes=build.causes(facts),
        skipped=build.skipped(facts),
        schools=[],
        plan=None,
    )


def of_check(facts: Facts, sent: pl.DataFrame) -> Summary:
    """The summary of a check without a workspace."""
    summary = _summary(f"Check of {facts.source}", facts, _check_verdict(facts))
    summary["schools"] = build.schools(sent, None)
    return summary


def _first(facts: Facts, severity: str) -> str:
    found = facts.findings.filter(pl.col("severity") == severity)
    if found.is_empty():
        return ""
    return says(found.row(0, named=True))


def _why_held(facts: Facts) -> str:
    """The first reason; where too much is wrong, what most of it hangs on."""
    reason = _first(facts, "BLOCK")
    if _asks_for_headers(facts):
        return f"{reason} {_first_of(facts, 'FILE-120')}"
    # What only counts further causes is none that anybody could mend.
    one = (pl.col("severity") == "ERROR") & pl.col("values").is_null()
    blocked = facts.causes.filter(one).sort("blocks", descending=True)
    if facts.causes["code"][0] != "PLAN-511" or blocked.is_empty():
        return reason
    found = facts.findings.filter(pl.col("cause") == blocked["cause"][0]).row(0, named=True)
    return f"{reason} Most of it hangs on this: {says(found)}"


def _asks_for_headers(facts: Facts) -> bool:
    """Whether the first reason is a file whose required columns have no known header."""
    first = facts.findings.filter(pl.col("severity") == "BLOCK").head(1)
    headless = (pl.col("code") == "FILE-120") & (pl.col("severity") == "ERROR")
    files = facts.findings.filter(headless)["file"]
    return first["code"].to_list() == ["PLAN-504"] and first["file"][0] in files


def _first_of(facts: Facts, code: str) -> str:
    found = facts.findings.filter(pl.col("code") == code).row(0, named=True)
    return says(found)


def _check_verdict(facts: Facts) -> Verdict:
    total, told = build.totals(facts), facts.causes.with_columns(pl.col("values").fill_null(1))
    causes = int(told["values"].sum())
    errors = int(told.filter(pl.col("severity").is_in(["ERROR", "BLOCK"]))["values"].sum())
    if facts.by_the_book:
        return _by_the_book(facts)
    if total["BLOCK"]:
        sentence = f"As it is, this would be put on hold. {_why_held(facts)}"
        return Verdict(
            level="hold", sentence=sentence, next="Mend the first cause, then check again."
        )
    if total["held"]:
        sentence = (
            f"{count(total['held'], 'row')} of {total['rows']:,} would be left out, because of "
            f"{count(errors, 'cause')}. Everything else can be imported."
        )
        return Verdict(
            level="bad", sentence=sentence, next="Mend the causes in their order, then check again."
        )
    if total["ERROR"]:
        sentence = f"This can't be imported as it is. {_first(facts, 'ERROR')}"
        return Verdict(
            level="bad", sentence=sentence, next="Mend the causes in their order, then check again."
        )
    rows = f"All {total['rows']:,} rows" if total["rows"] != 1 else "The row"
    if total["WARNING"]:
        sentence = f"{rows} can be imported; {count(causes, 'thing')} may be worth a look."
        return Verdict(level="warn", sentence=sentence, next="Read the warnings, or go on.")
    return Verdict(level="good", sentence=f"{rows} can be imported.", next="Nothing to do.")


def _by_the_book(facts: Facts) -> Verdict:
    """Whether a receiver that goes by the standard takes the package, and what it refuses first."""
    grave = facts.findings.filter(pl.col("severity").is_in(["ERROR", "BLOCK"]))
    book = f"By the book of {facts.format['title']} this package is"
    if grave.is_empty():
        told = f"{book} right: all {build.totals(facts)['rows']:,} rows can be imported."
        return Verdict(level="good", sentence=told, next="Nothing to do.")
    first = grave.row(0, named=True)
    why = says(first)
    places = count(int(grave["rows"].sum()), "place")
    return Verdict(
        level="bad",
        sentence=f"{book} refused: it is wrong in {places}. The first: {why}",
        next="Mend the causes in their order, then check again.",
    )


def of_run(
    run: Run, facts: Facts, schools: list[SchoolLine], plan: Plan, change: ChangeSet
) -> Summary:
    """The summary of a planned run."""
    summary = _summary(f"Run {run.id}", facts, _run_verdict(run, facts, change))
    summary["drop"], summary["run"] = run.drop, run.id
    summary["schools"], summary["plan"] = schools, plan
    return summary


def _run_verdict(run: Run, facts: Facts, change: ChangeSet) -> Verdict:
    told = _real_verdict(run, facts, change)
    if run.sync != "test" or not run.kind:
        return told
    sentence = "Test run, nothing is committed. " + told["sentence"].removeprefix(
        "Nothing was changed. "
    )
    return Verdict(level=told["level"], sentence=sentence, next="importer sync PATH -w DIR")


def _real_verdict(run: Run, facts: Facts, change: ChangeSet) -> Verdict:
    total = build.totals(facts)
    if not run.kind:
        unknown = "FILE-110" in facts.findings["code"]
        return Verdict(
            level="bad", sentence=f"Nothing can be imported. {_first(facts, 'ERROR')}",
            next="importer map PATH -w DIR" if unknown else "Send the files again.",
        )  # fmt: skip
    if run.blocks:
        override = " ".join(f"--override '{scope}'" for scope in run.blocks)
        release = f"importer approve {run.id} -w DIR {override} --reason '…'"
        return Verdict(
            level="hold",
            sentence=f"Nothing was changed. {_why_held(facts)}",
            next=_instead(run, facts) or release,
        )
    since = f" since that of commit {run.since}" if run.since else ""
    only = f", of school {', '.join(run.schools)} only" if run.schools else ""
    sentence = f"What this drop changes{since}{only}: {done_words(change.counts())}."
    if total["held"]:
        sentence += f" {count(total['held'], 'row')} left out, their records stay as they are."
    return Verdict(level=_level(total), sentence=sentence, next=f"importer commit -w DIR {run.id}")


def _instead(run: Run, facts: Facts) -> str:
    """What to do rather than to release the run: say what a header means, or that ids changed."""
    if _asks_for_headers(facts):
        return "importer map PATH -w DIR"
    first = facts.findings.filter(pl.col("severity") == "BLOCK").head(1)
    changed = first["code"].to_list() == ["PLAN-520"]
    return f"importer rekey {run.id} -w DIR" if changed else ""


def _level(total: Totals) -> Level:
    return "warn" if total["held"] or total["WARNING"] else "good"


def done_words(counts: Mapping[str, Mapping[str, int]]) -> str:
    """``12 added, 3 edited`` over all tables, of counts by table and action."""
    sums = dict.fromkeys(ACTIONS, 0)
    for tally in counts.values():
        for action, number in tally.items():
            sums[action] += number
    told = [f"{number:,} {DONE[action]}" for action, number in sums.items() if number]
    return ", ".join(told) or "no changes"


def committed(summary: Summary, commit: Commit) -> Summary:
    """The summary of a run that is committed now."""
    total = summary["totals"]
    sentence = f"Committed as number {commit.number}: {done_words(commit.counts)}."
    if total["held"]:
        sentence += f" {count(total['held'], 'row')} left out, their records stay as they are."
    show = f"importer show {commit.number} -w DIR"
    return {**summary, "verdict": Verdict(level=_level(total), sentence=sentence, next=show)}


def again(summary: Summary, done: bool) -> Summary:
    """The summary of a drop that came again unchanged."""
    if not done:
        return summary
    told = Verdict(
        level="good",
        sentence="Nothing new: this drop is what was committed last.",
        next="Nothing to do.",
    )
    return {**summary, "verdict": told}
