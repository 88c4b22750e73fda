"""Small things to remember between two turns: ``memory/<name>.json``, replaced as a whole."""

import contextlib
from pathlib import Path
from typing import Any

from importer.model.errors import StorageError
from importer.store import durable
from importer.store.sealed import read_sealed, seal


def read(root: Path, name: str) -> dict[str, Any]:
    """What was remembered; {} if nothing was, or if what is there is damaged."""
    with contextlib.suppress(StorageError):
        return read_sealed(_path(root, name))
    return {}


def write(root: Path, name: str, data: dict[str, Any]) -> None:
    """Remember in place of what was there; ``StorageError`` if the disk refuses."""
    path = _path(root, name)
    with durable.plain_errors(f"memory/{path.name} could not be written"):
        with contextlib.suppress(FileExistsError):
            durable.make_folder(path.parent)
            durable.sync(root)
        durable.replace_whole(path, seal(data), root / "staging")


def _path(root: Path, name: str) -> Path:
    return root / "memory" / f"{name}.json"
