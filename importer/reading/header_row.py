"""Where the header of a table stands: the row among the first that has most known names."""

from collections.abc import Iterable, Sequence

from importer.contracts.header import normal

FIRST_ROWS = 30
"""Rows in which a header is looked for: banners and notes above one are seldom longer."""

_FEWEST = 2  # one known word (“Grade”, “Notes”) stands above many a table


def by_names(rows: Iterable[Sequence[str | None]], known: frozenset[str]) -> int | None:
    """The place (from 0) of the row with most cells that are known names; the first of equals.

    ``known`` are names as ``contracts.header.normal`` gives them. None if no row has two of them,
    or, in a table of one column, the one.
    """
    best, most = None, 0
    for at, cells in enumerate(rows):
        given = [cell for cell in cells if cell and cell.strip()]
        named = {normal(cell) for cell in given} & known
        if len(named) > most and (len(named) >= _FEWEST or len(given) == 1):
            best, most = at, len(named)
    return best
