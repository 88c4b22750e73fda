import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from store_examples import new_store

from importer.model.errors import BusyError
from importer.store.folder import FolderStore

HOLDER = """
import sys, time
from pathlib import Path
from importer.store.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(store: FolderStore) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.root)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_process_is_told_who_works_and_since_when(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    holder = hold(store)
    try:
        with pytest.raises(BusyError) as caught, store.lock():
            pass
        assert f"(process {holder.pid}, since 2" in str(caught.value)
        assert str(caught.value).endswith(" UTC).")
        assert caught.value.exit_code == 5
    finally:
        holder.kill()
        holder.wait()
        if holder.stdout:
            holder.stdout.close()


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    holder = hold(store)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    if holder.stdout:
        holder.stdout.close()
    assert (store.root / ".lock").read_text() == str(holder.pid)  # information only
    with store.lock():
        assert (store.root / ".lock").read_text() == str(os.getpid())


def test_one_process_can_not_hold_it_twice_but_again(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for _ in range(2):
        with store.lock(), pytest.raises(BusyError), store.lock():
            pass


def test_errors_of_the_work_inside_are_not_taken_for_the_lock(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), new_store(tmp_path).lock():
        raise OSError("mine")


def test_whoever_takes_it_sweeps_what_was_left(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/keep.csv").touch()
    (store.root / "staging/unfinished").mkdir()
    (store.root / "staging/unfinished/students.csv").touch()
    (store.root / "staging/file").touch()
    (store.root / "staging/link").symlink_to(tmp_path / "mine")
    with store.lock():
        assert list((store.root / "staging").iterdir()) == []
    assert (tmp_path / "mine/keep.csv").exists()
