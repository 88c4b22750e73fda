"""One fresh process: its time and its memory. POSIX; anonymous memory needs Linux.

Two memory figures, because pages of a file mapped into memory count as resident
although the system may drop them at any time. Anonymous memory is what the
process itself asked for. It is sampled, so a peak of a few milliseconds can
be missed; the resident peak comes from the system and is exact.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.01
_KEPT_OUTPUT = 64 << 20  # bytes of each stream; a summary of many causes takes some


@dataclass(frozen=True)
class Run:
    """One run. wall and inner in seconds, rss and anon in bytes, code as of a shell.

    cpu is the processor time of the child, which a busy machine doesn't stretch.
    inner is the time that the child printed itself (without its imports), anon is
    the peak over the process and its children; both None where unknown.
    """

    wall: float
    inner: float | None
    rss: int
    anon: int | None
    code: int
    output: str
    errors: str
    cpu: float = 0.0


def _family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in _family(int(child)))]


def _anonymous(pid: int) -> int:
    """Anonymous memory (bytes) of a process and its children now."""
    total = 0
    for member in _family(pid):
        status = Path(f"/proc/{member}/status").read_text()
        total += sum(
            int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")
        )
    return total * 1024


class _Watch(threading.Thread):
    """Samples the anonymous memory of a process until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak: int | None = None
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(SAMPLE_SECONDS):
            try:
                self.peak = max(self.peak or 0, _anonymous(self.pid))
            except (OSError, ValueError, IndexError):
                continue  # a process of the family has just ended, or there is no /proc


def _inner(output: str) -> float | None:
    """The seconds that a child printed on its last line, if it did."""
    lines = output.strip().splitlines()
    if not lines or not lines[-1].startswith('{"inner_seconds"'):
        return None
    return float(json.loads(lines[-1])["inner_seconds"])


def measure(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Run:
    """Run the command in a fresh process and wait for it."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=cwd, env=dict(env), stdout=output, stderr=errors)
        watch = _Watch(child.pid)
        watch.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        watch.done.set()
        watch.join()
        child.returncode = os.waitstatus_to_exitcode(status)  # wait4 took it from Popen
        texts = []
        for stream in (output, errors):
            stream.seek(0)
            texts.append(stream.read(_KEPT_OUTPUT).decode(errors="replace"))
    rss = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu = usage.ru_utime + usage.ru_stime
    return Run(wall, _inner(texts[0]), rss, watch.peak, child.returncode, texts[0], texts[1], cpu)
