"""The changes of a run as a workbook with a column “Apply?”, to be sent out and read back."""

import polars as pl

from importer.model.history import Run
from importer.model.own_sheets import NOT_READ
from importer.model.tables import TABLES
from importer.report.cells import Book, Choices, Page
from importer.report.review import Line, line, values
from importer.report.words import action, count

APPLY, NOW, CHANGE, RUN = "Apply?", "Now", "Change", "Run"
YES, NO = "yes", "no"
COLUMNS = {
    APPLY: 8, NOW: 6, CHANGE: 8, "What": 12, "Key": 28, "Name": 30, "School": 12,
    "Before → after": 44, "Because": 40, "File": 16, "Row": 8, RUN: 34,
}  # fmt: skip
"""Columns of every sheet of changes, with their widths."""

MOST = 50_000
"""Changes that one workbook holds: writing 10,000 takes about a second, and people read fewer."""

_HOW_TO = (
    "Write no in the column Apply? of each change that is not to be carried out; yes stays yes.",
    "Rows that you delete stay as they are. Leave the columns Change, Key and Run as they are.",
    "Nothing happens yet: what you send back is read with importer review, then committed.",
    "What hangs on a change that you refuse goes along with it: without a class nobody is in it.",
)


def mark(run: Run, plan: str) -> str:
    """What stands in the column Run: by it a sheet of another run, or another plan, is told."""
    return f"{run.id} {plan[:16]}"


def changes_book(
    run: Run, plan: str, changes: pl.DataFrame, names: dict[str, str], left_out: int
) -> bytes:
    """The workbook, as bytes: a sheet of help, and one sheet of changes for each table.

    ``plan``: the preview hash of the plan as it was made; ``changes``: of ``review.listed``;
    ``left_out``: how many changes planning itself left out, which nobody can pick here.
    """
    book = Book()
    about = book.page("How to", [100, 30])
    about.write([about.text(f"Changes of run {run.id}", "bold"), about.text(NOT_READ)])
    about.texts(["" if not left_out else f"Not listed: {count(left_out, 'change')} that can't be."])
    for text in _HOW_TO:
        about.texts([text], "wrapped")
    about.texts([YES])
    about.texts([NO])
    words = f"'How to'!$A${about.lines - 1}:$A${about.lines}"
    for table in TABLES:
        part = changes.filter(pl.col("table") == table)
        if part.height:
            _write(book, table, part, names, (words, mark(run, plan)))
    return book.content()


def _write(
    book: Book, table: str, part: pl.DataFrame, names: dict[str, str], given: tuple[str, str]
) -> None:
    words, marked = given
    page = book.page(table, list(COLUMNS.values()), fixed=3)
    page.texts(list(COLUMNS), "head")
    for row in part.iter_rows(named=True):
        _row(page, line(row, names), row["action"], marked)
    page.ask(1, APPLY, "yes: it is carried out. no: it is left.", Choices(words, "stop"))
    page.filters()


def _row(page: Page, told: Line, kind: str, marked: str) -> None:
    now = YES if told["picked"] else NO
    cells = [
        page.text(now, "INFO" if told["picked"] else "WARNING"),
        page.text(now),
        page.number(told["id"]),
        page.text(action(kind)[1]),
        page.text(told["key"]),
        page.text(told["label"], "wrapped"),
        page.text(told["school"]),
        page.text(values(told["columns"]), "wrapped"),
        page.text(told["because"], "wrapped"),
        page.text(told["file"]),
        page.text(str(told["row"] or "")),
        page.text(marked),
    ]
    page.write(cells, wrapped=9)
