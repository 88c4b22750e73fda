"""The sheet of one sent file in the sender's own workbook: coloured cells, and problems beside."""

import polars as pl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from importer.model.own_sheets import BESIDE
from importer.model.sheet import ROW
from importer.report import cells
from importer.report.file_page import MOST_NOTES, Flags, Shown, columns_of, flagged
from importer.report.own_book import Place, place
from importer.report.problems import problems
from importer.report.safe import for_terminal
from importer.report.sent import SentFile

_WIDTH = 60.0
_HEADER = 1  # the row that findings about the header carry


class OwnPages:
    """Annotates the sheets of a workbook; nothing in it is moved, only blank cells are filled."""

    def __init__(self, book: Workbook, findings: pl.DataFrame, held: pl.DataFrame) -> None:
        self.book, self.findings, self.held = book, findings, held
        self.notes_left = MOST_NOTES

    def write(self, file: SentFile) -> Shown:
        """Annotate the sheet of a file."""
        at = place(self.book, file)
        assert at is not None  # else the workbook would not have been opened
        found = problems(file, self.findings, self.held)
        columns = columns_of(file.sheet.header, 1)
        flags = flagged(self.findings, file.sheet.name, found[ROW], columns)
        self._colour(at, flags)
        beside = self._beside(at, file)
        for row, texts in found.select(ROW, "texts").iter_rows():
            cell = at.sheet.cell(row, beside)
            if isinstance(cell, MergedCell):
                continue
            told = "\n".join(map(for_terminal, texts))
            cells.put(cell, told)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if row in flags.rows:
                cells.colour(cell, flags.rows[row])
        lines = {row: row for row in found[ROW]}
        return Shown(at.sheet.title, at.head, lines, columns, beside)

    def _colour(self, at: Place, flags: Flags) -> None:
        for row, flagged_cells in flags.cells.items():
            for column, (severity, text) in flagged_cells.items():
                cell = at.sheet.cell(at.head if row == _HEADER else row, column)
                if isinstance(cell, MergedCell):
                    continue
                cells.colour(cell, severity)
                if self.notes_left and cell.comment is None:
                    self.notes_left -= 1
                    cells.note(cell, text)

    def _beside(self, at: Place, file: SentFile) -> int:
        """The column of the problems, right of all that was sent; one of before is emptied."""
        header = file.sheet.header
        again = header[-1].strip() == BESIDE
        column = len(header) + (0 if again else 1)
        for (cell,) in at.sheet.iter_rows(min_row=at.head, min_col=column, max_col=column):
            if isinstance(cell, Cell) and again:
                cell.value = None
        head = at.sheet.cell(at.head, column)
        if not isinstance(head, MergedCell):
            cells.like(head, at.sheet.cell(at.head, 1))
            cells.put(head, BESIDE)
        at.sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
        return column
