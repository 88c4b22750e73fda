"""A person's word beside a run: approvals and decisions, each a numbered sealed file."""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from importer.store import durable
from importer.store.runs import find
from importer.store.sealed import read_as, seal

APPROVALS, DECISIONS = "approvals", "decisions"

T = TypeVar("T")

_NUMBERED = re.compile(r"([0-9]{1,6})\.json")


def add(root: Path, run_id: str, kind: str, record: dict[str, Any]) -> Path:
    """Keep a word of a kind (``APPROVALS``, ``DECISIONS``) under the next free number; its file."""
    folder = root / "runs" / find(root, run_id).id / kind
    with durable.plain_errors(f"What was said could not be written to {kind}"):
        with contextlib.suppress(FileExistsError):
            durable.make_folder(folder)
        durable.sync(folder.parent)
        number = len(_numbers(folder)) + 1
        while True:
            path = folder / f"{number}.json"
            try:
                durable.create_whole(path, seal(record), root / "staging")
                return path
            except FileExistsError:
                number += 1


def read(root: Path, run_id: str, kind: str, build: Callable[[dict[str, Any]], T]) -> list[T]:
    """What was said of a run, in the order in which it was."""
    folder = root / "runs" / find(root, run_id).id / kind
    if not folder.is_dir():
        return []
    with durable.plain_errors(f"The {kind} could not be read"):
        numbers = _numbers(folder)
    return [read_as(folder / f"{number}.json", build) for number in numbers]


def _numbers(folder: Path) -> list[int]:
    found = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir())
    return sorted(int(name[1]) for name in found if name)
