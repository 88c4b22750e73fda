"""--json: one JSON object from every command, for errors too."""

from pathlib import Path

import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import STUDENTS, clever
from importer.cli.main import COMMANDS


def test_every_command_prints_one_object(tmp_path: Path) -> None:
    space, path = tmp_path / "w", drop(tmp_path / "drop")
    more = drop(tmp_path / "more", clever(students=STUDENTS + "0101,S2,,Cy,Ray,3\n"))
    there = ["-w", str(space)]
    groups = tmp_path / "groups.csv"
    groups.write_text("group_id,name\ng1,Maths\n")
    ids = tmp_path / "ids.csv"
    ids.write_text("old_id,new_id,type\nS2,S3,student\n", "utf-8")
    told = {
        "check": run("check", path, "--json"),
        "presets": run("presets", "--json"),
        "template": run("template", "students", "-o", tmp_path / "blank.xlsx", "--json"),
        "demo": run("demo", "--to", tmp_path / "demo", "--json"),
        "init": run("init", space, "--json"),
        "map": run("map", path, *there, "--json"),
        "fix": run("fix", path, *there, "--json"),
        "sync": run("sync", path, *there, "--json"),
        "intake": run("intake", space, "--json"),
        "run": run("run", space, "--json"),
        "run-all": run("run-all", tmp_path, "--json"),
        "plan": run("plan", more, *there, "--json"),
        "review": run("review", *there, "--json"),
        "commit": run("commit", *there, "--json"),
        "status": run("status", space, "--json"),
        "history": run("history", *there, "--json"),
        "show": run("show", "2", *there, "--json"),
        "diff": run("diff", "1", "2", *there, "--json"),
        "why": run("why", "S2", *there, "--json"),
        "whatif": run("whatif", "2", *there, "--set", "portal=single", "--json"),
        "config": run("config", "show", *there, "--json"),
        "overview": run("overview", *there, "--json"),
        "roster": run("roster", *there, "--json"),
        "align": run("align", groups, *there, "--json"),
        "undo": run("undo", "2", *there, "--dry-run", "--json"),
        "rekey": run("rekey", ids, *there, "--json"),
        "merge": run("merge", "S1", "S3", *there, "--json"),
        "readiness": run("readiness", *there, "--json"),
        "verify": run("verify", *there, "--json"),
        "audit": run("audit", *there, "--json"),
        "purge": run("purge", *there, "--json"),
        "explain": run("explain", "CELL-201", "--json"),
        "fetch": run("fetch", *there, "--json"),
        "sftp-setup": run("sftp-setup", space, "--to", tmp_path / "setup", "--json"),
        "doctor": run("doctor", "--json"),
        "approve": run(
            "approve", "nothing", *there, "--override", "a:b", "--reason", "c", "--json"
        ),
    }
    assert set(told) == set(COMMANDS) - {"watch"}  # it never ends: tests/arrivals
    data = {name: ran.data() for name, ran in told.items()}
    assert {name: ran.code for name, ran in told.items() if ran.code} == {"approve": 2, "fetch": 2}
    assert data["commit"]["number"] == data["show"]["number"] == 2
    assert [r["commit"] for r in data["history"]["runs"]] == [1, 2]
    assert data["review"]["preview"] == data["commit"]["preview"]
    assert data["undo"]["counts"]["people"] == {"withdraw": 1}
    assert data["roster"]["active"]["people"] == 3
    assert data["purge"] == {"purge": None, "dry_run": False, "completed": []}
    assert [e["what"] for e in data["audit"]["events"]][:4] == ["init", "plan", "commit", "plan"]


def test_the_other_forms_of_commands_do_too(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    path, there = drop(tmp_path / "drop"), ["-w", str(space)]
    assert run("history", *there, "--json").data() == {"runs": []}
    assert run("roster", *there, "--json").data() == {"commit": 0, "active": {}}
    run_id = str(run("sync", path, *there, "--json").data()["run"])
    assert run("show", run_id, *there, "--json").data()["run"] == run_id
    assert run("sync", path, *there, "--json").data()["verdict"]["level"] == "good"
    rows = run("roster", *there, "--table", "people", "--json").data()["rows"]
    assert [row["person_id"] for row in rows] == ["S1", "T1"]
    assert len(run("explain", "--json").data()["checks"]) > 50


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["check", "nowhere"], 2),
        (["check"], 2),
        (["check", ".", "--kind", "x"], 2),
        (["check", ".", "--colour"], 2),
        (["sink"], 2),
        (["explain", "X-1"], 2),
        (["verify", "-w", "."], 4),
        (["show", "1", "-w", "w"], 2),
        (["commit", "-w", "w"], 3),
    ],
)
def test_errors_are_one_object_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], code: int
) -> None:
    monkeypatch.chdir(drop(tmp_path / "drop"))
    workspace(Path("w"))
    ran = run(*args, "--json")
    data = ran.data()
    assert set(data) == {"error", "fix", "exit_code"}
    assert ran.code == data["exit_code"] == code
