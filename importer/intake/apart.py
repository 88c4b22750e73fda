"""The inner half of ``isolated``: runs one function here, under limits, and says what it gives."""

import errno
import importlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any

ENDED = b"end\n"
REASONS = {71: "memory", 72: "disk", 73: "error"}
_CODES = {reason: code for code, reason in REASONS.items()}


def main() -> None:
    """Take limits and function from the command line, arguments from stdin; answer on stdout."""
    function, memory, seconds = sys.argv[1:]
    _limit(resource.RLIMIT_DATA, int(memory))
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_CORE, 0)  # a memory image on disk would hold pupils
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    try:
        _answer(function, json.load(sys.stdin), answers)
        code = 0
    except MemoryError:
        code = _CODES["memory"]
    except OSError as error:
        code = _CODES["disk" if error.errno == errno.EIO else "error"]
    except BaseException:  # a parser may panic with an exception of its own
        code = _CODES["error"]
    os._exit(code)  # giving back all memory piece by piece takes time


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, hard))


def _answer(function: str, args: list[Any], answers: int) -> None:
    module, _, name = function.partition(":")
    given = getattr(importlib.import_module(module), name)(*args)
    with os.fdopen(answers, "wb") as out:
        for answer in given if isinstance(given, Iterator) else (given,):
            out.write(json.dumps(answer).encode() + b"\n")
        out.write(ENDED)


if __name__ == "__main__":
    main()
