"""What is to be said of a delimited file as a whole: where its table begins, how it is written."""

import re
from collections.abc import Iterator
from typing import Any

from importer.reading.dialect import QUOTE
from importer.reading.layout import Layout

Note = dict[str, Any]


def about_layout(layout: Layout) -> Iterator[Note]:
    """Findings (without the file's name) about the header's place and the signs between cells."""
    row, quote = layout.at + 1, layout.dialect.quote
    if layout.at:
        yield _note("FILE-139", "INFO", row)
    if layout.above:
        yield _note("FILE-163", "WARNING", layout.above[0] + 1, rows=len(layout.above))
    if layout.rows > 1:
        yield _note("FILE-164", "WARNING", row, rows=layout.rows)
    if layout.nameless:
        yield _note("FILE-165", "WARNING", row)
    if quote != QUOTE:
        yield _note("FILE-169", "WARNING", row, detail=quote)
    if layout.dialect.spaced:
        yield _note("FILE-172", "INFO", row)


def about_line_ends(data: bytes) -> Iterator[Note]:
    """The first line that doesn't end as line 1 does (LF or CRLF), if there are both kinds."""
    whole, returns = data.count(b"\n"), data.count(b"\r\n")
    if 0 < returns < whole:
        windows = data[data.find(b"\n") - 1 :].startswith(b"\r")
        at = re.search(rb"(?<!\r)\n" if windows else rb"\r\n", data)
        row = data.count(b"\n", 0, at.start()) + 1 if at else 1
        yield _note("FILE-167", "INFO", row, rows=min(returns, whole - returns))


def _note(code: str, severity: str, row: int, **more: Any) -> Note:
    return {"code": code, "severity": severity, "row": row, **more}
