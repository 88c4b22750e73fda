"""Small districts with an inbox, for the tests of arrivals."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from importer.checks.catalogue import STUDENTS, clever
from importer.fleet.acting import who
from importer.fleet.night import night
from importer.model.turn import Turn
from importer.settings import TEMPLATE
from importer.store.folder import FolderStore

MONDAY = clever()
TUESDAY = clever(students=STUDENTS + "0101,S3,di@oak.example,Di,Fox,3\n")
AT_ONCE = "[arrivals]\nquiet = 0\nlate = 0\n"


def district(root: Path, policy: str = AT_ONCE) -> FolderStore:
    return FolderStore.create(root, policy or TEMPLATE)


def send(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Files as an upload leaves them."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)


def go(store: FolderStore, *, wait: bool = False) -> list[Turn]:
    """The unattended turn."""
    turns, untold = night(store.root, lambda: who("nightly", automatic=True), wait=wait)
    assert untold == []
    return turns


def outcomes(store: FolderStore, *, wait: bool = False) -> list[str]:
    return [turn.outcome for turn in go(store, wait=wait)]


def lying(store: FolderStore) -> list[str]:
    """What is in the inbox, hidden files too."""
    inbox = store.root / "inbox"
    return sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file())


def zipped(folder: Path, files: Mapping[str, str | bytes], target: Path) -> None:
    send(folder, files)
    shutil.make_archive(str(target.with_suffix("")), "zip", folder)
