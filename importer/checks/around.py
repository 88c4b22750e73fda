"""What the other files of a drop have to do with a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from importer.checks.belongs import Said
from importer.checks.references import Known
from importer.checks.windows import Windows


@dataclass(frozen=True)
class Around:
    """What the other files have to do with a table.

    ``known``: what earlier tables offer to be named. ``targets``: (column, word) pairs that later
    references ask for; ``shared``: columns whose values are compared across files (their hashes
    stay in ``passed``); ``windows``: code of a rule → the times that its rows must keep to;
    ``said``: code of a rule → what the parents of its rows say. ``numbered``: there is a roster
    with which the rows will be compared.
    """

    known: Mapping[str, Known]
    targets: list[tuple[str, str]]
    shared: list[str]
    windows: Mapping[str, Windows]
    said: Mapping[str, Said]
    numbered: bool = False
