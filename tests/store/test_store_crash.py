import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import store_faults
from store_examples import drop_of, new_store, next_commit, people, run_of


def faults_of(mode: str, folder: Path, mistake: str) -> dict[str, Any]:
    (folder / "base").mkdir()
    command = [sys.executable, store_faults.__file__, mode, str(folder), mistake]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("mode", ["before", "after", "half", "once", "forever", "eio"])
def test_wherever_an_import_ends_the_store_is_old_or_new(tmp_path: Path, mode: str) -> None:
    """kill -9, or an error of the disk, at every call that changes something; then a rerun."""
    result = faults_of(mode, tmp_path, "none")
    assert result["bad"] == []
    assert result["points"] > 30


def test_the_faults_find_a_record_that_is_written_in_place(tmp_path: Path) -> None:
    assert faults_of("half", tmp_path, "record in place")["bad"]


class Trace:
    """What a power cut would lose: content without an fsync, names in a folder without one."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.synced: set[int] = set()  # inodes whose content is safe
        self.open_names: dict[str, str] = {}  # folders with names that are not safe, and which
        self.faults: list[str] = []
        for name in ("write", "fsync", "link", "rename"):
            patch.setattr(os, name, self._recorded(name, getattr(os, name)))

    def _recorded(self, name: str, real: Any) -> Any:
        def call(*args: Any, **more: Any) -> Any:
            done = real(*args, **more)
            getattr(self, f"_after_{name}")(*args)
            return done

        return call

    def _after_write(self, fd: int, data: bytes) -> None:
        self.synced.discard(os.fstat(fd).st_ino)

    def _after_fsync(self, fd: int) -> None:
        self.synced.add(os.fstat(fd).st_ino)
        self.open_names.pop(str(Path(f"/proc/self/fd/{fd}").readlink()), None)

    def _after_link(self, source: Path, final: Path) -> None:
        inside = [final, *final.rglob("*")] if final.is_dir() else [final]
        for path in inside:
            if path.stat().st_ino not in self.synced:
                self.faults.append(f"{path.name} has its name before its content is safe")
        if "commits" in str(final) and self.open_names:
            self.faults.append(f"committed before these are safe: {self.open_names}")
        self.open_names[str(final.parent)] = final.name

    _after_rename = _after_link


def test_everything_is_synced_before_it_is_named_and_named_before_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path)
    sent = drop_of(tmp_path / "in", students="id\n")
    with monkeypatch.context() as patch:
        trace = Trace(patch)
        drop = store.keep_drop(sent)
        with store.new_run("r1") as run:
            run.frame("findings", people("a"))
            run.text("report.html", "<p>")
            run.finish(run_of("r1"))
        stored = store.put_table(people("a"))
        store.add_commit(next_commit(store, {"people": stored}, drop.id))
    assert trace.faults == []
    assert trace.open_names == {}
    assert len(trace.synced) >= 8


@pytest.mark.parametrize("skipped", ["file", "folder"])
def test_the_trace_finds_a_missing_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skipped: str
) -> None:
    """A test that can't fail proves nothing: leave out one kind of sync and it must be noticed."""
    store = new_store(tmp_path)
    with monkeypatch.context() as patch:
        trace = Trace(patch)
        recorded = os.fsync

        def lazy(fd: int) -> None:
            is_folder = Path(f"/proc/self/fd/{fd}").is_dir()
            if is_folder != (skipped == "folder"):
                recorded(fd)

        patch.setattr(os, "fsync", lazy)
        store.add_commit(next_commit(store, {"people": store.put_table(people("a"))}))
    assert trace.faults or trace.open_names
