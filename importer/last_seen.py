"""Where a record stands in the files of a kept drop, and where it stood among rows left out."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks.bound import Bound, bind
from importer.contracts import confirmed_file
from importer.contracts.load import contracts
from importer.contracts.mapping import Source, among_flag, make_rows
from importer.contracts.values import clean, read_codes
from importer.model.drop import Drop
from importer.model.errors import ImporterError
from importer.model.history import Run
from importer.model.sheet import ROW
from importer.model.tables import TABLES
from importer.received import receive
from importer.settings import Policy
from importer.store.port import Store

_REJECTED = "rejected/"
_ROW = re.compile(r"Row ([0-9]+): (.*)", re.DOTALL)

Parts = Mapping[int, Collection[str]]
"""Which ids may stand at which places of a key: ``{0: {"M1"}, 1: {"S1"}}``."""


@dataclass(frozen=True)
class Place:
    """A row of a file; ``says``: what was wrong with it, where it was left out."""

    file: str
    row: int
    says: str = ""


def in_drop(store: Store, run: Run, table: str, parts: Parts, file: str = "") -> list[Place] | None:
    """The rows of the drop of ``run`` that make such a row of a canonical table.

    ``file``: the only file to look into. None if the files are no longer kept or can't be read.
    """
    try:
        drop = store.drop(run.drop)
        files = [f for f in drop.files if not file or file.startswith(f.name)]
        policy = Policy(format=run.kind)
        confirmed = confirmed_file.read(store.mapping_text(), contracts())
        received = receive(Drop(drop.label, tuple(files), id=drop.id), policy, True, confirmed)
    except ImporterError:
        return None
    if received.contract is None:
        return None
    found: list[Place] = []
    for name, sheet in received.sheets().items():
        declared = received.contract.tables[name]
        if any(make.table == table for make in declared.makes) and declared.columns:
            tied, _ = bind(received.contract, declared, sheet, "bulk")
            found += _rows(tied, table, parts, run.drop) if tied else []
    return found


def _rows(tied: Bound, table: str, parts: Parts, drop: str) -> Iterator[Place]:
    source = Source(tied.contract, tied.table, frozenset(tied.at), drop, tied.sheet.name)
    values = [
        read_codes(clean(pl.col(at), tied.sheet.ascii_only), tied.table.columns[name]).alias(name)
        for name, at in tied.at.items()
    ]
    for make in (make for make in tied.table.makes if make.table == table):
        flags = [pl.lit(value=True).alias(among_flag(*pair)) for pair in make.among.items()]
        rows = tied.sheet.scan().select(ROW, *values).with_columns(flags)
        key = TABLES[table].key
        meant = [pl.col(key[place]).is_in(list(ids)) for place, ids in parts.items()]
        made = make_rows(source, make, rows).filter(meant)
        for row in made.select("origin_row").collect(engine="streaming")["origin_row"].unique():
            yield Place(tied.sheet.name, row)


def left_out(store: Store, run: Run, parts: Parts) -> list[Place]:
    """The rows that a run handed back in which ids of all these places stand, each in a cell."""
    found: list[Place] = []
    for name in (name for name in run.files if name.startswith(_REJECTED)):
        try:
            content = store.run_file(run, name)
        except ImporterError:
            continue
        if all(any(id_.encode() in content for id_ in ids) for ids in parts.values()):
            found += _among(name.removeprefix(_REJECTED), content, parts)
    return found


def _among(file: str, content: bytes, parts: Parts) -> Iterator[Place]:
    """Of a file handed back, the rows that are meant; the last cell says which row they were."""
    for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        told = _ROW.match(cells[-1]) if cells else None
        own = {cell.strip().removeprefix("'") for cell in cells[:-1]}
        if told and all(own & set(ids) for ids in parts.values()):
            yield Place(file, int(told[1]), told[2].strip())
