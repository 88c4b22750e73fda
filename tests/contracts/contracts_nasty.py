"""Small files of every table whose cells are as unkind as the world's."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import assume
from hypothesis import strategies as st

from importer.checks.bound import Bound, bind
from importer.contracts.contract import Column, Contract, Table
from importer.contracts.load import contracts
from importer.reading.delimited import Reading, read


def _some(text: str, *more: str) -> list[str]:
    return [*text.split("|"), *more]


LONG = "long " * 60
HIDDEN = _some(
    "x\u200by|x\u00a0y|x\ty|\ufeffx|x\u00ady|x\u2066y|x\u061cy|\x1f, among other letters"
)
HARMED = _some(
    "1.23457E+11|1E+05|1.2e+12|1E+5|12E4|123.0|12.5|1,234|1,234.0|12,34|1234567890123400|S–1|S‘1"
    "|Ｓ１|'00123|'S1|'|#N/A|#REF!|####|10-Sep|Sep-10|10-Sex|'１|'S–1"
)
ANYWHERE = _some(
    "| |\t|\u00a0|\u200b|x| x |007|7|7.0|🙂 👩‍👩‍👧|Ame\u0301lie|Am\u00e9lie|a,b"
    "|'=1+1|NULL|\u0130|\u017f|#N/A|###|#1|'00123|10-Sep|2-Jan|JosÃ©|Mu?oz|Oak\u00a0Lane|2026-09-10",
    'a "b" c',
    LONG,
    "x" * 256,
)
BY_TYPE = {
    "id": _some("A1|a1|A1 |001|e\u0301|\u00e9| \u00e9||", "i" * 256, *HIDDEN, *HARMED),
    "guid": _some("A1|a1|A1 |a:b|a b|e\u0301|\u00e9||", "{" + "a" * 36 + "}", *HIDDEN, *HARMED),
    "email": _some(
        "a@b.example|A@B.EXAMPLE |a@@b.example|a@b@c.example|a@b|@b.c|a@.c|a@b.|a b@c.example"
        "|a@b..c|a;b@c.example|a@b.example\u200b|é@b.example|a@b.c\u00a0|a,b@c.example|a@b.c.|a@..c",
        "a@" + "b" * 255 + ".example",
    ),
    "phone": _some(
        "5550100123|(555) 010-0123|+1 555.010.0123|555010012|ext. 12|１２３４５６７８９０"
        "|555 010 0123 |555010012345|555\u00a0010\u00a00123|--|555/0100123"
        "|+44 (20) 7946-0018|5550100123.0|++442079460018|+044207946001"
        "|+1234567890123456|+123456|4+42079460018"
    ),
    "date": _some(
        "2026-02-03|2026-2-3|30/2/2026|2/30/2026|2/29/24|2/29/23|2/29/00|12/31/1999|1/1/26"
        "|02/03/2026 |2026-13-01|2024-02-29|2023-02-29|1900-02-29|2/29/2000|0/1/2026|1/0/26"
        "|2026-00-10|20260203|2026-02-03T00:00:00Z|２０２６-02-03|2026-02-03 00:00:00|1/1/026"
        "|0000-01-01|46056|46056.75|19999|60001|'2026-02-03|'soon|4/31/2026"
        "|30/4/2026|29/4/2026|28/4/2026|3/4/2026|2026-06-31| 2026-08-17"
    ),
    "datetime": _some(
        "2026-09-01T06:30:00.000Z|2024-02-29T00:00:00Z|2026-02-29T00:00:00Z|2026-04-31T01:01:01Z"
        "|2026-09-01T24:00:00Z|2026-09-01T23:60:00Z|2026-13-01T00:00:00Z|2026-02-30|2026-01-31T00:00:00Z"
        "|2026-09-01T06:30:00Z|2026-09-01|yesterday|2026-09-01T06:30:00"
        "|2026-09-01T06:30:00+02:00|2026-09-01 06:30:00Z|2026-9-1|2026-09-01T06:30:00.Z"
        "| 2026-09-01T06:30:00Z",
        "2026-09-01T06:30:00." + "0" * 300 + "Z",
    ),
    "user_id": _some(
        "{Fed:77}|{Fed:7 7}|{Fed: }|{Fed:}|{:77}|{Fed}|Fed:77|{A B:7}|{Fed:7:7}|{{Fed:7}}| {Fed:7}"
        "|{Fed:77},{SIS:8}|{Fed:77},{SIS:8|{Fed:77\u00a0}|{Fed:\u00a0}|{é:é}"
    ),
    "year": _some("2027|27|2026-27|'36|2027 |02027|２０２７|2027.0"),
    "zip": _some("02139|2139|601|2139-1234|02139-1234|21|SW1A 1AA|2139 |2139-12|#N/A|2139-1234-1"),
    "text": _some("Oak|oak |Smith, Jr."),
}
LISTS = _some(",|, ,|a,,b|a, b|\u00a0,x", ",".join(["0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"] * 8))


@dataclass(frozen=True)
class Content:
    """What to write into a file; ``quoted``: all cells."""

    header: list[str]
    rows: list[list[str]]
    quoted: bool

    def __repr__(self) -> str:
        """Short: a failing test names the cell in question."""
        return f"{len(self.rows)} rows{', quoted' * self.quoted}, first {self.rows[0]}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(frozen=True)
class File:
    """One written file: its bound sheet, and the cells as Python's own parser reads them."""

    bound: Bound
    reading: Reading
    cells: pl.DataFrame  # under the contract's names; the first row is physical line 2


