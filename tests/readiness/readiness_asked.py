"""All 25 questions as they would be considered: answers and what files show, by name."""

from collections.abc import Iterator, Mapping

from importer.model.readiness import UNSURE, Answer, Considered, Evidence

SOURCES = {
    "D": "Learning.com help centre, “SIS Sync or User Import Tool”",
    "P": "Pulse help centre, “Things to consider before integrating”",
    "C": "Cialfo help centre, “SIS integrations”",
    "Y": "CYPHER help centre, “SIS integration”",
}

# id, name, kind, weight, sync if, source, wording; the first six are the short form
_LINES = """\
Q11 dbm_maintain gate 3 yes D Will whoever runs the student database keep its data right, all year?
Q10 dbm_setup gate 3 yes D Will whoever runs the student database help to set up a sync?
Q4 sis_change gate 3 no D Has the district changed its student information system, or will it soon?
Q5 sis_clever route 2 yes D Can the student information system sync with Clever by itself?
Q6 daily_sftp route 2 yes D Can the district push its files by SFTP every day?
Q3 classes shape 2 yes D Are the classes in the system those that teachers and students should see?
Q1 mobile weight 2 yes D Do many students come and go during the year?
Q2 size weight 2 yes D Does the district have 5,000 students or more?
Q7 desire weight 1 yes D Does the district very much want a sync?
Q8 clever_customer weight 1 yes D Is the district a Clever customer already?
Q9 sis_staff weight 2 yes D Is there somebody whose job is the student information system?
Q12 teacher_resist weight 1 no D Would teachers mind if what they see changes?
Q13 teacher_need weight 1 yes D Do teachers need a sync to take an interest?
P1 product gate 0 yes P Does the product support integrations?
P2 functions shape 0 yes P Can all that is wanted be synced: students, staff, groups, sign-on?
P3 region gate 0 yes P Does a partner serve the district’s country?
P4 partner_sis route 0 yes P Does that partner support the student information system?
P5 started weight 0 - P Is the product in use already this year?
P6 users gate 0 no P Are there fewer than 100 students and teachers in all?
P7 clean gate 0 yes P Is the data complete, current and right?
C1 creds route 0 yes C Are the credentials of the student information system at hand?
C2 required gate 0 yes C Are all required fields filled in the system?
C3 testrun gate 0 yes C Has a test run ended without an error that blocks?
C4 oneroster route 0 yes Y Does the system give OneRoster 1.1 or 1.2?
C5 dates gate 0 yes Y Are the dates of the school year and its terms known?
"""

QUESTIONS = tuple(
    (id, name, asks, kind, int(weight), "" if sync_if == "-" else sync_if, SOURCES[source])
    for id, name, kind, weight, sync_if, source, asks in (
        line.split(" ", 6) for line in _LINES.splitlines()
    )
)

SHORT = 6

SAYS = {
    "mobile": "14 % of students came or left between 24 August and 20 November (11 to 17 %).",
    "size": "The files show 6,214 active students in 9 schools.",
    "classes": "96 % of memberships sit in a class that matches a group in use.",
    "sis_change": "No id changed for the same person in 63 school days.",
    "daily_sftp": "A complete set came on 19 of the last 20 school days.",
    "clever_customer": "The files have Clever’s headers.",
    "dbm_maintain": "The same 48 rows were wrong in 3 drops, then they were mended.",
    "users": "There are 6,571 students and teachers.",
    "oneroster": "No manifest.csv was seen.",
    "dates": "Terms cover 100 % of sections, and today.",
}


def asked(
    answers: Mapping[str, str],
    shows: Mapping[str, str] | None = None,
    weak: tuple[str, ...] = ("clever_customer", "oneroster"),
) -> tuple[Considered, ...]:
    """All 25 as they would be considered; ``answers`` and ``shows`` by name."""
    return tuple(_considered(answers, shows or {}, weak))


def _considered(
    answers: Mapping[str, str], shows: Mapping[str, str], weak: tuple[str, ...]
) -> Iterator[Considered]:
    for place, (id, name, asks, kind, weight, sync_if, source) in enumerate(QUESTIONS):
        said = Answer(
            answers.get(name, UNSURE), who="K. Ode", when="2026-11-14", until="2027-05-13"
        )
        if said.answer == UNSURE:
            said = Answer()
        shown, strong = shows.get(name, ""), name in shows and name not in weak
        evidence = (
            Evidence(name, SAYS[name], shown, strong, "63 school days") if name in SAYS else None
        )
        state, counts = _state(said.answer, shown, strong)
        yield Considered(
            id, name, asks, kind, weight, said, evidence, state, counts,
            _points(counts, sync_if, kind), _means(counts, sync_if), place < SHORT, source,
        )  # fmt: skip


def _state(said: str, shown: str, strong: bool) -> tuple[str, str]:
    if said == UNSURE:
        return ("measured", shown) if strong and shown else ("unknown", "")
    if strong and shown and shown != said:
        return "conflict", shown
    return ("agree" if shown == said else "said"), said


def _points(counts: str, sync_if: str, kind: str) -> str:
    if not counts or not sync_if:
        return ""
    if counts == sync_if:
        return "sync"
    return "gate" if kind == "gate" else "import tool"


def _means(counts: str, sync_if: str) -> str:
    if not counts:
        return "Not known yet: it counts for neither side."
    if counts == sync_if:
        return "This makes a sync easier to set up, and more useful once it runs."
    return "Until this changes, files that somebody checks and uploads are less work."


ALL_SYNC = {name: sync_if for _, name, _, _, _, sync_if, _ in QUESTIONS if sync_if}
"""Each answer that points to a sync."""
