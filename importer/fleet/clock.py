"""A clock that nobody can set, and that a restart of the machine starts anew."""

import time
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def seconds() -> float:
    """Seconds that have passed, the machine's sleep included where it can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def name() -> str:
    """Two readings can be compared if the clock had the same name; "" = never."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""
