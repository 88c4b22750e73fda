"""The store as a folder on a local disk; the layout is in the architecture page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import polars as pl

from importer.model.audit import Event
from importer.model.decision import Decision
from importer.model.drop import Drop
from importer.model.errors import CommittedError, StorageError
from importer.model.history import Approval, Commit, Run, StoredTable, Who
from importer.model.readiness import Readiness
from importer.model.retention import Purge
from importer.store import (
    assessments,
    audit,
    commits,
    durable,
    events,
    kept,
    lock,
    memory,
    proof,
    purges,
    rosters,
    runs,
    words,
    workspace,
)
from importer.store.written import Written


class FolderStore(Written):
    """A district's workspace. Everything in it is written once, except district.toml by people.

    Methods raise ``StorageError`` if the disk refuses or a file is not what it was.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._shelf: rosters.Shelf | None = None

    @classmethod
    def create(cls, path: Path, policy_text: str, who: Who | None = None) -> Self:
        """Make a workspace of a new or empty folder; district.toml comes last and makes it one."""
        with durable.plain_errors(f"The workspace {path} could not be made"):
            if path.exists():
                workspace.refuse_used(path)
            path.mkdir(durable.FOLDER_MODE, parents=True, exist_ok=True)
            path.chmod(durable.FOLDER_MODE)
            for name in workspace.FOLDERS:
                if not (path / name).is_dir():
                    durable.make_folder(path / name)
            for place in (path, path.resolve().parent):  # all of it is there before it is one
                durable.sync(place)
            events.begin(path, workspace.POLICY, policy_text.encode(), who)
            try:
                durable.create_whole(
                    path / workspace.POLICY, policy_text.encode(), path / "staging"
                )
            except FileExistsError:
                raise workspace.is_one_already(path) from None
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The workspace at ``path``; ``StorageError`` if it is none or others may write to it."""
        with durable.plain_errors(f"The workspace {path} could not be read"):
            if not (path / workspace.POLICY).is_file() or not (path / "commits").is_dir():
                raise StorageError(
                    f"{path} is no workspace of importer.", f"Make one: importer init {path}"
                )
            for name in workspace.FOLDERS:
                if not (path / name).is_dir():
                    raise StorageError(
                        f"The folder {name} of the workspace {path} is missing.",
                        f"Restore it from a backup, or, if it was empty: mkdir {path / name}",
                    )
            workspace.refuse_writable(path)
        return cls(path)

    def assessments(self) -> list[int]:
        """The numbers of the readiness reports that are kept, the oldest first."""
        return assessments.present(self.root)

    def assessment(self, number: int) -> Readiness:
        """A readiness report as it was made; ``StorageError`` if there is none of this number."""
        return assessments.read(self.root, number)

    def add_assessment(self, readiness: Readiness) -> None:
        """Keep a readiness report under its ``id``."""
        events.tell(self.root, assessments.add(self.root, readiness))

    def memory(self, name: str) -> dict[str, Any]:
        """What was remembered under a name; {} if nothing was, or if it can't be read.

        Only what can be found out anew is remembered like this: losing it costs time, no data.
        """
        return memory.read(self.root, name)

    def remember(self, name: str, data: dict[str, Any]) -> None:
        """Remember JSON-ready data under a name, in place of what was there."""
        memory.write(self.root, name, data)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace while writing; ``BusyError`` at once if another run does.

        Whoever gets it adds to the audit what a process that died left to be told.
        """
        with lock.held(self.root):
            events.catch_up(self.root)
            yield

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A new folder for work in progress, taken away at the end."""
        with durable.plain_errors("The folder staging could not be written"):
            folder = durable.staged_folder(self.root / "staging")
        try:
            yield folder
        finally:
            durable.discard(folder)

    @contextmanager
    def shelf(self) -> Iterator[Callable[[pl.LazyFrame, bool], pl.LazyFrame]]:
        """Lays tables down in scratch files and gives scans of them, which are good inside only.

        The second argument: whether one is written as rosters are. A run that keeps such a scan as
        it is keeps the same file.
        """
        with self.scratch() as folder:
            self._shelf = rosters.Shelf(folder)
            try:
                yield self._shelf.lay
            finally:
                self._shelf = None

    def head(self) -> Commit | None:
        """The newest commit."""
        number = commits.newest(self.root)
        return commits.read_commit(self.root, number) if number else None

    def commits(self) -> list[Commit]:
        """All commits, ascending."""
        last = commits.newest(self.root)
        return [commits.read_commit(self.root, number) for number in range(1, last + 1)]

    def commit(self, number: int) -> Commit:
        """The commit of this number."""
        return commits.read_commit(self.root, number)

    def record_sha(self, number: int) -> str:
        """The sha-256 of a commit record, for ``Commit.parent`` of the next one."""
        return commits.record_sha(self.root, number)

    def add_commit(self, commit: Commit) -> None:
        """Make ``commit`` the head; ``StalePlanError`` if it does not follow the head.

        ``CommittedError`` if it is, and the audit could not be told: the next run tells it.
        """
        commits.add(self.root, commit)
        try:
            events.tell(self.root, commits.commit_path(self.root, commit.number))
        except StorageError as error:
            raise CommittedError(f"Commit {commit.number} is made. {error}", error.fix) from error

    def put_table(self, frame: pl.LazyFrame | pl.DataFrame) -> StoredTable:
        """Store a canonical table; the same bytes are stored once."""
        return rosters.put(self.root, frame)

    def put_table_of(self, run_id: str, name: str) -> StoredTable:
        """Store a frame that a run kept as a canonical table: the same file under a second name."""
        return rosters.adopt(self.root, runs.file_of(self.root, run_id, f"{name}.parquet"))

    def table(self, name: str, commit: Commit | None) -> pl.LazyFrame:
        """A canonical table as of ``commit``; without rows if that has none."""
        return rosters.scan(self.root, name, commit)

    def keeps(self, commit: Commit) -> bool:
        """Whether the whole roster of a commit still lies here."""
        tables = commit.tables.values()
        return all(rosters.roster_path(self.root, table.sha256).is_file() for table in tables)

    def keep_drop(self, drop: Drop) -> Drop:
        """Copy the files of an identified drop; returns the drop with the paths of the copies."""
        return kept.keep(self.root, drop)

    def drop(self, drop_id: str) -> Drop:
        """A kept drop, without what was rejected when it arrived."""
        return kept.find(self.root, drop_id)

    def next_run(self) -> int:
        """The number with which the id of the next run begins; none is used twice."""
        gone = (run_id for purge in purges.every(self.root) for run_id in purge.runs)
        head = self.head()
        return runs.next_number(self.root, [*gone, head.run if head else ""])

    def new_run(self, run_id: str) -> runs.RunFolder:
        """Begin a run; nobody sees it before ``finish``."""
        return runs.RunFolder(
            self.root, run_id, self._shelf, lambda path: events.tell(self.root, path)
        )

    def runs(self) -> list[Run]:
        """All finished runs, newest last."""
        return runs.every(self.root)

    def newest_runs(self) -> Iterator[Run]:
        """The finished runs that can be read, the newest first; each is read when it is asked for.

        Beside many, ``runs`` reads all of them.
        """
        return runs.newest(self.root)

    def run(self, run_id: str) -> Run:
        """The run of an id or of the beginning of just one id."""
        return runs.find(self.root, run_id)

    def run_frame(self, run_id: str, name: str) -> pl.DataFrame:
        """A frame that a run kept."""
        return runs.read_frame(self.root, run_id, name)

    def scan_run_frame(self, run_id: str, name: str) -> pl.LazyFrame:
        """A frame that a run kept, to read a part of it."""
        return runs.scan_frame(self.root, run_id, name)

    def scan_run_frames(
        self, chosen: list[Run], name: str
    ) -> tuple[pl.LazyFrame | None, dict[str, str]]:
        """The frames of this name of many runs as one, with a column ``run``; and whose is lost."""
        return runs.scan_frames(self.root, chosen, name)

    def run_file(self, run: Run, name: str) -> bytes:
        """A file that a run kept, ``rejected/students.csv`` for instance."""
        return runs.read_file(self.root, run, name)

    def run_data(self, run_id: str, name: str) -> dict[str, Any]:
        """Data that a run kept with ``data(name, …)``."""
        return runs.read_data(self.root, run_id, name)

    def run_path(self, run_id: str, name: str) -> Path:
        """A file of a run, with its ending: ``report.html``."""
        return runs.file_of(self.root, run_id, name)

    def add_beside(self, run_id: str, name: str, content: bytes) -> None:
        """Put a file for people beside a finished run; one that is there stays."""
        runs.add_beside(self.root, run_id, name, content)

    def add_approval(self, approval: Approval) -> None:
        """Keep a person's word beside its run."""
        path = words.add(self.root, approval.run, words.APPROVALS, approval.record())
        events.tell(self.root, path)

    def approvals(self, run_id: str) -> list[Approval]:
        """The approvals of a run in the order in which they were given."""
        return words.read(self.root, run_id, words.APPROVALS, lambda r: Approval(**r))

    def add_decision(self, decision: Decision) -> None:
        """Keep what a person unchecked beside its run."""
        path = words.add(self.root, decision.run, words.DECISIONS, decision.record())
        events.tell(self.root, path)

    def decisions(self, run_id: str) -> list[Decision]:
        """What people unchecked in a run, in the order in which they did."""
        return words.read(self.root, run_id, words.DECISIONS, lambda r: Decision(**r))

    def audit(self) -> list[Event]:
        """Everything that was done here, the oldest first."""
        return audit.read(self.root)

    def add_event(self, event: Event) -> None:
        """Add to the audit what no file of the workspace tells."""
        audit.append(self.root, [event])

    def kept_drops(self) -> dict[str, str]:
        """The ids of the drops that lie here, and since when (UTC)."""
        return purges.ages(self.root / "drops")

    def kept_rosters(self) -> dict[str, str]:
        """The hashes of the roster files that lie here, and since when (UTC)."""
        return purges.ages(self.root / "rosters")

    def measured(
        self, purge: Purge, drops: list[str], runs_: list[str], rosters_: list[str]
    ) -> Purge:
        """``purge`` with what is to go: its hashes, and how much it is."""
        return purges.measured(self.root, purge, drops, runs_, rosters_)

    def purge(self, purge: Purge) -> None:
        """Remove what a purge names, with a record before and one after."""
        if not (self.root / "purges" / f"{purge.number:06}.json").exists():
            events.tell(self.root, purges.add(self.root, purge))
        events.tell(self.root, purges.carry_out(self.root, purge))

    def purges(self) -> list[Purge]:
        """All purges, the oldest first."""
        return purges.every(self.root)

    def unfinished_purges(self) -> list[Purge]:
        """Purges that died on the way."""
        return purges.unfinished(self.root)

    def why_gone(self, commit: Commit) -> str:
        """By which purge, and when, the roster of a commit was removed; "" if by none."""
        told = (purges.what_removed(self.root, "rosters", s.sha256) for s in commit.tables.values())
        return next(filter(None, told), "")

    def verify(self) -> list[str]:
        """What is not as the commits promise, in plain words; empty = all is well."""
        return proof.problems(self.root)

    def removed_drops(self) -> list[str]:
        """Notes about drops that are no longer kept; no problem in itself."""
        return proof.removed(self.root)

    def notes(self) -> list[str]:
        """What else is worth knowing and no problem: rosters removed, an audit that is behind."""
        return [*proof.purged(self.root), *events.notes(self.root)]
