"""Words of the directory that page and terminal share."""

from importer.report.directory import Counts, LastCommit, SchoolEntry
from importer.report.record_history import Step
from importer.report.verdict import DONE
from importer.report.words import count

PRIVATE = "Holds names of pupils: keep it inside the district."

_COLUMNS = {
    "id": "Id",
    "email": "E-mail",
    "personal_email": "Personal e-mail",
    "principal_email": "Principal’s e-mail",
    "sms": "SMS",
    "nces_id": "NCES id",
    "sis_id": "SIS id",
    "zip": "ZIP",
    "is_primary": "Primary",
    "begin_date": "From",
    "start_date": "From",
    "end_date": "Until",
}
_TILES = (
    ("students", "student"),
    ("teachers", "teacher"),
    ("staff", "other staff"),
    ("guardians", "guardian"),
    ("sections", "section"),
    ("enrollments", "enrollment"),
    ("archived", "archived"),
)
_ROWS = {"people": "person", "terms": "term"}
_ONE_WORD = {"staff", "archived"}


def heading(column: str) -> str:
    """A column's name as people write it: ``birth_date`` is Birth date."""
    return _COLUMNS.get(column) or column[:1].upper() + column[1:].replace("_", " ")


def figures(counts: Counts) -> list[tuple[int, str]]:
    """The counts with their words: ``(1, "student")``, ``(2, "students")``."""
    told = []
    for name, word in _TILES:
        number: int = counts[name]  # type: ignore[literal-required]
        plural = "" if number == 1 or name in _ONE_WORD else "s"
        told.append((number, word + plural))
    return told


def done(step: Step) -> str:
    """What happened to which kind of row: ``enrollment added``."""
    row = _ROWS.get(step["table"], step["table"].removesuffix("s"))
    return f"{row} {DONE[step['action']]}"


def known(entry: SchoolEntry) -> list[str]:
    """What else tells a school: its type, what it belongs to, and its other numbers."""
    above = entry["parent"] or entry["parent_id"]
    told = {
        "": entry["type"],
        "of ": above,
        "number ": entry["number"] if entry["number"] != entry["school_id"] else None,
        "state id ": entry["state_id"],
    }
    return [word + value for word, value in told.items() if value]


def last_commit(commit: LastCommit | None) -> str:
    """Who committed last, when and which drop."""
    if commit is None:
        return "Nothing is committed yet."
    drop = commit["label"] or commit["drop"][:12]
    from_drop = f", drop {drop}" if drop else ""
    at = commit["at"][:16].replace("T", " ")
    return f"Commit {commit['number']}, {at} UTC, by {commit['actor']}{from_drop}."


def on_hold(waiting: list[str]) -> str:
    """How many runs wait for a person's word; empty if none does."""
    if not waiting:
        return ""
    wait = "waits" if len(waiting) == 1 else "wait"
    return f"{count(len(waiting), 'run')} on hold {wait} for a decision: {', '.join(waiting)}."
