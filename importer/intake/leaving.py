"""How a file leaves an inbox: by another name, so that it can be looked at before it is gone."""

import contextlib
import os
import stat
from collections.abc import Iterator

from importer.intake.names import is_noise
from importer.intake.place import Entry

LEAVING = ".importer-leaving-"
"""How a file is called between having been taken over and being gone."""
_TRIES = 3


def stamp(told: os.stat_result) -> tuple[int, ...]:
    """Nobody can set the last one, the time of the last change of the file or its attributes."""
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def told(folder: int, name: str) -> os.stat_result | None:
    """What a name stands for; None if it is gone, as after an upload that gives the last name."""
    with contextlib.suppress(FileNotFoundError):
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    return None


def remove(folder: int, entry: Entry) -> None:
    """Take a file away unless it was touched since.

    It gets another name first: whoever uploads the next drop at this moment makes a new file, and
    what has the other name now can be looked at in peace. Somebody else who looks into the inbox
    at this moment puts it back: then once more.
    """
    now = told(folder, entry.name)
    if now is None or stamp(now) != entry.stamp:
        return
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            _leave(folder, entry)
        now = told(folder, entry.name)
        if now is None or not _is(now, entry):
            return
    raise FileExistsError


def _leave(folder: int, entry: Entry) -> None:
    leaving = LEAVING + entry.name
    os.rename(entry.name, leaving, src_dir_fd=folder, dst_dir_fd=folder)
    now = os.stat(leaving, dir_fd=folder, follow_symlinks=False)
    if _is(now, entry):
        os.unlink(leaving, dir_fd=folder)
    else:
        put_back(folder, leaving)


def _is(now: os.stat_result, entry: Entry) -> bool:
    return stamp(now)[:-1] == entry.stamp[:-1]  # a new name is a change, too


def names(folder: int) -> Iterator[str]:
    """The names in a folder without noise; what was leaving when we were stopped is put back."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _was_leaving(folder, entry.name):
                with contextlib.suppress(OSError):  # not ours to rename: it stays noise
                    yield put_back(folder, entry.name)
            elif not is_noise(entry.name):
                yield entry.name


def put_back(folder: int, leaving: str) -> str:
    """Give a file its name again; if the name is taken by now, the sender has sent a newer one."""
    name = leaving.removeprefix(LEAVING)
    with contextlib.suppress(FileExistsError):
        os.link(leaving, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(leaving, dir_fd=folder)
    return name


def _was_leaving(folder: int, name: str) -> bool:
    """Whether it is a file that we gave this name; others can make such names, too."""
    if not name.startswith(LEAVING) or is_noise(name.removeprefix(LEAVING) or "."):
        return False
    now = told(folder, name)
    return now is not None and stat.S_ISREG(now.st_mode)
