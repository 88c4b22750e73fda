"""Fetching by SFTP: how fast beside OpenSSH's own client, how much memory, and no torn file.

``python -m benchmarks.sftp`` (as root, with openssh-server) starts a real server on loopback and
prints three tables: a file of 195 MB fetched in turn by ``sftp`` and by ``RemotePlace``, each in a
process of its own; a folder of 100,000 files, refused; and files that are overwritten in place all
the time, where every copy that was accepted must be one whole file.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests" / "sftp"))
import servers

from importer.intake.settled import Watch
from importer.intake.ssh import session
from importer.intake.take import take
from importer.model.errors import RemoteError
from importer.settings import Arrivals

MB = 1_000_000
SIZE, FILES = 1 << 20, 200
OURS = """
import json, os, sys, time
from pathlib import Path
from importer.intake import remote, sftp
from importer.intake.remote import RemotePlace
from importer.intake.ssh import Server
from importer.settings import Remote
told = json.load(sys.stdin)
remote.REST = 0.0
sftp.AHEAD = told["ahead"]
synced = 0.0
def fsync(fd, real=os.fsync):  # the time for the disk is told apart: sftp leaves it out
    global synced
    begun = time.monotonic()
    real(fd)
    synced += time.monotonic() - begun
os.fsync = fsync
place = RemotePlace(Server(Remote(**told["remote"]), Path(told["space"])))
def peak():  # getrusage would count the process that started this one
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
before = peak()
begun = time.monotonic()
with place:
    [entry] = place.listing().entries
    sha = place.copy(entry, Path(told["target"]))
