"""Every check that the contracts declare: which format, table and column, which code.

Derived from the contracts alone, so that a new column or rule is counted, and tested, without a
line here. ``test_planted_faults.py`` plants a fault for each entry; ``formats_page.py`` counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from importer.contracts.contract import Column, Contract, Lookup, Rule, Table
from importer.contracts.load import contracts

MANIFEST = "manifest"  # the table of entries that are about the package

_SHAPED = ("date", "datetime", "year", "phone")  # no value of these is right and very long
_OF_TYPE = {
    "email": {"malformed": "CELL-205"},
    "date": {"malformed": "CELL-206"},
    "datetime": {"malformed": "CELL-211", "no time": "CELL-212"},
    "year": {"malformed": "CELL-213"},
    "phone": {"malformed": "CELL-214"},
    "id": {"invisible": "CELL-209"},
    "guid": {"invisible": "CELL-209", "character": "CELL-210"},
    "user_id": {"malformed": "CELL-220"},
}
_EACH_COLUMN = ("needs", "together", "within")  # rules that say which of their columns is wrong


@dataclass(frozen=True)
class Entry:
    """One declared check. ``kind`` says what is wrong, ``other`` with which other table."""

    format: str
    table: str
    columns: tuple[str, ...]
    code: str
    kind: str
    other: str = ""

    def __str__(self) -> str:
        where = ",".join((*self.columns, *([self.other] if self.other else [])))
        return f"{self.format}/{self.table}[{where}]-{self.code}-{self.kind}".replace(" ", "_")


def inventory() -> list[Entry]:
    """All declared checks of all formats."""
    return [entry for contract in contracts().values() for entry in of_contract(contract)]


def of_contract(contract: Contract) -> Iterator[Entry]:
    """The declared checks of one format: of the package, then table by table."""
    if contract.manifest:
        yield from _of_manifest(contract)
    for unique in contract.unique:
        for index, (name, column) in enumerate(unique.of.items()):
            for other in list(unique.of)[index:]:
                yield Entry(contract.name, name, (column,), unique.check, "shared", other)
    for table in contract.tables.values():
        for columns, code, kind, other in of_table(contract, table):
            yield Entry(contract.name, table.name, columns, code, kind, other)


Found = tuple[tuple[str, ...], str, str, str]


def of_table(contract: Contract, table: Table) -> Iterator[Found]:
    """The declared checks of one table: columns, code, kind, the other table it is about."""
    if contract.set_on_hold and table.part == "core":
        yield (), "FILE-108", "file missing", ""
    for other in table.beside:
        yield (), "FILE-196", "half a set", other
    if any(other is not table and _alike(table, other) for other in contract.tables.values()):
        yield (), "FILE-195", "name tells nothing", ""
    if table.part in ("deprecated", "passed"):
        yield (), {"deprecated": "FILE-111", "passed": "FILE-112"}[table.part], "file sent", ""
    for columns, code, kind in _of_header(contract, table):
        yield columns, code, kind, ""
    if table.part == "passed":  # nothing of it is read but the header
        return
    for column in table.columns.values():
        for code, kind in _of_column(contract, table, column):
            yield (column.name,), code, kind, ""
    for columns, code, kind in _of_key(table):
        yield columns, code, kind, ""
    for rule in table.rules:
        for columns in _columns_of(rule):
            yield columns, rule.check, rule.kind, ""
    for other in table.apart_from:
        yield table.key, "ROW-312", "apart from", other


def _alike(table: Table, other: Table) -> bool:
    """Whether two files have the same columns, so that only their names tell them apart."""
    return bool(table.columns) and table.columns.keys() == other.columns.keys()


def _of_manifest(contract: Contract) -> Iterator[Entry]:
    manifest = contract.manifest
    assert manifest
    yield Entry(contract.name, MANIFEST, (), "FILE-140", "manifest missing")
    yield Entry(contract.name, MANIFEST, manifest.columns[:1], "FILE-123", "manifest header")
    yield Entry(contract.name, MANIFEST, (), "FILE-153", "unknown property")
    for name in manifest.must_be:
        yield Entry(contract.name, MANIFEST, (name,), "FILE-141", "wrong property")
    for table in contract.tables:
        name = manifest.mode_of + table
        yield Entry(contract.name, MANIFEST, (name,), "FILE-143", "declared, missing", table)
        if contract.tables[table].part != "passed":
            yield Entry(contract.name, MANIFEST, (name,), "FILE-144", "declared absent", table)
        yield Entry(contract.name, MANIFEST, (name,), "FILE-145", "misspelt mode", table)
        yield Entry(contract.name, MANIFEST, (name,), "FILE-145", "no mode", table)


def _of_header(contract: Contract, table: Table) -> Iterator[tuple[tuple[str, ...], str, str]]:
    given = [column for column in table.columns.values() if not column.derive]
    if not given:
        return
    for column in given:
        if column.need == "required" or column.name in table.key:
            yield (column.name,), "FILE-120", "column missing"
        elif column.need == "header" or (contract.header == "exact" and column.need != "legacy"):
            yield (column.name,), "FILE-125", "column missing"
    yield (), "FILE-121", "column twice"
    yield (), "FILE-193" if contract.wide else "FILE-122", "column unknown"
    yield (), "FILE-155", "column with a sign"
    yield (), "FILE-194" if contract.wide else "FILE-123", "column respelt"
    if contract.header == "exact":
        yield (), "FILE-124", "columns in another order"
    if not table.unnamed:
        yield (), "FILE-126", "column without a name"


def _of_column(contract: Contract, table: Table, column: Column) -> Iterator[tuple[str, str]]:
    if column.need in ("required", "delta"):
        yield "CELL-201", "blank" if column.need == "required" else "blank in delta"
    if column.lookup:
        yield from _of_lookup(contract, table, column, column.lookup)
    if column.derive:
        return  # what its value is made of has its own checks
    if column.need == "recommended":
        yield "CELL-202", "blank"
    yield "CELL-208", "spaces"
    if _can_be_long(contract, column):
        yield "CELL-215", "long"
    if column.pattern:
        yield "CELL-218", "pattern"
    if contract.null_word and column.need == "optional":
        yield "CELL-219", "null word"
    yield from _of_codes(table, column)
    if column.words:
        yield "CELL-203", "word respelt"
        yield "CELL-204", "word unknown"
    elif column.ref:
        yield from _of_reference(table, column)
    else:
        for kind, code in _OF_TYPE.get(column.type, {}).items():
            yield code, kind
        if column.two_digit:
            yield "CELL-207", "two digits"
    yield from _of_bulk(contract, column)


def _of_codes(table: Table, column: Column) -> Iterator[tuple[str, str]]:
    if column.reads:
        yield "CELL-250", "code"
    if column.name in table.former:
        yield "CELL-251", "former"


def _can_be_long(contract: Contract, column: Column) -> bool:
    """Whether a value can be too long and otherwise right: an id that is named has its own row."""
    if column.words:
        return bool(contract.words[column.words].open)
    return not column.ref and column.type not in _SHAPED


def _of_reference(table: Table, column: Column) -> Iterator[tuple[str, str]]:
    yield column.link, "dangling"
    if column.target:
        yield column.target.check, "wrong target"
    if column.ref == table.name and not column.list:
        yield "LINK-412", "own parent"
        yield "LINK-412", "circle"


def _of_lookup(
    contract: Contract, table: Table, column: Column, lookup: Lookup
) -> Iterator[tuple[str, str]]:
    state = contract.row_state
    yield "LINK-414", "fits several"
    if lookup.new == "always":
        yield "LINK-417", "matched"
    else:
        yield lookup.check, "not known"
    if lookup.alike:
        yield "LINK-415", "looks like"
    if column.name in table.key and state and state.existing and lookup.new == "always":
        yield "LINK-416", "must exist"


def _of_bulk(contract: Contract, column: Column) -> Iterator[tuple[str, str]]:
    """What a full list should not say, where being absent from it archives."""
    state = contract.row_state
    if state is None or contract.absence != "archive":
        return
    if column.name in state.bulk_blank:
        yield "CELL-216", "filled in bulk"
    if column.name == state.column:
        yield "CELL-217", "gone in bulk"


def _of_key(table: Table) -> Iterator[tuple[tuple[str, ...], str, str]]:
    yield table.key, "ROW-302", "row twice"
    repeats = table.repeats
    # Rows that can differ in nothing but their key are the same row.
    told = {*table.columns} - {*table.key, *(repeats.columns if repeats else ())}
    if repeats is None:
        if told:
            yield table.key, "ROW-301", "key twice"
        return
    if told:
        yield table.key, "ROW-303", "rows disagree"
    if repeats.check:
        yield table.key, repeats.check, "row repeated"
    if repeats.most:
        yield table.key, "ROW-305", "too many rows"


def _columns_of(rule: Rule) -> list[tuple[str, ...]]:
    if rule.kind in _EACH_COLUMN:
        return [(name,) for name in rule.columns]
    return [rule.columns]
