"""Places of cells: the letters of a column, and numbers as a workbook writes them."""

from importer.reading.container import DAMAGED, Refused

LAST_COLUMN = 16_384  # of every sheet that Excel can open


def letters(column: int) -> str:
    """The name of a column (from 1) as spreadsheets show it."""
    name = ""
    while column:
        column, at = divmod(column - 1, 26)
        name = chr(65 + at) + name
    return name


class Columns(dict[str, int]):
    """Letters of a column → its number; ``Refused`` if there is no such column."""

    def __missing__(self, name: str) -> int:
        number = 0
        for sign in name.upper():
            if not "A" <= sign <= "Z" or number > LAST_COLUMN:
                raise Refused(DAMAGED)
            number = 26 * number + ord(sign) - 64
        if not 0 < number <= LAST_COLUMN:
            raise Refused(DAMAGED)
        self[name] = number
        return number


def number(text: str) -> int:
    """A row or column as it is written in a workbook; ``Refused`` if it is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise Refused(DAMAGED)
    return int(text)
