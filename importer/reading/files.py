"""The files of a drop as tables of text: one reading each, of a workbook one for each sheet."""

from collections.abc import Container, Sequence
from concurrent.futures import ThreadPoolExecutor

from importer.model.drop import DropFile
from importer.reading.container import is_zip
from importer.reading.delimited import Reading, read, read_wide
from importer.reading.workbook import Opened, read_workbook

_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_OTHERS = (".xls", ".xlsb", ".ods")  # under these names a workbook may come, or may be told apart


_AT_ONCE = 2  # files of text: what waits for the disk, or for one thread, lets another one go on


def read_all(
    files: Sequence[DropFile],
    opened: Opened,
    known: frozenset[str] = frozenset(),
    on_trust: Container[str] = (),
) -> dict[str, Reading]:
    """Read all files; never raises for what is in them. Names are those of findings.

    ``opened`` gives the contents of a workbook; ``known`` are the names of columns (as
    ``contracts.header.normal`` gives them) by which a header is found; ``on_trust`` the names of
    files of which, if they are large, counts may do (see ``Sheet``).
    """
    found: dict[str, Reading] = {}
    with ThreadPoolExecutor(_AT_ONCE) as at_once:
        texts = {
            file.name: at_once.submit(
                read, file.name, file.path, file.size, known, file.name in on_trust
            )
            for file in files
            if not _is_workbook(file)
        }
        for file in files:
            if file.name in texts:
                found[file.name] = texts[file.name].result()
            else:
                found |= read_workbook(file.name, file.path, opened, known)
    return found


def read_all_wide(files: Sequence[DropFile], known: frozenset[str]) -> dict[str, Reading]:
    """Read the files of text among these again, as rows may go on beyond their header.

    A workbook's sheets always are read so.
    """
    text = [file for file in files if not _is_workbook(file)]
    return {file.name: read_wide(file.name, file.path, file.size, known) for file in text}


def _is_workbook(file: DropFile) -> bool:
    name = file.name.casefold()
    return bool(file.size) and (
        name.endswith(_WORKBOOKS) or (name.endswith(_OTHERS) and is_zip(file.path))
    )
