"""Readiness as pages show it: one for each recommendation, and the longest and most hostile."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from readiness_answers import DISTRICT, FOR, RULES, said

from importer.model.readiness import (
    NEEDS,
    NO,
    YES,
    Answer,
    DataCheck,
    Evidence,
    Flip,
    Profile,
    Readiness,
    Shown,
    Step,
    Week,
)
from importer.readiness.assess import Made, assess
from importer.report.readiness_fit import FITS, LARGER, step_lines, why_lines

EVIDENCE = {
    one.question: one
    for one in (
        Evidence(
            "mobile", "14 % of students came or left between 24 August and 20 November (11–17 %).",
            YES, True, "6,214 students, 63 school days",
        ),
        Evidence(
            "size", "The files show 6,214 active students in 9 schools.", YES, True, "20 November",
        ),
        Evidence("sis_change", "No id changed for the same person in 63 school days."),
        Evidence(
            "daily_sftp", "A complete set came on 19 of the last 20 school days.", YES, True,
            "20 school days",
        ),
        Evidence("clever_customer", "The files have Clever’s headers.", YES),
        Evidence("dbm_maintain", "The same 48 rows were wrong in 3 drops, then mended."),
        Evidence("users", "There are 6,571 students and teachers.", NO, True),
        Evidence("dates", "Terms cover 100 % of the sections, and today.", YES, True),
    )
}  # fmt: skip

_FOUND = {
    "D1": ("99.8 %", "at least 99.5 %"), "D2": ("99.6 %", "at least 99 %"),
    "D3": ("99.7 %", "at least 99 %"), "D4": ("none twice", "none twice"),
    "D5": ("100 %", "at least 99.5 %"), "D6": ("0", "0"), "D7": ("0.02 %", "at most 0.1 %"),
    "D8": ("100 %", "at least 95 %"), "D9": ("0.4 %", "at most 1 %"),
    "D11": ("19 of 20 school days", "18 of 20"), "D12": ("1.1 %, 8 %", "below 10 %, below 75 %"),
}  # fmt: skip
FAILS = {
    "D2": ("91.2 %; 498 of the 546 are missing in one school", 546),
    "D7": ("0.9 %, 12 sections are missing", 188),
}


def checks(fails: Mapping[str, tuple[str, int]] | None = None) -> tuple[DataCheck, ...]:
    """All 12; ``fails``: id → found, rows. D10 is not measured."""
    made = []
    for rule in RULES.data:
        if fails and rule.id in fails:
            found, rows = fails[rule.id]
            told = (found, "at least 99 %", "fail", rule.fix, rule.owner, rows)
            made.append(DataCheck(rule.id, rule.title, *told))
        elif rule.id in _FOUND:
            made.append(DataCheck(rule.id, rule.title, *_FOUND[rule.id], "pass"))
        else:
            why = "no file of the groups in use was given"
            made.append(DataCheck(rule.id, rule.title, why, "at least 95 %", "unknown"))
    return tuple(made)


def weeks(count: int) -> tuple[Week, ...]:
    """Weeks from 24 August 2026: many changes in the first two, then a steady few."""
    first = date(2026, 8, 24)
    return tuple(
        Week(
            (first + timedelta(weeks=at)).isoformat(),
            added=310 - 140 * at if at < 2 else 14 + at * 7 % 11,
            archived=40 if at < 2 else 9 + at * 5 % 8,
            moved=88 if at < 2 else 12 + at * 3 % 13,
        )
        for at in range(count)
    )


SHOWN = Shown(
    EVIDENCE, checks(), weeks(13), 42.0, records=48_211,
    sources=("63 drops committed from 24 August to 20 November 2026", "groups in use: not given"),
)  # fmt: skip
LAKEVIEW = Profile("Lakeview Unified School District", "", "US", "powerschool", NEEDS)
MADE = Made(
    "7", "A. Lopez", "2026-11-22T20:15:00Z", date(2026, 11, 22),
    "importer readiness -w lakeview --html readiness.html",
)  # fmt: skip


def _assessed(
    counts: Mapping[str, str], shown: Shown = SHOWN, profile: Profile = LAKEVIEW
) -> Readiness:
    return assess(RULES, said(counts), shown, profile, MADE)


def sync() -> Readiness:
    """All answers and all data point the same way."""
    return _assessed(FOR)


def fix_then_sync() -> Readiness:
    """Sync is right, but two data checks fail."""
    return _assessed(FOR, replace(SHOWN, checks=checks(FAILS)))


def gated() -> Readiness:
    """Nobody will keep the data right: a gate, though the rest points to sync."""
    return _assessed({**FOR, "dbm_maintain": NO})


def revisit() -> Readiness:
    """A new student information system comes; there is no history."""
    shown = replace(SHOWN, weeks=(), changes_per_week=None)
    return _assessed({**FOR, "sis_change": YES}, shown)


def hybrid() -> Readiness:
    """Accounts by sync, classes by hand; a history of one week."""
    return _assessed({**FOR, "classes": NO, "desire": NO}, replace(SHOWN, weeks=weeks(1)))


def sync_if() -> Readiness:
    """Sync on conditions, of most answers; two of these the data contradicts."""
    answers = {**DISTRICT, "dbm_setup": "", "testrun": NO, "size": NO, "daily_sftp": NO}
    return _assessed(answers, replace(SHOWN, weeks=weeks(40)))


def not_enough() -> Readiness:
    """Nobody has answered, and no file was given."""
    return _assessed({}, Shown(), Profile())


HOSTILE_NAME = 'Northfield <USD> & "12"'
RTL = "مدارس الشمال الموحدة"
LONG_NAME = (
    "Consolidated Independent Unified School District of Upper Northfield and Saint Bartholomew "
    "on the Lake"
)
LONG = (
    "Since the two former districts were merged, their old numbers are kept side by side, and "
    "until somebody has gone through all of them by hand nobody can tell which of two records "
    "is the one that counts; the registrar, the data office and three principals have each "
    "promised a list, and so far none of these lists agrees with any other, which is why this "
    "note has become as long as it is and why it will have to be cut on paper. "
)
EVIL = "<script>alert(1)</script>{{7*7}}</style>\x1b[31m\u202etxt.exe" + "W" * 120


def worst() -> Readiness:
    """The longest of everything at once: names, notes, steps, and a conflict in every question."""
    base = sync_if()
    notes = {0: f"{EVIL} {LONG}", 1: f"{RTL} {LONG}"}
    told = [
        replace(
            one,
            asks=f"{one.asks} {LONG}"[:220],
            said=Answer(
                NO, notes.get(at, LONG), LONG_NAME, "2026-11-14", override=LONG * (at == 2)
            ),
            evidence=Evidence(one.name, f"{LONG[:300]} 6,214 of 6,571.", YES, True, LONG[:120]),
            state="overridden" if at == 2 else "conflict",
            counts=NO if at == 2 else YES,
            means=LONG,
            until="2027-05-13",
        )
        for at, one in enumerate(base.questions)
    ]
    steps = [Step(f"{LONG} ({n})", f"{LONG_NAME}: database manager", LONG) for n in range(1, 6)]
    verdict = replace(
        base.verdict, title=LONG[:60], gate="dbm_setup", conditions=(LONG, LONG),
        why=(LONG, EVIL, LONG, LONG),
        sentence=f"{LONG_NAME} {HOSTILE_NAME}: sync by Clever, if all of this is so. {LONG}",
    )  # fmt: skip
    fails = checks({rule.id: (LONG, 123_456) for rule in RULES.data})
    return replace(
        base, verdict=verdict, questions=tuple(told), steps=tuple(steps), confidence_why=LONG,
        profile=replace(base.profile, name=f"{LONG_NAME} {HOSTILE_NAME} {RTL}"), by=LONG_NAME,
        checks=tuple(replace(one, needed=LONG, fix=LONG, owner=LONG_NAME) for one in fails),
        routes=tuple(replace(r, because=LONG, confirm=LONG, lacks=(LONG,)) for r in base.routes),
        flips=(*base.flips, Flip(LONG, "hybrid", "Both", {"classes": NO})), starts=LONG,
        days=LONG[:100],
        who_fixes=((LONG_NAME, LONG), *base.who_fixes), by_hand=LONG, sources=(LONG, EVIL, RTL),
        lines=(*base.lines, LONG, EVIL), command="importer readiness -w " + "x" * 200,
    )  # fmt: skip


def _large_steps() -> tuple[Step, ...]:
    """Steps of seven lines, the most that is printed larger beside questions of three lines."""
    step, whose = (int(FITS[kind] / LARGER) for kind in ("step", "whose"))
    long = Step(LONG[: 2 * step], LONG[:30], LONG[30:whose])
    return (long, replace(long, what=LONG[:step]), replace(long, what=LONG[:step]))


def worst_of_large() -> Readiness:
    """The longest that is still printed larger."""
    sentence = LONG[: int(FITS["sentence"] / LARGER * 2 / 3)]
    verdict = replace(worst().verdict, sentence=sentence)
    return replace(worst(), verdict=verdict, steps=_large_steps())


def hostile() -> Readiness:
    """A district whose name is markup, and words that are written from right to left."""
    base = fix_then_sync()
    verdict = replace(base.verdict, sentence=f"{HOSTILE_NAME} ({RTL}): mend the data, then sync.")
    return replace(base, profile=replace(base.profile, name=HOSTILE_NAME), verdict=verdict)


READINESS: dict[str, Callable[[], Readiness]] = {
    "not-enough": not_enough,
    "import-tool": gated,
    "import-tool-revisit": revisit,
    "fix-then-sync": fix_then_sync,
    "hybrid": hybrid,
    "sync-if": sync_if,
    "sync": sync,
    "hostile": hostile,
    "worst": worst,
    "worst-of-large": worst_of_large,
}
"""By what is recommended; then those that try the page."""


def just_fitting(reasons: int, steps: int) -> Readiness:
    """Texts of page 1 that are all as long as they may be; ordinary words, no conflicts."""

    def text(kind: str, lines: int = 1) -> str:
        words = "Whoever runs the student database must mend e-mail addresses at Lakeview West. "
        return (words * 9)[: FITS[kind] * lines]

    whose = text("whose")
    first = [
        Step(text("step", step_lines(place, steps)), whose[:30], whose[30:])
        for place in range(steps)
    ]
    verdict = replace(
        sync().verdict, sentence=text("sentence"), conditions=(text("why", 2),),
        why=(text("why", why_lines(reasons)),) * reasons,
    )  # fmt: skip
    return replace(sync(), verdict=verdict, confidence_why=text("sure"), steps=tuple(first))


def just_fitting_large() -> Readiness:
    """The same for a page that is printed larger."""
    base, why = worst_of_large(), LONG[: int(2 * FITS["why"] / LARGER)]
    verdict = replace(base.verdict, why=(why,) * 3, conditions=(why,))
    sure = LONG[: int(FITS["sure"] / LARGER)]
    return replace(
        base, verdict=verdict, confidence_why=sure, questions=sync().questions, steps=_large_steps()
    )
