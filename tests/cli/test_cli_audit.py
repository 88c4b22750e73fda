"""`importer audit` and `importer purge`, and who may read what they leave."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from cli_everywhere import found_in, texts_of
from cli_runs import MANY, drop, run, workspace

from importer import flow
from importer.checks.catalogue import clever
from importer.model.history import Who
from importer.store.folder import FolderStore

HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade\n"
CANARY = "Quuxanna"


def students(*rows: str) -> dict[str, str | bytes]:
    return clever(students=HEADER + "0101,S1,bo@oak.example,Bo,Lind,3\n" + "".join(rows) + MANY)


def sent(store: FolderStore, path: Path, at: str) -> None:
    with store.lock():
        done = flow.sync(path, store, Who("Kim Ode", f"{at}T06:00:00Z"))
    assert done.commit


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A district whose first drop named somebody who was called otherwise from the second on."""
    space = workspace(tmp_path / "w")
    store = FolderStore.open(space)
    for at, name in (("2024-01-01", CANARY), ("2024-01-02", "Ann"), ("2024-01-03", "Anne")):
        row = f"0101,S2,s2@oak.example,{name},Ash,4\n"
        sent(store, drop(tmp_path / at, students(row)), at)
    return space


def test_audit_tells_who_did_what(space: Path, tmp_path: Path) -> None:
    few = drop(tmp_path / "few", clever())
    assert run("sync", few, "-w", space).code == 3
    held = FolderStore.open(space).runs()[-1].id
    reason = ["--reason", "the others moved", "--actor", "Kim Ode"]
    assert run("approve", held, "-w", space, "--override", "*:people", *reason).code == 0
    told = run("audit", "-w", space).out
    assert "commit 1 by Kim Ode, run 000001-" in told
    assert "approve by Kim Ode" in told and "released *:people, “the others moved”" in told.replace(
        "\n    ", " "
    )
    last = run("audit", "-w", space, "--last", "1", "--json").data()["events"]
    assert [(e["what"], e["reason"]) for e in last] == [("approve", "the others moved")]


def test_a_changed_audit_stops_the_next_run_and_says_what_to_do(space: Path) -> None:
    path = space / "audit.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))
    for command in (["verify"], ["purge"]):
        ran = run(*command, "-w", space)
        assert ran.code == 4
        assert f"audit.jsonl had {len(lines)} lines and has {len(lines) - 1}." in ran.said
    assert "begins a new audit" in ran.err
    assert run("overview", "-w", space).code == 0
    for name in ("audit.jsonl", "audit.head"):
        (space / name).unlink()
    assert run("purge", "-w", space, "--dry-run").code == 0
    assert "told later" in run("audit", "-w", space).out


def test_purge_leaves_nothing_of_what_went(space: Path) -> None:
    assert found_in(space, CANARY)
    would = run("purge", "-w", space, "--dry-run")
    assert would.out.startswith("Would remove 3 drops, 2 runs, ")
    assert found_in(space, CANARY)
    done = run("purge", "-w", space, "--actor", "Kim Ode")
    assert done.out.startswith("Removed 3 drops, 2 runs, ")
    assert "Proof: purges/000001.json" in done.out
    assert found_in(space, CANARY) == []
    assert run("purge", "-w", space).out == "Nothing is old enough to go.\n"
    verified = run("verify", "-w", space)
    assert verified.code == 0
    assert "Rosters of commits 1 to 2 were removed by purge 1 on " in verified.out


def test_after_a_purge_every_command_says_what_is_gone(space: Path, tmp_path: Path) -> None:
    run("purge", "-w", space)
    gone = "removed by purge 1 on "
    for args in (
        ["undo", "2", "--dry-run"], ["roster", "--as-of", "1"], ["diff", "1", "3"],
        ["roster", "--as-of", "2024-01-01"],
    ):  # fmt: skip
        ran = run(*args, "-w", space)
        assert gone in ran.said, (args, ran.said)
        assert ran.code == 4
    for args in (["history"], ["why", "S2"], ["show", "S2"], ["show", "1"], ["show", "3"]):
        ran = run(*args, "-w", space)
        assert ran.code == 0 and "damaged" not in ran.said, (args, ran.said)
    again = drop(tmp_path / "again", students("0101,S2,s2@oak.example,Annie,Ash,4\n"))
    assert run("sync", again, "-w", space).code == 0
    assert FolderStore.open(space).runs()[-1].id.startswith("000004-")
    assert run("verify", "-w", space).code == 0


def test_quick_after_its_drop_went_is_no_damage(space: Path, tmp_path: Path) -> None:
    run("purge", "-w", space)
    again = drop(tmp_path / "again", students("0101,S2,s2@oak.example,Annie,Ash,4\n"))
    ran = run("sync", again, "-w", space, "--quick")
    assert ran.code in (0, 2, 3, 4), ran.said
    assert "damaged" not in ran.said


@pytest.fixture
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.parametrize("umask", [0, 0o022, 0o277], indirect=True)
@pytest.mark.usefixtures("umask")
def test_after_all_commands_only_the_owner_may_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    tmp_path.joinpath("in").chmod(0o700)
    space = workspace(tmp_path / "w")
    first = _open(drop(tmp_path / "in/1", students()))
    more = _open(drop(tmp_path / "in/2", students("0101,S2,,Cy,Ray,3\n")))
    ids = tmp_path / "in/ids.csv"
    ids.write_text("old_id,new_id,type\nS2,S3,student\n")
    groups = tmp_path / "in/groups.csv"
    groups.write_text("group_id,name\ng1,Maths\n")
    _open(tmp_path / "in")
    bad = _open(drop(tmp_path / "in/3", clever(students=HEADER + "0101,S1,x,Bo,Lind,Grade 99\n")))
    for args in (
        ["sync", first], ["plan", more], ["review", "--uncheck", "1", "--reason", "not yet"],
        ["review", "--check", "1", "--reason", "now"], ["commit"], ["rekey", ids], ["sync", bad],
        ["approve", "000004", "--override", "*:people", "--reason", "r"],
        ["undo", "2", "--reason", "r"],
        ["align", groups], ["merge", "S1", "N1"], ["verify"],
        ["purge", "--older-than", "0", "--drops"], ["fix", bad], ["map", first],
        ["overview"], ["audit"],
    ):  # fmt: skip
        assert run(*args, "-w", space).code == (3 if args[1:] == [bad] and args[0] == "sync" else 0)
    wide = [
        f"{p.relative_to(space)} {stat.S_IMODE(p.stat().st_mode):o}"
        for p in [space, *space.rglob("*")]
        if stat.S_IMODE(p.stat().st_mode) != (0o700 if p.is_dir() else 0o600)
    ]
    assert wide == []
    assert len(list(space.rglob("*"))) > 40


def _open(folder: Path) -> Path:
    """What a test lays down under a strange umask must be readable for it."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


def test_what_is_searched_is_found(tmp_path: Path) -> None:
    """A search that finds nothing proves nothing: everything that it has to see through."""
    for name, content in texts_of(CANARY).items():
        (tmp_path / name).write_bytes(content)
    pl.DataFrame({"a": [["x", CANARY]]}).write_parquet(tmp_path / "x.parquet")
    assert sorted(found_in(tmp_path, CANARY)) == sorted(p.name for p in tmp_path.iterdir())
