"""Nothing of a pupil leaves: canaries in drops of every fate, searched in all that is told."""

import base64
import json
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from cli_runs import run
from nightly_servers import Hook, Mailbox, free_port
from nightly_turns import taken, told

from importer.checks.catalogue import ENROLLMENTS, SECTIONS, clever
from importer.contracts.load import contracts
from importer.model.errors import ImporterError
from importer.model.turn import Turn
from importer.store.folder import FolderStore

pytest_plugins = ("nightly_fixtures",)

COLUMNS = list(contracts()["clever"].tables["students"].columns)
EVENTS = '["rejected", "held", "recovered", "missed", "failed", "committed", "every"]'
PUPIL = {name: f"canary{at:02}quux" for at, name in enumerate(COLUMNS)}
RIGHT = {
    "School_id": "0101", "Grade": "3", "Gender": "F", "DOB": "4/30/2015", "Race": "W",
    "Graduation_year": "2036", "Contact_type": "Primary", "Contact_phone": "5550100123",
    "Contact_email": "canary.home@home.example",
}  # fmt: skip
WORDS = {name: "" for name, column in contracts()["clever"].tables["students"].columns.items()
         if column.words}  # fmt: skip


def _students(rows: int, **changed: str) -> str:
    """A file in which every cell of a pupil is a canary of its own."""
    lines = [",".join(COLUMNS)]
    for at in range(rows):
        own = {name: f"{value}{at:02}" for name, value in PUPIL.items()}
        values = {**own, **WORDS, **RIGHT, "Student_id": f"canary-id-{at}", **changed}
        values["Student_email"] = f"canary{at}@oak.example"
        lines.append(",".join(values.values()))
    return "\n".join(lines) + "\n"


def _drop(folder: Path, students: str, **others: str) -> Path:
    folder.mkdir()
    for name, content in clever(students=students, **others).items():
        (folder / name).write_text(str(content), "utf-8")
    return folder


def _nights(space: Path, scratch: Path) -> list[list[Turn]]:
    """Turns of drops of every fate, each with canaries in it."""
    enrollments = ENROLLMENTS.replace("S1", "canary-id-1")
    sections = SECTIONS + "0101,canary-section,canary-teacher,1\n"
    whole = _drop(scratch / "a", _students(60), enrollments=enrollments, sections=sections)
    few = _drop(scratch / "b", _students(7), enrollments=enrollments)
    wrong = _students(60, School_id="canary-school", Grade="canary-grade", DOB="canary-birth")
    names = _drop(scratch / "c", wrong, enrollments=enrollments)
    headless = scratch / "d"
    headless.mkdir()
    (headless / "students.csv").write_text(_students(60).partition("\n")[2])
    nights = [
        [taken(space, whole)],
        [taken(space, whole, 10)],
        [taken(space, few, 20)],
        [taken(space, names, 30)],
        [taken(space, whole, 40)],
        [taken(space, headless, 50)],
    ]
    outcomes = [turn.outcome for [turn] in nights]
    assert outcomes == ["committed", "same", "held", "held", "same", "rejected"]
    return [*nights, [_failed(scratch, at) for at in range(60, 63)]]


def _failed(scratch: Path, minutes: int) -> Turn:
    """What a turn says of a drop that can't be opened, in the words of our own error."""
    store = FolderStore(scratch / "nowhere")
    try:
        store.policy_text()
    except ImporterError as error:
        return Turn(f"2026-11-23T13:{minutes - 60:02}:12Z", "failed", 4, says=str(error),
                    fix=error.fix)  # fmt: skip
    raise AssertionError("it can't be opened")


def _texts(mail: EmailMessage) -> str:
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([*map(str, mail.values()), *map(str, parts)])


def _found(text: str) -> list[str]:
    """Canaries in a text, also in another coding of it."""
    seen = text.casefold()
    coded = [base64.b64encode(b"canary"[at:]).decode()[:-2].rstrip("=") for at in range(3)]
    return [hit for hit in ("canar", "quux", *coded) if hit.casefold() in seen]


@pytest.fixture
def told_all(space: Path, box: Mailbox, hook: Hook) -> Path:
    """A workspace that tells everything on every way."""
    return _settings(space, box.port, hook.url)


