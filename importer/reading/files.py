"""The files of a drop as tables of text: one reading each, of a workbook one for each sheet."""

from collections.abc import Iterable

from importer.model.drop import DropFile
from importer.reading.delimited import Reading, read

_WORKBOOKS = (".xlsx", ".xlsm")


def read_all(files: Iterable[DropFile]) -> dict[str, Reading]:
    """Read all files; never raises for what is in them. Names are those of findings."""
    found: dict[str, Reading] = {}
    for file in files:
        if file.size and file.name.casefold().endswith(_WORKBOOKS):
            # openpyxl takes as long to load as polars; most drops have no workbook.
            from importer.reading.workbook import read_workbook  # noqa: PLC0415

            found |= read_workbook(file.name, file.path)
        else:
            found[file.name] = read(file.name, file.path, file.size)
    return found
