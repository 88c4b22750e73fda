"""Corrected copies of CSV files: what was accepted changes, everything else is as it was sent."""

import csv
import io
import tempfile
from pathlib import Path

import polars as pl
import pytest
from cli_runs import drop
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.checks.catalogue import STUDENTS, clever, oneroster
from importer.mending.delimited import corrected
from importer.mending.edits import Edits
from importer.mending.mend import Judge, Mended, look_at, mend
from importer.mending.offers import offers
from importer.mending.places import places
from importer.model.errors import UsageError
from importer.model.physical import physical
from importer.model.sheet import ROW
from importer.reading.delimited import read

HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade"
SAFE = frozenset({"CELL-203", "CELL-208", "FILE-123", "FILE-126", "FILE-133", "FILE-138"})


def mended(folder: Path, codes: frozenset[str] = SAFE, **files: str | bytes) -> Mended:
    """A corrected copy of a small Clever drop."""
    path = drop(folder / "d", clever(**files))
    sent = look_at(path, folder / "sent", Judge())
    return mend(sent, path, folder / "copies", Judge(), codes)


def test_only_the_cells_that_change_are_written_anew(tmp_path: Path) -> None:
    rows = [
        '"0101","S1",,"Bo ""B""",Lind,"03"\r\n',
        '0101,S2,,"a,b", Ray,3\r\n',
        "0101,S3,x@y.example,=1+1,@Fox,4\r\n",
        '0101,"S4",,Di,Fox,4',
    ]
    sent = f"{HEADER}\r\n" + "".join(rows)
    copy = mended(tmp_path, students=sent)
    now = sent.replace('"03"', '"3"').replace(" Ray", "Ray")
    assert copy.files["students.csv"].decode() == now
    assert copy.changed == {"students.csv"} and copy.done == {"CELL-203": 1, "CELL-208": 1}


def test_what_was_not_accepted_stays(tmp_path: Path) -> None:
    sent = f"{HEADER}\n0101,S1 ,,Bo,Lind,03\n\n"
    copy = mended(tmp_path, frozenset({"CELL-208"}), students=sent)
    assert copy.files["students.csv"].decode() == sent.replace("S1 ", "S1")


def test_two_faults_of_one_cell_are_both_mended(tmp_path: Path) -> None:
    copy = mended(tmp_path, students=f"{HEADER}\n0101,S1,,Bo,Lind, 03 \n")
    assert copy.files["students.csv"].decode() == f"{HEADER}\n0101,S1,,Bo,Lind,3\n"
    assert not {"CELL-203", "CELL-208"} & set(copy.findings["code"])


def test_items_of_a_list_are_mended_where_they_stand(tmp_path: Path) -> None:
    files = oneroster()
    files["users.csv"] = str(files["users.csv"]).replace(",03,", ',"3, 04,k",')
    path = drop(tmp_path / "d", files)
    sent = look_at(path, tmp_path / "sent", Judge())
    copy = mend(sent, path, tmp_path / "copies", Judge(), frozenset({"CELL-203"}))
    assert '"03, 04,KG"' in copy.files["users.csv"].decode()


def test_a_file_is_written_in_its_own_encoding_unless_that_is_accepted(tmp_path: Path) -> None:
    text = f"{HEADER}\n0101,S1,,Zoë,Lind,03\n"
    kept = mended(tmp_path / "a", frozenset({"CELL-203"}), students=text.encode("utf-16"))
    assert kept.files["students.csv"] == text.replace("03", "3").encode("utf-16")
    plain = mended(tmp_path / "b", frozenset({"FILE-106"}), students=text.encode("utf-16"))
    assert plain.files["students.csv"] == text.encode()


def test_bytes_that_are_no_utf8_stay_what_they_are(tmp_path: Path) -> None:
    sent = f"{HEADER}\n0101,S1,,Zoë,Lind,03\n".encode("cp1252")
    copy = mended(tmp_path, students=sent)
    assert copy.files["students.csv"] == sent.replace(b"03", b"3")


def test_another_separator_takes_quotes_where_a_comma_stands(tmp_path: Path) -> None:
    sent = 'sep=;\nSchool_id;School_name;School_number\n0101;"Oak; Elm";1\n0102;Elm, North;2\n'
    copy = mended(tmp_path, schools=sent)
    want = 'School_id,School_name,School_number\n0101,"Oak; Elm",1\n0102,"Elm, North",2\n'
    assert copy.files["schools.csv"].decode() == want


def test_passwords_are_blank_in_every_copy_and_that_is_said(tmp_path: Path) -> None:
    text = f'{HEADER},Password\n0101,S1,,Bo,Lind,03,kestrel-1\n0101,S2,,Cy,Ray,3,"kes,trel"\n'
    copy = mended(tmp_path, students=text)
    want = f"{HEADER},Password\n0101,S1,,Bo,Lind,3,\n0101,S2,,Cy,Ray,3,\n"
    assert copy.files["students.csv"].decode() == want
    assert copy.blanked == (("students.csv", "Password"),)


