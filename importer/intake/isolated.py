"""One function in a process of its own, with little memory and time: for what may blow up.

A workbook of 2 KB can abort the whole process through its parser (tafia/calamine#693). So such
work is done apart, and whatever happens there is an answer here: its results, or ``Died``.
Arguments and results are JSON; nothing that could run is taken back.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from importer.intake.apart import ENDED, REASONS
from importer.intake.limits import GIB
from importer.model.died import Died


@dataclass(frozen=True)
class Allowed:
    """What such a process may have. RLIMIT_AS would stop threads; RLIMIT_DATA counts what is used.

    ``answer_bytes`` bounds one result as JSON.
    """

    memory_bytes: int = 2 * GIB
    cpu_seconds: int = 120
    seconds: int = 180
    answer_bytes: int = GIB


def run(function: str, args: Sequence[Any], allowed: Allowed | None = None) -> Any:
    """What ``function`` (``package.module:name``) gives for ``args``, or ``Died``."""
    return list(each(function, args, allowed))[-1]


def each(function: str, args: Sequence[Any], allowed: Allowed | None = None) -> Iterator[Any]:
    """What a generator function yields, as it comes; ``Died`` is the last thing if it dies.

    The process ends when the iterator is closed. ``OSError`` if none can be started.
    """
    allowed = allowed or Allowed()
    with _started(function, allowed) as child:
        assert child.stdin and child.stdout
        with contextlib.suppress(BrokenPipeError), child.stdin as questions:
            questions.write(json.dumps(list(args)).encode())
        reason = yield from _answers(child, child.stdout, allowed.answer_bytes)
    if reason:
        yield Died(reason)


@contextlib.contextmanager
def _started(function: str, allowed: Allowed) -> Iterator[subprocess.Popen[bytes]]:
    """The process; killed when its time is over, and at the latest when it isn't needed."""
    limits = [str(allowed.memory_bytes), str(allowed.cpu_seconds)]
    # The places where this process finds modules, and never the folder that it happens to be in.
    found = os.pathsep.join(os.path.abspath(place) for place in sys.path)  # noqa: PTH100
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "importer.intake.apart", function, *limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a parser's last words may quote a pupil
        env={**os.environ, "PYTHONPATH": found},
    ) as child:
        timer = threading.Timer(allowed.seconds, child.kill)
        timer.daemon = True
        timer.start()
        try:
            yield child
        finally:
            timer.cancel()
            child.kill()


def _answers(
    child: subprocess.Popen[bytes], lines: IO[bytes], most: int
) -> Generator[Any, None, str]:
    """The answers; returns why they ended too early, and nothing where they are whole."""
    while line := lines.readline(most + 1):
        if line == ENDED:
            return ""
        if not line.endswith(b"\n"):  # too long a line, or it died within one
            return "memory" if len(line) > most else _reason(child.wait())
        yield json.loads(line)
    return _reason(child.wait())


def _reason(code: int) -> str:
    """Why it ended, by its exit code; negative ones are signals."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "time"
    return "crash" if code < 0 else REASONS.get(code, "error")
