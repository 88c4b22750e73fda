"""Every exit code that --help promises, and a bug that tells nobody's name."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli_runs import MANY, Ran, drop, run, workspace

from importer import checked
from importer.checks.catalogue import CATALOGUE, STUDENTS, TEACHERS, clever

NEW = STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,3\n"
WARNED = clever(teachers=TEACHERS.replace("ana@oak.example", ""))
WRONG = clever(students=STUDENTS.replace("Lind", ""))
HOLDER = """
import sys
from pathlib import Path
from importer.store.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def _run_of(ran: Ran) -> str:
    return str(ran.data()["run"])


@pytest.mark.parametrize(
    ("files", "code"), [(clever(), 0), (WARNED, 0), (WRONG, 1), (CATALOGUE["FILE-108"].wrong, 1)]
)
def test_check_says_whether_there_are_errors(
    tmp_path: Path, files: dict[str, str | bytes], code: int
) -> None:
    assert run("check", drop(tmp_path / "drop", files)).code == code


@pytest.mark.parametrize(
    "args",
    [
        ["check", "nowhere"],
        ["check", "--colour", "."],
        ["check", ".", "--kind", "powerscool"],
        ["check", ".", "--kind", "clever/lunch"],
        ["check"],
        ["sink"],
        ["explain", "CELL-999"],
        ["explain", "CELL-201", "--markdown"],
        ["roster", "-w", "w", "--csv"],
        ["roster", "-w", "w", "--table", "pets"],
        ["sync", "nowhere", "-w", "w"],
        ["show", "nobody", "-w", "w"],
        ["show", "7", "-w", "w"],
        ["overview", "-w", "w", "--school", "0101"],
        ["overview", "-w", "w", "--list", "pets"],
        ["approve", "x", "-w", "w", "--reason", "because"],
    ],
)
def test_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    monkeypatch.chdir(drop(tmp_path / "drop"))
    workspace(Path("w"))
    ran = run(*args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("importer: ")


def test_a_mistake_in_the_policy_is_usage(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    (space / "district.toml").write_text("never_send = []")
    ran = run("sync", drop(tmp_path / "drop"), "-w", space)
    assert (ran.code, "Did you mean never_sent?" in ran.err) == (2, True)


def test_on_hold(tmp_path: Path) -> None:
    space, whole = workspace(tmp_path / "w"), clever(students=STUDENTS + MANY)
    assert run("sync", drop(tmp_path / "monday", whole), "-w", space).code == 0
    half = run("sync", drop(tmp_path / "tuesday"), "-w", space, "--json")
    assert half.code == 3
    assert run("plan", tmp_path / "tuesday", "-w", space).code == 3
    assert run("commit", _run_of(half), "-w", space).code == 3
    assert run("roster", "-w", space, "--json").data()["commit"] == 1


def test_a_stale_plan(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    plan = run("plan", drop(tmp_path / "monday"), "-w", space, "--json")
    assert plan.code == 0
    assert run("sync", drop(tmp_path / "tuesday", clever(students=NEW)), "-w", space).code == 0
    stale = run("commit", _run_of(plan), "-w", space)
    assert (stale.code, "no longer the newest" in stale.err) == (3, True)


def test_nothing_to_commit_waits_for_a_person(tmp_path: Path) -> None:
    assert run("commit", "-w", workspace(tmp_path / "w")).code == 3


def test_a_drop_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    space, rubbish = workspace(tmp_path / "w"), drop(tmp_path / "drop", {"list.csv": "a,b\n1,2\n"})
    assert run("sync", rubbish, "-w", space).code == 1
    assert run("plan", rubbish, "-w", space).code == 1
    assert run("commit", "-w", space).code == 3


@pytest.mark.parametrize(
    "command",
    ["sync drop", "plan drop", "commit", "history", "show 1", "roster", "verify", "overview",
     "approve x --override a:b --reason c"],
)  # fmt: skip
def test_not_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    drop(tmp_path / "drop")
    monkeypatch.chdir(tmp_path)
    ran = run(*command.split(), "-w", "drop")
    assert (ran.code, ran.out) == (4, "")
    assert "no workspace" in ran.err


def test_files_and_folders_in_the_way(tmp_path: Path) -> None:
    whole = drop(tmp_path / "drop")
    assert run("init", whole).code == 4
    (tmp_path / "file").write_text("in the way")
    assert run("check", whole, "--html", tmp_path / "file" / "report.html").code == 4


def test_a_changed_roster_file_is_found(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    run("sync", drop(tmp_path / "drop"), "-w", space)
    assert run("verify", "-w", space).code == 0
    victim = next((space / "rosters").iterdir())
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes() + b"x")
    assert run("verify", "-w", space).code == 4


def test_a_busy_workspace(tmp_path: Path) -> None:
    space, whole = workspace(tmp_path / "w"), drop(tmp_path / "drop")
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(space)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout and other.stdout.readline() == "held\n"
    try:
        codes = [run(name, whole, "-w", space).code for name in ("sync", "plan")]
        codes += [run("commit", "-w", space).code]
        assert run("history", "-w", space).code == 0  # reading needs no lock
    finally:
        other.communicate("")
    assert codes == [5, 5, 5]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_bug_tells_nobodys_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    def broken(*_: object) -> None:
        try:
            raise KeyError("secret id")
        except KeyError:
            raise ValueError("secret pupil name") from None

    monkeypatch.setattr(checked, "check", broken)
    monkeypatch.chdir(tmp_path)
    ran = run("check", drop(tmp_path / "drop"), *options, bug=True)
    log = (tmp_path / "importer-bug.log").read_text()
    assert ran.code == 70
    assert "secret" not in ran.said + log
    assert (
        "ValueError" in log and "test_cli_exit_codes.py" in log and "importer-bug.log" in ran.said
    )


def test_a_bug_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("secret pupil name")

    monkeypatch.setattr(checked, "check", broken)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "importer-bug.log").mkdir()
    ran = run("check", ".", bug=True)
    assert (ran.code, "secret" in ran.said) == (70, False)


@pytest.mark.parametrize(("path", "code"), [("right", 0), ("wrong", 1), ("nowhere", 2)])
def test_the_same_in_a_process_of_its_own(tmp_path: Path, path: str, code: int) -> None:
    drop(tmp_path / "right")
    drop(tmp_path / "wrong", WRONG)
    ran = subprocess.run(
        [sys.executable, "-m", "importer", "check", path],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == code
    assert "Traceback" not in ran.stdout + ran.stderr
