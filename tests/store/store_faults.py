"""Runs one whole import against a workspace again and again and lets it die, or fail, at each call.

Started as a process of its own, with the mode as argument, so that it can fork before polars has
threads: ``python store_faults.py MODE FOLDER MISTAKE`` prints how many points there were and which
of them were bad.
"""

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from store_examples import drop_of, new_store, next_commit, people, run_of

from importer.model.errors import ImporterError
from importer.store import commits, durable
from importer.store.folder import FolderStore

CALLS = ("open", "write", "fsync", "link", "unlink", "rename", "mkdir", "rmdir", "ftruncate")
UNCONFIRMED = 44  # an exit of its own here: the commit may be there or not
WHOLE_WAY = 99  # no fault was met, there are no more points
Call = Callable[..., Any]


class Fault:
    """At the n-th call that changes something: die before, after or half-way, or fail from there.

    ``once`` and ``forever`` raise ``ENOSPC`` at the n-th call or from the n-th call on, ``eio``
    raises ``EIO`` once.
    """

    def __init__(self, mode: str, place: int) -> None:
        self.mode, self.place, self.count = mode, place, 0
        for name in CALLS:
            setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, real: Call) -> Call:
        def call(*args: Any, **more: Any) -> Any:
            if name == "open" and not args[1] & os.O_CREAT:
                return real(*args, **more)
            self.count += 1
            hit = self.count == self.place
            if self.mode == "forever":
                hit = self.count >= self.place
            if not hit or not self.place:
                return real(*args, **more)
            return self._strike(name, real, args, more)

        return call

    def _strike(self, name: str, real: Call, args: Any, more: Any) -> Any:
        if self.mode in ("once", "forever", "eio"):
            raise OSError(errno.EIO if self.mode == "eio" else errno.ENOSPC, "injected")
        if self.mode == "half" and name == "write":
            real(args[0], bytes(args[1])[: len(args[1]) // 2])
        if self.mode == "after":
            real(*args, **more)
        os.kill(os.getpid(), signal.SIGKILL)


def whole_import(root: Path, sent: Path, run_id: str) -> None:
    """The second commit of a district, unless it is there already."""
    store = FolderStore.open(root)
    with store.lock():
        head = store.head()
        if head and head.number == 2:
            return
        drop = store.keep_drop(drop_of(sent, students="id\n1\n2\n"))
        with store.new_run(run_id) as run:
            run.frame("findings", people("a"))
            run.text("report.html", "<p>")
            run.finish(run_of(run_id))
        stored = store.put_table(people("a", "b"))
        store.add_commit(next_commit(store, {"people": stored}, drop.id))


def in_child(work: Callable[[], None]) -> int:
    """Exit code of the work done in a fork: 4 for an error in plain words, -9 for killed."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            work()
            code = 0
        except ImporterError as error:
            code = UNCONFIRMED if "did not confirm" in str(error) else error.exit_code
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def state(root: Path) -> tuple[int, list[str]]:
    """The number of the head, and what is wrong: nothing may be, and nothing may be left over."""
    try:
        return _state(root)
    except ImporterError as error:
        return -1, [str(error)]


def _state(root: Path) -> tuple[int, list[str]]:
    store = FolderStore.open(root)
    with store.lock():
        wrong = store.verify()
        wrong += [f"left over: {path.name}" for path in (root / "staging").iterdir()]
    for run in store.runs():
        if not (root / "runs" / run.id / "findings.parquet").stat().st_size:
            wrong.append("a run with an empty file")
    head = store.head()
    return head.number if head else 0, wrong


def judge(root: Path, sent: Path, code: int) -> list[str]:
    number, wrong = state(root)
    if number not in (1, 2):
        wrong.append(f"head {number}")
    if code not in (0, 4, -9, UNCONFIRMED):
        wrong.append(f"exit {code}")
    if code == 0 and number != 2:
        wrong.append("claimed, but not there")
    if code == 4 and number != 1:
        wrong.append("there, but not claimed")
    again = in_child(lambda: whole_import(root, sent, "again"))
    if (again, state(root)) != (0, (2, [])):
        wrong.append(f"the next run: {again} {state(root)}")
    return wrong


def main(mode: str, folder: Path) -> None:
    base = new_store(folder / "base")
    base.add_commit(next_commit(base))
    bad: list[str] = []
    place, code, copy = 0, 0, folder / "copy"

    def work() -> None:
        fault = Fault(mode, place)
        whole_import(copy, folder / "sent", "r2")
        if fault.count < place:
            os._exit(WHOLE_WAY)

    while code != WHOLE_WAY:
        place += 1
        shutil.copytree(base.root, copy)
        code = in_child(work)
        if code != WHOLE_WAY:
            faults = judge(copy, folder / "sent", code)
            bad += [f"{mode} {place}: {fault}" for fault in faults]
        shutil.rmtree(copy)
    print(json.dumps({"points": place - 1, "bad": bad}))


def in_place(final: Path, data: bytes, staging: Path) -> None:
    """A way to write a record that is wrong on purpose: the faults must find it."""
    durable.write_new(final, data)


if __name__ == "__main__":
    if sys.argv[3] == "record in place":
        vars(commits)["create_whole"] = in_place
    main(sys.argv[1], Path(sys.argv[2]))
