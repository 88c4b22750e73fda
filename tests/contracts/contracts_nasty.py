"""Small files of every table whose cells are as unkind as the world's."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from hypothesis import strategies as st

from importer.checks.bound import Bound, bind
from importer.contracts.contract import Column, Contract, Table, contracts
from importer.reading.delimited import Reading, read

LONG = "long " * 60
HIDDEN = ["x\u200by", "x\u00a0y", "x\ty", "\ufeffx", "x\u00ady", "x\u2066y", "x\u061cy", "\x1fx"]
ANYWHERE = [
    "",
    " ",
    "\t",
    "\u00a0",
    "\u200b",
    "x",
    " x ",
    "007",
    "7",
    "7.0",
    "LONG",
    LONG,
    "🙂 👩‍👩‍👧",
]
ANYWHERE += [
    "Ame\u0301lie",
    "Am\u00e9lie",
    "a,b",
    'a "b" c',
    "'=1+1",
    "NULL",
    "\u0130",
    "\u017f",
    "x" * 256,
]
BY_TYPE = {
    "id": ["A1", "a1", "A1 ", "001", "e\u0301", "\u00e9", " \u00e9", *HIDDEN],
    "guid": ["A1", "a1", "A1 ", "a:b", "a b", "e\u0301", "\u00e9", "{" + "a" * 36 + "}", *HIDDEN],
    "email": ["a@b.example", "A@B.EXAMPLE ", "a@@b.example", "a@b@c.example", "a@b", "@b.c", "a@.c"]
    + ["a@b.", "a b@c.example", "a@b..c", "a;b@c.example", "a@b.example\u200b", "é@b.example"]
    + ["a@" + "b" * 255 + ".example", "a@b.c\u00a0", "a,b@c.example", "a@b.c.", "a@..c"],
    "phone": [
        "5550100123",
        "(555) 010-0123",
        "+1 555.010.0123",
        "555010012",
        "ext. 12",
        "１２３４５６７８９０",
    ]
    + ["555 010 0123 ", "555010012345", "555\u00a0010\u00a00123", "--", "555/0100123"],
    "date": ["2026-02-03", "2026-2-3", "30/2/2026", "2/30/2026", "2/29/24", "2/29/23", "2/29/00"]
    + [
        "12/31/1999",
        "1/1/26",
        "02/03/2026 ",
        "2026-13-01",
        "2024-02-29",
        "2023-02-29",
        "1900-02-29",
    ]
    + [
        "2/29/2000",
        "0/1/2026",
        "1/0/26",
        "2026-00-10",
        "20260203",
        "2026-02-03T00:00:00Z",
        "２０２６-02-03",
    ]
    + [
        "2026-02-03 00:00:00",
        "1/1/026",
        "0000-01-01",
        "46056",
        "4/31/2026",
        "2026-06-31",
        " 2026-08-17",
    ],
    "datetime": ["2026-09-01T06:30:00.000Z", "2026-09-01T06:30:00Z", "2026-09-01", "yesterday"]
    + ["2026-09-01T06:30:00", "2026-09-01T06:30:00+02:00", "2026-09-01 06:30:00Z", "2026-9-1"]
    + ["2026-09-01T06:30:00.Z", "2026-09-01T06:30:00." + "0" * 300 + "Z", " 2026-09-01T06:30:00Z"],
    "year": ["2027", "27", "2026-27", "'36", "2027 ", "02027", "２０２７", "2027.0"],
    "text": ["Oak", "oak ", "Smith, Jr."],
}
LISTS = [
    ",",
    ", ,",
    "a,,b",
    "a, b",
    "\u00a0,x",
    ",".join(["0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"] * 8),
]


Content = tuple[list[str], list[list[str]], bool]


@dataclass(frozen=True)
class File:
    """One written file: its bound sheet, and the cells as Python's own parser reads them."""

    bound: Bound
    reading: Reading
    cells: pl.DataFrame  # under the contract's names; the first row is physical line 2


def tables() -> list[tuple[Contract, Table]]:
    """Every table that is read, of every contract."""
    return [(c, t) for c in contracts().values() for t in c.tables.values() if t.columns]


def named(case: tuple[Contract, Table]) -> str:
    """How a test calls a table."""
    return f"{case[0].name}-{case[1].name}"


def cells_of(contract: Contract, column: Column) -> list[str]:
    """What may stand in the cells of a column: more good values than any one bad one."""
    pool = [*BY_TYPE[column.type], *ANYWHERE]
    if column.words:
        words = contract.words[column.words]
        sent = [*words.list[:6], *list(words.read_as)[:4]]
        pool += [*sent, *sent, *(word.upper() for word in sent), f" {sent[0]} ", sent[0] + "s"]
    if column.list:
        pool += [*LISTS, *(f"{a},{b} " for a, b in zip(pool, pool[5:], strict=False))]
    return pool


@st.composite
def contents(draw: st.DrawFn, contract: Contract, table: Table) -> Content:
    """Header, rows, and whether to quote every cell.

    Some files repeat their rows until columns have few values often, which the checks then learn;
    in some of those every row has a key of its own.
    """
    columns = list(table.columns.values())
    left_out = draw(st.sets(st.sampled_from(columns).map(lambda c: c.name), max_size=3))
    columns = [
        c for c in columns if c.name not in left_out or c.need == "required" or c.name in table.key
    ]
    pools = [cells_of(contract, column) for column in columns]
    row = st.tuples(*(st.sampled_from(pool) for pool in pools)).map(list)
    rows = draw(st.lists(row, min_size=1, max_size=8))
    if draw(st.booleans()):
        rows.append(list(draw(st.sampled_from(rows))))
    if draw(st.booleans()):
        keys = [index for index, column in enumerate(columns) if column.name in table.key]
        own = draw(st.booleans())
        first = rows
        rows = [*first]
        for number in range(250):
            again = list(first[number % len(first)])
            for index in keys if own else ():
                again[index] = f"{again[index][:9]}{number}"
            rows.append(again)
    return [column.name for column in columns], rows, draw(st.booleans())


def load(path: Path, contract: Contract, table: Table, mode: str = "bulk") -> File:
    """Read a file both ways."""
    reading = read(path.name, path, path.stat().st_size)
    assert reading.sheet is not None
    assert reading.sheet.damaged.is_empty()
    bound, notes = bind(contract, table, reading.sheet, mode)
    assert bound is not None, notes
    header, *rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
    cells = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String()), orient="row")
    spelled = {theirs: ours for ours, theirs in bound.spelled.items()}
    return File(bound, reading, cells.select(pl.col(spelled.keys())).rename(spelled))


@contextmanager
def written(content: Content, contract: Contract, table: Table, mode: str) -> Iterator[File]:
    """Write a file, and read it both ways."""
    header, rows, quoted = content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / table.files[0]
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
            out.writerows([header, *rows])
        yield load(path, contract, table, mode)