def tables() -> list[str]:
    """The names of all tables that are read, of every contract, as ``find`` takes them."""
    every = [(c, t) for c in contracts().values() for t in c.tables.values()]
    return [f"{c.name} {table.name}" for c, table in every if table.part != "passed"]


def find(name: str) -> tuple[Contract, Table]:
    """A table by its name, and its contract."""
    contract, table = name.split()
    return contracts()[contract], contracts()[contract].tables[table]


def cells_of(contract: Contract, column: Column, is_key: bool) -> list[str]:
    """What may stand in the cells of a column. Keys have fewer values, so that some come again."""
    pool = [*BY_TYPE[column.type], *([] if is_key else ANYWHERE)]
    if column.words:
        words = contract.words[column.words]
        sent = [*words.list[:6], *list(words.read_as)[:4]]
        pool += [f"{words.open}own", f"{words.open}own ", f"{words.open}a,b"] if words.open else []
        pool += [*sent, *sent, *(word.upper() for word in sent), f" {sent[0]} ", sent[0] + "s"]
    codes = [*column.reads][:4]
    pool += [*codes, *(code.upper() for code in codes), *(f" {code}" for code in codes)]
    if column.list:
        pool += [*LISTS, *(f"{a},{b} " for a, b in zip(pool, pool[5:], strict=False))]
    return pool


@st.composite
def contents(draw: st.DrawFn, contract: Contract, table: Table) -> Content:
    """A file of a table.

    Some files repeat their rows until columns have few values often, which the checks then learn;
    in some of those every row has a key of its own.
    """
    columns = [column for column in table.columns.values() if not column.derive]
    left_out = draw(st.sets(st.sampled_from(columns).map(lambda c: c.name), max_size=3))
    columns = [
        c for c in columns if c.name not in left_out or c.need == "required" or c.name in table.key
    ]
    pools = [cells_of(contract, column, column.name in table.key) for column in columns]
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
    return Content([column.name for column in columns], rows, draw(st.booleans()))


def load(path: Path, contract: Contract, table: Table, mode: str = "bulk") -> File:
    """Read a file both ways."""
    reading = read(path.name, path, path.stat().st_size)
    sheet = reading.sheet
    assert sheet is not None
    assume(sheet.damaged.is_empty())  # what reading holds is judged by no rule
    bound, notes = bind(contract, table, sheet, mode)
    assert bound is not None, notes
    header, *rows = csv.reader(
        io.StringIO(path.read_text("utf-8"), newline=""), delimiter=sheet.separator
    )
    cells = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String()), orient="row")
    # What is derived from several columns is no column of the file.
    sent = {ours for ours, column in bound.table.columns.items() if not column.derive}
    spelled = {theirs: ours for ours, theirs in bound.spelled.items() if ours in sent}
    return File(bound, reading, cells.select(pl.col(spelled.keys())).rename(spelled))


