"""The rows of a table whose lines don't add up: good lines at once, the others one by one.

A line that is a well-formed row by itself is a row, whatever stands around it: no open quote of
another line swallows it. So good lines go through polars, and only the odd ones are looked at here.
"""

import polars as pl

from importer.model.sheet import ROW, position
from importer.reading.dialect import QUOTE
from importer.reading.grid import Grid
from importer.reading.mending import Mender
from importer.reading.odd_lines import MOST_MENDED, OTHER_TABLE, Rows, Shape, Walk

MOST_ODD = 1_000_000
"""Lines that are looked at one by one."""
_WIDEST_PATTERN = 128  # cells; a longer pattern takes polars more memory than it allows
_LEARNT = 200  # good rows that show what the columns hold


def read_rows(lines: list[str], start: int, shape: Shape, ends_well: bool) -> Rows:
    """All lines from ``start`` (from 0) as rows. ``ends_well``: the last one has a line end."""
    series = pl.Series("line", lines[start:], dtype=pl.String)
    good, blank = _good(series, shape)
    odd = (~(good | blank)).arg_true()
    walk = Walk(lines, start, shape, good, Rows(Grid(shape.width)))
    rows = walk.rows
    if len(odd) > MOST_ODD:
        rows.told = f"more than {MOST_ODD:,} of its rows are damaged"
        return rows
    walk.through(odd.to_list())
    if walk.until < len(series):
        good &= pl.int_range(len(series), eager=True) < walk.until
    if not rows.told:
        rows.blank = walk.blank(blank)
        whole = _parsed(series.filter(good), good.arg_true() + start + 1, shape)
        rows.frame = pl.concat([whole, rows.grid.frame()], how="diagonal").sort(ROW)
        if ends_well:
            _set_notes_apart(rows, lines)
        rows.best = _best(rows, lines, walk.readings, shape)
    return rows


def _good(lines: pl.Series, shape: Shape) -> tuple[pl.Series, pl.Series]:
    """Which lines surely are rows – of the right width, well quoted, not the header – or blank."""
    line, dialect = pl.col("line"), shape.dialect
    signs = f" \t{dialect.separator}"
    blank = lines.to_frame().select(line.str.strip_chars(signs) == "").to_series()
    if shape.wide or dialect.spaced:
        return pl.repeat(False, len(lines), eager=True), blank
    quoted = line.str.contains(dialect.quote, literal=True)
    plain = line.str.count_matches(dialect.separator, literal=True) == shape.width - 1
    if dialect.quote == QUOTE and shape.width <= _WIDEST_PATTERN:
        well = line.str.contains(dialect.good(shape.width))
        fits = pl.when(quoted).then(well).otherwise(plain)
    else:
        fits = plain & ~quoted
    good = fits & (line.str.strip_chars(signs) != "") & ~line.str.contains("\r", literal=True)
    first = next((cell for cell in shape.header if cell.strip()), "")
    begin = line.str.strip_chars_start(signs + dialect.quote)
    ends = [first + dialect.separator, first + dialect.quote]
    again = pl.any_horizontal(begin == first, *(begin.str.starts_with(end) for end in ends))
    ok = lines.to_frame().select(good & (~again if first else pl.lit(True))).to_series()
    return ok, blank


def _parsed(lines: pl.Series, rows: pl.Series, shape: Shape) -> pl.DataFrame:
    """Good lines as a frame; ``rows`` are their numbers."""
    schema = {position(place): pl.String() for place in range(shape.width)}
    if lines.is_empty():
        return pl.DataFrame(schema={ROW: pl.UInt32(), **schema})
    # A header of our own: polars would strip a byte order mark from the first line.
    text = pl.concat([pl.Series([shape.dialect.separator.join(schema)]), lines])
    frame = pl.read_csv(
        text.str.join("\n").item().encode(),
        separator=shape.dialect.separator,
        quote_char=shape.dialect.quote,
        schema=schema,
    )
    return frame.insert_column(0, rows.cast(pl.UInt32).alias(ROW))


def _set_notes_apart(rows: Rows, lines: list[str]) -> None:
    """Words below the table: a blank line, then to the end of the file single cells of words."""
    if rows.frame.is_empty():
        return
    last = rows.frame[ROW][-1]
    tail = [row for row in rows.ragged if row[0] > last]
    words = all(fields == 1 and " " in lines[row - 1].strip() for row, fields, *_ in tail)
    if tail and words and tail[0][0] - 1 in rows.blank and not rows.swept:
        rows.notes = [row for row, *_ in tail]
        rows.ragged = rows.ragged[: len(rows.ragged) - len(tail)]


def _best(
    rows: Rows, lines: list[str], readings: dict[int, list[str]], shape: Shape
) -> pl.DataFrame | None:
    """The best readings of damaged rows, as far as there are any."""
    if not rows.ragged:
        return None
    mender = Mender(shape.dialect, shape.width)
    mender.learn(rows.frame.drop(ROW).select(pl.nth(range(shape.width))).head(_LEARNT).rows())
    grid = Grid(shape.width)
    for row, _, code, _ in rows.ragged[:MOST_MENDED]:
        cells = readings.get(row) or mender.best(lines[row - 1])
        if cells and code != OTHER_TABLE:
            grid.add(row, cells)
    return grid.frame() if grid.rows else None
