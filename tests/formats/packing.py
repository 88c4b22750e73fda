"""Which faults are planted in one package: such as have nothing to do with each other.

A package costs a tenth of a second, there are thousands of faults, and most of them only spoil one
value. All others, and all that would be a fault of another kind together, stand alone.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from inventory import Entry

from importer.contracts.load import contracts

_IN_ALL_TABLES = {
    "spaces", "word respelt", "word unknown", "null word", "code", "dangling", "wrong target",
    "invisible", "character", "pattern", "no time", "two digits",
    "blank in delta", "filled in bulk", "gone in bulk",
    "column unknown", "column with a sign", "column respelt", "column without a name",
    "columns in another order", "file sent",
    "declared, missing", "declared absent", "misspelt mode", "no mode",
    "row twice", "key twice", "row repeated", "own parent", "circle",
    "order", "within", "belongs",
}  # fmt: skip
_IN_ONE_TABLE = {"blank", "long", "malformed"}
"""In several tables they would also be one value that people of different kinds share."""
_ONE_A_TABLE = {"column missing"}
"""A header that lacks all its columns is nobody's."""


def packed(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """The entries by the package that they are planted in, those of a pack all of one kind."""
    packs: dict[Hashable, list[Entry]] = defaultdict(list)
    seen: dict[Hashable, int] = defaultdict(int)
    for entry in entries:
        mark: tuple[Hashable, ...] = (entry.format, entry.kind)
        if entry.kind in _ONE_A_TABLE and entry.code != "FILE-120":
            place = (entry.format, entry.table, entry.code)
            seen[place] += 1
            mark += (entry.code, seen[place])
        elif entry.kind in _IN_ONE_TABLE and not _holds_others(entry):
            mark += (entry.table,)
        elif entry.kind not in _IN_ALL_TABLES:
            mark = (entry,)
        elif _of_delta(entry):  # such a table is sent in another way
            mark += entry.columns
        packs[mark].append(entry)
    return [tuple(pack) for pack in packs.values()]


def _holds_others(entry: Entry) -> bool:
    """Whether it is a blank key, which may leave the row quite blank, or many rows wait for it."""
    tables = contracts()[entry.format].tables
    columns = [column for table in tables.values() for column in table.columns.values()]
    if entry.kind != "blank" or entry.columns[0] in tables[entry.table].key:
        return entry.kind == "blank"
    named = any(entry.table in (column.ref, *column.also) for column in columns)
    return named and entry.code == "CELL-201"


def _of_delta(entry: Entry) -> bool:
    state = contracts()[entry.format].row_state
    return state is not None and {*entry.columns} & {*state.bulk_blank} != set()


def name(pack: tuple[Entry, ...]) -> str:
    """What a pack is called in the list of tests."""
    first, tables = pack[0], {entry.table for entry in pack}
    if len(pack) == 1:
        return str(first)
    where = first.table if len(tables) == 1 else f"{len(tables)} tables"
    return f"{first.format}/{where}-{first.kind}-{len(pack)} faults".replace(" ", "_")