@pytest.mark.parametrize(
    "bad", ["0101,S2,,Cy,Ray,3,kestrel,x", "0101,S2,Cy,3,kestrel", '0101,"S2,,Cy,Ray,3,kestrel']
)
def test_no_copy_is_made_where_a_password_may_stand_anywhere(tmp_path: Path, bad: str) -> None:
    text = f"{HEADER},Password\n0101,S1,,Bo,Lind,03,kestrel\n{bad}\n"
    with pytest.raises(UsageError, match="damaged"):
        mended(tmp_path, students=text)


def test_a_column_is_left_out_only_if_no_row_fills_it_or_is_damaged(tmp_path: Path) -> None:
    head = SCHOOLS_WIDE.splitlines()[0]
    for number, (row, offered) in enumerate(
        [("0101,Oak,1,,", True), ("0101,Oak,1,x,", False), ("0101,Oak,1,,\n0102,Elm,2", False)]
    ):
        path = drop(tmp_path / str(number), clever(schools=f"{head}\n{row}\n"))
        found = places(look_at(path, tmp_path, Judge()))
        assert ("FILE-126" in set(found["code"])) is offered


SCHOOLS_WIDE = "School_id,School_name,School_number,,\n"


def test_a_damaged_row_takes_the_best_reading_that_reading_gives(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("a,b,c\n1,2,3\n1,x,y,3\n7,8,9\n")
    sheet = read("s.csv", path, path.stat().st_size).sheet
    assert sheet is not None and sheet.damaged.to_list() == [3]
    best = pl.DataFrame({ROW: [3], "c0": ["1"], "c1": ["x,y"], "c2": ["3"]})
    sheet = type(sheet)(**{**vars(sheet), "best": best.cast({ROW: pl.UInt32})})
    edits = Edits(frozenset({"FILE-131"}), best=frozenset({3}), secret=frozenset({2}))
    made = corrected(sheet, 1, physical(path.read_bytes()), edits)
    assert made == b'a,b,c\n1,2,\n1,"x,y",\n7,8,\n'


def test_what_is_offered_tells_how_many_and_shows_one(tmp_path: Path) -> None:
    rows = "".join(f"0101,S{n},,Bo,Lind,{'03' if n % 2 else 'kg'}\n" for n in range(7))
    sent = look_at(drop(tmp_path / "d", clever(students=f"{HEADER}\n{rows}")), tmp_path, Judge())
    (offer,) = offers(places(sent), {"students.csv": tuple(HEADER.split(","))})
    assert (offer.code, offer.mend, offer.places, offer.causes) == ("CELL-203", "safe", 7, 2)
    assert [(c.row, c.before, c.after, c.places) for c in offer.cases] == [
        (2, "kg", "Kindergarten", 4), (3, "03", "3", 3),
    ]  # fmt: skip


SAFE_ONE = frozenset({"CELL-203", "CELL-208"})  # one row's letters change, the others' don't
cell = st.text(st.sampled_from("aé \",;\n\t='"), max_size=5)
grade = st.sampled_from(["03", "3", " kg", "12"])


@settings(max_examples=40, deadline=None)
@example([("", "é", "03"), ("", "'é", "03"), ("", "aé ", "03")], ",", "cp1252", "\n", 0, SAFE_ONE)
@example([("", " é", "03"), ("", "éé", "03")], ",", "cp1252", "\n", 0, frozenset({"CELL-208"}))
@given(
    st.lists(st.tuples(cell, cell, grade), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.frozensets(st.sampled_from([*SAFE, "FILE-105", "FILE-106", "FILE-135", "FILE-154"])),
)
def test_a_copy_reads_as_what_was_sent_but_for_the_fixes(
    rows: list[tuple[str, str, str]],
    separator: str,
    encoding: str,
    end: str,
    quoting: int,
    codes: frozenset[str],
) -> None:
    """``mend`` proves it by reading the copy; here that proof must hold for any file.

    But one whose letters are in doubt (FILE-105): its encoding is a guess, which a fix may tip, and
    then no copy is made.
    """
    written = io.StringIO()
    out = csv.writer(written, delimiter=separator, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    out.writerow([*HEADER.split(","), ""])
    for number, (first, last, year) in enumerate(rows):
        out.writerow(["0101", f"S{number} ", "", first, last, year, ""])
    data = written.getvalue().encode(encoding)
    with tempfile.TemporaryDirectory() as name:
        try:
            copy = mended(Path(name), codes, students=data)
        except UsageError:
            sent = look_at(Path(name) / "d", Path(name) / "again", Judge())
            assert "FILE-105" in set(sent.found.findings["code"])
            return
    assert not codes & set(copy.findings.filter(file="students.csv")["code"])


def test_physical_lines_are_the_bytes_of_the_file() -> None:
    for data in (
        b"a\r\nb\n\nc",
        b"a\rb\r",
        b"\xef\xbb\xbfa\n",
        "é\nb".encode("utf-16"),
        b"a\xff\n",
    ):
        found = physical(data)
        assert b"".join(found.lines()) == found.body and found.as_sent(found.body) == data
    assert STUDENTS.encode() == b"".join(physical(STUDENTS.encode()).lines())
