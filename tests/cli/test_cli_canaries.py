"""Canaries: values of pupils planted in every column, and looked for where none may be.

None may be in what goes to stderr, into redacted reports, the audit, the commit records, the notes
of runs that list no rows, the bug log; a password nowhere but in the drop as it came.
"""

import json
import shutil
from pathlib import Path

import pytest
from cli_everywhere import found_in, is_in
from cli_runs import Ran, drop, run, workspace

from importer import checked, flow
from importer.checks.catalogue import ENROLLMENTS, clever
from importer.cli.main import COMMANDS
from importer.model.history import Who
from importer.store.folder import FolderStore

PASSWORD = "Pw7-kestrelquux"
PERSON = {
    "School_id": "0101",
    "Student_id": "Quuxid-4711",
    "Student_number": "Quuxnumber-4711",
    "State_id": "Quuxstate-4711",
    "Last_name": "Quuxfamily",
    "Middle_name": "Quuxmiddle",
    "First_name": "Quuxgiven",
    "Grade": "3",
    "DOB": "4/30/2015",
    "Student_email": "quuxmail@oak.example",
    "Contact_name": "Quuxmother",
    "Contact_phone": "5550187234",
    "Contact_email": "quuxmother@home.example",
    "Username": "quuxuser",
    "Password": PASSWORD,
}
LOGGED = (
    "readiness",
    "check",
    "audit",
    "history",
    "run",
    "intake",
    "run-all",
    "status",
    "fetch",
    "doctor",
)
CANARIES = [value for name, value in PERSON.items() if name not in ("School_id", "Grade")]
SPELLINGS = {"4/30/2015": ["4/30/2015", "2015-04-30"]}


def planted(**other: str) -> dict[str, str | bytes]:
    """A drop with the person in it; ``other``: some of its columns otherwise."""
    row = {**PERSON, **other}
    text = f"{','.join(row)}\n{','.join(row.values())}\n"
    return clever(students=text, enrollments=ENROLLMENTS.replace("S1", row["Student_id"]))


def hits(content: str) -> list[str]:
    """The canaries that are in a text."""
    every = [word for value in CANARIES for word in SPELLINGS.get(value, [value])]
    return [word for word in every if is_in(content.encode(), word)]


def wrong_drops(folder: Path) -> list[Path]:
    """Drops that fail in all kinds of ways."""
    files = planted()
    students = files["students.csv"]
    assert isinstance(students, str)
    cut = students[:-40]
    made: dict[str, dict[str, str | bytes]] = {
        "faults": planted(Grade="Quuxgrade", DOB="31/31/Quuxbirth", Student_email="quuxmail"),
        "cut": {**files, "students.csv": cut},
        "quote": {**files, "students.csv": students.replace("Quuxgiven", '"Quuxgiven')},
        "binary": {**files, "students.csv": b"\x1f\x8b\x08" + students.encode()},
        "utf16": {**files, "students.csv": students.encode("utf-16")},
        "nul": {**files, "students.csv": students.replace("Quuxgiven", "Quux\0given")},
        "header lost": {**files, "students.csv": students.split("\n", 1)[1] * 2},
        "zip": {"drop.zip": b"PK\x03\x04" + students.encode()},
        "workbook": {"students.xlsx": students.encode()},
    }
    return [drop(folder / name, content) for name, content in made.items()]


def everything(folder: Path, space: Path) -> dict[str, list[Ran]]:
    """Each command that works in a workspace, with what goes well and with what fails."""
    good, person = drop(folder / "good", planted()), PERSON["Student_id"]
    there = ["-w", str(space)]
    ids, pairs = folder / "ids.csv", folder / "pairs.csv"
    ids.write_text(f"old_id,new_id,type\n{person},Quuxid-4712,student\n")
    pairs.write_text("old_id,new_id,type\nQuuxid-9,Quuxid-8,student\n,,\n")
    ran: dict[str, list[Ran]] = {"sync": [run("sync", good, *there)] * 2}

    def more(*args: str | Path, forms: tuple[str, ...] = ("", "--json")) -> None:
        said = [run(*args, *there, *filter(None, [form])) for form in forms]
        ran.setdefault(str(args[0]), []).extend(said)

    bad = wrong_drops(folder / "bad")
    for at, path in enumerate(bad):
        more("sync", path)
        more("fix", path, forms=("",))
        more(("map", "plan")[at % 2], path, forms=("--json",))
    more("review", "--uncheck", "all", "--reason", "r")
    more("review", "--uncheck", "person=nobody", "--reason", "r")
    for args in (["commit"], ["approve", "000001", "--override", "*:people", "--reason", "r"],
                 ["undo", "1", "--reason", "r"], ["undo", "1", "--reason", "r"],
                 ["rekey", pairs], ["rekey", ids], ["rekey", ids], ["merge", "nobody", "S1"],
                 ["history"], ["audit"], ["verify"], ["overview"], ["roster"], ["diff", "1", "2"],
                 ["why", "nobody"], ["show", "1"], ["config", "show"], ["align", ids],
                 ["whatif", "1", "--set", "portal=single"], ["readiness", "--groups", ids],
                 ["readiness"], ["readiness", "--explain"]):  # fmt: skip
        more(*args)
    ran["check"] = [
        run("check", path, "--redact", *form) for path in bad for form in ([], ["--json"])
    ]
    ran |= unattended(folder, space, bad)
    more("purge", "--older-than", "0", "--drops")
    damaged = max((space / "rosters").iterdir(), key=lambda path: path.stat().st_size)  # people
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-9] + b"quuxgiven")
    for args in (["overview"], ["sync", good], ["roster", "--table", "people"], ["verify"]):
        more(*args, forms=("--json",))
    damaged.write_bytes(whole)
    return ran


