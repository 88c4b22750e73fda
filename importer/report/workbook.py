"""findings.xlsx: a summary, the sender's own rows with what is wrong beside them, and help."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from importer.checks.catalogue import CATALOGUE
from importer.report import cells, words
from importer.report.cells import Book, Page
from importer.report.file_page import FilePages, Shown, is_long, shown_of
from importer.report.safe import for_terminal
from importer.report.sent import Accepted, Sent
from importer.report.summary import Cause, Summary

_CAUSES = {
    "No.": 6, "Severity": 16, "Code": 11, "What is wrong": 60, "How to fix it": 60,
    "File": 24, "First place": 34, "Rows": 9, "Holds rows": 9,
}  # fmt: skip
_HELP = {"Code": 11, "Name": 30, "It says": 60, "Why": 60, "How to fix it": 60}
_WORDS = {"File": 24, "Column": 24, "Words": 80, "Also read": 80}
_LINE = 150  # characters of a line that runs over all columns


def workbook(summary: Summary, findings: pl.DataFrame, held: pl.DataFrame, sent: Sent) -> bytes:
    """The workbook, as bytes.

    ``findings`` with message and fix, ``held`` with ``file``, ``row``, ``cause``. Reads the sent
    files again, so they must still be there. Only secret columns are blank in it.
    """
    book = Book()
    first = book.page("Summary", _CAUSES.values())  # written last: it leads to the other sheets
    pages = FilePages(book, findings, held)
    shown = {file.sheet.name: pages.write(file) for file in sent.files}
    _write_summary(book, first, summary, _about(summary, findings, sent, shown), shown)
    _write_help(book, findings["code"].unique().sort())
    if sent.accepted:
        _write_accepted(book, sent.accepted)
    return book.content()


def _about(
    summary: Summary, findings: pl.DataFrame, sent: Sent, shown: Mapping[str, Shown]
) -> list[str]:
    """What stands above the causes: what was sent, how much of it, and what to do next."""
    verdict, totals = summary["verdict"], summary["totals"]
    told = [
        ("Next: " + verdict["next"]) if verdict["next"] else "",
        f"{summary['title']}, {summary['generated']}",
        f"Format: {summary['format']['title']}. {summary['format']['why']}".strip(),
        f"{words.count(totals['rows'], 'row')}, {words.number(totals['held'])} held; "
        f"{words.count(totals['ERROR'] + totals['BLOCK'], 'error')}, "
        f"{words.count(totals['WARNING'], 'warning')}, {words.count(totals['INFO'], 'note')}.",
    ]
    told += [
        f"Sheet {shown[file.sheet.name].page.title}: "
        + shown_of(file, len(shown[file.sheet.name].lines))
        for file in sent.files
        if is_long(file)
    ]
    unlisted = findings["cause"].n_unique() - len(summary["causes"])
    if unlisted > 0:
        told.append(f"{words.count(unlisted, 'more cause')}: in the sheets and in findings.csv.")
    return [line for text in told for line in textwrap.wrap(for_terminal(text), _LINE)]


def _write_summary(
    book: Book, page: Page, summary: Summary, about: Iterable[str], shown: Mapping[str, Shown]
) -> None:
    verdict = summary["verdict"]
    sentence = for_terminal(f"{words.LEVELS[verdict['level']]}: {verdict['sentence']}")
    first, *more = textwrap.wrap(sentence, _LINE)
    above = [*more, *about, ""]
    cells.freeze(page, len(above) + 2)
    book.line(page, [first], "bold")
    for text in above:
        book.line(page, [text])
    book.line(page, list(_CAUSES), "head")
    for cause in summary["causes"]:
        _write_cause(book, page, cause, shown.get(cause["file"]))
    cells.filtered(page, len(above) + 2, len(above) + 2 + len(summary["causes"]), len(_CAUSES))


def _write_cause(book: Book, page: Page, cause: Cause, shown: Shown | None) -> None:
    severity = cause["severity"]
    place = book.text(page, _told(words.where(cause)), "link" if shown else "wrapped")
    if shown:
        cells.link(place, shown.page, *shown.place(cause["row"], cause["column"]))
    page.append(
        [
            book.number(page, cause["id"]),
            book.text(page, words.SEVERITIES.get(severity, severity), severity),
            book.text(page, cause["code"]),
            book.text(page, _told(cause["says"]), "wrapped"),
            book.text(page, _told(cause["fix"]), "wrapped"),
            book.text(page, _told(cause["file"]), "wrapped"),
            place,
            book.number(page, cause["rows"]),
            book.number(page, cause["blocks"]),
        ]
    )


def _write_help(book: Book, codes: Iterable[str]) -> None:
    """Each code that occurs, in the catalogue's own words."""
    page = book.page("Help", _HELP.values())
    cells.freeze(page, 1)
    book.line(page, list(_HELP), "head")
    for check in (CATALOGUE[code] for code in codes):
        texts = [check.code, check.name, _open(check.says), check.why, _open(check.fix)]
        book.line(page, texts, "wrapped")


def _write_accepted(book: Book, accepted: Sequence[Accepted]) -> None:
    """The words of each column that has a list, and the other spellings that are read."""
    page = book.page("Accepted values", _WORDS.values())
    cells.freeze(page, 1)
    book.line(page, list(_WORDS), "head")
    for column in accepted:
        others = (f"{spelling} = {word}" for spelling, word in column.others.items())
        texts = [column.file, column.column, ", ".join(column.words), ", ".join(others)]
        book.line(page, texts, "wrapped")
    cells.filtered(page, 1, len(accepted) + 1, len(_WORDS))


def _open(template: str) -> str:
    """A catalogue text with its gaps as words: ``(value)``."""
    for name in ("file", "row", "column", "value", "detail", "rows"):
        template = template.replace("{" + name + "}", f"({name})")
    return template


def _told(text: str) -> str:
    return for_terminal(words.cut(text, words.LONGEST))
