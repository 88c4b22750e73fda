import os
import random
import shutil
import stat
import struct
import tracemalloc
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.intake.drops import Limits, open_drop
from importer.model.drop import Drop
from importer.model.errors import StorageError


@dataclass
class Part:
    """One entry of an archive made by hand; what is not given is what an honest packer writes."""

    name: bytes = b"students.csv"
    data: bytes = b"id\n1\n"
    flags: int = 0
    method: int = 8
    mode: int = 0
    size: int | None = None
    crc: int | None = None
    offset: int | None = None
    packed_size: int | None = None
    packed: bytes = field(init=False)

    def __post_init__(self) -> None:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.packed = deflate.compress(self.data) + deflate.flush() if self.method else self.data

    def common(self) -> bytes:
        size = len(self.data) if self.size is None else self.size
        packed = len(self.packed) if self.packed_size is None else self.packed_size
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        return struct.pack(
            "<HHHHHIIIHH", 20, self.flags, self.method, 0, 33, crc, packed, size, len(self.name), 0
        )


def crafted(*parts: Part, directory_size: int | None = None) -> bytes:
    body, directory = b"", b""
    for part in parts:
        offset = len(body) if part.offset is None else part.offset
        if part.offset is None:
            body += b"PK\3\4" + part.common() + part.name + part.packed
        directory += b"PK\1\2" + struct.pack("<H", 0x031E) + part.common()
        directory += struct.pack("<HHHII", 0, 0, 0, part.mode << 16, offset) + part.name
    size = len(directory) if directory_size is None else directory_size
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), size, len(body), 0)
    return body + directory + b"PK\5\6" + end


def opened(folder: Path, data: bytes, limits: Limits | None = None) -> Drop:
    """Open an archive in a fresh folder and hold that nothing is written beside the scratch."""
    place = folder / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    (place / "sent.zip").write_bytes(data)
    drop = open_drop(place / "sent.zip", place / "scratch/x", limits or Limits(), identify=True)
    assert {path.name for path in place.iterdir()} == {"sent.zip", "scratch"}
    inflated = sorted((place / "scratch/x").rglob("*"))
    assert inflated == sorted(file.path for file in drop.files)
    assert all(stat.S_IMODE(path.lstat().st_mode) == 0o600 for path in inflated)
    return drop


def reason(drop: Drop) -> str:
    assert (drop.files, drop.id) == ((), "")
    (rejected,) = drop.rejected
    assert (rejected.name, rejected.code) == ("sent.zip", "FILE-147")
    return rejected.detail


def test_an_honest_archive_made_by_hand_is_taken(tmp_path: Path) -> None:
    drop = opened(
        tmp_path, crafted(Part(), Part(b"schools.csv", method=0), Part(b"empty.csv", b""))
    )
    assert [(f.name, f.path.read_bytes()) for f in drop.files] == [
        ("empty.csv", b""),
        ("schools.csv", b"id\n1\n"),
        ("students.csv", b"id\n1\n"),
    ]
    assert drop.rejected == ()


