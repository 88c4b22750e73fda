"""Workbooks for the tests: written by openpyxl, or part by part where it would refuse to."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

Rows = Sequence[Sequence[Any]]


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


def with_rows(path: Path, xml: str, before: str = "") -> Path:
    """A workbook whose only sheet has these row elements; ``before`` stands before its root."""
    content = parts(written(path, students=[["id"]]))
    content["xl/worksheets/sheet1.xml"] = (
        '<?xml version="1.0"?>'
        f'{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{xml}</sheetData></worksheet>"
    ).encode()
    return packed(path, content)
