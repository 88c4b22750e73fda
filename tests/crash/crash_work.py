"""What is done while the process dies: each workload is small, and may be started again."""

import dataclasses
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from importer.intake.inbox import Inbox
from importer.intake.limits import Limits
from importer.intake.settled import Arriving
from importer.intake.take import take
from importer.model import tables
from importer.model.decision import Decision
from importer.model.drop import Drop, DropFile
from importer.model.errors import CommittedError, ImporterError
from importer.model.history import Approval, Commit, Run, StoredTable, Who
from importer.model.retention import Purge
from importer.store import durable
from importer.store.folder import FolderStore
from importer.store.kept import content_id

AT = "2026-11-22T06:00:00Z"
MONDAY = {"students.csv": "id\n1\n", "teachers.csv": "id\n7\n"}
TUESDAY = {"students.csv": "id\n1\n2\n", "teachers.csv": "id\n7\n"}
DROPS = {"monday": MONDAY, "tuesday": TUESDAY}
PEOPLE = {"monday": ("a",), "tuesday": ("a", "b")}

Seen = object


@dataclass(frozen=True)
class Workload:
    """``base`` makes what is there before; ``work`` is done, and done again after a crash.

    Both get the folder that holds the workspace ``district``. ``seen`` tells what counts: it is one
    thing before and another after, and never a third. ``commits``: an error must mean that nothing
    is committed; of other things it may only mean that the disk didn't confirm them. ``twice``:
    another writer may commit the same at any moment.
    """

    name: str
    base: Callable[[Path], None]
    work: Callable[[Path], None]
    seen: Callable[[Path], Seen]
    commits: bool = True
    twice: bool = False


def opened(folder: Path) -> FolderStore:
    return FolderStore.open(folder / "district")


# --- what arrives -------------------------------------------------------------------------------


def id_of(day: str) -> str:
    pairs = [(n, hashlib.sha256(text.encode()).hexdigest()) for n, text in DROPS[day].items()]
    return content_id(pairs)


def arrive(folder: Path, day: str) -> None:
    place = folder / "district" / "inbox" / day
    place.mkdir(mode=0o700)
    for name, text in DROPS[day].items():
        (place / name).write_text(text)
        (place / name).chmod(0o600)


def inbox(folder: Path) -> Inbox:
    return Inbox(folder / "district" / "inbox", Limits())


def lying(folder: Path, day: str) -> Arriving:
    """What of a drop lies in the inbox, as it is seen there."""
    entries = inbox(folder).listing().entries
    group = f"{day}/"
    return Arriving(group, tuple(e for e in entries if e.group == group), whole=True)


def kept(store: FolderStore, folder: Path, day: str) -> None:
    """Taken over from the inbox and kept."""
    with durable.plain_errors("The drop could not be copied"), store.scratch() as scratch:
        path = take(inbox(folder), lying(folder, day), scratch)
        assert path is not None
        paths = sorted(path.iterdir())
        files = tuple(DropFile(p.name, p, p.stat().st_size) for p in paths)
        store.keep_drop(Drop(day, files, id=id_of(day)))


def take_away(folder: Path, day: str) -> None:
    try:
        stuck = inbox(folder).take_away(lying(folder, day).entries)
    except ImporterError:
        raise CommittedError("The inbox can't be read.") from None
    if stuck:
        raise CommittedError("The drop could not be taken away.")


# --- a small import -----------------------------------------------------------------------------


def people(ids: Iterable[str]) -> pl.DataFrame:
    rows = [{"person_id": person, "status": "active"} for person in ids]
    return pl.DataFrame(rows, schema=tables.stored_schema("people"))


def planned(store: FolderStore, day: str) -> Run:
    head = store.head()
    number = head.number if head else 0
    run = Run(
        f"{store.next_run():06d}-{day}", id_of(day), day, "clever", "p", number,
        "Zoë", AT, {"people": {"add": 1}}, {"ERROR": 1}, ["12:people"],
    )  # fmt: skip
    with store.new_run(run.id) as kept:
        kept.frame("changes", pl.DataFrame({"id": [1], "key": ["b"]}))
        kept.text("report.html", "<p>" * 500)
        kept.file("rejected/students.csv", b"id\n\n")
        return kept.finish(run)


def committed(store: FolderStore, run: Run, rows: dict[str, StoredTable]) -> None:
    head = store.head()
    record = Commit(
        number=head.number + 1 if head else 1,
        parent=store.record_sha(head.number) if head else "",
        drop=run.drop, run=run.id, policy="p", actor="Zoë", at=AT, tables=rows,
        counts={"people": {"add": 1}},
    )  # fmt: skip
    store.add_beside(run.id, "accounts.csv", b"username\n")
    store.add_commit(record)


def done(store: FolderStore, day: str) -> bool:
    return any(commit.drop == id_of(day) for commit in store.commits())


def importing(folder: Path, day: str, early: bool = False) -> None:
    """A drop of the inbox kept, planned and committed; only then it is taken away."""
    store = opened(folder)
    with store.lock():
        if not done(store, day):
            kept(store, folder, day)
            run = planned(store, day)
            stored = store.put_table(people(PEOPLE[day]))
            if early:
                take_away(folder, day)
            committed(store, run, {"people": stored})
        take_away(folder, day)


