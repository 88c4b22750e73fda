"""Workbooks for the tests: written by openpyxl, or part by part where it would refuse to.

They are read in the process of the tests, which shows what is raised; how they are read apart is
tested in tests/intake.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from importer.reading import workbook
from importer.reading.delimited import Reading
from importer.reading.excel import sheets

Rows = Sequence[Sequence[Any]]


def read_workbook(name: str, path: Path, known: frozenset[str] = frozenset()) -> dict[str, Reading]:
    """The readings of a workbook."""
    return workbook.read_workbook(name, path, sheets, known)


def written(path: Path, **sheets: Rows) -> Path:
    """A workbook with these sheets; a text is written as a text cell, whatever it is."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                cell = sheet.cell(row, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, content: Mapping[str, bytes]) -> Path:
    """A workbook of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def with_rows(path: Path, xml: str, before: str = "", after: str = "") -> Path:
    """A workbook whose only sheet has these row elements.

    ``before`` stands before its root, ``after`` behind the rows.
    """
    content = parts(written(path, students=[["id"]]))
    content["xl/worksheets/sheet1.xml"] = (
        '<?xml version="1.0"?>'
        f'{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{xml}</sheetData>{after}</worksheet>"
    ).encode()
    return packed(path, content)


def with_texts(path: Path, texts: str, *cells: str) -> Path:
    """A workbook with these shared texts (``si`` elements), and a column that names them."""
    rows = (f'<row r="{n}"><c r="A{n}" t="s"><v>{c}</v></c></row>' for n, c in enumerate(cells, 1))
    content = parts(with_rows(path, "".join(rows)))
    return packed(path, {**content, "xl/sharedStrings.xml": f"<sst>{texts}</sst>".encode()})
