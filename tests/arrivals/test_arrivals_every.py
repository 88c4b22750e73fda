"""Many districts: each in a process of its own, and none takes another along."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from arrivals_districts import AT_ONCE, MONDAY, TUESDAY, district, send
from cli_runs import run

from importer.fleet.every import Allowed, every
from importer.store.folder import FolderStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("elm", "oak", "yew"):
        store = district(tmp_path / "all" / name)
        send(store.root / "inbox", MONDAY)
    return tmp_path / "all"


def test_all_districts_of_a_folder_have_their_turn(root: Path) -> None:
    told = run("run-all", root, "--jobs", "2", "--json")
    assert told.code == 0
    turns = {Path(d["district"]).name: d["turns"] for d in told.data()["districts"]}
    assert {n: [t["outcome"] for t in done] for n, done in turns.items()} == {
        "elm": ["committed"], "oak": ["committed"], "yew": ["committed"],
    }  # fmt: skip


def test_the_exit_code_is_the_largest_of_all(root: Path) -> None:
    (root / "elm" / "district.toml").write_text("nonsense")
    (root / "oak" / "inbox" / "students.csv").unlink()
    told = run("run-all", root, "--json").data()
    codes = {Path(d["district"]).name: d["turns"][0]["exit_code"] for d in told["districts"]}
    assert codes == {"elm": 2, "oak": 3, "yew": 0}
    assert told["exit_code"] == 3


def test_a_folder_without_a_district_is_said(tmp_path: Path) -> None:
    told = run("run-all", tmp_path)
    assert (told.code, "There is no workspace in" in told.err) == (2, True)


def test_one_that_needs_too_much_memory_fails_alone(root: Path) -> None:
    """The drop of one district is too large for what a turn may have."""
    rows = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(900_000))
    with (root / "oak" / "inbox" / "students.csv").open("a") as file:
        file.write(rows)
    (root / "oak" / "district.toml").write_text(AT_ONCE)
    allowed = Allowed(memory=300 << 20)
    done = {path.name: turns for path, turns in every(_sorted(root), allowed, "me", wait=False)}
    assert [done[name][0].outcome for name in ("elm", "oak", "yew")] == [
        "committed", "failed", "committed",
    ]  # fmt: skip
    assert done["oak"][0].exit_code == 4
    assert (root / "oak" / "inbox" / "students.csv").exists()
    again = {path.name: t for path, t in every([root / "oak"], Allowed(), "me", wait=False)}
    assert again["oak"][0].outcome == "committed"


def test_one_that_takes_too_long_is_stopped_and_loses_nothing(root: Path) -> None:
    (root / "oak" / "district.toml").write_text("[arrivals]\nquiet = 600\n")
    allowed = Allowed(jobs=2, seconds=6)
    done = {path.name: turns for path, turns in every(_sorted(root), allowed, "me", wait=True)}
    assert [done[name][0].outcome for name in ("elm", "oak", "yew")] == [
        "committed", "failed", "committed",
    ]  # fmt: skip
    assert "longer than 6 seconds" in done["oak"][0].says
    standing = FolderStore.open(root / "oak").memory("standing")
    assert "longer than 6 seconds" in str(standing)  # people are told, if it goes on
    assert sorted(p.name for p in (root / "oak" / "inbox").iterdir()) == sorted(MONDAY)


@pytest.mark.parametrize("after", [0.0, 2.0], ids=["as it starts", "as it works"])
def test_one_that_is_killed_fails_alone(root: Path, after: float) -> None:
    """kill -9 of a district's process, while others have their turn or wait for it."""
    (root / "oak" / "district.toml").write_text("[arrivals]\nquiet = 600\n")
    killing = threading.Thread(target=_kill, args=(os.getpid(), after), daemon=True)
    killing.start()
    roots = [root / name for name in ("oak", "elm", "yew")]
    done = {path.name: turns[0] for path, turns in every(roots, Allowed(), "me", wait=True)}
    killing.join()
    assert (done["oak"].outcome, done["oak"].exit_code) == ("failed", 4)
    assert "died" in done["oak"].says
    assert (done["elm"].outcome, done["yew"].outcome) == ("committed", "committed")


def _kill(parent: int, after: float) -> None:
    """Kill the first process that a parent spawns, some seconds after it is there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for told in Path(f"/proc/{parent}/task").glob("*/children"):
            for pid in told.read_text().split():
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    time.sleep(after)
                    os.kill(int(pid), signal.SIGKILL)
                    return
        time.sleep(0.01)


def test_it_can_be_stopped_and_leaves_no_process_behind(root: Path) -> None:
    (root / "oak" / "district.toml").write_text("[arrivals]\nquiet = 600\n")
    command = [sys.executable, "-m", "importer", "run-all", str(root), "--jobs", "3"]
    all_of_them = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert all_of_them.stdout is not None
    try:
        for _ in range(2):
            assert "Committed as number 1" in all_of_them.stdout.readline()
        children = _children_of(all_of_them.pid)
        all_of_them.send_signal(signal.SIGINT)
        assert all_of_them.wait(30) == 4
    finally:
        all_of_them.kill()
        all_of_them.wait()
    assert children
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    assert sorted(p.name for p in (root / "oak" / "inbox").iterdir()) == sorted(MONDAY)


def _children_of(parent: int) -> list[str]:
    """The processes in which districts have their turn; one more only tracks semaphores."""
    told = [path.read_text().split() for path in Path(f"/proc/{parent}/task").glob("*/children")]
    every_one = [pid for some in told for pid in some]
    return [p for p in every_one if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]


def _sorted(root: Path) -> list[Path]:
    return sorted(root.iterdir())


def test_watch_takes_over_what_comes(tmp_path: Path) -> None:
    """A real process, stopped as a service would be."""
    store = district(tmp_path / "oak", "[arrivals]\nquiet = 1\n")
    command = [
        sys.executable,
        "-m",
        "importer",
        "watch",
        str(store.root),
        "--poll",
        "0.2",
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readline())["districts"][0]["turns"][0]["says"]
        for number, files in enumerate((MONDAY, TUESDAY), start=1):
            send(store.root / "inbox", files)
            turns = json.loads(watch.stdout.readline())["districts"][0]["turns"]
            assert [(t["outcome"], t["commit"]) for t in turns] == [("committed", number)]
        watch.send_signal(signal.SIGINT)
        assert watch.wait(20) == 4
    head = FolderStore.open(store.root).head()
    assert head is not None
    assert (head.number, head.automatic) == (2, True)
