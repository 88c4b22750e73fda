"""One workload, again and again: dying, failing or losing its power at one place after another.

Started with shim.so in LD_PRELOAD: ``python crash_server.py FOLDER '{"workload": …}'`` prints one
JSON object. What costs time is to start Python and polars, so both are loaded once and every trial
is a fork; nothing here uses polars itself, whose threads would not survive one.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ.pop("LD_PRELOAD", None)  # processes that a workload starts are left alone
os.environ["POLARS_MAX_THREADS"] = "2"

import crash_sync
from crash_check import KILLED, Promise
from crash_model import Disk, lay_out, read_calls, states
from crash_seeds import with_mistake
from crash_shim import WAYS, Shim
from crash_work import DROPS, WORKLOADS, Workload

from importer.model.errors import ImporterError

BUG = 70
NOT_MET = 99  # there are fewer calls than that
MOST_TOLD = 20


@dataclass(frozen=True)
class Asked:
    """What to try. ``every`` n-th place only, beginning with ``first``; of the states likewise.

    ``most``: so few places of a way that they lie evenly over the work; 0 = as ``every`` says.
    """

    workload: str = ""
    seed: str = ""
    ways: Sequence[str] = tuple(WAYS)
    every: int = 1
    most: int = 0
    first: int = 0
    states: int = 0  # every n-th state of the power-cut model; 0 = none
    reruns: int = 1  # after every n-th of these states the work is done again
    nested: int = (
        0  # every n-th place at which the work dies; then recovery dies at each of its own
    )
    race: bool = False


@dataclass
class Found:
    """What was tried, and what was wrong: ``bad`` names the place."""

    points: int = 0
    runs: int = 0
    states: int = 0
    by_way: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def judge(self, place: str, faults: Iterator[str]) -> None:
        self.bad += [f"{place}: {fault}" for fault in faults]


class Trial:
    """A workload with what is there before it, in a folder of its own."""

    def __init__(self, home: Path, workload: Workload) -> None:
        self.home, self.workload, self.shim = home, workload, Shim()
        self.base, self.copy = home / "base", home / "copy"
        self.base.mkdir()
        assert self._child(lambda: workload.base(self.base)) == 0, "the base could not be made"
        self.found = Found()
        inbox = self.base / "district" / "inbox"
        drops = [day for day in DROPS if (inbox / day).exists()]
        self.reset()
        old = workload.seen(self.copy)
        assert self._child(lambda: workload.work(self.copy)) == 0, "it fails without any fault"
        new = workload.seen(self.copy)
        assert new != old, "nothing to be seen of it"
        self.promise = Promise(workload, old, new, frozenset(drops))
        found = list(self.promise.broken_again(self.copy, 0))
        assert not found, found
        self.reset()
        self.found.points = self._points()

    def reset(self) -> None:
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.base, self.copy)

    def _child(self, work: Callable[[], None]) -> int:
        """The exit code of work done in a fork; ``KILLED`` if it was."""
        pid = os.fork()
        if pid == 0:
            os._exit(self._code(work))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _code(self, work: Callable[[], None]) -> int:
        try:
            work()
        except ImporterError as error:
            return error.exit_code
        except SystemExit as end:
            return int(end.code or 0)
        except OSError:
            return 4  # what the command line makes of it
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return BUG
        return 0

    def _armed(self, mode: str, place: int = 0, fault: int = 0, log: int = -1) -> int:
        def work() -> None:
            self.shim.arm(self.copy, mode, place, fault, log)
            try:
                self.workload.work(self.copy)
            finally:
                if log < 0 and self.shim.count() < place:
                    os._exit(NOT_MET)
                self.shim.disarm()

        return self._child(work)

    def _points(self) -> int:
        reading, writing = os.pipe()

        def work() -> None:
            self.shim.arm(self.copy, "c")
            self.workload.work(self.copy)
            os.write(writing, str(self.shim.count()).encode())

        assert self._child(work) == 0
        os.close(writing)
        with os.fdopen(reading) as told:
            return int(told.read())

    def again(self) -> Iterator[str]:
        code = self._child(lambda: self.workload.work(self.copy))
        yield from self.promise.broken_again(self.copy, code)

    # --- levels 1 and 1b: it dies, or the disk fails ------------------------------------------

    def die_everywhere(self, asked: Asked) -> None:
        every = -(-self.found.points // asked.most) if asked.most else asked.every
        for turn, way in enumerate(asked.ways):
            mode, fault = WAYS[way]
            place = 1 + (asked.first + turn * every // len(asked.ways)) % every
            while place <= 2 * self.found.points:  # a process of threads doesn't always count alike
                self.reset()
                code = self._armed(mode, place, fault)
                if code == NOT_MET:
                    break
                self._judge(f"{way} at {place}", code, way)
                place += every

    def _judge(self, place: str, code: int, way: str) -> None:
        self.found.runs += 1
        self.found.by_way[way] += 1
        self.found.judge(place, self.promise.broken(self.copy, code))
        self.found.judge(place, self.again())

    # --- level 4: the recovery dies, too -------------------------------------------------------

    def die_twice(self, asked: Asked) -> None:
        for first in range(1 + asked.first % asked.nested, self.found.points + 1, asked.nested):
            for second in range(1, 2 * self.found.points):
                self.reset()
                self._armed("b", first)
                code = self._armed("b", second)
                if code == NOT_MET:
                    break
                self._judge(f"killed at {first}, then at {second}", code, "killed twice")

    # --- level 3: the power goes ---------------------------------------------------------------

    def lose_power(self, asked: Asked) -> None:
        self.reset()
        disk = Disk.of(self.copy)
        with tempfile.TemporaryFile(dir=self.home) as log:

            def work() -> None:
                self.shim.arm(self.copy, "r", log=log.fileno())
                self.workload.work(self.copy)
                self.shim.mark("claimed")

            assert self._child(work) == 0
            log.seek(0)
            calls = read_calls(log)
        for number, (place, things, claimed) in enumerate(states(disk, calls)):
            if number % asked.states == asked.first % asked.states:
                shutil.rmtree(self.copy)
                lay_out(things, self.copy)
                self.found.states += 1
                where = f"power cut at {place}"
                self.found.judge(where, self.promise.broken(self.copy, 0 if claimed else KILLED))
                if self.found.states % asked.reruns == 0:
                    self.found.judge(where, self.again())

    # --- two writers ---------------------------------------------------------------------------

    def race(self, asked: Asked) -> None:
        """One writer stops before each call of its own, another commits meanwhile."""
        for place in range(1, self.found.points + 1, asked.every):
            self.reset()
            pid = os.fork()
            if pid == 0:
                self.shim.arm(self.copy, "p", place)
                os._exit(self._code(lambda: self.workload.work(self.copy)))
            _, status = os.waitpid(pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                continue
            first = self.workload.seen(self.copy) == self.promise.new
            other = self._child(lambda: self.workload.work(self.copy))
            os.kill(pid, signal.SIGCONT)
            one = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            self.found.runs += 1
            self.found.by_way["two writers"] += 1
            if sorted((one, other)) != ([0, 0] if first else [0, 3]):
                self.found.bad.append(f"two writers at {place}: they end with {one} and {other}")
            self.found.judge(f"two writers at {place}", self.promise.broken(self.copy, 0))


def work_of(asked: Asked) -> Workload:
    if asked.seed:
        return with_mistake(asked.seed)
    return (WORKLOADS | crash_sync.WORKLOADS)[asked.workload]


def tried(asked: Asked, home: Path) -> Found:
    trial = Trial(home, work_of(asked))
    if asked.ways:
        trial.die_everywhere(asked)
    if asked.nested:
        trial.die_twice(asked)
    if asked.states:
        trial.lose_power(asked)
    if asked.race and trial.workload.twice:
        trial.race(asked)
    return trial.found


def main(folder: Path, asked: Asked) -> None:
    crash_sync.load()
    home = Path(tempfile.mkdtemp(dir=folder)).resolve()
    try:
        found = tried(asked, home)
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(home)
    print(json.dumps({**vars(found), "bad": found.bad[:MOST_TOLD], "wrong": len(found.bad)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Asked(**json.loads(sys.argv[2])))
