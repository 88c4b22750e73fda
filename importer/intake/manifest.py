"""``SHA256SUMS``: a sender's own list of what a drop holds, as the command sha256sum writes it."""

import re
from pathlib import Path

from importer.intake.identity import sha256_of
from importer.intake.names import shown
from importer.model.drop import DropFile, Rejected

MANIFEST = "SHA256SUMS"
_LINE = re.compile(r"\\?([0-9a-fA-F]{64}) [ *](?:\./)?(.+)")
_MOST = 1 << 20


def promised(text: str) -> dict[str, str] | None:
    """File name → sha-256 in hex of the lines of such a list; None if it is none.

    That it lists itself, as sha256sum * does where an older list lies, says nothing.

    >>> promised("0" * 64 + "  students.csv")
    {'students.csv': '0000000000000000000000000000000000000000000000000000000000000000'}
    """
    found = [_LINE.fullmatch(line) for line in text.splitlines() if line.strip()]
    told: dict[str, str] = {}
    for line in found:
        if line is None or told.setdefault(line[2], line[1].lower()) != line[1].lower():
            return None  # no such list, or one that says two things of a file
    told.pop(MANIFEST, None)
    return told if found else None


def read(path: Path) -> dict[str, str] | None:
    """The list of a file; None if that is none. ``OSError`` as it comes."""
    with path.open("rb") as file:
        content = file.read(_MOST + 1)
    try:
        return promised(content.decode()) if len(content) <= _MOST else None
    except UnicodeDecodeError:
        return None


def broken(files: list[DropFile], own: DropFile) -> list[Rejected]:
    """What of a drop is not as its own list ``own`` says. Empty: the list proves it."""
    told = read(own.path)
    if told is None:
        return [Rejected(own.name, "FILE-198", "it can't be read as a list of checksums")]
    there = {file.name: file for file in files}
    found = [
        Rejected(shown(name), "FILE-198", "it is on the list and did not come")
        for name in sorted(told.keys() - there.keys())
    ]
    for name in sorted(told.keys() & there.keys()):
        if sha256_of(there[name].path) != told[name]:
            found.append(Rejected(name, "FILE-198", "it is not what the list says"))
    found += [
        Rejected(name, "FILE-198", "it is not on the list")
        for name in sorted(there.keys() - told.keys())
    ]
    return found
