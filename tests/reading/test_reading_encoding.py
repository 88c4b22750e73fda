"""Text of any encoding: Unicode comes back to the letter, older ones as far as the letters tell."""

import codecs
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from importer.reading.delimited import Reading, read
from importer.reading.encoding import decode

LAW = settings(
    max_examples=100, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
_MARKED = ["utf-8-sig", "utf-16", "utf-32"]
_BARE = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
_MARKS = {
    "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE,
}  # fmt: skip
# Letters of many scripts, with those whose UTF-16 holds bytes of commas, quotes and line ends.
_LETTERS = st.sampled_from("aZ09 éñßøŁżőşЖЯΩאשعआข李太郎一丁々ｱ가\u2c22\u0a0d\u0d0a\U0001f600'-.@")
_CELLS = st.text(_LETTERS, max_size=8)
_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def _read(content: bytes) -> Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_bytes(content)
        reading = read("people.csv", path, len(content))
        if reading.sheet:  # as long as the file is there
            reading.sheet.scan().collect()
        return reading


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_bytes(content)
        sheet = read("people.csv", path, len(content)).sheet
        assert sheet is not None
        return sheet.scan().collect().rows()


def _found(content: bytes) -> list[tuple[str, int | None, str | None, int]]:
    found = _read(content).findings
    return found.select("code", "row", "column", "rows").rows()


def _detail(content: bytes, code: str) -> list[str]:
    return _read(content).findings.filter(pl.col("code") == code)["detail"].to_list()


@LAW
@given(st.lists(st.tuples(_CELLS, _CELLS), max_size=12), _ENDS, st.sampled_from(_MARKED + _BARE))
def test_unicode_comes_back_to_the_letter(
    cells: list[tuple[str, str]], end: str, encoding: str
) -> None:
    """Every row, on its own line, whatever the script, the width, the mark and the line end."""
    text = end.join(["id,name", *(f"{n}x,{first}{last}" for n, (first, last) in enumerate(cells))])
    wanted = [(n, f"{n - 2}x", (a + b) or None) for n, (a, b) in enumerate(cells, 2)]
    assert _rows((text + end).encode(encoding)) == wanted


@LAW
@given(st.lists(_CELLS, min_size=1, max_size=8), st.sampled_from(list(_MARKS)))
def test_unicode_with_the_mark_of_its_kind(cells: list[str], encoding: str) -> None:
    text = "".join(f"{n}x,{cell}\n" for n, cell in enumerate(cells))
    content = _MARKS[encoding] + f"id,name\n{text}".encode(encoding)
    assert [row[2] or "" for row in _rows(content)] == cells


@LAW
@given(st.binary(max_size=80))
def test_no_byte_raises_and_no_line_vanishes(noise: bytes) -> None:
    assume(b"\0" not in noise)
    content = b"id,name\n1,\xe9\n" + noise
    decoded = decode(content, "")
    assert decoded.text.count("\n") == content.count(b"\n")
    plain = [sign for sign in decoded.text[len("id,name\n1,é\n") :] if sign.isascii()]
    assert len(plain) >= sum(byte in b' \n\r,"0123456789' for byte in noise)


# --- older encodings ----------------------------------------------------------------------------

_SPANISH = "id,First\n1,Ana\n2,José\n3,Bo\n4,Muñoz\n5,María\n6,Zoë\n"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Mac Roman"),
        ("cp437", "DOS code page 850"),  # the same letters in both
        ("cp850", "DOS code page 850"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_of_names_is_read_and_it_is_said(encoding: str, title: str, end: str) -> None:
    content = _SPANISH.replace("\n", end).encode(encoding)
    assert [row[2] for row in _rows(content)] == ["Ana", "José", "Bo", "Muñoz", "María", "Zoë"]
    said = [found for found in _found(content) if found[0] != "FILE-136"]
    assert said == [("FILE-158", 3, "First", 4)]
    assert _detail(content, "FILE-158") == [f"{title} (é, ñ, í)"]


@pytest.mark.parametrize("name", ["José", "MUÑOZ", "Zoë", "O’Brien", "Peña", "Søren", "Jürgen"])
def test_one_name_is_enough_for_windows_1252(name: str) -> None:
    content = f"id,name\n1,{name}\n".encode("cp1252")
    assert _rows(content) == [(2, "1", name)]
    assert _found(content) == [("FILE-158", 2, "name", 1)]


def test_japanese_names() -> None:
    text = "id,name,kana\n1,渡辺太郎,ﾜﾀﾅﾍﾞ ﾀﾛｳ\n2,山﨑もえ,ﾓｴ\n3,Ray,\n"
    assert [row[2:] for row in _rows(text.encode("cp932"))] == [
        ("渡辺太郎", "ﾜﾀﾅﾍﾞ ﾀﾛｳ"), ("山﨑もえ", "ﾓｴ"), ("Ray", None),
    ]  # fmt: skip
    assert [code for code, *_ in _found(text.encode("cp932"))] == ["FILE-158"]


def test_kana_that_would_be_utf_8_as_well() -> None:
    """“ﾓｴ” has the bytes of one Cyrillic letter; among Japanese rows it is “ﾓｴ”."""
    content = "id,name\n1,渡辺\n2,高橋\n3,ﾓｴ\n".encode("cp932")
    assert content.splitlines()[3].decode("utf-8") == "3,\u04f4"
    assert [row[2] for row in _rows(content)] == ["渡辺", "高橋", "ﾓｴ"]


def test_a_shouted_name_that_would_be_utf_8_as_well() -> None:
    content = "id,name\n1,José\n2,Muñoz\n3,ÍÑIGO\n4,Gómez\n".encode("cp850")
    assert content.splitlines()[3].decode("utf-8") == "3,\u05a5IGO"
    assert [row[2] for row in _rows(content)] == ["José", "Muñoz", "ÍÑIGO", "Gómez"]
    assert [found[0] for found in _found(content)] == ["FILE-158"]


def test_chinese_names_that_would_be_utf_8_as_well() -> None:
    """Among rows of which nothing makes sense, those of one letter aren't trusted either."""
    content = "id,name\n1,王小明\n2,鹿\n3,李大文\n4,张伟\n".encode("gbk")
    assert content.splitlines()[2].decode("utf-8") != "2,鹿"
    assert [(code, row) for code, row, *_ in _found(content)] == [
        ("FILE-105", row) for row in (2, 3, 4, 5)
    ]


def test_rows_of_japanese_utf_8_among_shift_jis_are_not_read_as_such() -> None:
    lines = [b"id,name", "1,渡辺".encode("cp932"), "2,高橋".encode(), "3,山口".encode("cp932"), b""]
    rows = _rows(b"\n".join(lines))
    assert [row[2] for row in rows] == ["渡辺", "高橋", "山口"]
    assert [(code, row) for code, row, *_ in _found(b"\n".join(lines))] == [
        ("FILE-105", 2), ("FILE-105", 4),
    ]  # fmt: skip


# --- what isn't sure ----------------------------------------------------------------------------


def test_two_encodings_make_different_letters() -> None:
    """“Taíniya” in Mac Roman, or “Ta’niya” in Windows-1252: nobody can tell."""
    content = "id,name\n1,Taíniya\n".encode("mac_roman")
    assert _found(content) == [("FILE-105", 2, "name", 1)]
    assert _detail(content, "FILE-105") == [
        "byte 0x92 at offset 12: í in Mac Roman, ’ in Windows-1252"
    ]


def test_polish_is_no_more_than_a_guess_where_it_matters() -> None:
    """What Windows-1250 and 1252 read alike is read; what they don't is held."""
    names = ["Michał", "Wójcik", "Róża", "Łukasz", "Gałązka", "Nuré"]
    content = "".join(["id,name\n", *(f"{n},{name}\n" for n, name in enumerate(names))])
    read_, found = _rows(content.encode("cp1250")), _found(content.encode("cp1250"))
    assert [row[2] for row in read_] == names
    assert [(row, rows) for code, row, _, rows in found if code == "FILE-158"] == [(3, 2)]
    assert [row for code, row, *_ in found if code == "FILE-105"] == [2, 4, 5, 6]


@pytest.mark.parametrize(
    "encoding", ["cp1251", "cp1253", "gbk", "big5", "euc_jp", "cp949", "cp1255", "koi8-r"]
)
def test_other_scripts_are_never_taken_for_letters(encoding: str) -> None:
    words = {
        "cp1251": "Иванов", "koi8-r": "Иванов", "cp1253": "Γιώργος", "cp1255": "משה לוי",
        "gbk": "王小明", "big5": "陳大文", "euc_jp": "渡辺太郎", "cp949": "김철수",
    }  # fmt: skip
    content = f"id,name\n1,{words[encoding]}\n2,Bo\n".encode(encoding)
    assert [found for found in _found(content) if found[0] == "FILE-158"] == []
    assert [row for code, row, *_ in _found(content) if code == "FILE-105"] == [2]
    assert [row[0] for row in _rows(content)] == [2, 3]


_MANY = [
    *("José", "Muñoz", "Zoë", "Kät", "María", "Peña", "Núñez", "Gómez", "Björk", "André"),
    *("Chloé", "Günther", "López", "Peláez", "Ibáñez", "Óscar"),
]


@pytest.mark.parametrize("odd", [b"Pe\x81a", "Muñiz".encode("cp437"), "Peñón".encode("mac_roman")])
def test_a_row_that_makes_no_sense_among_many(odd: bytes) -> None:
    """A byte of nobody's, or of a third encoding: that row is held, with what can be read."""
    rows = [name.encode("cp1252") for name in _MANY] + [odd]
    content = b"".join([b"id,name\n", *(b"%d,%s\n" % (n, name) for n, name in enumerate(rows))])
    found = _found(content)
    assert [(c, row, n) for c, row, _, n in found] == [("FILE-158", 2, 16), ("FILE-105", 18, 1)]
    assert "which makes no sense here" in _detail(content, "FILE-105")[0]
    assert _rows(content)[-1][:2] == (18, "16")


def test_a_mark_of_utf_8_before_another_encoding() -> None:
    content = codecs.BOM_UTF8 + b"id,name\n1,Jos\xe9\n"
    codes = [(code, row) for code, row, *_ in _found(content)]
    assert codes == [("FILE-154", None), ("FILE-105", 2)]
    assert "offset 16: é in Windows-1252, while other rows" in _detail(content, "FILE-105")[0]


def test_half_a_character_in_utf_16() -> None:
    good = "id,name\n1,Zoë\n2,Bo\n".encode("utf-16-le")
    content = codecs.BOM_UTF16_LE + good.replace("ë".encode("utf-16-le"), b"\x00\xd8")
    assert [(c, row, column) for c, row, column, _ in _found(content)] == [
        ("FILE-106", None, None), ("FILE-159", 2, "name"),
    ]  # fmt: skip
    assert [row[0] for row in _rows(content)] == [2, 3]


def test_letters_in_the_header_alone() -> None:
    content = "id,Prénom\n1,Bo\n".encode("cp1252")
    reading = _read(content)
    assert reading.sheet is not None
    assert reading.sheet.header == ("id", "Prénom")
    assert _found(content) == [("FILE-158", 1, None, 1)]


def test_a_word_of_a_million_bytes_takes_no_time() -> None:
    """Long runs of letters are no words; a regular expression must not go over them again."""
    content = b"id,name\n1," + b"B" * 900_000 + b"\xe9" * 100_000 + b"\n"
    assert [code for code, *_ in _found(content)] == ["FILE-105"]
