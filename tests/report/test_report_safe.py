"""Text of strangers can't act: not on a terminal, not in a spreadsheet, not by telling a name."""

import re
import sys
import unicodedata

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.report.safe import for_spreadsheet, for_terminal, shape, spreadsheet_expr

TRIGGERS = tuple("=+-@\t\r\n\0＝＋－＠")
HARMLESS = re.compile(r"--?|[+-]?[0-9]+([.,][0-9]+)*%?|\+[0-9]{1,3}[ (][0-9 ().-]{4,20}", re.ASCII)
cells = st.one_of(
    st.text(),
    st.builds(
        "".join, st.lists(st.sampled_from([*"'=+-@\t\r\n\0 ＝1.,(a)", "HYPERLINK"]), max_size=9)
    ),
)


def test_no_unseen_character_of_unicode_gets_through() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    left = [c for c in for_terminal(everything) if unicodedata.category(c) in UNSEEN]
    assert left == []


UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(alphabet=st.characters(codec=None)))
def test_terminal_text_can_be_written_and_has_no_controls(text: str) -> None:
    safe = for_terminal(text)
    assert not {unicodedata.category(c) for c in safe} & UNSEEN
    assert for_terminal(safe) == safe
    safe.encode("utf-8")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("a\x7fb\r\n", "a\\x7fb\\x0d\\x0a"),
        ("gpj\u202eexe", "gpj<U+202E>exe"),
        ("a\u200bb\ufeff", "a<U+200B>b<U+FEFF>"),
        ("\ud83d", "<U+D83D>"),
        ("José, سلام, 王, 🎒", "José, سلام, 王, 🎒"),
    ],
)
def test_what_is_unseen_is_written_out(sent: str, seen: str) -> None:
    assert for_terminal(sent) == seen


@given(cells)
@example("=HYPERLINK(1)")
@example(" =1+1")
@example(" \x00")
@example("+1-555-0100")
def test_a_spreadsheet_computes_nothing(text: str) -> None:
    safe = for_spreadsheet(text)
    assert safe in {text, "'" + text}
    assert not safe.lstrip().startswith(TRIGGERS) or HARMLESS.fullmatch(safe)


@pytest.mark.parametrize("plain", ["-", "--", "-5", "+12.5", "-1,200.00", "+1 (555) 010-9999"])
def test_dashes_and_numbers_stay(plain: str) -> None:
    assert for_spreadsheet(plain) == plain


@pytest.mark.parametrize(
    "risky",
    ["=1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0", " =1", "＝1", "-5\n", "---"],
)
def test_formulas_get_a_quote(risky: str) -> None:
    assert for_spreadsheet(risky) == "'" + risky


@given(cells, cells)
def test_the_quote_can_be_taken_away_again(one: str, other: str) -> None:
    assert one == other or for_spreadsheet(one) != for_spreadsheet(other)


@given(st.lists(cells, min_size=1))
def test_a_whole_column_says_the_same(texts: list[str]) -> None:
    column = pl.DataFrame({"value": texts}).select(spreadsheet_expr("value"))["value"]
    assert column.to_list() == [for_spreadsheet(text) for text in texts]


@given(st.text())
def test_a_shape_holds_nothing_but_classes_and_punctuation(text: str) -> None:
    shown = shape(text).partition("…")[0]
    assert len(shown) == min(len(text), 24)
    assert {c for c in shown if c.isalnum()} <= set("Aa9")
    assert all(c.isascii() and c.isprintable() for c in shown)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("Anna", "Aaaa"),
        ("anna.meyer@x.org", "aaaa.aaaaa@a.aaa"),
        ("31/02/2012", "99/99/9999"),
        ("١٢", "99"),
        ("王小明", "aaa"),
        ("", ""),
        ("x" * 300, "a" * 24 + "… (300)"),
    ],
)
def test_shapes(value: str, seen: str) -> None:
    assert shape(value) == seen
