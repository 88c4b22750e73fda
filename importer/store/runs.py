"""Runs: a folder of frames and texts each, which exists for readers once it is finished."""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from importer.model.errors import StorageError, UsageError
from importer.model.history import Run
from importer.model.likeness import closest
from importer.store import durable
from importer.store.purges import what_removed
from importer.store.rosters import Shelf, write_parquet
from importer.store.sealed import read_as, seal

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FOLDERED = re.compile(rf"(?:[a-z]{{1,20}}/)?{_PLAIN.pattern}")
_NUMBER = re.compile(r"([0-9]{6})-")
_RECORD = "run.json"


class RunFolder:
    """A run being written, in ``staging/``; ``finish`` moves it to ``runs/<id>`` as a whole.

    As a context manager it takes its files away if it was not finished. ``told`` is called with the
    path of its record once it is there. ``shelf``: where tables lie that it may keep.
    """

    def __init__(
        self, root: Path, run_id: str, shelf: Shelf | None, told: Callable[[Path], None]
    ) -> None:
        self._told, self._shelf = told, shelf
        self._final = root / "runs" / _plain(run_id)
        if self._final.exists():
            raise StorageError(f"There is a run “{run_id}” already.", "Start again.")
        with durable.plain_errors("The run could not be written"):
            self._folder = durable.staged_folder(root / "staging")
        self._files: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        durable.discard(self._folder)

    def frame(self, name: str, frame: pl.DataFrame | pl.LazyFrame) -> None:
        """Keep a frame as ``<name>.parquet``; what was laid on the shelf to last, as that file."""
        path = self._folder / f"{_plain(name)}.parquet"
        with durable.plain_errors(f"{path.name} of the run could not be written"):
            if self._shelf and (there := self._shelf.file_of(frame)):
                path.hardlink_to(there)
            else:
                durable.write_new(path, b"")
                write_parquet(frame, path)
            durable.sync(path)
            self._files[path.name] = durable.sha256_of(path)

    def text(self, name: str, text: str) -> None:
        """Keep a text as the file ``name`` (with its ending), UTF-8, line ends as given."""
        self.file(_plain(name), text.encode())

    def file(self, name: str, content: bytes) -> None:
        """Keep a file with this content; ``name`` may lie in one folder: ``rejected/a.csv``."""
        path = self._folder / _foldered(name)
        with durable.plain_errors(f"{name} of the run could not be written"):
            inside = path.parent != self._folder
            if inside and not path.parent.is_dir():
                durable.make_folder(path.parent)
            durable.write_new(path, content)
            if inside:  # the run's own folder is synced at the end
                durable.sync(path.parent)
        self._files[name] = hashlib.sha256(content).hexdigest()

    def data(self, name: str, data: dict[str, Any]) -> None:
        """Keep JSON-ready data as ``<name>.json``."""
        self.text(f"{name}.json", json.dumps(data, ensure_ascii=False) + "\n")

    def finish(self, run: Run) -> Run:
        """Write ``run.json`` with the hashes of all files, last, and let readers see the run.

        Returns the run with these hashes.
        """
        run = replace(run, files=self._files)
        if run.id != self._final.name:
            raise ValueError("a run is finished under the id that it was begun with")
        with durable.plain_errors("The run could not be written"):
            durable.write_new(self._folder / _RECORD, seal(run.record()))
            durable.sync(self._folder)
            self._folder.rename(self._final)
            durable.sync(self._final.parent)
        self._told(self._final / _RECORD)
        return run


def every(root: Path) -> list[Run]:
    """All finished runs that can be read, in the order of their ids; ``verify`` tells of others."""
    runs = []
    for run_id in _ids(root):
        with contextlib.suppress(StorageError):
            runs.append(_read(root, run_id))
    return runs


def newest(root: Path) -> Iterator[Run]:
    """The finished runs that can be read, the newest first, each read when it is asked for."""
    with durable.plain_errors("The folder runs could not be read"):
        names = sorted((entry.name for entry in (root / "runs").iterdir()), reverse=True)
    for run_id in filter(_PLAIN.fullmatch, names):
        with contextlib.suppress(StorageError):
            yield _read(root, run_id)


def find(root: Path, wanted: str) -> Run:
    """The run of an id or of the beginning of just one id; else ``UsageError``."""
    if _PLAIN.fullmatch(wanted) and (root / "runs" / wanted / _RECORD).is_file():
        return _read(root, wanted)  # looking through hundreds of runs for each of them takes long
    ids = _ids(root)
    fits = [wanted] if wanted in ids else [run_id for run_id in ids if run_id.startswith(wanted)]
    if len(fits) == 1:
        return _read(root, fits[0])
    fix = "`importer history` lists the runs."
    if gone := what_removed(root, "runs", wanted):
        raise UsageError(f"Run {wanted} was {gone}.", fix)
    if fits and wanted:
        raise UsageError(f"{len(fits)} runs begin with “{wanted}”.", fix)
    near = closest(wanted, ids)
    meant = f" Did you mean “{near[0]}”?" if near else ""
    raise UsageError(f"There is no run “{wanted}”.{meant}", fix)


