"""The held rows handed back: the sender's own columns, to be corrected and sent again."""

import csv
import io
import re

import polars as pl

from importer.model.own_sheets import BEFORE, BESIDE
from importer.model.sheet import ROW
from importer.report.problems import problems
from importer.report.safe import for_spreadsheet, spreadsheet_expr
from importer.report.sent import Sent, SentFile

PROBLEMS = BEFORE[0]

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_CONTROLS = r"[\x00-\x1f\x7f-\x9f]+"


def rejected(
    sent: Sent, findings: pl.DataFrame, held: pl.DataFrame, most: int | None = None
) -> dict[str, bytes]:
    """File name → CSV of the rows of that file that are held; files without such rows have none.

    The header is as sent, with a last column ``Problems`` that begins with the row's number; one
    that was handed back before is replaced. Secret values are blank. A damaged row has its best
    reading and, in the last column, its line as it was sent; neither where it may hold a secret.
    A cell that a spreadsheet would compute has a ``'`` in front, which reading it again takes away
    (``reading/handed_back.py``). ``most``: a file with more held rows is left out.
    """
    made: dict[str, bytes] = {}
    for file in sent.files:
        count = held.filter(pl.col("file") == file.sheet.name)["row"].n_unique()
        if count and (most is None or count <= most):
            made[_name(file.sheet.name, made)] = _csv(file, findings, held)
    return made


def _csv(file: SentFile, findings: pl.DataFrame, held: pl.DataFrame) -> bytes:
    found = problems(file, findings, held).filter("held")
    header, names = list(file.sheet.header), file.names()
    if header[-1].strip() in (PROBLEMS, BESIDE):
        header, names = header[:-1], names[:-1]
    head = io.StringIO()
    csv.writer(head, lineterminator="\r\n").writerow([*map(for_spreadsheet, header), PROBLEMS])
    # One line a row: a line end inside a cell would make the file slow to read again.
    why = pl.col("texts").list.join(" ")
    told = pl.concat_str(pl.format("Row {}: ", ROW), why, _as_sent(file, found[ROW]))
    texts = found.select(told.str.replace_all(_CONTROLS, " ")).to_series().alias(PROBLEMS)
    rows = file.rows(found[ROW]).select(names).with_columns(texts)
    written = io.BytesIO()
    rows.with_columns(map(spreadsheet_expr, rows.columns)).write_csv(
        written, include_header=False, line_terminator="\r\n"
    )
    return b"\xef\xbb\xbf" + head.getvalue().encode() + written.getvalue()


def _as_sent(file: SentFile, rows: pl.Series) -> pl.Expr:
    """What stood in the line of a damaged row, for who has to put it right."""
    lines = {row: f" As sent: {line}" for row, line in file.lines(rows).items()}
    return pl.col(ROW).replace_strict(lines or {0: ""}, default="", return_dtype=pl.String)


def _name(sent: str, taken: dict[str, bytes]) -> str:
    """A plain file name of its own, whatever the sender called the file."""
    stem = _PLAIN.sub("_", re.sub(r"(?i)\.csv$", "", sent)).lstrip("._-")[:80] or "file"
    used = {name.casefold() for name in taken}
    names = (f"{stem}{f'-{n}' if n else ''}.csv" for n in range(len(used) + 1))
    return next(name for name in names if name.casefold() not in used)