OUT = "a file in it has a name that leads out of the archive"
UNSEEN = "a file in it has a name with characters that can't be shown"
OVER = "files in it lie one over the other"
DAMAGED = "a file in it is damaged"
NO_ZIP = "it is not a zip file, or it is damaged"
SIZE = "a file in it has another size than its table of contents says"
ZEROS = Part(data=bytes(200_000))

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"", NO_ZIP),
    "a csv file": (b"id\n1\n", NO_ZIP),
    "cut": (crafted(Part())[:-30], NO_ZIP),
    "directory cut": (crafted(Part(), directory_size=40), NO_ZIP),
    "no entry": (crafted(), "it holds no file"),
    "folders only": (crafted(Part(b"a/", b"")), "it holds no file"),
    "noise only": (crafted(Part(b"__MACOSX/._a", b"")), "it holds no file"),
    "name is not UTF-8": (crafted(Part(b"b\xff.csv", flags=0x800)), NO_ZIP),
    "zip slip": (crafted(Part(), Part(b"../../evil.csv")), OUT),
    "hidden in the middle": (crafted(Part(b"a/../../evil.csv")), OUT),
    "just dots": (crafted(Part(b"..")), OUT),
    "absolute": (crafted(Part(b"/etc/evil.csv")), OUT),
    "drive": (crafted(Part(b"C:evil.csv")), OUT),
    "backslash": (crafted(Part(b"..\\evil.csv")), OUT),
    "no name": (crafted(Part(b"")), OUT),
    "noise is judged too": (crafted(Part(), Part(b"__MACOSX/../../evil")), OUT),
    "NUL": (crafted(Part(b"students.csv\0.exe")), UNSEEN),
    "line break": (crafted(Part(b"stu\ndents.csv")), UNSEEN),
    "escape": (crafted(Part(b"stu\x1b[31mdents.csv")), UNSEEN),
    "right to left": (crafted(Part("stu\u202edents.csv".encode(), flags=0x800)), UNSEEN),
    "long name": (crafted(Part(b"a" * 256)), "a file in it has a name of more than 255 bytes"),
    "symlink": (
        crafted(Part(data=b"/etc/passwd", mode=0o120777)),
        "there is a symbolic link in it",
    ),
    "device": (
        crafted(Part(mode=0o020666)),
        "there is something in it that is neither a file nor a folder",
    ),
    "password": (crafted(Part(flags=1)), "it is protected with a password"),
    "strong password": (crafted(Part(flags=0x41)), "it is protected with a password"),
    "bzip2": (crafted(Part(method=12)), "it is packed with an unusual method"),
    "lzma": (crafted(Part(method=14)), "it is packed with an unusual method"),
    "same name": (crafted(Part(), Part(data=b"id\n")), "2 entries have the same name"),
    "same name but for case": (
        crafted(Part(), Part(b"Students.CSV")),
        "2 names in it differ only in capital letters or accents",
    ),
    "same name but for the accent's spelling": (
        crafted(Part("é.csv".encode(), flags=0x800), Part("e\u0301.csv".encode(), flags=0x800)),
        "2 names in it differ only in capital letters or accents",
    ),
    "zip in zip": (crafted(Part(), Part(b"more.ZIP")), "there is another archive in it"),
    "too many": (
        crafted(*(Part(f"{n}.csv".encode()) for n in range(65))),
        "it holds more than 64 files",
    ),
    "bomb": (crafted(ZEROS), "a file in it is packed more than 100 times"),
    "bomb that says it has no packed bytes": (
        crafted(Part(data=bytes(200_000), packed_size=0)),
        "a file in it is packed more than 100 times",
    ),
    "too large unpacked": (
        crafted(*(Part(f"{n}.csv".encode(), size=2**32 - 2, packed_size=2**26) for n in range(5))),
        "unpacked it is larger than 16 GiB",
    ),
    "same bytes twice": (crafted(Part(), Part(b"again.csv", offset=0)), OVER),
    "entry that reaches into the next": (crafted(Part(packed_size=60), Part(b"next.csv")), OVER),
    "entry that reaches into the directory": (crafted(Part(packed_size=60)), OVER),
    "entry outside": (
        crafted(Part(), Part(b"x.csv", offset=10**9)),
        "its table of contents is damaged",
    ),
    "entry without a header": (crafted(Part(), Part(b"x.csv", offset=5)), OVER),
    "says less than there is": (crafted(Part(size=2)), DAMAGED),
    "says more than there is": (crafted(Part(size=9)), SIZE),
    "wrong sum": (crafted(Part(crc=1)), DAMAGED),
    "second file damaged": (crafted(Part(b"a.csv"), Part(crc=1)), DAMAGED),
    "huge directory": (
        crafted(*(Part(f"{n}.csv".encode() * 20, b"") for n in range(10_000))),
        "its table of contents is too large",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_gate_refuses_with_its_reason(tmp_path: Path, name: str) -> None:
    data, detail = REFUSED[name]
    assert reason(opened(tmp_path, data)) == detail


def test_a_stacked_bomb_is_refused_before_inflating(tmp_path: Path) -> None:
    """A kernel of zeros that every entry quotes: 60 KB may claim 10 GB (CVE-2024-0450)."""
    kernel = Part(b"0.csv", bytes(1_000_000))
    parts = [kernel, *(Part(f"{n}.csv".encode(), kernel.data, offset=0) for n in range(1, 64))]
    limits = Limits(ratio=10**9)
    assert reason(opened(tmp_path, crafted(*parts), limits)) == OVER


@pytest.mark.parametrize("size", [0, 1, 2**32 - 2])
def test_a_lying_size_never_writes_more_than_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Counted at the file itself, since a refusal takes away what was written."""
    written: list[int] = []
    unlink = Path.unlink

    def weighed(path: Path, missing_ok: bool = False) -> None:
        written.append(path.stat().st_size)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", weighed)
    part = Part(data=random.Random(1).randbytes(3_000_000), size=size)
    assert reason(opened(tmp_path, crafted(part), Limits(ratio=10**6))) in (DAMAGED, SIZE)
    assert written
    assert max(written) <= min(size, len(part.data))


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    honest = crafted(Part(data=bytes(64_000_000)))
    lying = crafted(Part(data=bytes(64_000_000), size=100_000))
    for data, limits in ((honest, Limits(ratio=10**6)), (lying, Limits())):
        tracemalloc.start()
        opened(tmp_path, data, limits)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8_000_000


def test_the_size_of_the_archive_is_limited(tmp_path: Path) -> None:
    limits = Limits(packed_bytes=100)
    assert reason(opened(tmp_path, crafted(Part()), limits)) == "it is larger than 100 bytes"


def test_small_files_may_be_packed_well(tmp_path: Path) -> None:
    drop = opened(tmp_path, crafted(Part(data=bytes(100_000))))
    assert [file.size for file in drop.files] == [100_000]


def test_a_foreign_file_is_simply_a_file(tmp_path: Path) -> None:
    drop = opened(tmp_path, crafted(Part(), Part(b"notes.txt"), Part(b"x.csv.part")))
    assert [file.name for file in drop.files] == ["notes.txt", "students.csv"]
    assert [(r.name, r.code) for r in drop.rejected] == [("x.csv.part", "FILE-107")]


def test_folders_of_the_archive_itself_are_nothing(tmp_path: Path) -> None:
    drop = opened(tmp_path, crafted(Part(b"a/", b"", method=0, mode=0o40755), Part(b"a/x.csv")))
    assert [file.name for file in drop.files] == ["x.csv"]
    assert [(r.name, r.code) for r in drop.rejected] == [("a", "FILE-146")]


def test_a_name_is_utf8_whether_the_packer_says_so_or_not(tmp_path: Path) -> None:
    name = "Schüler.csv"
    said = opened(tmp_path, crafted(Part(name.encode(), flags=0x800))).files[0].name
    unsaid = opened(tmp_path, crafted(Part(name.encode()))).files[0].name
    old = opened(tmp_path, crafted(Part(name.encode("cp437")))).files[0].name
    assert said == unsaid == old == name


def test_a_full_disk_is_no_fault_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def full(path: object, flags: int, *more: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(28, "No space left on device")
        return real(path, flags, *more)  # type: ignore[arg-type]

    (tmp_path / "sent.zip").write_bytes(crafted(Part()))
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", full)
        with pytest.raises(StorageError, match="No space left"):
            open_drop(tmp_path / "sent.zip", tmp_path / "scratch", Limits(), identify=True)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nothing_in_the_scratch_is_overwritten_or_followed(tmp_path: Path) -> None:
    (tmp_path / "sent.zip").write_bytes(crafted(Part()))
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch/students.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError):
        open_drop(tmp_path / "sent.zip", tmp_path / "scratch", Limits(), identify=True)
    assert not (tmp_path / "elsewhere").exists()


def test_zip64_of_a_usual_packer_is_taken(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("students.csv", "w", force_zip64=True) as file,
    ):
        file.write(b"id\n1\n")
    drop = opened(tmp_path, (tmp_path / "a.zip").read_bytes())
    assert [file.size for file in drop.files] == [5]


HONEST = crafted(Part(), Part(b"a/schools.csv", method=0), Part(b"b/x.csv", b"id\n" * 500))


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    places=st.lists(
        st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=6
    ),
    cut=st.integers(0, len(HONEST)),
)
def test_no_damage_of_an_archive_is_more_than_a_refusal(
    tmp_path: Path, places: list[tuple[int, int]], cut: int
) -> None:
    """Any bytes: a drop or a reason, never an exception, and nothing beside the scratch."""
    data = bytearray(HONEST)
    for place, byte in places:
        data[place] = byte
    for bytes_sent in (bytes(data), bytes(data[:cut]), bytes(data[cut:])):
        drop = opened(tmp_path, bytes_sent)
        assert drop.files or drop.rejected
