"""Small things that the store tests share."""

import hashlib
from pathlib import Path

import polars as pl

from importer.model import tables
from importer.model.drop import Drop, DropFile
from importer.model.history import Approval, Commit, Run, StoredTable
from importer.store.folder import FolderStore
from importer.store.kept import content_id

POLICY = 'name = "Sample"\n'


def new_store(folder: Path) -> FolderStore:
    return FolderStore.create(folder / "district", POLICY)


def people(*ids: str, archived: int = 0) -> pl.DataFrame:
    rows = [
        {"person_id": person, "status": "archived" if place < archived else "active"}
        for place, person in enumerate(ids)
    ]
    return pl.DataFrame(rows, schema=tables.stored_schema("people"))


def drop_of(folder: Path, **contents: str) -> Drop:
    folder.mkdir(exist_ok=True)
    files = []
    for stem, content in contents.items():
        path = folder / f"{stem}.csv"
        path.write_text(content)
        files.append(DropFile(path.name, path, path.stat().st_size))
    pairs = [(f.name, hashlib.sha256(f.path.read_bytes()).hexdigest()) for f in files]
    return Drop("monday", tuple(files), id=content_id(pairs))


def next_commit(
    store: FolderStore, tables: dict[str, StoredTable] | None = None, drop: str = ""
) -> Commit:
    head = store.head()
    number = head.number if head else 0
    parent = store.record_sha(number) if head else ""
    return Commit(
        number=number + 1,
        parent=parent,
        drop=drop,
        run="r1",
        policy="p",
        actor="Zoë",
        at="2026-09-01T06:00:00Z",
        tables=tables or {},
        counts={"people": {"add": 1}},
    )


def run_of(run_id: str, at: str = "2026-09-01T06:00:00Z") -> Run:
    return Run(run_id, "d", "monday", "clever", "p", 0, "Zoë", at, {}, {"ERROR": 2}, ["12:people"])


def approval_of(run_id: str, reason: str = "new school") -> Approval:
    return Approval(run_id, ["12:people"], reason, "Zoë", "2026-09-01T07:00:00Z")