def file_of(root: Path, run_id: str, name: str) -> Path:
    """A file of a run, named as it lies there; ``StorageError`` if the run has none."""
    run = find(root, run_id)
    if name not in run.files:
        raise StorageError(f"The run “{run_id}” has no file {name}.")
    path = root / "runs" / run.id / _foldered(name)
    if (fault := file_fault(path, run.files[name])) is not None:
        raise _damaged(run.id, f"{name} {fault}")
    return path


def file_fault(path: Path, sha256: str) -> str | None:
    """What is wrong with a file of a run, in words; None if it is what was written."""
    if not path.is_file():
        return "is missing"
    try:
        return None if durable.sha256_of(path) == sha256 else "was changed or is damaged"
    except OSError:
        return "can't be read"


def _damaged(run_id: str, fault: str) -> StorageError:
    return StorageError(
        f"The run {run_id} can't be used: {fault}.",
        f"Move the folder runs/{run_id} away and plan the drop again; commits are not concerned.",
    )


def next_number(root: Path, gone: Iterable[str]) -> int:
    """One more than the number of any run that is there or was (``gone``: ids)."""
    found = (_NUMBER.match(run_id) for run_id in [*_ids(root), *gone])
    return max((int(name[1]) for name in found if name), default=0) + 1


def read_frame(root: Path, run_id: str, name: str) -> pl.DataFrame:
    """A frame that a run kept; ``StorageError`` if it is not there or damaged."""
    path = file_of(root, run_id, f"{name}.parquet")
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        raise _damaged(run_id, f"{path.name} can't be read") from None


def scan_frame(root: Path, run_id: str, name: str) -> pl.LazyFrame:
    """A frame that a run kept, to read a part of; ``StorageError`` if it is not there or damaged.

    The file is hashed first, so that whatever is read later is what was written.
    """
    return pl.scan_parquet(file_of(root, run_id, f"{name}.parquet"))


def scan_frames(
    root: Path, chosen: list[Run], name: str
) -> tuple[pl.LazyFrame | None, dict[str, str]]:
    """The frames of this name of many runs as one, with a column ``run``; None if there is none.

    Each file is hashed first. Also run id → why its frame can't be used.
    """
    paths, faults = {}, {}
    for run in chosen:
        path = root / "runs" / run.id / f"{_plain(name)}.parquet"
        fault = file_fault(path, run.files[path.name]) if path.name in run.files else "is missing"
        if fault:
            faults[run.id] = str(_damaged(run.id, f"{path.name} {fault}"))
        else:
            paths[str(path)] = run.id
    if not paths:
        return None, faults
    read = pl.scan_parquet(list(paths), include_file_paths="run", missing_columns="insert")
    return read.with_columns(pl.col("run").replace_strict(paths, return_dtype=pl.String)), faults


def read_file(root: Path, run: Run, name: str) -> bytes:
    """A file that a run kept; ``StorageError`` if it is not there or damaged."""
    return file_of(root, run.id, name).read_bytes()


def read_data(root: Path, run_id: str, name: str) -> dict[str, Any]:
    """Data that a run kept; ``StorageError`` if it is not there or damaged."""
    path = file_of(root, run_id, f"{name}.json")
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        raise _damaged(run_id, f"{path.name} can't be read") from None


def add_beside(root: Path, run_id: str, name: str, content: bytes) -> None:
    """Put a file for people beside what a finished run kept; one that is there stays.

    It is no part of the run's record: nothing reads it again.
    """
    path = root / "runs" / find(root, run_id).id / _plain(name)
    with durable.plain_errors(f"{name} could not be written"), contextlib.suppress(FileExistsError):
        durable.create_whole(path, content, root / "staging")


def _plain(name: str) -> str:
    if not _PLAIN.fullmatch(name):
        raise ValueError(f"not a name for a run or a file of a run: {name!r}")
    return name


def _foldered(name: str) -> str:
    """A plain name, or one in a folder of plain letters."""
    if not _FOLDERED.fullmatch(name):
        raise ValueError(f"not a name for a file of a run: {name!r}")
    return name


def _ids(root: Path) -> list[str]:
    with durable.plain_errors("The folder runs could not be read"):
        return sorted(path.parent.name for path in (root / "runs").glob(f"*/{_RECORD}"))


def _read(root: Path, run_id: str) -> Run:
    path = root / "runs" / run_id / _RECORD
    try:
        run = read_as(path, lambda record: Run(**record))
    except StorageError:
        raise _damaged(run_id, f"{_RECORD} was changed or is damaged") from None
    if run.id != run_id:
        raise _damaged(run_id, f"{_RECORD} belongs to another run")
    return run


def bases(root: Path) -> Iterator[tuple[str, int]]:
    """Each run that can be read, and the number of the commit it was planned against."""
    return ((run.id, run.base) for run in every(root))


def faults(root: Path) -> Iterator[str]:
    """What is wrong with the runs that are kept, in plain words."""
    for run_id in _ids(root):
        try:
            run = _read(root, run_id)
        except StorageError as error:
            yield str(error)
            continue
        for name, sha256 in run.files.items():
            if (fault := file_fault(root / "runs" / run_id / name, sha256)) is not None:
                yield f"The file {name} of run {run_id} {fault}."
