"""Canonical tables as Parquet files, each named by the sha-256 of its bytes."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from importer.model import tables
from importer.model.errors import StorageError
from importer.model.history import Commit, StoredTable
from importer.store.durable import (
    names_os_error,
    plain_errors,
    publish,
    sha256_of,
    staged_file,
    storage_error,
    sync,
    write_new,
)
from importer.store.purges import what_removed

_ROW_GROUP = 250_000  # a fixed size: left to polars, one and the same query gives other bytes
_GONE = "Retention removed it; what is newer is there: importer history -w DIR."
_FIX = "Restore this file from a backup; `importer verify` shows what else is concerned."


def roster_path(root: Path, sha256: str) -> Path:
    """Where a stored table lies."""
    return root / "rosters" / f"{sha256}.parquet"


def write_parquet(frame: pl.LazyFrame | pl.DataFrame, path: Path, *, lasting: bool = True) -> None:
    """Write a frame, streaming, into an existing file, which keeps its mode; not synced.

    What isn't ``lasting`` takes twice the room and less time.
    Raises ``OSError`` or ``StorageError`` if the disk refuses.
    """
    try:
        frame.lazy().sink_parquet(
            path,
            compression="zstd" if lasting else "lz4",
            compression_level=1 if lasting else None,
            statistics=lasting,
            row_group_size=_ROW_GROUP,
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        if not names_os_error(error):
            raise  # the query is wrong, not the disk
        raise storage_error("A table could not be written", error) from None


@dataclass(frozen=True)
class Shelf:
    """Tables laid down in a scratch folder; ``lasting``: scans of those that are to last."""

    folder: Path
    lasting: list[tuple[pl.LazyFrame, Path]] = field(default_factory=list)

    def lay(self, frame: pl.LazyFrame, lasting: bool) -> pl.LazyFrame:
        """Write a table into a new file; a scan of it. ``lasting``: in the way rosters are.

        Raises ``StorageError`` if the disk refuses.
        """
        with plain_errors("A table could not be written"):
            path = self.folder / f"{len(list(self.folder.iterdir()))}.parquet"
            write_new(path, b"")
            write_parquet(frame, path, lasting=lasting)
        scan = pl.scan_parquet(path)
        if lasting:
            self.lasting.append((scan, path))
        return scan

    def file_of(self, frame: object) -> Path | None:
        """The file of a scan that is to last; None for any other frame, also one made of it."""
        return next((path for scan, path in self.lasting if scan is frame), None)


def put(root: Path, frame: pl.LazyFrame | pl.DataFrame) -> StoredTable:
    """Store a canonical table; the same bytes are stored once.

    Raises ``StorageError`` if the disk refuses or the file that is there was damaged.
    """
    with plain_errors("A roster file could not be written"), staged_file(root / "staging") as temp:
        write_parquet(frame, temp)
        sync(temp)
        return adopt(root, temp)


def adopt(root: Path, path: Path) -> StoredTable:
    """Store a canonical table that lies in a file, written and synced; the file stays, too.

    Raises ``StorageError`` as ``put`` does.
    """
    with plain_errors("A roster file could not be written"):
        sha256 = sha256_of(path)
        rows, active = _count(path)
        final = roster_path(root, sha256)
        try:
            publish(path, final)
        except FileExistsError:
            _check(root, sha256)
            sync(final.parent)  # whoever put it there may have died before the sync
    return StoredTable(sha256, rows, active)


def scan(root: Path, name: str, commit: Commit | None) -> pl.LazyFrame:
    """A canonical table as of ``commit``, in the shape of ``tables.stored_schema(name)``.

    The file is hashed first: a disk that lied about a sync must not pass for a smaller roster.
    Raises ``StorageError`` if it is missing or damaged.
    """
    if commit is None or name not in commit.tables:
        return tables.empty(name).lazy()
    sha256 = commit.tables[name].sha256
    _check(root, sha256)
    return _in_shape(name, pl.scan_parquet(roster_path(root, sha256)))


def _in_shape(name: str, stored: pl.LazyFrame) -> pl.LazyFrame:
    """A table that was stored before a column came to its shape: nobody knew that column."""
    shape, there = tables.stored_schema(name), stored.collect_schema().names()
    if there == list(shape):
        return stored
    return stored.with_columns(
        pl.lit(None, dtype).alias(column) for column, dtype in shape.items() if column not in there
    ).select(list(shape))


def _check(root: Path, sha256: str) -> None:
    path = roster_path(root, sha256)
    if not path.is_file():
        if gone := what_removed(root, "rosters", sha256):
            raise StorageError(f"The roster file rosters/{path.name} was {gone}.", _GONE)
        raise StorageError(f"The roster file rosters/{path.name} is missing.", _FIX)
    with plain_errors(f"rosters/{path.name} could not be read"):
        there = path.stat()
        found = _sha256(path, (there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns))
    if found != sha256:
        raise StorageError(f"The roster file rosters/{path.name} is damaged.", _FIX)


@lru_cache(maxsize=64)
def _sha256(path: Path, _: tuple[int, ...]) -> str:
    """The hash of a file, taken once as long as the file system knows of no change of it."""
    return sha256_of(path)


def _count(path: Path) -> tuple[int, int]:
    active = (pl.col("status") == "active").sum()
    row = pl.scan_parquet(path).select(rows=pl.len(), active=active).collect().row(0)
    return int(row[0]), int(row[1])
