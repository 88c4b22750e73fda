"""Risky work is done apart: whatever happens there, here is an answer, and nothing is left over."""

import sys
import time
from pathlib import Path

import pytest

from importer.intake.isolated import Allowed, each, run
from importer.model.died import Died

MIB = 1 << 20


def test_a_result_comes_back() -> None:
    assert run("operator:add", [2, 3]) == 5
    assert run("builtins:sorted", [["é", "z", "\udcff"]]) == ["z", "é", "\udcff"]


def test_a_generator_gives_its_answers_one_by_one() -> None:
    assert list(each("builtins:iter", [[1, "two", None]])) == [1, "two", None]
    assert list(each("builtins:iter", [[]])) == []


@pytest.mark.parametrize(
    ("function", "args", "reason"),
    [
        ("os:abort", [], "crash"),
        ("builtins:bytearray", [1 << 40], "memory"),
        ("builtins:int", ["Zoë Lind"], "error"),
        ("builtins:object", [], "error"),  # nothing that could be JSON
        ("no.such.module:function", [], "error"),
        ("sys:exit", [0], "error"),
        ("os:_exit", [0], "error"),
    ],
)
def test_it_may_die(function: str, args: list[object], reason: str) -> None:
    assert run(function, args) == Died(reason)
    assert list(each(function, args)) == [Died(reason)]


def test_what_came_before_the_end_is_there() -> None:
    assert list(each("itertools:chain", [[1, 2], 3])) == [1, 2, Died("error")]


def test_memory_is_limited() -> None:
    little = Allowed(memory_bytes=100 * MIB)
    assert run("builtins:bytearray", [200 * MIB], little) == Died("memory")
    # Memory is what it lacked: with more the answer is an error, for bytes are no JSON.
    assert run("builtins:bytearray", [MIB], little) == Died("error")


def test_time_is_limited() -> None:
    begun = time.monotonic()
    assert run("operator:pow", [7, 10**9], Allowed(cpu_seconds=1)) == Died("time")
    assert run("time:sleep", [60], Allowed(seconds=1)) == Died("time")
    assert time.monotonic() - begun < 30


def test_an_answer_may_not_be_of_any_size() -> None:
    assert run("operator:mul", ["x", 5000], Allowed(answer_bytes=1000)) == Died("memory")


def test_what_a_library_prints_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("builtins:print", ["Zoë Lind"]) is None
    assert capfd.readouterr() == ("", "")


def test_it_ends_when_nobody_listens() -> None:
    before = _children()
    answers = each("itertools:count", [])
    assert [next(answers), next(answers)] == [0, 1]
    begun = time.monotonic()
    answers.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 10
    assert _children() == before  # none is left, not even a dead one


def _children() -> set[str]:
    told = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    return {pid for some in told for pid in some}


def test_modules_of_the_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drop may hold a json.py; it is never run, wherever the command was started."""
    (tmp_path / "json.py").write_text("raise SystemExit")
    (tmp_path / "mine.py").write_text("def one(): return 1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])
    assert run("operator:add", [2, 3]) == 5
    assert run("mine:one", []) == Died("error")