seconds = time.monotonic() - begun
print(json.dumps([seconds - synced, synced, sha, peak(), peak() - before]))
"""

WRITER = """
import itertools, os, random, sys, time
folder, files, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number in itertools.count():
    path = os.path.join(folder, f"{random.randrange(files)}.zip")
    mode = "r+b" if random.random() < 0.5 and os.path.exists(path) else "wb"
    with open(path, mode, buffering=0) as file:
        for part in range(16):
            file.write(b"%d" % (number % 10) * (size // 16))
            time.sleep(random.random() * 0.004)
    time.sleep(random.random() * 0.02)
"""


def speed(host: servers.Host, scratch: Path, size: int, rounds: int, aheads: list[int]) -> None:
    """Print seconds of both clients, in turn, and the median of the ratios of each round.

    Ours include the checksum; what fsync takes, which OpenSSH doesn't do, stands beside them.
    """
    [account] = host.accounts
    content = os.urandom(MB) * (size // MB)
    host.put(account, students__csv=content)
    wanted = hashlib.sha256(content).hexdigest()
    host.server(scratch, account)
    theirs: list[float] = []
    ours: dict[int, list[tuple[float, float, int, int]]] = {ahead: [] for ahead in aheads}
    for _ in range(rounds):
        theirs.append(_openssh(host, account, scratch / "theirs", wanted))
        for ahead in aheads:
            ours[ahead].append(_own(host, account, scratch, wanted, ahead))
    print(f"| {size / MB:.0f} MB, {rounds} rounds | s | × OpenSSH | fsync s | peak MB | more MB |")
    print("|---|---|---|---|---|---|")
    print(f"| OpenSSH sftp, no fsync | {statistics.median(theirs):.2f} | 1.00 | – | | |")
    for ahead, told in ours.items():
        ratio = statistics.median(own[0] / their for own, their in zip(told, theirs, strict=True))
        seconds, disk = (statistics.median(own[n] for own in told) for n in (0, 1))
        peak, more = (max(own[n] for own in told) / MB for n in (2, 3))
        name = f"importer, {ahead} reads ahead"
        print(f"| {name} | {seconds:.2f} | {ratio:.2f} | {disk:.2f} | {peak:.0f} | {more:.0f} |")


def _openssh(host: servers.Host, account: str, target: Path, wanted: str) -> float:
    begun = time.monotonic()
    host.sftp(account, f"get students.csv {target}\n")
    seconds = time.monotonic() - begun
    with target.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == wanted
    target.unlink()
    return seconds


def _own(
    host: servers.Host, account: str, scratch: Path, wanted: str, ahead: int
) -> tuple[float, float, int, int]:
    target = scratch / "ours"
    told = {
        "remote": vars(host.remote(account)),
        "space": str(scratch),
        "target": str(target),
        "ahead": ahead,
    }
    ran = subprocess.run(
        [sys.executable, "-c", OURS], input=json.dumps(told), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    seconds, disk, sha, peak, more = json.loads(ran.stdout)
    assert sha == wanted
    target.unlink()
    return seconds, disk, peak, more


def crowded(host: servers.Host, scratch: Path, count: int) -> None:
    """Print how long a folder with too many files takes to be refused, and the memory for it."""
    [account] = host.accounts
    host.clear()
    for number in range(count):
        (host.incoming(account) / f"{number:06}.csv").touch()
    with host.place(scratch, account) as place:
        with suppress(RemoteError):
            place.listing()  # connected, and all is loaded
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.monotonic()
        try:
            place.listing()
        except RemoteError:
            seconds = time.monotonic() - begun
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / MB
    print(f"\nA folder of {count:,} files: refused after {seconds:.3f} s, {more:.1f} MB more.")


def torn(host: servers.Host, scratch: Path, reads: int, files: int) -> tuple[int, int]:
    """Fetch files that a writer overwrites in place all the time; accepted, and torn of them.

    Each is named as a zip, so that each is a drop of its own. What lies at rest is read again and
    again: the writer may come back to it at any moment.
    """
    [account] = host.accounts
    host.clear()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(host.incoming(account)), str(files), str(SIZE)]
    )
    time.sleep(2)
    try:
        naive = _naive(host, scratch, account, reads // 10)
        accepted = bad = tries = 0
        begun = time.monotonic()
        with host.place(scratch, account) as place:
            watch, chance = Watch(Arrivals(quiet=2, late=0)), random.Random(7)
            while accepted < reads:
                whole = [f for f in watch.look(place.listing(), time.monotonic()) if f.whole]
                for found in chance.sample(whole, min(8, len(whole))):
                    tries += 1
                    with tempfile.TemporaryDirectory(dir=scratch) as name:
                        path = take(place, found, Path(name))
                        if path is not None:
                            accepted += 1
                            bad += not _is_one(path)
        seconds = time.monotonic() - begun
    finally:
        writer.kill()
        writer.wait()
    print(f"\nTorn reads: of {reads // 10:,} fetched by plain get, {naive} torn.")
    print(f"By us {tries:,} tried, {accepted:,} accepted, {bad} torn, {seconds:.0f} s.")
    return accepted, bad


def _naive(host: servers.Host, scratch: Path, account: str, reads: int) -> int:
    """How many copies are torn that paramiko's own ``get`` made and took for good."""
    bad = 0
    with session(host.server(scratch, account)) as client:
        for number in range(reads):
            names = client.listdir()
            client.get(names[number % len(names)], str(scratch / "naive"))
            bad += not _is_one(scratch / "naive")
    return bad


def _is_one(path: Path) -> bool:
    """Whether a copy is one whole version: a single digit, so many times."""
    content = path.read_bytes()
    return len(content) == SIZE and len(set(content)) == 1


def main() -> int:
    """Run all of it; 1 if a torn copy was accepted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=195, help="megabytes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ahead", type=int, nargs="+", default=[64, 256, 1_024])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--reads", type=int, default=5_000)
    args = parser.parse_args()
    if reason := servers.why_not():
        print(reason, file=sys.stderr)
        return 4
    with servers.host(("a",)) as host, tempfile.TemporaryDirectory(prefix="sftp-") as name:
        scratch = Path(name)
        if args.rounds:
            speed(host, scratch, args.size * MB, args.rounds, args.ahead)
        if args.files:
            crowded(host, scratch, args.files)
        return int(args.reads > 0 and torn(host, scratch, args.reads, FILES)[1] > 0)


if __name__ == "__main__":
    sys.exit(main())
