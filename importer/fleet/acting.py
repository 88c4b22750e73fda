"""Who acts, and when."""

import getpass
import os
import socket
import sys
from datetime import UTC, datetime

from importer.model.history import Who


def who(name: str | None = None, *, automatic: bool | None = None) -> Who:
    """Who acts, and when: now, in UTC. By hand at a terminal, automatic where there is none.

    ``name``: else the user of this machine. ``automatic``: whether nobody sits at it, if known.
    """
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        user = str(os.getuid())
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    alone = _automatic() if automatic is None else automatic
    return Who(name or f"{user}@{socket.gethostname()}", at, alone)


def _automatic() -> bool:
    """Whether nobody sits at it: as IMPORTER_AUTOMATIC says (1 or 0), else without a terminal."""
    said = os.environ.get("IMPORTER_AUTOMATIC", "")
    return said == "1" if said in ("0", "1") else not (sys.stdin and sys.stdin.isatty())