def _settings(space: Path, port: int, url: str, digest: str = "") -> Path:
    (space / "district.toml").write_text(
        f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'sender = "importer@oak.example"\n'
        f'[notify]\nemail = ["it@oak.example"]\non = {EVENTS}\ndigest = "{digest}"\n'
        f'[webhook]\nurl = "{url}/in"\n[schedule]\nexpected = "06:00"\n'
    )
    return space


def test_nothing_planted_is_told(told_all: Path, box: Mailbox, hook: Hook, tmp_path: Path) -> None:
    said: list[str] = []
    for turns in _nights(told_all, tmp_path):
        said += told(told_all, *turns)
    said += told(told_all, minutes=3 * 24 * 60)  # missed
    assert said == []
    kinds = [json.loads(body)["type"].partition(".")[2] for _, body in hook.got]
    assert kinds == ["committed", "same", "held", "held", "recovered", "rejected", "failed",
                     "missed"]  # fmt: skip
    assert len(box.taken) == len(kinds)
    reports = [p.read_text("utf-8") for p in told_all.glob("runs/*/report.html")]
    assert _found("".join(reports))  # the canaries do sing where they may
    assert [_found(_texts(mail)) for mail in box.mails()] == [[]] * len(kinds)
    assert [_found(body.decode() + str(headers)) for headers, body in hook.got] == [[]] * len(kinds)


@pytest.mark.parametrize("digest", ["", "23:59"])
def test_nothing_planted_waits_or_is_in_status(told_all: Path, tmp_path: Path, digest: str) -> None:
    """Both servers are down: the notices stay in the workspace, and status says so."""
    _settings(told_all, free_port(), f"http://127.0.0.1:{free_port()}", digest)
    said, shown = [], []
    page = tmp_path / "status.html"
    for turns in _nights(told_all, tmp_path):
        said += told(told_all, *turns)
        for form in ([], ["--json"], ["--html", page]):
            ran = run("status", told_all, *form)
            assert ran.code == 0
            shown.append(ran.said)
        shown.append(page.read_text("utf-8"))
    said += told(told_all, minutes=3 * 24 * 60)
    kept = [
        p for p in told_all.rglob("*") if p.is_file() and p.parent.name in ("notices", "memory")
    ]
    assert len([p for p in kept if p.suffix == ".json"]) > 10
    assert len(said) >= 8 and any("could not be sent yet" in one for one in shown)
    everything = [*said, *shown, *(p.name + p.read_text("utf-8") for p in kept)]
    assert [hits for hits in map(_found, everything) if hits] == []
    assert [p.name for p in kept if p.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("0101:people", True),  # a school that is committed
        ("*:students", True),
        ("Canary Quux:people", False),  # where a column slipped, a name is sent as a school
        ("canary-id-1:people", False),
        ("0101:canary quux", False),
    ],
)
def test_only_schools_that_are_committed_are_named(
    told_all: Path, box: Mailbox, tmp_path: Path, scope: str, named: bool
) -> None:
    assert taken(told_all, _drop(tmp_path / "a", _students(3))).outcome == "committed"
    store = FolderStore(told_all)
    cause = {"code": "PLAN-501", "severity": "BLOCK", "rows": 9, "scope": scope}
    known = store.runs()[0]
    with store.new_run("000002-made") as folder:
        folder.data("summary", {"causes": [cause]})
        folder.finish(replace(known, id="000002-made", blocks=[scope], base=1))
    held = Turn("2026-11-23T12:03:12Z", "held", 3, drop="d2", run="000002-made", blocks=(scope,))
    assert told(told_all, held) == []
    [mail] = box.mails()
    assert _found(_texts(mail)) == []
    assert (scope in _texts(mail)) is named is ("importer approve" in _texts(mail))
    assert "PLAN-501 school loses too much (9 rows)" in _texts(mail)
    assert _found(run("status", told_all, "--json").said) == []


def test_what_a_turn_says_of_a_drop_is_not_told(
    told_all: Path, box: Mailbox, tmp_path: Path
) -> None:
    """The words of a report may hold values; so they are never those of a notice."""
    [turn] = _nights(told_all, tmp_path)[3]
    assert turn.outcome == "held"
    for at, outcome in enumerate(("held", "rejected", "committed", "same", "test")):
        evil = Turn(turn.at, outcome, drop=f"d{at}", run=turn.run, says="canary", fix="canary")
        assert told(told_all, evil) == []
    assert (
        len(box.taken) >= 4
        and [hits for hits in map(_found, map(_texts, box.mails())) if hits] == []
    )
