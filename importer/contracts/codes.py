"""Code values: what a sender's value stands for, where a column may have such readings at all."""

import re
from collections.abc import Iterator
from datetime import datetime

from importer.contracts.contract import Column, Contract, Table
from importer.contracts.mapping import Source, columns_in, names_in

_OF_IDENTITY = ("id", "guid", "user_id", "email")  # types
# Canonical columns that tell who somebody is: no reading may make one person another.
_NAMES = {
    f"{before}{name}_name"
    for before in ("", "preferred_")
    for name in ("given", "middle", "family")
}
_NUMBERS = {"student_number", "state_id", "sis_id", "clever_id", "user_ids", "number"}
_WHO = _NAMES | _NUMBERS | {"name", "email", "personal_email", "username", "phone", "sms"}


def fault(contract: Contract, table: Table, column: Column) -> str:
    """Why the ``reads`` of a column can't be; empty if they can.

    Keys, references, ids, names and e-mails have none; what is read must be right as it stands.
    """
    if not column.reads:
        return ""
    if column.secret or column.derive or column.ref or column.type in _OF_IDENTITY:
        return "ids, references and e-mails are read as they are sent"
    if column.name in {*table.key, *_derived_from(table), *_telling_who(contract, table)}:
        return "what tells who or what a row is about is read as it is sent"
    low = [code.lower() for code in column.reads]
    if len(set(low)) < len(low):
        return "two codes differ only in the case of their letters"
    if "" in low:
        return "an empty cell is no code"
    wrong = [
        meant for meant in column.reads.values() if meant and not _right(contract, column, meant)
    ]
    return f"“{wrong[0]}” is no right value of this column" if wrong else ""


def _derived_from(table: Table) -> Iterator[str]:
    """The columns that other columns are derived from."""
    for column in table.columns.values():
        if column.derive:
            yield from columns_in(column.derive)


def _telling_who(contract: Contract, table: Table) -> Iterator[str]:
    """The columns that become names, numbers and logins."""
    source = Source(contract, table, frozenset(), "", "")
    for make in table.makes:
        for canonical in make.columns:
            if canonical in _WHO:
                yield from names_in(source, make, canonical)


def _right(contract: Contract, column: Column, meant: str) -> bool:
    if column.words:
        words = contract.words[column.words]
        return meant in words.list or bool(words.open and meant.startswith(words.open))
    if column.type == "date":
        return any(_is_day(meant, format_) for format_ in column.formats)
    return column.type != "year" or re.fullmatch("[0-9]{4}", meant) is not None


def _is_day(text: str, format_: str) -> bool:
    try:
        datetime.strptime(text, format_)  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return False
    return True
