"""Reports delivered: a run's report for the district to fetch, in a folder of its own each."""

import contextlib
import os
import re
import shutil
from pathlib import Path

from importer.model.errors import StorageError
from importer.model.history import Run
from importer.settings import Deliver
from importer.store.folder import FolderStore

_REPORTS = ("report.html", "findings.csv", "findings.xlsx", "held.csv")
_REJECTED = "rejected/"
_RUN = re.compile(r"[0-9]{6}-[0-9a-f]{8}")  # whatever else lies there is not ours to take away
_BEGUN = ".importer-report-"


def deliver(store: FolderStore, run: Run, wish: Deliver) -> str:
    """Copy a run's reports to ``<folder>/<run id>/``, all at once, and take the oldest away.

    Gives what is wrong if the folder is missing or refuses, in a sentence: the run is what it is,
    and its report is in the workspace all the same.
    """
    if not wish.folder:
        return ""
    try:
        _write(store, run, store.root / wish.folder)
        _thin_out(store.root / wish.folder, wish.keep)
    except StorageError as error:
        return str(error)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        return f"The report could not be delivered to {wish.folder}: {reason}."
    return ""


def _write(store: FolderStore, run: Run, folder: Path) -> None:
    final, begun = folder / run.id, folder / f"{_BEGUN}{run.id}"
    if final.exists():
        return
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(begun)
    begun.mkdir(0o750)
    for name in run.files:
        if name in _REPORTS or name.startswith(_REJECTED):
            target = begun / name
            target.parent.mkdir(0o750, exist_ok=True)
            fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640)
            with os.fdopen(fd, "wb") as out:
                out.write(store.run_file(run, name))
    begun.rename(final)


def _thin_out(folder: Path, keep: int) -> None:
    made = sorted(path for path in folder.iterdir() if _RUN.fullmatch(path.name) and path.is_dir())
    for old in made[: max(0, len(made) - keep)]:
        shutil.rmtree(old)
