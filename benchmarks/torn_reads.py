"""Torn reads: writers overwrite files all the time, and we take over what has come to rest.

``python -m benchmarks.torn_reads --reads 5000`` prints how many copies were accepted, and how many
of them were no whole file. The seconds of the quiet period are a fraction of real ones here, so
that thousands fit into minutes: a writer rests for up to 0.5 s between two files, and what is
unchanged for 0.2 s counts as at rest.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from importer.intake.inbox import Inbox
from importer.intake.limits import Limits
from importer.intake.settled import Watch
from importer.intake.take import take
from importer.settings import Arrivals

SIZE = 1 << 20
SCALE = 5  # a second of the quiet period is a fifth of one here

WRITER = """
import itertools, os, random, sys, time
folder, files, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number in itertools.count():
    path = os.path.join(folder, f"{number % files}", "a.csv")
    mode = "wb" if number // files % 2 or not os.path.exists(path) else "r+b"
    with open(path, mode, buffering=0) as file:
        for part in range(16):
            file.write(b"%d" % (number // files % 10) * (size // 16))
            time.sleep(random.random() * 0.002)
    time.sleep(random.random() * 0.5 / files)
"""


@dataclass(frozen=True)
class Told:
    """How many copies were accepted, and how many of them were of no single file."""

    accepted: int
    torn: int
    seconds: float


def torn_reads(scratch: Path, *, files: int, reads: int, quiet: int = 1) -> Told:
    """Accept so many copies of ``files`` inboxes that one writer overwrites in turn."""
    begun, accepted, torn = time.monotonic(), 0, 0
    places = []
    for number in range(files):
        (scratch / "in" / str(number)).mkdir(parents=True)
        place = Inbox(scratch / "in" / str(number), Limits(), keep=True)
        places.append((place, Watch(Arrivals(quiet=quiet, late=0))))
    command = [sys.executable, "-c", WRITER, str(scratch / "in"), str(files), str(SIZE)]
    writer = subprocess.Popen(command)
    try:
        while accepted < reads:
            for place, watch in places:
                for found in watch.look(place.listing(), time.monotonic() * SCALE):
                    copy = take(place, found, scratch / "copies") if found.whole else None
                    if copy is not None:
                        accepted += 1
                        torn += _is_torn(copy / "a.csv")
                        watch.taken("")
                        shutil.rmtree(copy)
            if quiet:
                time.sleep(0.005)
    finally:
        writer.kill()
        writer.wait()
    return Told(accepted, torn, time.monotonic() - begun)


def _is_torn(path: Path) -> bool:
    content = path.read_bytes()
    return len(content) != SIZE or len(set(content)) > 1


def main() -> None:
    """The figure of docs/reliability.md."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reads", type=int, default=5_000)
    options.add_argument("--files", type=int, default=20)
    given = options.parse_args()
    for quiet in (1, 0):
        with tempfile.TemporaryDirectory() as folder:
            told = torn_reads(Path(folder), files=given.files, reads=given.reads, quiet=quiet)
        rule = f"at rest for {quiet / SCALE:.1f} s" if quiet else "at once"
        print(f"{rule}: {told.accepted:,} accepted, {told.torn:,} torn, {told.seconds:.0f} s")


if __name__ == "__main__":
    os.nice(5)
    main()
