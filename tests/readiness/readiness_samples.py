"""Invented readiness, one per recommendation and one with the longest and most hostile texts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from readiness_asked import ALL_SYNC, asked

from importer.model.readiness import (
    NEEDS,
    NO,
    UNSURE,
    YES,
    Answer,
    DataCheck,
    Evidence,
    Flip,
    Profile,
    Readiness,
    Route,
    Step,
    Verdict,
    Week,
)

CHECKS = (
    ("D1", "Rows without errors", "99.8 %", "at least 99.5 %; schools and terms 100 %"),
    ("D2", "People with an e-mail address", "99.6 %", "at least 99 %"),
    ("D3", "Required fields filled", "ids and names 100 %, others 99.7 %", "100 %, 99 %"),
    ("D4", "One e-mail address, one person", "no address twice", "no address twice"),
    ("D5", "Ids stay the same", "100 %", "at least 99.5 %"),
    ("D6", "No id is used again for somebody else", "0", "0"),
    ("D7", "Nothing points to what is not there", "0.02 %", "at most 0.1 %"),
    ("D8", "Terms cover the sections and today", "100 %", "at least 95 %"),
    ("D9", "Who left is removed", "0.4 %", "at most 1 %"),
    ("D10", "Classes match those in use", "96 %", "at least 95 %"),
    ("D11", "Drops come whole and on time", "19 of 20 school days", "18 of 20"),
    ("D12", "Largest change of one day", "archived 1.1 %, updated 8 %", "below 10 %, below 75 %"),
)

ROUTES = (
    Route(
        "clever",
        "Clever, automatic sync",
        "open",
        "The system can sync with Clever by itself.",
        "Confirm with Clever support.",
        NEEDS,
        "2026-09-01",
    ),
    Route(
        "powerschool",
        "SIS API (PowerSchool)",
        "possible",
        "Nobody has said yet whether the credentials are at hand.",
        "Confirm with your PowerSchool administrator.",
        ("students", "groups"),
        "2026-09-01",
    ),
    Route(
        "sftp",
        "Files by SFTP, every night",
        "open",
        "A push every day is possible.",
        "Confirm with whoever runs the student database.",
    ),
    Route(
        "wonde",
        "Wonde",
        "closed",
        "Wonde doesn’t serve the United States.",
        "Confirm with the customer success team.",
        ("students", "groups"),
        "2026-09-01",
    ),
)

STEPS = (
    Step(
        "Name who starts the sync in Clever.",
        "District: Clever administrator",
        "The request can be sent.",
    ),
    Step(
        "Send a complete set of files as a test.",
        "District: database manager",
        "A test run without errors opens the sync.",
    ),
    Step(
        "Agree on the day of the first sync with support.",
        "District coordinator, vendor support",
        "Nobody is locked out on a school day.",
    ),
)

FLIPS = (
    Flip(
        "If whoever runs the database would not keep the data right",
        "import-tool",
        {"dbm_maintain": NO},
    ),
    Flip(
        "If the district changed its student information system",
        "import-tool-revisit",
        {"sis_change": YES},
    ),
    Flip("If the classes didn’t match those in use", "hybrid", {"classes": NO, "D10": "fail"}),
)

WHO_FIXES = (
    (
        "The district",
        "names, e-mail addresses, classes and enrollments, in its student information system",
    ),
    ("The partner (Clever)", "the connection, and what is shared with which product"),
    ("Vendor support", "sync errors and merged accounts; never the district’s data itself"),
)


def checks(fails: Mapping[str, tuple[str, str, str, int]] | None = None) -> tuple[DataCheck, ...]:
    """All 12; ``fails``: id → found, fix, owner, rows."""
    made = []
    for id, title, found, needed in CHECKS:
        if fails and id in fails:
            wrong, fix, owner, rows = fails[id]
            made.append(DataCheck(id, title, wrong, needed, "fail", fix, owner, rows))
        elif id == "D10":
            made.append(
                DataCheck(id, title, "no file of the groups in use was given", needed, "unknown")
            )
        else:
            made.append(DataCheck(id, title, found, needed, "pass"))
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


MEASURED = {
    "mobile": YES,
    "size": YES,
    "sis_change": NO,
    "daily_sftp": YES,
    "clever_customer": YES,
    "users": NO,
    "dates": YES,
}


def sync() -> Readiness:
    """All answers and all data point the same way."""
    return Readiness(
        id="20261122T201500Z-7c1e",
        at="2026-11-22T20:15:00Z",
        rules="2026.11",
        profile=Profile("Lakeview Unified School District", "student", "US", "powerschool", NEEDS),
        verdict=Verdict(
            "sync",
            (
                "The data holds: all data checks that were made pass.",
                "19 of 20 school days brought a complete set of files.",
                "About 42 changes a week would be 1.4 hours by hand.",
            ),
            score=100,
            known=96,
            measured=52,
            route="clever",
            lines=LINES,
        ),
        sentence="Lakeview Unified School District is ready for a SIS sync by Clever.",
        confidence="high",
        confidence_why="96 % of the weight is known, and no answer but a gate would change it.",
        questions=asked(ALL_SYNC, MEASURED),
        checks=checks(),
        routes=ROUTES,
        flips=FLIPS,
        steps=STEPS,
        days="1 to 2 business days",
        starts="The district’s Clever administrator",
        who_fixes=WHO_FIXES,
        by_hand="About 42 changes a week, 2 minutes each: 1.4 hours a week, 50 hours in 36 weeks.",
        weeks=weeks(13),
        sources=(
            "63 committed drops of workspace lakeview, 24 August to 20 November 2026",
            "answers.toml of 14 November 2026",
        ),
        command="importer readiness -w lakeview --answers answers.toml --html readiness.html",
    )


LINES = (
    "Gates: none fires.",
    "Known weight: 24 of 25 (96 %), at least 60 % needed.",
    "Score: 24 of 24 known points are for sync: 100.",
    "60 or more: SIS sync, if the data checks pass and nothing is open.",
)


def fix_then_sync() -> Readiness:
    """Sync is right, but two data checks fail."""
    found = checks(
        {
            "D2": (
                "91.2 %",
                "Fill in 546 e-mail addresses; 498 of them are missing at one school.",
                "District: database manager",
                546,
            ),
            "D7": (
                "0.9 %",
                "Send the 12 sections that 188 enrollments point to.",
                "District: database manager",
                188,
            ),
        }
    )
    verdict = Verdict(
        "fix-then-sync",
        (
            "The answers point to a sync, with 92 of 100 points.",
            "Two data checks fail: people with an e-mail address, and rows that point to nothing.",
            "After these are mended nothing else is in the way.",
        ),
        score=92,
        known=96,
        measured=50,
        route="sftp",
        lines=LINES,
    )
    steps = (
        Step(
            "Fill in 546 e-mail addresses; 498 of them are missing at one school.",
            "District: database manager",
            "D2 passes: people can sign in.",
        ),
        Step(
            "Send the 12 sections that 188 enrollments point to.",
            "District: database manager",
            "D7 passes: nobody lacks a class.",
        ),
        *STEPS[1:],
    )
    return replace(
        sync(),
        verdict=verdict,
        checks=found,
        steps=steps,
        confidence="medium",
        sentence="Mend e-mail addresses and missing sections, then sync by nightly files.",
        questions=asked({**ALL_SYNC, "teacher_resist": YES}, MEASURED),
    )


def gated() -> Readiness:
    """Nobody will keep the data right: a gate, though the rest points to sync."""
    verdict = Verdict(
        "import-tool",
        (
            "Nobody will keep the data of the student database right all year; a sync needs that.",
            "The other answers alone would point to a sync, with 88 of 100 points.",
        ),
        gate="dbm_maintain",
        score=88,
        known=100,
        measured=45,
        lines=("Gate dbm_maintain: no. It decides alone.", *LINES[1:]),
    )
    return replace(
        sync(),
        verdict=verdict,
        confidence="high",
        sentence="Use the User Import Tool: nobody will keep the student database right all year.",
        questions=asked({**ALL_SYNC, "dbm_maintain": NO}, MEASURED),
        steps=(
            Step(
                "Send the spreadsheet of the User Import Tool for one school.",
                "School coordinator",
                "The first accounts are there in a day.",
            ),
        ),
        flips=(
            Flip(
                "If whoever runs the database would keep the data right",
                "sync",
                {"dbm_maintain": YES},
            ),
        ),
        starts="The school coordinators",
        days="1 day for each school",
    )


def revisit() -> Readiness:
    """A new student information system comes in summer."""
    verdict = Verdict(
        "import-tool-revisit",
        (
            "A new student information system comes on 1 July 2027; ids may change with it.",
            "Without that the answers point to a sync, with 90 of 100 points.",
        ),
        gate="sis_change",
        score=90,
        known=97,
        measured=40,
        revisit="2027-09-15",
        lines=("Gate sis_change: yes. Without it: 90.",),
    )
    return replace(
        sync(),
        verdict=verdict,
        questions=asked({**ALL_SYNC, "sis_change": YES}, {"size": YES, "mobile": YES}),
        sentence="Use the User Import Tool now, and look again on 15 September 2027.",
        weeks=(),
        by_hand="",
    )


def hybrid() -> Readiness:
    """Accounts by sync, classes by hand."""
    verdict = Verdict(
        "hybrid",
        (
            "The classes of the system are not those that teachers use.",
            "Accounts change often enough to be worth a sync.",
        ),
        score=71,
        known=91,
        measured=40,
        route="clever",
        lines=LINES,
    )
    return replace(
        sync(),
        verdict=verdict,
        confidence="medium",
        sentence="Sync the accounts, and keep the classes by the User Import Tool.",
        questions=asked({**ALL_SYNC, "classes": NO, "teacher_need": NO, "desire": NO}, MEASURED),
        weeks=weeks(1),
    )


def sync_if() -> Readiness:
    """Sync, on two conditions; two answers that the data contradicts."""
    verdict = Verdict(
        "sync-if",
        (
            "The answers and the data point to a sync, with 85 of 100 points.",
            "Two gates are open: nobody has answered them yet.",
        ),
        score=85,
        known=74,
        measured=47,
        route="clever",
        conditions=(
            "whoever runs the student database helps to set it up",
            "a test run ends without an error that blocks",
        ),
        ask=("dbm_setup", "testrun"),
        lines=LINES,
    )
    answers = {**ALL_SYNC, "dbm_setup": UNSURE, "testrun": UNSURE, "size": NO, "daily_sftp": NO}
    return replace(
        sync(),
        verdict=verdict,
        confidence="medium",
        sentence="Sync by Clever, if the database manager helps and a test run is clean.",
        questions=asked(answers, MEASURED),
        weeks=weeks(40),
    )


def not_enough() -> Readiness:
    """Nobody has answered and one drop shows little."""
    verdict = Verdict(
        "not-enough",
        ("Only 16 % of the weight is known; at least 60 % is needed.",),
        score=None,
        known=16,
        measured=16,
        ask=("dbm_maintain", "dbm_setup", "sis_change"),
        lines=("Known weight: 4 of 25 (16 %), at least 60 % needed.",),
    )
    return replace(
        sync(),
        profile=Profile(),
        verdict=verdict,
        confidence="low",
        confidence_why="Too little is known to say.",
        sentence="Not enough is known yet to say whether a sync or the import tool fits.",
        questions=asked({}, {"size": YES, "users": NO}),
        checks=tuple(
            replace(c, found="one drop shows nothing of it", result="unknown") for c in checks()
        ),
        routes=(),
        flips=(),
        steps=(
            Step(
                "Answer three questions: importer readiness --ask",
                "District coordinator",
                "A recommendation becomes possible.",
            ),
        ),
        days="",
        starts="",
        who_fixes=(),
        by_hand="",
        weeks=(),
        sources=("one drop: export.zip",),
    )


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
    told = [
        replace(
            one,
            asks=f"{one.asks} {LONG}"[:220],
            said=Answer(
                NO,
                f"{EVIL if at == 1 else RTL if at == 2 else ''} {LONG}",
                LONG_NAME,
                "2026-11-14",
                "2027-05-13",
                LONG if at == 3 else "",
            ),
            evidence=Evidence(one.name, LONG[:300] + " 6,214 of 6,571.", YES, True, LONG[:120]),
            state="overridden" if at == 3 else "conflict",
            counts=NO if at == 3 else YES,
            means=LONG,
        )
        for at, one in enumerate(base.questions)
    ]
    steps = tuple(
        Step(f"{LONG} ({n})", f"{LONG_NAME}: the database manager", LONG) for n in range(1, 6)
    )
    return replace(
        base,
        profile=replace(base.profile, name=f"{LONG_NAME} {HOSTILE_NAME} {RTL}"),
        verdict=replace(base.verdict, why=(LONG, EVIL, LONG, LONG), conditions=(LONG, LONG)),
        sentence=f"{LONG_NAME} {HOSTILE_NAME}: sync by Clever, if all of this is so. {LONG}",
        confidence_why=LONG,
        questions=tuple(told),
        steps=steps,
        checks=checks({id: (LONG, LONG, LONG_NAME, 123456) for id, *_ in CHECKS}),
        routes=tuple(replace(r, because=LONG, confirm=LONG) for r in ROUTES),
        flips=(*FLIPS, Flip(LONG, "hybrid", {"classes": NO})),
        starts=LONG,
        days=LONG[:100],
        who_fixes=((LONG_NAME, LONG), *WHO_FIXES),
        by_hand=LONG,
        sources=(LONG, EVIL, RTL),
        command="importer readiness -w " + "x" * 200,
    )


def hostile() -> Readiness:
    """A district whose name is markup, and one that is written from right to left."""
    base = fix_then_sync()
    return replace(
        base,
        profile=replace(base.profile, name=HOSTILE_NAME),
        sentence=f"{HOSTILE_NAME} ({RTL}): fix one thing, then sync.",
    )


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
}
"""By what is recommended; then the two that try the page."""


def just_fitting(sizes: Mapping[str, int]) -> Readiness:
    """Texts of page 1 that are all as long as ``sizes`` allows; ordinary words, no conflicts."""

    def text(kind: str) -> str:
        words = "Whoever runs the student database must mend e-mail addresses at Lakeview West. "
        return (words * 9)[: sizes[kind]]

    base, why, whose = sync(), text("why"), text("whose")
    step = Step(text("step"), whose[:30], whose[30:])
    return replace(
        base,
        sentence=text("sentence"),
        confidence_why=text("sure"),
        steps=(step,) * 5,
        verdict=replace(base.verdict, why=(why,) * 3, conditions=(why,)),
    )
