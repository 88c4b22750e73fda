"""What a contract tells a person who fills in one of its tables by hand."""

import re

from importer.contracts.contract import Column, Contract, Table

NEEDS = {
    "required": "required",
    "recommended": "recommended",
    "optional": "optional",
    "delta": "required in files of changes",
    "header": "the column is required, a value is not",
}

_TYPES = {
    "id": "An id as your own system has it.",
    "guid": "An id as your own system has it.",
    "user_id": "An id of a user in your own system, as {Type:Id}.",
    "email": "An e-mail address.",
    "phone": "A phone number.",
    "date": "A day.",
    "datetime": "A day and time, as 2026-09-01T08:00:00Z.",
    "year": "A year, of four digits.",
}
_EXAMPLES = {
    "email": "ana.silva@oak.example",
    "phone": "+1 555 0100",
    "datetime": "2026-09-01T08:00:00Z",
    "year": "2027",
}
_DAY = {"%Y": "2026", "%y": "26", "%m": "09", "%d": "01"}
_PATTERN = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD"}
_SIZED = ("text", "id", "guid", "user_id", "email", "phone")


def filled_in(table: Table) -> list[Column]:
    """The columns that a person fills in: those of the file, without older versions' ones."""
    return [
        column
        for column in table.columns.values()
        if not column.derive and not column.part_of and column.need != "legacy"
    ]


def sheet_name(table: Table) -> str:
    """What a sheet of this table is called, so that it is recognised by its name as well."""
    return table.files[0].removesuffix(".csv")


def tables_to_fill_in(contract: Contract) -> list[Table]:
    """The tables that are imported; nobody fills in what is passed over."""
    return [table for table in contract.tables.values() if table.columns and table.part != "passed"]


def meaning(table: Table, column: Column) -> str:
    """What goes into a column: the contract's own words, or what its type tells."""
    told = column.help or _from_type(column)
    if table.unnamed == column.name:
        told += " More of them go into the columns to the right, without a header."
    return told


def _from_type(column: Column) -> str:
    if column.ref:
        return f"An id that stands in {' or '.join((column.ref, *column.also))}."
    if column.words:
        several = "One or more of the accepted words, with commas."
        return several if column.list else "One of the accepted words."
    return _TYPES.get(column.type, "Text.")


def accepted(contract: Contract, column: Column) -> str:
    """Which words, forms or characters a value may have; empty if any."""
    if column.words:
        words = contract.words[column.words]
        own = f", or your own, beginning with {words.open}" if words.open else ""
        return ", ".join(words.list) + own
    if column.type == "date" and column.formats:
        return " or ".join(_written(format_, _PATTERN) for format_ in column.formats)
    return column.allowed


def longest(column: Column) -> int | None:
    """How many characters a value may have at most; None where its form says so."""
    return column.max_length if column.type in _SIZED and not column.words else None


def example(contract: Contract, column: Column) -> str:
    """A value as it may stand in the column; empty where the contract doesn't tell enough."""
    if column.example:
        return column.example
    if column.words:
        return contract.words[column.words].list[0]
    if column.type == "date" and column.formats:
        return _written(column.formats[0], _DAY)
    return "" if column.ref else _EXAMPLES.get(column.type, "")


def _written(format_: str, signs: dict[str, str]) -> str:
    return re.sub("%[Yymd]", lambda sign: signs[sign.group()], format_)
