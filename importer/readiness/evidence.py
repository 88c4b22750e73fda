"""What the facts show about each question: they prove yes, prove no, or neither.

Most proofs go one way only: 6,214 students are more than 5,000, and 3,100 in the files may be half
of a district. ``limits``: the thresholds of the question, numbers by name; shares are percent.
"""

from collections.abc import Callable, Mapping

from importer.model.readiness import NO, YES, DataCheck, Evidence
from importer.readiness import evidence_of_files as files
from importer.readiness import evidence_of_people as people
from importer.readiness.facts import Facts
from importer.readiness.judged import FAIL, UNKNOWN
from importer.readiness.rules import Rules
from importer.readiness.sentences import Limits, many, of

Shows = Callable[[Facts, Limits], Evidence]


def sis_staff(facts: Facts, limits: Limits) -> Evidence:
    """Q9: files show how fast things are mended, not who does it."""
    past = facts.history
    if past is None or past.fix_hours is None:
        return of("sis_staff", "", "No drop was held or refused and sent again")
    times = "drop was" if past.waits == 1 else "drops were"
    return of(
        "sis_staff",
        "",
        f"{past.waits} {times} held or refused; the next good one came after"
        f" {_hours(past.fix_hours)} (median)",
    )


def dbm_maintain(facts: Facts, limits: Limits) -> Evidence:
    """Q11: the same fault in drop after drop speaks against it; nothing in files speaks for it."""
    past = facts.history
    if past is None or past.compared < limits["drops"]:
        seen = past.compared if past else 0
        can = f"{many(seen, 'drop')} can be compared"
        return of("dbm_maintain", "", f"{can}, {limits['drops']:.0f} needed")
    worst = past.stubborn
    if worst is None or worst.percent < limits["rows"]:
        return of(
            "dbm_maintain", "",
            f"No fault came in {limits['rows']:g} % of the rows of each of the last"
            f" {past.compared} drops",
        )  # fmt: skip
    where = f"{worst.file}, {worst.column}" if worst.column else worst.file
    return of(
        "dbm_maintain", NO,
        f"The same fault ({worst.name}, {worst.code}, in {where}) came in at least"
        f" {worst.percent:.1f} % of the rows of each of the last {worst.drops} drops",
        strong=True, sample=f"{past.compared} drops",
    )  # fmt: skip


def teacher_resist(facts: Facts, limits: Limits) -> Evidence:
    """Q12: what was edited by hand is what a sync would lock; no more than context."""
    if facts.roster is None or not facts.roster.edited:
        return of("teacher_resist", "", "No value was edited on the platform, as far as drops tell")
    return of(
        "teacher_resist", "",
        f"{facts.roster.edited:,} records have values that were edited on the platform; a sync"
        " locks such fields",
    )  # fmt: skip


def teacher_need(facts: Facts, limits: Limits) -> Evidence:
    """Q13: groups without a class were made by hand; no more than context."""
    if facts.classes is None:
        return of("teacher_need", "", "No list of the platform's groups was given")
    made = facts.classes
    return of(
        "teacher_need", "",
        f"{made.alone:,} of {made.groups:,} groups of the platform have no class",
    )  # fmt: skip


def testrun(facts: Facts, limits: Limits) -> Evidence:
    """C3: the last run of a drop, a test or not; a stop is a no, an error alone is neither."""
    if facts.history and facts.history.tested:
        day, test, errors, blocks = facts.history.tested
        return _run(f"The last {'test run' if test else 'run'}, {day},", errors, blocks, True)
    if facts.sent is None:
        return of("testrun", "", "Nothing was run yet")
    return _run("The check of this drop", facts.sent.errors, facts.sent.blocks, False)


def _run(what: str, errors: int, blocks: int, planned: bool) -> Evidence:
    """``planned``: compared with a roster, too; a mere check can't prove a yes."""
    if blocks:
        return of("testrun", NO, f"{what} was stopped, by {many(blocks, 'cause')}", strong=True)
    if errors:
        return of("testrun", "", f"{what} was not stopped, and found {many(errors, 'error')}")
    return of("testrun", YES, f"{what} found no error and nothing to stop it", strong=planned)


def _hours(hours: float) -> str:
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"


EVIDENCE: Mapping[str, Shows] = {
    "mobile": people.mobile,
    "size": people.size,
    "classes": people.classes,
    "sis_change": files.sis_change,
    "daily_sftp": files.daily_sftp,
    "clever_customer": files.clever_customer,
    "sis_staff": sis_staff,
    "dbm_maintain": dbm_maintain,
    "teacher_resist": teacher_resist,
    "teacher_need": teacher_need,
    "functions": people.functions,
    "region": people.region,
    "started": people.started,
    "users": people.users,
    "required": files.required,
    "testrun": testrun,
    "oneroster": files.oneroster,
    "dates": files.dates,
}
"""Question → its function, where files can speak to it; P7 follows from the data checks."""

_LINES = {"required": "D3", "dates": "D8"}
"""Questions that a data check draws the line for."""


def evidence(facts: Facts, rules: Rules, checks: tuple[DataCheck, ...]) -> dict[str, Evidence]:
    """What the facts show, by the name of the question. ``checks``: D1 to D12 of the same facts."""
    found = {}
    for name, shows in EVIDENCE.items():
        line = _LINES.get(name)
        limits = rules.check(line).thresholds if line else rules[name].thresholds
        found[name] = shows(facts, limits)
    found["clean"] = clean(checks)
    return found


CLEAN = ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9")
"""The checks that ask whether a system's data is complete and right."""


def clean(checks: tuple[DataCheck, ...]) -> Evidence:
    """P7: no if one of nine checks fails. That all pass is a hint: what is missing nobody sees."""
    own = [check for check in checks if check.id in CLEAN]
    failed = [check for check in own if check.result == FAIL]
    if failed:
        names = ", ".join(f"{check.id} ({check.title.lower()})" for check in failed)
        return of(
            "clean", NO, f"{many(len(failed), 'data check')} of {len(own)} failed: {names}", True
        )
    open_ = [name for name in CLEAN if name not in {c.id for c in own if c.result != UNKNOWN}]
    if open_:
        return of("clean", "", f"No data check failed; not measured: {', '.join(open_)}")
    return of("clean", YES, "All nine data checks on the files pass")
