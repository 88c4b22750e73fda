"""The turns of many districts, each in a process of its own: one that dies takes nobody along."""

import resource
import time
from collections.abc import Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    ThreadPoolExecutor,
    TimeoutError,
)
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from importer.fleet import clock
from importer.fleet.acting import who
from importer.fleet.night import night, tell_of_death
from importer.model.errors import ImporterError
from importer.model.turn import Turn

BUG = 70
START = 120.0
"""Seconds in which a process must have begun; it takes one to three on an idle machine."""
_BLINK = 0.2  # seconds
GIB = 1 << 30


@dataclass(frozen=True)
class Allowed:
    """How many districts at a time, and what each may have: bytes of memory, seconds."""

    jobs: int = 1
    memory: int = 8 * GIB
    seconds: float = 4 * 3600.0


def every(
    roots: list[Path], allowed: Allowed, actor: str | None, *, wait: bool
) -> Iterator[tuple[Path, list[Turn]]]:
    """The turns of districts, each as it ends. Whatever happens to one is a turn that failed."""
    running: set[Future[Any]] = set()
    threads = ThreadPoolExecutor(allowed.jobs)
    try:
        waiting = {
            threads.submit(_alone, root, allowed, (str(root), actor, wait), running): root
            for root in roots
        }
        while waiting:
            # polars' handler of Ctrl-C lets a wait go on; a short one ends soon all the same.
            ended, _ = wait_for(waiting, timeout=_BLINK, return_when=FIRST_COMPLETED)
            for done in ended:
                yield waiting.pop(done), done.result()
    finally:
        for turn in list(running):  # nobody waits for the others any more
            turn.cancel()
        threads.shutdown(cancel_futures=True)


def _alone(
    root: Path, allowed: Allowed, args: tuple[str, str | None, bool], running: set[Future[Any]]
) -> list[Turn]:
    """The turns of one district, in a process of a pool of its own.

    A pool that many share is broken for all of them if a process dies while it starts.
    """
    pool = ProcessPool(
        max_workers=1,
        max_tasks=1,
        initializer=_limited,
        initargs=(allowed.memory,),
        context=get_context("spawn"),
    )
    turn = pool.schedule(_turns, args, timeout=allowed.seconds)
    running.add(turn)
    try:
        if not _has_begun(turn):
            lost = _failed(
                4, "No process could be started for it.", "Run it alone: importer run DIR"
            )
            tell_of_death(root, lost)
            return [lost]
        return _result(turn, root, allowed)
    finally:
        running.discard(turn)
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _has_begun(turn: Future[Any]) -> bool:
    """Wait until a turn has begun; whether it has. Where no process can start pebble tries on."""
    since = clock.seconds()
    while not (turn.running() or turn.done()):
        if clock.seconds() - since > START:
            return False
        time.sleep(_BLINK)
    return True


def _result(done: Future[Any], root: Path, allowed: Allowed) -> list[Turn]:
    try:
        return [Turn.of(record) for record in done.result()]
    except TimeoutError:
        says = f"It took longer than {allowed.seconds:.0f} seconds and was stopped."
        turn = _failed(4, says, "Look at the drop, or allow more time.")
    except (ProcessExpired, BrokenProcessPool, MemoryError):
        says = "Its process died, perhaps for want of memory."
        turn = _failed(4, says, "Run it alone: importer run DIR")
    except CancelledError:
        return [_failed(4, "It was stopped before its turn.", "Run it again.")]
    except Exception as error:  # a bug, of which the turn itself told people
        says = f"This is a bug in importer ({type(error).__name__})."
        return [_failed(BUG, says, "importer run DIR says more.")]
    tell_of_death(root, turn)
    return [turn]


def _failed(code: int, says: str, fix: str) -> Turn:
    at = who().at
    return Turn(at, "failed", code, ended=at, says=says, fix=fix)


def _limited(memory: int) -> None:
    """Limits of a child; RLIMIT_DATA counts what is used, RLIMIT_AS would stop threads."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a memory image on disk would hold pupils


def _turns(root: str, actor: str | None, wait: bool) -> list[dict[str, Any]]:
    try:
        turns, _ = night(Path(root), lambda: who(actor, automatic=True), wait=wait)
    except ImporterError as error:
        turns = [_failed(error.exit_code, str(error), error.fix)]
    return [one.record() for one in turns]
