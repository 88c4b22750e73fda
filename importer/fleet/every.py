"""The turns of many districts, each in a process of its own: one that dies takes nobody along."""

import resource
from collections.abc import Iterator
from concurrent.futures import (
    CancelledError,
    Future,
    ThreadPoolExecutor,
    TimeoutError,
    as_completed,
)
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from importer.fleet.acting import who
from importer.fleet.night import night, tell_of_death
from importer.model.errors import ImporterError
from importer.model.turn import Turn

BUG = 70
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
    running: set[ProcessPool] = set()
    threads = ThreadPoolExecutor(allowed.jobs)
    try:
        waiting = {
            threads.submit(_alone, root, allowed, (str(root), actor, wait), running): root
            for root in roots
        }
        for done in as_completed(waiting):
            yield waiting[done], done.result()
    finally:
        for pool in list(running):  # nobody waits for the others any more
            pool.stop()  # type: ignore[no-untyped-call]
        threads.shutdown(cancel_futures=True)


def _alone(
    root: Path, allowed: Allowed, args: tuple[str, str | None, bool], running: set[ProcessPool]
) -> list[Turn]:
    """The turns of one district, in a process of a pool of its own.

    A pool that many share is broken for all of them if a process dies while it starts.
    """
    with ProcessPool(
        max_workers=1,
        max_tasks=1,
        initializer=_limited,
        initargs=(allowed.memory,),
        context=get_context("spawn"),
    ) as pool:
        running.add(pool)
        try:
            return _result(pool.schedule(_turns, args, timeout=allowed.seconds), root, allowed)
        finally:
            running.discard(pool)


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
        turn = _failed(4, "It was stopped before its turn.", "Run it again.")
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
