"""How long ``importer status`` takes for many districts: python benchmarks/status_of_many.py 500.

Each district has 40 runs and commits of a sample drop, a remembered standing and a tenth of them a
run on hold; no roster is read, so their size tells nothing.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from importer import flow
from importer.checks.catalogue import STUDENTS, clever
from importer.fleet.events import stamp
from importer.fleet.notices import tell
from importer.model.history import Who
from importer.model.turn import Turn
from importer.settings import TEMPLATE, read
from importer.store.folder import FolderStore

_NIGHTS = 40
_MANY = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(60))


def _drop(folder: Path, students: str) -> Path:
    folder.mkdir()
    for name, content in clever(students=students).items():
        (folder / name).write_text(str(content), "utf-8")
    return folder


def _night(space: Path, drop: Path) -> None:
    """One turn, and what is remembered of it."""
    store, now = FolderStore(space), datetime.now(UTC)
    done = flow.sync(drop, store, Who("night", stamp(now), True))
    outcome = "committed" if done.commit else "held"
    told = Turn(stamp(now), outcome, drop=done.planned.run.drop, run=done.planned.run.id)
    tell(space, read(TEMPLATE), [told], now)


def _made(root: Path, number: int) -> None:
    good, held = root / "made", root / "made-held"
    FolderStore.create(good, TEMPLATE)
    for at in range(_NIGHTS):
        extra = f"0101,X,x@oak.example,Ana,Night{at},3\n"
        _night(good, _drop(root / f"d{at}", STUDENTS + _MANY + extra))
    shutil.copytree(good, held)
    _night(held, _drop(root / "few", STUDENTS))
    places = root / "srv"
    for at in range(number):
        shutil.copytree(held if at % 10 == 0 else good, places / f"district-{at:04}")


def main(number: int) -> None:
    """Make the districts, look at them three times, print the seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        _made(Path(scratch), number)
        page = Path(scratch) / "page.html"
        command = [sys.executable, "-m", "importer", "status", str(Path(scratch) / "srv")]
        for _ in range(3):
            begun = time.perf_counter()
            subprocess.run([*command, "--html", str(page)], check=True, stdout=subprocess.DEVNULL)
            print(f"{number} districts: {time.perf_counter() - begun:.2f} s")
        print(f"page: {page.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