def unattended(folder: Path, space: Path, drops: list[Path]) -> dict[str, list[Ran]]:
    """The same drops as they arrive in an inbox, and what is said of the turns."""
    policy = space / "district.toml"
    policy.write_text(policy.read_text().replace("quiet = 300", "quiet = 0"))
    policy.write_text(policy.read_text().replace("late = 3600", "late = 0"))
    ran: dict[str, list[Ran]] = {}
    for number, path in enumerate(drops):
        for sent in path.iterdir():
            shutil.copy(sent, space / "inbox")
        name = ("run", "intake", "run-all")[number % 3]
        form = ["--json"] if number % 2 else []
        ran.setdefault(name, []).append(run(name, space, *form))
    ran["status"] = [run("status", space), run("status", space, "--json")]
    ran["fetch"] = [run("fetch", "-w", space)]
    ran["doctor"] = [run("doctor", "-w", space)]
    ran["sftp-setup"] = [run("sftp-setup", space, "--to", folder / "setup")]
    return ran


Worked = tuple[Path, dict[str, list[Ran]]]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """A workspace in which all of it was done, and what was said."""
    folder = tmp_path_factory.mktemp("canaries")
    space = workspace(folder / "w")
    return space, everything(folder, space)


def test_no_pupil_is_in_what_may_be_logged_or_kept_for_long(worked: Worked) -> None:
    space, ran = worked
    aside = {"demo", "explain", "init", "presets", "template", "watch"}  # no pupil, or no end
    assert set(ran) == set(COMMANDS) - aside
    assert sum(one.code != 0 for said in ran.values() for one in said) > 30  # failures are among it
    told = {f"{name}: {hits(one.err)} {one.err}" for name, said in ran.items() for one in said
            if hits(one.err)}  # fmt: skip
    assert told == set()
    errors = [data for said in ran.values() for one in said if (data := _error(one))]
    assert len(errors) > 5
    assert [data for data in errors if hits(data)] == []
    assert [one.said for name in LOGGED for one in ran[name] if hits(one.said)] == []
    for folder in ("commits", "purges"):
        assert [hit for word in CANARIES for hit in found_in(space / folder, word)] == []
    for name in ("audit.jsonl", "audit.head", ".lock"):
        assert hits((space / name).read_text()) == []
    records = [path.read_text() for path in (space / "runs").glob("*/run.json")]
    assert len(records) > 5 and [text for text in records if hits(text)] == []


def _error(ran: Ran) -> str:
    """The error that a command printed as JSON, as text."""
    if not ran.out.startswith("{"):
        return ""
    data = json.loads(ran.out)
    return json.dumps(data, ensure_ascii=False) if "exit_code" in data else ""


def test_a_password_is_nowhere_but_in_the_drop(worked: Worked) -> None:
    space, ran = worked
    assert [
        one.said for said in ran.values() for one in said if is_in(one.said.encode(), PASSWORD)
    ] == []
    assert found_in(space, PASSWORD, but="drops/") == []


def test_a_password_is_in_the_drop_until_it_goes(tmp_path: Path) -> None:
    """It is looked for in the right way, and `importer purge` takes it."""
    space = workspace(tmp_path / "w")
    store = FolderStore.open(space)
    with store.lock():
        who = Who("Kim Ode", "2024-01-01T06:00:00Z")
        assert flow.sync(drop(tmp_path / "drop", planted()), store, who).commit
    assert len(found_in(space, PASSWORD)) == 1
    assert run("purge", "-w", space).code == 0
    assert found_in(space, PASSWORD) == []


def test_a_bug_log_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError(json.dumps(PERSON))

    monkeypatch.chdir(tmp_path)
    path = drop(tmp_path / "drop", planted())
    monkeypatch.setattr(checked, "check", broken)
    ran = run("check", path, bug=True)
    assert hits(ran.said) == []
    assert hits((tmp_path / "importer-bug.log").read_text()) == []