@contextmanager
def written(content: Content, contract: Contract, table: Table, mode: str) -> Iterator[File]:
    """Write a file, and read it both ways."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / table.files[0]
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, quoting=csv.QUOTE_ALL if content.quoted else csv.QUOTE_MINIMAL)
            out.writerows([content.header, *content.rows])
        yield load(path, contract, table, mode)


_ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
_USERS = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
)
_ENROLLED = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate"
)
_CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods"
)
_PAIRS, _SCHOOLS = "School_id,Section_id,Student_id", "School_id,School_name"
_GUIDS = ",".join(["0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"] * 8)
_LONG = "x" * 256

SMALL: dict[str, tuple[str, str, list[str]]] = {
    "one id in two Unicode forms": (
        "clever",
        "schools",
        [_SCHOOLS, "e\u0301,Oak", "\u00e9,Elm", *["A,Ash"] * 250],
    ),
    "one id in two Unicode forms, unknown users": (
        "oneroster-1.1",
        "demographics",
        ["sourcedId,status,dateLastModified,birthDate,sex", "e\u0301,,,,male", "\u00e9,,,,female"],
    ),
    "key of two columns, spaces": ("clever", "enrollments", [_PAIRS, "1,M1,S1", "1,M1 ,S1"]),
    "key of two columns, Unicode": (
        "clever",
        "enrollments",
        [_PAIRS, "1,M1,e\u0301", "1,M1,\u00e9"],
    ),
    "key of two columns, rows differ": ("clever", "enrollments", [_PAIRS, "1,M1,S1", "2,M1,S1"]),
    "same enrollment, spaces": (
        "oneroster-1.1",
        "enrollments",
        [_ENROLLED, "E1,,,K,O,U,student,,,", "E2,,,K,O,U ,student,,,"],
    ),
    "long reference": ("clever", "enrollments", [_PAIRS, f"1,M1,{_LONG}"]),
    "long reference within the file": (
        "oneroster-1.1",
        "orgs",
        [_ORGS, f"A,,,Oak,school,,{_LONG}"],
    ),
    "list of short ids": (
        "oneroster-1.1",
        "users",
        [_USERS, f'A,,,true,"{_GUIDS}",student,a,"{_GUIDS}",A,A,,,,,,,,'],
    ),
    "required list of nothing": (
        "oneroster-1.1",
        "users",
        [_USERS, 'A,,,true,",",student,a,,A,A,,,,,,,,'],
    ),
    "Arabic letter mark": ("clever", "schools", [_SCHOOLS, "x\u061cy,Oak"]),
    "byte order mark in row 2": ("oneroster-1.1", "orgs", [_ORGS, "\ufeffA,,,Oak,school,,"]),
    "byte order mark in row 3": ("clever", "schools", [_SCHOOLS, "A,Oak", "\ufeffB,Elm"]),
    "time with 300 digits": (
        "oneroster-1.1",
        "orgs",
        [_ORGS, f"A,,2026-09-01T06:30:00.{'0' * 300}Z,Oak,school,,"],
    ),
    "reference to the wrong kind": (
        "oneroster-1.1",
        "classes",
        [_CLASSES, f"K1,,,Maths,01,A1,,scheduled,,{_GUIDS[:36]},A1,,,"],
    ),
    "frequent lists with spaces": (
        "oneroster-1.1",
        "users",
        [
            _USERS.replace(",", ";"),
            *(f"U{n};;;true; A1,x;student;a;;A;A;;;;;;;;" for n in range(250)),
        ],
    ),
    "nothing but separators": ("clever", "schools", [_SCHOOLS, "A,Oak", ",", '" ",""', "B,"]),
}
"""Files that once told a difference: contract, table, lines."""


def small(name: str, folder: Path) -> File:
    """One of the small files, written and read both ways."""
    format_, table_name, lines = SMALL[name]
    contract, table = find(f"{format_} {table_name}")
    path = folder / table.files[0]
    path.write_bytes("\n".join([*lines, ""]).encode())
    return load(path, contract, table)
