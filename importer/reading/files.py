"""The files of a drop as tables of text: one reading each, of a workbook one for each sheet."""

from collections.abc import Iterable

from importer.model.drop import DropFile
from importer.reading.delimited import Reading, read, read_wide

_WORKBOOKS = (".xlsx", ".xlsm")


def read_all(files: Iterable[DropFile]) -> dict[str, Reading]:
    """Read all files; never raises for what is in them. Names are those of findings."""
    found: dict[str, Reading] = {}
    for file in files:
        if _is_workbook(file):
            # openpyxl takes as long to load as polars; most drops have no workbook.
            from importer.reading.workbook import read_workbook  # noqa: PLC0415

            found |= read_workbook(file.name, file.path)
        else:
            found[file.name] = read(file.name, file.path, file.size)
    return found


def read_all_wide(files: Iterable[DropFile]) -> dict[str, Reading]:
    """Read the files of text among these again, as rows may go on beyond their header.

    A workbook's sheets always are read so.
    """
    text = [file for file in files if not _is_workbook(file)]
    return {file.name: read_wide(file.name, file.path, file.size) for file in text}


def _is_workbook(file: DropFile) -> bool:
    return bool(file.size) and file.name.casefold().endswith(_WORKBOOKS)
