"""findings.xlsx: a summary, the sender's own rows with what is wrong beside them, and help.

It can be corrected in place and sent: the sheets that explain say that they aren't read.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from importer.checks.catalogue import CATALOGUE
from importer.model.own_sheets import NOT_READ
from importer.report import cells, own_book, words
from importer.report.cells import Book, Page
from importer.report.file_page import LONG, FilePages, Shown, is_long
from importer.report.own_page import OwnPages
from importer.report.safe import for_terminal
from importer.report.sent import Accepted, Sent
from importer.report.summary import Cause, Summary

_CAUSES = {
    "No.": 6, "Severity": 16, "Code": 11, "What is wrong": 60, "How to fix it": 60,
    "File": 24, "First place": 34, "Rows": 9, "Holds rows": 12,
}  # fmt: skip
_HELP = {"Code": 11, "Name": 30, "It says": 60, "Why": 60, "How to fix it": 60}
_WORDS = {"File": 24, "Column": 24, "Words": 80, "Also read": 80}
_LINE = 150  # characters of a line that runs over all columns
_NOTE = 18  # the width of a column that only says that its sheet isn't read
_CLEAR = 5  # columns that such a line may take beside its own


def workbook(summary: Summary, findings: pl.DataFrame, held: pl.DataFrame, sent: Sent) -> bytes:
    """The workbook, as bytes.

    ``findings`` with message and fix, ``held`` with ``file``, ``row``, ``cause``. Reads the sent
    files again, so they must still be there. Only secret columns are blank in it. Where the
    drop is one workbook of at most 20,000 rows, it is that one, annotated.
    """
    own = own_book.opened(sent)
    book = Book(own.book)
    about = _about(summary, findings, sent, own.why)
    first = book.page("Summary", list(_CAUSES.values()), head=len(about) + 2, place=0)
    pages = OwnPages(own.book, findings, held) if own.book else FilePages(book, findings, held)
    shown = {file.sheet.name: pages.write(file) for file in sent.files}
    _write_summary(first, summary, about, shown)  # last: it leads to the other sheets
    _write_help(book, findings["code"].unique().sort())
    if sent.accepted:
        _write_accepted(book, sent.accepted)
    if own.book:
        cells.show_first(own.book)
    return book.content()


def _about(summary: Summary, findings: pl.DataFrame, sent: Sent, not_kept: str) -> list[str]:
    """What stands above the causes: the verdict, what was sent, how much of it."""
    verdict, totals = summary["verdict"], summary["totals"]
    told = [
        f"{words.LEVELS[verdict['level']]}: {verdict['sentence']}",
        f"Next: {verdict['next']}",
        f"{summary['title']}, {summary['generated']}",
        f"Format: {summary['format']['title']} ({summary['format']['why']})",
        f"{words.count(totals['rows'], 'row')}, {words.number(totals['held'])} held; "
        f"{words.count(totals['ERROR'] + totals['BLOCK'], 'error')}, "
        f"{words.count(totals['WARNING'], 'warning')}, {words.count(totals['INFO'], 'note')}.",
    ]
    if not_kept:
        told.append(f"These are copies of the sheets: the workbook was not kept, as {not_kept}.")
    told += [f"{f.sheet.name}: {LONG} {f.sheet.rows:,}." for f in sent.files if is_long(f)]
    unlisted = findings["cause"].n_unique() - len(summary["causes"])
    if unlisted > 0:
        told.append(f"{words.count(unlisted, 'more cause')}: in the sheets and in findings.csv.")
    return [line for text in told for line in textwrap.wrap(for_terminal(text), _LINE)]


def _write_summary(
    page: Page, summary: Summary, about: Sequence[str], shown: Mapping[str, Shown]
) -> None:
    # Behind the verdict, which runs over the columns up to the one of files.
    page.write([page.text(about[0], "bold"), *[None] * _CLEAR, page.text(NOT_READ)])
    for text in about[1:]:
        page.texts([text])
    page.texts([""])
    page.texts(list(_CAUSES), "head")
    for cause in summary["causes"]:
        _write_cause(page, cause, shown.get(cause["file"]))
    page.filters()


def _write_cause(page: Page, cause: Cause, shown: Shown | None) -> None:
    severity = cause["severity"]
    place = page.text(_told(words.where(cause)), "link" if shown else "wrapped")
    if shown:
        cells.link(place, shown.title, *shown.place(cause["row"], cause["column"]))
    line = [
        page.number(cause["id"]),
        page.text(words.SEVERITIES.get(severity, severity), severity),
        page.text(cause["code"]),
        *(page.text(_told(text), "wrapped") for text in (cause["says"], cause["fix"])),
        page.text(_told(cause["file"]), "wrapped"),
        place,
        page.number(cause["rows"]),
        page.number(cause["blocks"]),
    ]
    page.write(line, wrapped=len(line))


def _write_help(book: Book, codes: Iterable[str]) -> None:
    """Each code that occurs, in the catalogue's own words."""
    page = book.page("Help", [*_HELP.values(), _NOTE])
    page.texts([*_HELP, NOT_READ], "head")
    for check in (CATALOGUE[code] for code in codes):
        texts = [check.code, check.name, _open(check.says), check.why, _open(check.fix)]
        page.texts(texts, "wrapped")


def _write_accepted(book: Book, accepted: Iterable[Accepted]) -> None:
    """The words of each column that has a list, and the other spellings that are read."""
    page = book.page("Accepted values", [*_WORDS.values(), _NOTE])
    page.texts([*_WORDS, NOT_READ], "head")
    for column in accepted:
        others = (f"{spelling} = {word}" for spelling, word in column.others.items())
        texts = [column.file, column.column, ", ".join(column.words), ", ".join(others)]
        page.texts(texts, "wrapped")
    page.filters()


def _open(template: str) -> str:
    """A catalogue text with its gaps as words: ``(value)``."""
    for name in ("file", "row", "column", "value", "detail", "rows"):
        template = template.replace("{" + name + "}", f"({name})")
    return template


def _told(text: str) -> str:
    return for_terminal(words.cut(text, words.LONGEST))
