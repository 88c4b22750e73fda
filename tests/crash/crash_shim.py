"""shim.c, built here and worked by ctypes in the process that is to suffer."""

import ctypes
import errno
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
NO_COMPILER = "gcc is missing: the faults are made by a small C library"
ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EDQUOT": errno.EDQUOT}
WAYS = {  # the ways to die or fail: the mode of shim.c, and the errno
    "killed before": ("b", 0), "killed after": ("a", 0), "torn write": ("t", 0),
    **{f"{name} once": ("e", number) for name, number in ERRORS.items()},
    **{f"{name} from there on": ("E", number) for name, number in ERRORS.items()},
}  # fmt: skip


def has_compiler() -> bool:
    return shutil.which("gcc") is not None


def build(folder: Path) -> Path:
    """The shared library, in ``folder``."""
    path = folder / "shim.so"
    command = ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", path, SOURCE]
    subprocess.run([*map(str, command), "-ldl", "-lpthread"], check=True)
    return path


class Shim:
    """The library as it was loaded with LD_PRELOAD; the modes are told in shim.c."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.crash_count.restype = ctypes.c_long

    def arm(self, folder: Path, mode: str, place: int = 0, fault: int = 0, log: int = -1) -> None:
        """From now on each change below ``folder`` counts."""
        name = str(folder).encode()
        self._library.crash_arm(name, ord(mode), ctypes.c_long(place), fault, log)

    def disarm(self) -> None:
        self._library.crash_disarm()

    def count(self) -> int:
        return int(self._library.crash_count())

    def mark(self, name: str) -> None:
        """Put a word into the record."""
        self._library.crash_mark(name.encode())
