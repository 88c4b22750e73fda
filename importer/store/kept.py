"""Raw drops as received: ``drops/<drop id>/<files>``, for as long as retention lets them lie."""

import dataclasses
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from importer.model.drop import Drop, DropFile
from importer.model.errors import StorageError
from importer.store import durable
from importer.store.purges import what_removed

_ID = re.compile(r"[0-9a-f]{64}")


def keep(root: Path, drop: Drop) -> Drop:
    """Copy the files of an identified drop into the workspace; the same drop is kept once.

    Raises ``StorageError`` if the disk refuses or the bytes are no longer those of ``drop.id``.
    """
    final = _path(root, drop.id)
    with durable.plain_errors("The files could not be copied into the workspace"):
        if not final.is_dir():
            temp = durable.staged_folder(root / "staging")
            try:
                _copy_all(drop, temp)
                _move(temp, final)
            finally:
                durable.discard(temp)
        durable.sync(final.parent)
    return dataclasses.replace(drop, files=_files(final))


def find(root: Path, drop_id: str) -> Drop:
    """A kept drop; ``StorageError`` if it is not, or no longer, there. The label is the id's start.

    What was rejected when it arrived is not kept.
    """
    path = _path(root, drop_id)
    if not path.is_dir():
        gone = what_removed(root, "drops", drop_id)
        raise StorageError(
            f"The files of drop {drop_id[:12]} were {gone}."
            if gone
            else f"The files of drop {drop_id[:12]} are not kept here, or no longer.",
            "Import the files again from where they came.",
        )
    with durable.plain_errors(f"The files of drop {drop_id[:12]} could not be read"):
        return Drop(f"drop {drop_id[:12]}", _files(path), id=drop_id)


def is_kept(root: Path, drop_id: str) -> bool:
    """Whether the files of a drop still lie in the workspace."""
    return bool(_ID.fullmatch(drop_id)) and _path(root, drop_id).is_dir()


def content_id(pairs: Iterable[tuple[str, str]]) -> str:
    """The id of a drop: the sha-256 over its sorted (name, sha-256 of content) pairs, in hex.

    ``importer.intake.identity`` has the same rule; a test holds the two together.
    """
    digest = hashlib.sha256()
    for name, sha256 in sorted(pairs):
        digest.update(f"{name}\0{sha256}\n".encode())
    return digest.hexdigest()


def id_of_kept(root: Path, drop_id: str) -> str:
    """The id that the kept files have now; ``OSError`` if they can't be read."""
    files = _files(_path(root, drop_id))
    return content_id((file.name, durable.sha256_of(file.path)) for file in files)


def _path(root: Path, drop_id: str) -> Path:
    if not _ID.fullmatch(drop_id):
        raise StorageError("This is not the id of a drop: 64 digits and letters a to f are.")
    return root / "drops" / drop_id


def _files(folder: Path) -> tuple[DropFile, ...]:
    paths = sorted(folder.iterdir())
    return tuple(DropFile(path.name, path, path.stat().st_size) for path in paths)


def _copy_all(drop: Drop, folder: Path) -> None:
    pairs = [(file.name, _copy(file, folder)) for file in drop.files]
    if content_id(pairs) != drop.id:
        raise StorageError(
            "The files changed while they were being copied.",
            "Wait until the upload is done, then start again.",
        )
    durable.sync(folder)


def _copy(file: DropFile, folder: Path) -> str:
    if Path(file.name).name != file.name or file.name == "..":
        raise StorageError("A file of the drop has a name that leads out of its folder.")
    if folder.parent in file.path.parents:
        return _adopt(file, folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    fd = os.open(folder / file.name, flags, durable.FILE_MODE)
    try:
        os.fchmod(fd, durable.FILE_MODE)
        sha256 = durable.sha256_of(file.path, lambda chunk: durable.write_all(fd, chunk))
        os.fsync(fd)
    finally:
        os.close(fd)
    return sha256


def _adopt(file: DropFile, folder: Path) -> str:
    """A file that was copied into staging/ already needs a name here and no second copy."""
    path = folder / file.name
    os.link(file.path, path, follow_symlinks=False)
    path.chmod(durable.FILE_MODE)
    durable.sync(path)
    return durable.sha256_of(path)


def _move(temp: Path, final: Path) -> None:
    try:
        temp.rename(final)
    except OSError:
        if not final.is_dir():  # else somebody else kept the same drop meanwhile
            raise
