"""Uploads that broke off: a student file cut at every 32 KiB, which is how SFTP clients write.

``python -m benchmarks.cut_points`` makes a district whose students.csv has 19 MB, commits it, and
then sends it again with that file cut at each of its 586 cut points: none may be committed, and the
report must say that the file was cut off. The last column is an e-mail address, so that a cut value
looks like a whole one. ``--real 20`` cuts so many by killing OpenSSH's sftp in the middle of an
upload to a real server (root, openssh-server); the others by cutting the file.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from benchmarks import clever
from benchmarks.model import District
from importer import flow, settings
from importer.model.history import Who
from importer.store.folder import FolderStore

PIECE = 32_768
STUDENTS = 176_800  # 19.2 MB as they are here
NAMED = ("FILE-137", "PLAN-541")
"""The findings that say that a file was cut off."""

_COLUMNS = (
    "School_id", "Student_id", "Student_number", "State_id", "Last_name", "Middle_name",
    "First_name", "Grade", "Gender", "Graduation_year", "DOB", "Username", "Student_email",
)  # fmt: skip


@dataclass(frozen=True)
class Cut:
    """What became of a cut file: its length in bytes, the outcome, and the codes of what blocks."""

    size: int
    outcome: str
    codes: tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether it is said that the file was cut off."""
        return bool(set(self.codes) & set(NAMED))


def make(folder: Path, students: int) -> None:
    """A district with one long file; of the others only what a drop needs."""
    folder.mkdir(parents=True)
    district = District(students, 7)
    pupils = pl.concat(list(clever.student_rows(district, contacts=False))).select(_COLUMNS)
    schools = clever.school_rows(district)
    teachers = clever.teacher_rows(district).unique("School_id", keep="first")
    teachers = teachers.sort("School_id")
    sections = teachers.select(
        "School_id", Section_id=pl.concat_str(pl.lit("SEC"), "School_id"),
        Teacher_id="Teacher_id", Name=pl.lit("Homeroom"), Grade=pl.lit(""),
    )  # fmt: skip
    enrolled = pupils.filter(pl.col("School_id").is_in(sections["School_id"].implode()))
    enrolled = enrolled.gather_every(100).select(
        "School_id", Section_id=pl.concat_str(pl.lit("SEC"), "School_id"), Student_id="Student_id"
    )
    frames = {"schools": schools, "students": pupils, "teachers": teachers}
    frames |= {"sections": sections, "enrollments": enrolled}
    for name, frame in frames.items():
        frame.write_csv(folder / f"{name}.csv")


def history(space: Path, whole: Path) -> None:
    """A workspace in which the whole drop is committed."""
    store = FolderStore.create(space, settings.TEMPLATE)
    with store.lock():
        done = flow.sync(whole, store, _who())
    assert done.commit, done.planned.reported.summary["verdict"]["sentence"]


def sent_cut(space: Path, whole: Path, cut: Path, scratch: Path) -> Cut:
    """What becomes of the drop whose students.csv is ``cut``, in a workspace of its own."""
    here = Path(tempfile.mkdtemp(dir=scratch))
    try:
        lock = shutil.ignore_patterns(".lock")  # under another name it is the same lock
        shutil.copytree(space, here / "w", copy_function=_same_file, ignore=lock)
        drop = here / "drop"
        drop.mkdir()
        for path in whole.iterdir():
            _same_file(cut if path.name == "students.csv" else path, drop / path.name)
        store = FolderStore.open(here / "w")
        with store.lock():
            done = flow.sync(drop, store, _who())
        outcome = "committed" if done.commit else "held" if done.planned.run.kind else "rejected"
        found = done.planned.reported.findings.filter(pl.col("severity") == "BLOCK")
        return Cut(cut.stat().st_size, outcome, tuple(sorted(found["code"].unique().to_list())))
    finally:
        shutil.rmtree(here)


def _same_file(source: Path | str, target: Path | str) -> None:
    """Files of a workspace are written once, so another name is as good as a copy."""
    Path(target).hardlink_to(source)


def _who() -> Who:
    return Who("benchmark", "2026-11-22T03:00:00Z", True)


def _one(task: tuple[Path, Path, Path, int]) -> Cut:
    space, whole, scratch, size = task
    with tempfile.NamedTemporaryFile(dir=scratch) as part:
        with (whole / "students.csv").open("rb") as source:
            part.write(source.read(size))
        part.flush()
        return sent_cut(space, whole, Path(part.name), scratch)


def aborted(whole: Path, scratch: Path, count: int, seed: int) -> Iterator[Path]:
    """What is left on a real server of uploads by OpenSSH's sftp that were killed."""
    sys.path.append(str(Path(__file__).parents[1] / "tests" / "sftp"))
    import servers  # noqa: PLC0415 - only for this, and it needs root

    chance = random.Random(seed)
    size = (whole / "students.csv").stat().st_size
    with servers.host(("a",)) as host:
        [account] = host.accounts
        there = host.incoming(account) / "students.csv"
        for number in range(count):
            wanted = chance.randrange(size)
            client = subprocess.Popen(
                [*host.client("sftp", account), "-l", "400000", "-b", "-", f"{account}@127.0.0.1"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            assert client.stdin
            client.stdin.write(f"put {whole / 'students.csv'}\n".encode())
            client.stdin.flush()
            while client.poll() is None and (not there.exists() or there.stat().st_size < wanted):
                time.sleep(0.002)
            client.kill()
            client.wait()
            with suppress(BrokenPipeError):
                client.stdin.close()
            host.kill_sessions()
            left = scratch / f"aborted-{number}"
            shutil.copy(there, left)
            there.unlink()
            if left.stat().st_size < size:
                yield left


def told(cuts: list[Cut], title: str) -> str:
    """A line for people."""
    outcomes = Counter(cut.outcome for cut in cuts)
    named = sum(cut.named for cut in cuts)
    share = 100 * named / max(1, len(cuts))
    other = sorted({code for cut in cuts if not cut.named for code in cut.codes})
    return (
        f"| {title} | {len(cuts)} | {outcomes['committed']} | {outcomes['held']}"
        f" | {outcomes['rejected']} | {named} ({share:.1f} %) | {', '.join(other) or '–'} |"
    )


def main() -> int:
    """Run it and print the table; 1 if a cut was committed or too few were named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--every", type=int, default=1, help="only every n-th cut point")
    parser.add_argument("--real", type=int, default=0, help="so many real aborted uploads")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cut-") as name:
        scratch = Path(name)
        whole, space = scratch / "whole", scratch / "w"
        make(whole, args.students)
        history(space, whole)
        size = (whole / "students.csv").stat().st_size
        points = list(range(PIECE, size, PIECE))[:: args.every]
        tasks = [(space, whole, scratch, point) for point in points]
        with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
            cuts = list(pool.map(_one, tasks))
        real = [sent_cut(space, whole, p, scratch) for p in aborted(whole, scratch, args.real, 7)]
    print(f"students.csv: {size:,} bytes\n")
    print("| | cuts | committed | held | rejected | named as cut off | else |")
    print("|---|---|---|---|---|---|---|")
    print(told(cuts, "cut at 32 KiB points"))
    if real:
        print(told(real, "real uploads, killed"))
    if args.json:
        args.json.write_text(json.dumps([vars(cut) for cut in [*cuts, *real]]))
    every = [*cuts, *real]
    bad = any(cut.outcome == "committed" for cut in every)
    return int(bad or sum(cut.named for cut in every) < 0.99 * len(every))


if __name__ == "__main__":
    sys.exit(main())
