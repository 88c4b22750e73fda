"""The machine that importer runs on."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from importer.fleet.doctor.check import Looked, advice, no, yes
from importer.intake.limits import GIB, in_words

_SAFE_ZIP = (3, 11, 8)
"""From here on zipfile itself refuses entries that lie one over the other (CVE-2024-0450)."""
_WRITTEN = 1_767_225_600
"""2026-01-01: no clock is right that shows less."""
_ROOM = 5 * GIB
"""A district of 1,000,000 students sends 0.9 GB; drop, run and roster are kept."""
_REMOTE = {
    "9p",
    "afs",
    "ceph",
    "cifs",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
}
_MOUNTS = Path("/proc/self/mountinfo")


def python() -> Looked:
    """Whether Python is one whose zipfile is safe by itself."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:3] >= _SAFE_ZIP:
        return yes("Python", version)
    return advice(
        "Python",
        f"{version}; its zipfile takes archives that importer has to refuse itself",
        "Update to Python 3.11.8 or later when you can.",
    )


def clock(newest: float = 0) -> Looked:
    """Whether the clock can be right. ``newest``: when something was last committed, or 0."""
    now = time.time()
    if now < max(_WRITTEN, newest - 60):
        return no(
            "clock",
            f"it shows {time.strftime('%Y-%m-%d %H:%M', time.gmtime(now))} UTC, which is past",
            "Set it, and let it be kept right: timedatectl set-ntp true",
        )
    return yes("clock", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now)))


def room(folder: Path) -> Looked:
    """Whether there is space for the next drops."""
    free = shutil.disk_usage(folder).free
    if free < GIB:
        return no("free space", in_words(free), "Free some: drops would fail half-way.")
    if free < _ROOM:
        return advice("free space", in_words(free), f"Have {in_words(_ROOM)} for a large district.")
    return yes("free space", in_words(free))


def disk(folder: Path) -> Looked:
    """Whether the disk is a local one, which keeps what it was told to keep."""
    kind = kind_of(folder)
    if kind in _REMOTE or kind.startswith("fuse."):
        return advice(
            "disk",
            f"{kind}: locks and what survives a power cut depend on another machine",
            "Keep workspaces on a local disk.",
        )
    if kind in ("tmpfs", "ramfs"):
        return no("disk", f"{kind}: all is lost at a restart", "Keep workspaces on a disk.")
    return yes("disk", kind or "its kind can't be told here")


def kind_of(folder: Path) -> str:
    """The kind of file system that a folder lies on; "" where that can't be told."""
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    device = os.stat(folder).st_dev  # noqa: PTH116 - of what it leads to
    here = f"{os.major(device)}:{os.minor(device)}"
    return next((kind for at, kind in _mounts(lines) if at == here), "")


def _mounts(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Device and kind of each line ``36 35 98:0 / /mnt rw - ext4 /dev/sda rw``."""
    for line in lines:
        before, _, after = line.partition(" - ")
        yield before.split()[2], after.split()[0]
