"""What a person or a schedule names, as a drop."""

import dataclasses
import os
import stat
from pathlib import Path

from importer.intake import archive, folder, manifest
from importer.intake.identity import drop_id
from importer.intake.limits import Limits
from importer.intake.names import shown
from importer.model.drop import Drop, DropFile, Rejected
from importer.model.errors import StorageError, UsageError

__all__ = ["Limits", "is_zip", "open_drop"]


def open_drop(path: Path, scratch: Path, limits: Limits, *, identify: bool) -> Drop:
    """The drop that lies at ``path``: one file, a folder, a zip, or a folder that holds one zip.

    A zip is inflated into the folder ``scratch`` (made if needed; it must not hold files of the
    same names); files and folders stay where they are. ``identify`` reads all bytes once for the
    id, which stays empty if nothing was taken in. Raises ``UsageError`` if nothing is there or
    nothing that can be a drop, ``StorageError`` if it can't be read.
    """
    try:
        _refuse_strange(path)
        files, rejected = _proved(*_contents(path, scratch, limits))
        drop = Drop(str(path), tuple(files), tuple(rejected))
        if identify and files:
            drop = dataclasses.replace(drop, id=drop_id(files))
    except OSError as error:
        raise _unreadable(path, error) from error
    return drop


def _refuse_strange(path: Path) -> None:
    try:
        str(path.resolve()).encode()
    except UnicodeEncodeError:
        raise UsageError(
            "The name of this file or folder is not UTF-8.", "Give it a plain name and try again."
        ) from None
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"There is no {path}.", "Name a file, a folder or a zip.") from None
    if kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise UsageError(f"{path} is not a file.", "Name a file, a folder or a zip.")


def _contents(path: Path, scratch: Path, limits: Limits) -> tuple[list[DropFile], list[Rejected]]:
    if path.is_dir():
        files, rejected = folder.files_in(path, limits)
        if len(files) != 1 or not is_zip(files[0].path):
            return files, rejected
        # A folder in which nothing but a zip arrived stands for the zip.
        files, more = _inflated(files[0].path, scratch, limits)
        return files, rejected + more
    if is_zip(path):
        return _inflated(path, scratch, limits)
    size = path.stat().st_size
    if size > limits.file_bytes:
        return [], [Rejected(shown(path.name), "FILE-107", limits.too_large())]
    # A link that a person names is meant; links that only lie in a drop are never followed.
    return [DropFile(path.name, path.resolve(), size)], []


def _proved(
    files: list[DropFile], rejected: list[Rejected]
) -> tuple[list[DropFile], list[Rejected]]:
    """Files, and what of them isn't as the sender's own list says; a list that fits is no file.

    One that doesn't stays: the same files with a list that fits are another drop.
    """
    own = next((file for file in files if file.name == manifest.MANIFEST), None)
    if own is None:
        return files, rejected
    sent = [file for file in files if file is not own]
    broken = manifest.broken(sent, own)
    return files if broken else sent, rejected + broken


def is_zip(path: Path) -> bool:
    """Whether a file is named as an archive, which stands for the files in it."""
    return path.suffix.casefold() == ".zip"


def _inflated(path: Path, scratch: Path, limits: Limits) -> tuple[list[DropFile], list[Rejected]]:
    scratch.mkdir(0o700, parents=True, exist_ok=True)
    return archive.files_in(path, scratch, limits)


def _unreadable(path: Path, error: OSError) -> StorageError:
    if isinstance(error, PermissionError):
        fix = "Ask the owner of the files for the right to read them."
    else:
        fix = "Look after the disk that it lies on, then start again."
    reason = os.strerror(error.errno) if error.errno else "unknown reason"
    return StorageError(f"{path} could not be read: {reason}.", fix)
