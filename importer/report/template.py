"""The blank sheet that a person fills in: as a workbook that explains itself, or as CSV."""

import csv
import io
from collections.abc import Sequence
from itertools import zip_longest

from importer.contracts import guidance
from importer.contracts.contract import Column, Contract, Table
from importer.model.own_sheets import NOT_READ
from importer.report.cells import Book, Choices, Page, Refusal, placed

_HELP = {
    "Sheet": 18, "Column": 24, "Need": 16, "What goes in": 60, "Accepted": 50,
    "Most characters": 12, "Example": 24, NOT_READ: 18,
}  # fmt: skip
_MORE = 20  # columns without a header that are made ready as the one they are more of
_NARROWEST = 14
_AROUND = 4  # of a header, so that it fits in bold
_LONGEST_CHOICES = 255  # of words in the rule of a drop-down (Excel's data validation)


def header(table: Table) -> bytes:
    """The header line as CSV: with a byte order mark, by which Excel reads accents rightly."""
    line = io.StringIO()
    names = [column.name for column in guidance.filled_in(table)]
    csv.writer(line, lineterminator="\r\n").writerow(names)
    return line.getvalue().encode("utf-8-sig")


def workbook(contract: Contract, tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table, and one that explains every column.

    Cells are text, columns say what goes in, and those with a word list offer it.
    """
    book = Book()
    pages = [(table, _sheet(book, table)) for table in tables]
    _write_help(book, contract, tables)
    offered = _offered(book, contract, tables)
    for table, page in pages:
        for place, column in enumerate(_with_more(table), 1):
            formula = offered.get(column.words, "")
            choices = Choices(formula, _refusal(contract, column)) if formula else None
            page.ask(place, column.name, _told(contract, table, column), choices)
    return book.content()


def _with_more(table: Table) -> list[Column]:
    """The columns of the sheet; further ones have no header."""
    columns = guidance.filled_in(table)
    more = [table.columns[table.unnamed]] * _MORE if table.unnamed else []
    return columns + more


def _sheet(book: Book, table: Table) -> Page:
    widths = [max(len(column.name) + _AROUND, _NARROWEST) for column in _with_more(table)]
    page = book.page(guidance.sheet_name(table), widths)
    page.write([page.text(c.name, _look(c, "head")) for c in guidance.filled_in(table)])
    return page


def _look(column: Column, other: str) -> str:
    return "needed" if column.need == "required" else other


def _told(contract: Contract, table: Table, column: Column) -> str:
    """What is told at a cell; the sheet of help has all of what is too long for that."""
    accepted, longest = guidance.accepted(contract, column), guidance.longest(column)
    parts = [
        f"{guidance.NEEDS[column.need].capitalize()}.",
        guidance.meaning(table, column),
        f"Accepted: {accepted}." if accepted else "",
        f"At most {longest} characters." if longest else "",
    ]
    return " ".join(part for part in parts if part)


def _refusal(contract: Contract, column: Column) -> Refusal | None:
    """What a word gets that isn't offered: several of them are none, other spellings are read."""
    words = contract.words[column.words]
    if column.list:
        return None
    strict = (column.unknown or words.unknown) == "ERROR" and not (words.read_as or words.open)
    return "stop" if strict else "warning"


def _offered(book: Book, contract: Contract, tables: Sequence[Table]) -> dict[str, str]:
    """Word list → the formula of its drop-down; long lists stand in a hidden sheet."""
    names = {c.words: None for table in tables for c in guidance.filled_in(table) if c.words}
    lists = {name: contract.words[name].list for name in names}
    short = {name: formula for name, words in lists.items() if (formula := _in_place(words))}
    long = {name: words for name, words in lists.items() if name not in short}
    if not long:
        return short
    page = book.page("Lists", [_NARROWEST] * (len(long) + 1))
    page.texts([*long, NOT_READ], "head")
    for line in zip_longest(*long.values(), fillvalue=""):
        page.texts(line)
    book.hide(page)
    at = enumerate(long.items(), 1)
    return short | {name: placed(page, place, words) for place, (name, words) in at}


def _in_place(words: Sequence[str]) -> str:
    """The words as a formula; empty where they don't fit into one."""
    text = ",".join(words)
    plain = not any(sign in word for word in words for sign in ',"')
    return f'"{text}"' if plain and len(text) <= _LONGEST_CHOICES else ""


def _write_help(book: Book, contract: Contract, tables: Sequence[Table]) -> None:
    page = book.page("Help", list(_HELP.values()))
    page.texts(list(_HELP), "head")
    for table in tables:
        for column in guidance.filled_in(table):
            longest = guidance.longest(column)
            texts = [
                guidance.meaning(table, column),
                guidance.accepted(contract, column),
                str(longest or ""),
                guidance.example(contract, column),
            ]
            line = [
                page.text(guidance.sheet_name(table)),
                page.text(column.name, "bold"),
                page.text(guidance.NEEDS[column.need], _look(column, "text")),
                *(page.text(text, "wrapped") for text in texts),
            ]
            page.write(line, wrapped=len(line))
    page.filters()
