"""Whatever a school sends, check ends in words: an exit code, a code of the catalogue, a fix."""

import gzip
import io
import random
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from cli_runs import drop, run

from importer.checks.catalogue import SCHOOLS, STUDENTS, clever

NOISE = random.Random(7).randbytes(5000)
NAMED = STUDENTS.replace("Lind", "Líndez")
MUNOZ = STUDENTS.replace("Lind", "Muñoz")


def _zip(name: str = "students.csv", content: str = STUDENTS) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


WHOLE: Mapping[str, tuple[Mapping[str, str | bytes], int, str]] = {
    "random bytes": (clever(students=NOISE), 1, "FILE-101"),
    "random bytes with a header": (clever(students=STUDENTS.encode() + NOISE), 1, "FILE-1"),
    "empty": (clever(students=""), 1, "FILE-103"),
    "blank lines only": (clever(students="\n\n  \n"), 1, "FILE-103"),
    "a mark and nothing else": (clever(students=b"\xef\xbb\xbf"), 1, "FILE-103"),
    "header only": (clever(students=STUDENTS.splitlines()[0] + "\n"), 1, "FILE-104"),
    "UTF-8 with a mark": (clever(students=b"\xef\xbb\xbf" + NAMED.encode()), 0, ""),
    "UTF-16": (clever(students=NAMED.encode("utf-16")), 0, "FILE-106"),
    "UTF-16 without a mark": (clever(students=NAMED.encode("utf-16-le")), 0, "FILE-106"),
    "UTF-16 cut in half": (clever(students=NAMED.encode("utf-16")[:-1]), 1, "FILE-1"),
    "UTF-32": (clever(students=NAMED.encode("utf-32")), 0, "FILE-106"),
    "UTF-32 without a mark": (clever(students=NAMED.encode("utf-32-be")), 0, "FILE-106"),
    "cp1252": (clever(students=NAMED.encode("cp1252")), 0, "FILE-158"),
    "Mac Roman": (clever(students=MUNOZ.encode("mac_roman")), 0, "FILE-158"),
    "cp1252 behind UTF-8": (
        clever(students=NAMED.encode() + b"0101,S2,,Zo\xeb,Ray,3\n"),
        1,
        "FILE-105",
    ),
    "gzip": (clever(students=gzip.compress(STUDENTS.encode())), 1, "FILE-102"),
    "zip": (clever(students=_zip()), 1, "FILE-102"),
    "HTML": (clever(students="<!DOCTYPE html><p>Please sign in"), 1, "FILE-102"),
    "files missing": ({"students.csv": STUDENTS, "schools.csv": SCHOOLS}, 1, "FILE-108"),
    "unknown kind": ({"list.csv": "a,b\n1,2\n"}, 1, "FILE-110"),
    "ragged rows": (clever(students=STUDENTS + "0101\n0101,S2,,Cy,Ray,3,x,y\n"), 1, "FILE-131"),
    "quotes": (clever(students=STUDENTS + '0101,S2,,"Cy,Ray,3\n'), 1, "FILE-132"),
    "duplicate headers": (
        clever(schools="School_id,School_id,School_name\n1,1,x\n"),
        1,
        "FILE-121",
    ),
    "CR only": (clever(students=NAMED.replace("\n", "\r")), 0, "FILE-136"),
    "CR LF": (clever(students=NAMED.replace("\n", "\r\n")), 0, ""),
    "no line end": (clever(students=STUDENTS.removesuffix("\n")), 0, ""),
    "cut off": (clever(students=STUDENTS + "0101,S"), 1, "FILE-137"),
    "zero bytes": (clever(students=STUDENTS.replace("Bo", "B\0o")), 0, "FILE-134"),
    "nothing but zeros": (clever(students=b"\0" * 9000), 1, "FILE-101"),
    "sep= line": (clever(students="sep=,\n" + STUDENTS), 0, "FILE-139"),
    "semicolons": (clever(students=STUDENTS.replace(",", ";")), 0, "FILE-138"),
    "one column": (clever(students="School_id\n0101\n"), 1, "FILE-120"),
    "half a megabyte in a cell": (
        clever(students=STUDENTS.replace("Bo", "B" * 2**19)),
        0,
        "CELL-215",
    ),
    "two megabytes in a cell": (
        clever(students=STUDENTS.replace("Bo", "B" * 2**21)),
        1,
        "FILE-148",
    ),
    "100,000 commas": (clever(students="," * 100_000), 1, "FILE-"),
    "a million quotes": (clever(students=STUDENTS + '"' * 1_000_001), 1, "FILE-"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_drop_with_a_bad_file(tmp_path: Path, name: str) -> None:
    files, code, finding = WHOLE[name]
    ran = run("check", drop(tmp_path / "drop", files))
    assert (ran.code, ran.err) == (code, ""), ran.said
    assert finding in ran.out
    if code:
        assert re.search(r"\[(FILE|CELL|ROW|LINK|PLAN)-\d{3}\]", ran.out), ran.out
        assert "Next: " in ran.out


@pytest.mark.parametrize(
    ("content", "code", "finding"),
    [(NOISE, 1, "FILE-101"), (b"", 1, "FILE-103"), (_zip(), 1, "FILE-102"),
     (STUDENTS.encode(), 0, ""), (b"a,b\n1,2\n", 1, "FILE-110")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["students.csv", "new students (März) [2].csv", "'; rm -rf ~.csv"])
def test_a_lone_file(tmp_path: Path, name: str, content: bytes, code: int, finding: str) -> None:
    path = tmp_path / "with spaces, umläuts & [brackets]" / name
    path.parent.mkdir()
    path.write_bytes(content)
    ran = run("check", path)
    assert (ran.code, ran.err) == (code, ""), ran.said
    assert finding in ran.out


@pytest.mark.parametrize("brackets", ["a [1-3] b", "*?", "ünï çödé", "{curly}", "%41", "a'b\"c"])
def test_a_folder_of_any_name(tmp_path: Path, brackets: str) -> None:
    path = drop(tmp_path / brackets, clever(students=STUDENTS + "0101,S2,,Cy,,3\n"))
    ran = run("check", path)
    assert (ran.code, ran.err) == (1, "") and "CELL-201" in ran.out


def test_a_name_that_is_not_unicode(tmp_path: Path) -> None:
    path = drop(tmp_path / "drop")
    (path / "st\udcffudents.csv").write_text(STUDENTS)
    ran = run("check", path)
    assert ran.code == 0 and "FILE-107" in ran.out and "\udcff" not in ran.said


def test_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    ran = run("check", tmp_path / "drop")
    assert (ran.code, "no file in" in ran.err) == (2, True)


def test_a_folder_of_folders(tmp_path: Path) -> None:
    for name in ("monday", "tuesday"):
        drop(tmp_path / "drops" / name)
    ran = run("check", tmp_path / "drops")
    assert ran.code == 1 and "FILE-107" in ran.out


def test_a_folder_in_a_folder_is_looked_into(tmp_path: Path) -> None:
    drop(tmp_path / "drops" / "export" / "monday")
    ran = run("check", tmp_path / "drops")
    assert ran.code == 0 and "FILE-146" in ran.out


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", NOISE, _zip("../students.csv"), _zip()[:-30], _zip("a.zip")]
)
def test_a_bad_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "drop.zip"
    path.write_bytes(content)
    ran = run("check", path)
    assert (ran.code, ran.err) == (1, "") and "FILE-147" in ran.out


def test_a_link_in_a_drop_is_not_followed(tmp_path: Path) -> None:
    path = drop(tmp_path / "drop")
    (path / "staff.csv").symlink_to("/etc/passwd")
    ran = run("check", path)
    assert "symbolic link" in ran.out and "root:" not in ran.out