def seen_commits(folder: Path) -> Seen:
    """The tables of all commits, and what of them is unchecked."""
    store = opened(folder)
    told = [(c.number, c.drop, c.undoes, sorted(c.tables.items())) for c in store.commits()]
    return str(told)


# --- the bases ----------------------------------------------------------------------------------


def nothing(folder: Path) -> None:
    folder.mkdir(exist_ok=True)


def fresh(folder: Path) -> None:
    FolderStore.create(folder / "district", 'name = "Sample"\n')
    arrive(folder, "monday")


def one_commit(folder: Path) -> None:
    fresh(folder)
    importing(folder, "monday")
    arrive(folder, "tuesday")


def a_plan(folder: Path) -> None:
    one_commit(folder)
    store = opened(folder)
    kept(store, folder, "tuesday")
    planned(store, "tuesday")
    take_away(folder, "tuesday")


def two_commits(folder: Path) -> None:
    one_commit(folder)
    importing(folder, "tuesday")


def sent_again(folder: Path) -> None:
    two_commits(folder)
    arrive(folder, "tuesday")


# --- the works ----------------------------------------------------------------------------------


def make(folder: Path) -> None:
    if not (folder / "district" / "district.toml").exists():
        FolderStore.create(folder / "district", 'name = "Sample"\n')


def unchecked(folder: Path) -> None:
    store = opened(folder)
    with store.lock():
        run = store.runs()[-1]
        if not store.decisions(run.id):
            store.add_decision(Decision(run.id, ["1"], [], "not yet", "Zoë", AT, [[1, 1]]))
        if not done(store, "tuesday"):
            committed(store, run, {"people": store.put_table(people("a"))})


def release(folder: Path) -> None:
    store = opened(folder)
    with store.lock():
        run = store.runs()[-1]
        if not store.approvals(run.id):
            store.add_approval(Approval(run.id, ["12:people"], "closed", "Zoë", AT))


def undo(folder: Path) -> None:
    store = opened(folder)
    with store.lock():
        head = store.commits()[-1]
        if head.undoes:
            return
        run = dataclasses.replace(planned(store, "tuesday"), drop="")
        tables_then = store.put_table(people("a"))
        record = Commit(
            head.number + 1, store.record_sha(head.number), "", run.id, "p", "Zoë", AT,
            {"people": tables_then}, {"people": {"archive": 1}}, undoes=2, sync="undo",
        )  # fmt: skip
        store.add_commit(record)


def copy(folder: Path) -> None:
    store = opened(folder)
    with store.lock():
        kept(store, folder, "tuesday")


def report(folder: Path) -> None:
    store = opened(folder)
    with store.lock():
        if len(store.runs()) < 2:
            planned(store, "tuesday")


def confirm(folder: Path) -> None:
    store = opened(folder)
    with store.lock():
        store.put_mapping("# confirmed\n" * 50, Who("Zoë", AT))


def purge(folder: Path) -> None:
    store = opened(folder)
    with store.lock():
        for begun in store.unfinished_purges():
            store.purge(begun)
        first = store.commit(1)
        if not store.purges():
            told = Purge(1, "Zoë", "2027-12-01T06:00:00Z", {"drops": 30})
            rosters = [stored.sha256 for stored in first.tables.values()]
            store.purge(store.measured(told, [first.drop], [first.run], rosters))


def without_lock(folder: Path) -> None:
    """What the lock prevents: the commit has to be safe without it, on a disk that knows no locks.

    The audit is kept by whoever holds the lock, so here are only the files and the record.
    """
    from importer.store import commits  # noqa: PLC0415 - one of the mistakes is made there

    store = opened(folder)
    head = store.head()
    if not done(store, "tuesday"):
        stored = store.put_table(people("ab"))
        record = Commit(
            head.number + 1 if head else 1, store.record_sha(head.number) if head else "",
            id_of("tuesday"), store.runs()[-1].id, "p", "Zoë", AT, {"people": stored}, {},
        )  # fmt: skip
        commits.add(store.root, record)


WORKLOADS = {
    w.name: w
    for w in (
        Workload("make a workspace", nothing, make, lambda f: (f / "district/commits").exists()
                 and (f / "district/district.toml").exists(), commits=False),
        Workload("first commit", fresh, lambda f: importing(f, "monday"), seen_commits),
        Workload("second commit", one_commit, lambda f: importing(f, "tuesday"), seen_commits),
        Workload("unchecked items", a_plan, unchecked, seen_commits),
        Workload("release", a_plan, release, lambda f: str(opened(f).approvals("000002")),
                 commits=False),
        Workload("no change", sent_again, lambda f: importing(f, "tuesday"),
                 lambda f: bool(lying(f, "tuesday").entries), commits=False),
        Workload("undo", two_commits, undo, seen_commits),
        Workload("intake copy", one_commit, copy,
                 lambda f: (f / "district/drops" / id_of("tuesday")).exists(), commits=False),
        Workload("report", one_commit, report, lambda f: len(opened(f).runs()), commits=False),
        Workload("confirmed headers", one_commit, confirm, lambda f: opened(f).mapping_text(),
                 commits=False),
        Workload("purge", two_commits, purge,
                 lambda f: (f / "district/purges/000001-done.json").exists(), commits=False),
        Workload("without a lock", a_plan, without_lock, seen_commits, twice=True),
    )
}  # fmt: skip
