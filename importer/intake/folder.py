"""A folder as a drop: the regular files right inside it, and a reason for everything else."""

import os
from collections import Counter
from pathlib import Path

from importer.intake.limits import Limits
from importer.intake.names import fold, is_noise, objection, shown
from importer.model.drop import DropFile, Rejected
from importer.model.errors import UsageError


def files_in(path: Path, limits: Limits) -> tuple[list[DropFile], list[Rejected]]:
    """The files of a folder, by name, and what was passed over.

    A folder that holds nothing but one folder stands for that one (FILE-146). Raises
    ``UsageError`` if there is nothing or too much, ``OSError`` as it comes.
    """
    rejected: list[Rejected] = []
    entries = _listed(path, limits)
    while len(entries) == 1 and entries[0].is_dir(follow_symlinks=False):
        rejected = [Rejected(shown(entries[0].name), "FILE-146")]
        entries = _listed(Path(entries[0].path), limits)
    if not entries:
        raise UsageError(f"There is no file in {path}.", "Name the folder that the files lie in.")
    files: list[DropFile] = []
    clashing = {name for name, count in Counter(fold(e.name) for e in entries).items() if count > 1}
    for entry in entries:
        if fold(entry.name) in clashing:
            detail = "another name differs from it only in capital letters or accents"
            rejected.append(Rejected(shown(entry.name), "FILE-109", detail))
        elif detail := _objection(entry, limits):
            rejected.append(Rejected(shown(entry.name), "FILE-107", detail))
        else:
            files.append(DropFile(entry.name, Path(entry.path), _size(entry)))
    return files, rejected


def _listed(path: Path, limits: Limits) -> list[os.DirEntry[str]]:
    """The entries of a folder without noise, sorted; counting stops at the limit."""
    listed: list[os.DirEntry[str]] = []
    with os.scandir(path) as entries:
        for entry in entries:
            if is_noise(entry.name):
                continue
            listed.append(entry)
            if len(listed) > limits.entries:
                raise UsageError(
                    f"There are more than {limits.entries} files in {path}.",
                    "Name the folder that holds the files of one export and nothing else.",
                )
    return sorted(listed, key=lambda entry: entry.name)


def _objection(entry: os.DirEntry[str], limits: Limits) -> str:
    if entry.is_symlink():
        return "it is a symbolic link"
    if entry.is_dir():
        return "it is a folder"
    if not entry.is_file():
        return "it is not a regular file"
    if _size(entry) > limits.file_bytes:
        return limits.too_large()
    return objection(entry.name)


def _size(entry: os.DirEntry[str]) -> int:
    return entry.stat(follow_symlinks=False).st_size
