"""Findings: one frame with fixed columns, never objects and never exceptions."""

from collections.abc import Iterable
from typing import Any

import polars as pl

FINDINGS: dict[str, pl.DataType] = {
    "code": pl.String(),
    "severity": pl.String(),  # ERROR, WARNING, INFO or BLOCK
    "file": pl.String(),
    "row": pl.UInt32(),  # as a spreadsheet shows it: the header is row 1; null = the whole file
    "column": pl.String(),  # in the sender's spelling
    "value": pl.String(),  # null where the column is secret
    "detail": pl.String(),  # completes the message of the code
    "rows": pl.UInt32(),  # how many rows of the file say the same; `row` is the first of them
    "cause": pl.UInt64(),  # findings with one root share it
    "mended": pl.String(),  # what a mechanical fix would write in the cell; null = there is none
    "values": pl.UInt32(),  # of how many further values it is the one finding; null = of its own
}
"""Columns of the findings frame.

Severity has one meaning each: ERROR = the row is left out and its key held; WARNING = the row goes
in, the value may be dropped; INFO = noted; BLOCK = nothing is committed until a person says so.
"""

MOST_CAUSES = 10_000
"""Causes of one code in one column of a file that are told one by one; the rest are one more.

Nobody reads so many: what is wrong in ten thousand values is wrong in one way, and mended in one.
"""

SEVERITIES = ("BLOCK", "ERROR", "WARNING", "INFO")

HELD: dict[str, pl.DataType] = {
    "file": pl.String(),
    "row": pl.UInt32(),
    "cause": pl.UInt64(),  # the root cause; the same number as in the findings frame
}
"""Rows that are left out, each with the cause that holds it (its own or its parent's)."""


def frame(records: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """A findings frame of records; keys that are left out become null, ``rows`` becomes 1."""
    rows = [{"rows": 1, **record} for record in records]
    return pl.DataFrame(rows, schema=FINDINGS, orient="row") if rows else empty()


def empty() -> pl.DataFrame:
    """A findings frame without rows."""
    return _EMPTY.clone()


_EMPTY = pl.DataFrame(schema=FINDINGS)  # making it anew takes a hundred times as long
