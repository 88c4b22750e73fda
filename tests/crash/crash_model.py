"""What a power cut may leave, told from the record of a run: the weakest reading of POSIX.

Data is safe after an fsync of the file, a name after an fsync of its folder, nothing before. Until
then every single change may have reached the disk or not, in any order. Tried for each moment of
the record: nothing that is pending, all of it, only one change of it, all but one.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Call:
    """One call of the record; ``data`` of a write, ``at`` where it goes or how long a file gets."""

    kind: str
    inode: int
    at: int
    how: int
    path: str
    other: str
    data: bytes


def read_calls(file: BinaryIO) -> list[Call]:
    """The record that shim.c wrote."""
    calls = []
    while line := file.readline():
        kind, *numbers = line.split()
        inode, at, how, one, two, length = map(int, numbers)
        path, other = os.fsdecode(file.read(one)), os.fsdecode(file.read(two))
        calls.append(Call(kind.decode(), inode, at, how, path, other, file.read(length)))
    return calls


@dataclass
class Thing:
    """A file or a folder: what of it is safe."""

    how: int
    data: bytes = b""
    names: dict[str, int] = field(default_factory=dict)

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.how)


@dataclass(frozen=True)
class Pending:
    """A change that a cut may lose: to the data of ``thing``, or to the names in it."""

    thing: int
    kind: str  # write, size, mode; name, gone
    at: int = 0
    data: bytes = b""
    name: str = ""
    of: int = 0


@dataclass
class Disk:
    """Everything by number. Inodes are used again by the system, the numbers here are not."""

    things: dict[int, Thing] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    now: dict[str, int] = field(default_factory=dict)  # what programs see: path → number
    inodes: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> "Disk":
        """A folder as it lies there, all of it safe; its own number is 0."""
        disk = cls()
        for path in [root, *sorted(root.rglob("*"))]:
            found = path.lstat()
            number = disk.inodes.get(found.st_ino)
            if number is None:
                number = disk._new(found.st_ino, found.st_mode)
                if not disk.things[number].is_folder:
                    disk.things[number].data = path.read_bytes()
            disk.now[str(path)] = number
            if path != root:
                disk.things[disk.now[str(path.parent)]].names[path.name] = number
        return disk

    def _new(self, inode: int, how: int) -> int:
        number = len(self.things)
        self.things[number] = Thing(how)
        self.inodes[inode] = number
        return number

    def call(self, call: Call) -> None:
        """Do one call of the record."""
        match call.kind:
            case "create" | "mkdir":
                self._named(call.path, self._new(call.inode, call.how))
            case "write" | "size" | "grow" | "mode":
                number = self.inodes[call.inode]
                how = call.how if call.kind == "mode" else call.at
                self.pending.append(Pending(number, call.kind, how, call.data))
            case "link":
                self._named(call.other, self.now[call.path])
            case "unlink":
                self._gone(call.path)
            case "rename":
                self._rename(call.path, call.other)
            case "sync":
                self._sync(self.inodes[call.inode])

    def _named(self, path: str, number: int) -> None:
        folder, _, name = path.rpartition("/")
        self.now[path] = number
        self.pending.append(Pending(self.now[folder], "name", name=name, of=number))

    def _gone(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        del self.now[path]
        self.pending.append(Pending(self.now[folder], "gone", name=name))

    def _rename(self, path: str, other: str) -> None:
        """Two names in two folders: each of them is safe when its own folder is."""
        number, inside = self.now[path], f"{path}/"
        below = {p: n for p, n in self.now.items() if p.startswith(inside)}
        self._named(other, number)
        if path.rpartition("/")[0] == other.rpartition("/")[0]:  # one change of one folder
            new = self.pending.pop()
            self.pending.append(replace(new, kind="renamed", data=path.rpartition("/")[2].encode()))
            del self.now[path]
        else:
            self._gone(path)
        for old, inner in below.items():
            del self.now[old]
            self.now[f"{other}/{old.removeprefix(inside)}"] = inner

    def _sync(self, number: int) -> None:
        rest = []
        for change in self.pending:
            if change.thing == number:
                apply(self.things, change)
            else:
                rest.append(change)
        self.pending = rest


def apply(things: dict[int, Thing], change: Pending) -> None:
    """Let one pending change reach the disk."""
    thing = things[change.thing]
    match change.kind:
        case "write":
            data = thing.data.ljust(change.at, b"\0")
            thing.data = data[: change.at] + change.data + data[change.at + len(change.data) :]
        case "size":
            thing.data = thing.data[: change.at].ljust(change.at, b"\0")
        case "grow":
            thing.data = thing.data.ljust(change.at, b"\0")
        case "mode":
            thing.how = change.at
        case "name":
            thing.names[change.name] = change.of
        case "renamed":
            thing.names.pop(os.fsdecode(change.data), None)
            thing.names[change.name] = change.of
        case "gone":
            thing.names.pop(change.name, None)


def after(disk: Disk, chosen: list[Pending]) -> dict[int, Thing]:
    """Everything as it is if just these pending changes reached the disk."""
    things = {n: Thing(t.how, t.data, dict(t.names)) for n, t in disk.things.items()}
    for change in chosen:
        apply(things, change)
    return things


def cuts(disk: Disk) -> Iterator[dict[int, Thing]]:
    """What a cut at this moment may leave."""
    waiting = disk.pending
    yield after(disk, [])
    yield after(disk, waiting)
    if len(waiting) > 1:
        for at in range(len(waiting)):
            yield after(disk, [waiting[at]])
            yield after(disk, waiting[:at] + waiting[at + 1 :])


def states(disk: Disk, calls: list[Call]) -> Iterator[tuple[str, dict[int, Thing], bool]]:
    """Each different state once: where in the record, the state, and whether success was claimed.

    ``disk``: as it was before the record.
    """
    seen, claimed = set(), False
    for at, call in enumerate([Call("start", 0, 0, 0, "", "", b""), *calls]):
        claimed = claimed or call.kind == "mark"
        disk.call(call)
        for number, things in enumerate(cuts(disk)):
            name = (_digest(things), claimed)
            if name not in seen:
                seen.add(name)
                yield (
                    f"{at} {call.kind} {Path(call.other or call.path).name} #{number}",
                    things,
                    claimed,
                )


def _digest(things: dict[int, Thing]) -> str:
    digest = hashlib.sha256()
    for path, thing in reached(things):
        digest.update(f"{path}\0{thing.how}\0{len(thing.data)}\0".encode() + thing.data)
    return digest.hexdigest()


def reached(
    things: dict[int, Thing], number: int = 0, path: str = ""
) -> Iterator[tuple[str, Thing]]:
    """All that has a name, from the root down."""
    yield path, things[number]
    for name, inner in sorted(things[number].names.items()):
        yield from reached(things, inner, f"{path}/{name}")


def lay_out(things: dict[int, Thing], target: Path) -> None:
    """Make a state as a folder; a file of two names is two files, which changes nothing here."""
    for path, thing in reached(things):
        place = target / path.lstrip("/")
        if thing.is_folder:
            place.mkdir(exist_ok=True)
        else:
            place.write_bytes(thing.data)
        place.chmod(stat.S_IMODE(thing.how))
