"""``mapping.toml``: what people confirmed, as text; read strictly, and only ever added to.

People may write in it and comment it: what stands there stays as it is, rules are put below.
"""

import json
from collections.abc import Collection, Iterable, Mapping

from importer import settings
from importer.contracts.confirmed import Confirmed, HeaderRule, ValueRule, words
from importer.contracts.contract import Contract, Table
from importer.contracts.guarded import guarded
from importer.contracts.header import normal
from importer.model.errors import UsageError
from importer.model.likeness import closest

NAME = "mapping.toml"

_HEAD = """\
# What people of this district confirmed about their files. `importer map` and `importer fix` add
# to it; the last word on a header or a value counts. Comments may be added anywhere.
"""


def read(text: str, contracts: Mapping[str, Contract], source: str = NAME) -> Confirmed:
    """The rules of a TOML text; UsageError for anything that isn't known or can't be meant."""
    found = settings.read_as(Confirmed, text, source)
    for number, rule in enumerate(found.headers, 1):
        where = f"{source}: headers {number}"
        contract, table = table_of(rule.table, contracts, where)
        _refuse_headers(contract, table, rule, where)
    for number, of_value in enumerate(found.values, 1):
        where = f"{source}: values {number}"
        contract, table = table_of(of_value.table, contracts, where)
        _refuse_value(contract, table, of_value, where)
    refuse_two_for_one(found.headers, source)
    return found


def added(text: str, rules: Iterable[HeaderRule | ValueRule]) -> str:
    """The text with further rules below what stands there."""
    return "\n".join(
        [text.rstrip("\n") if text.strip() else _HEAD.rstrip("\n"), *map(_toml, rules)]
    )


def table_of(name: str, contracts: Mapping[str, Contract], where: str) -> tuple[Contract, Table]:
    """The table of a name such as ``clever/students``; UsageError if there is none."""
    format_, _, table = name.partition("/")
    if format_ in contracts and table in contracts[format_].tables:
        return contracts[format_], contracts[format_].tables[table]
    known = [f"{c.name}/{t}" for c in contracts.values() for t in c.tables]
    raise UsageError(f"{where}: there is no table “{name}”.", _meant(name, known))


def refuse_two_for_one(rules: Iterable[HeaderRule], where: str) -> None:
    """UsageError where two headers of one file are said to be the same column."""
    by_file: dict[tuple[str, str], list[HeaderRule]] = {}
    for rule in rules:
        by_file.setdefault((rule.table, rule.fingerprint), []).append(rule)
    for (table, _), same in by_file.items():
        taken: dict[str, str] = {}
        for header, word in words(same).items():
            if word.column and word.column in taken:
                raise UsageError(
                    f"{where}: two headers of {table} are confirmed for {word.column}:"
                    f" “{taken[word.column]}” and “{header}”.",
                    "One column has one header. Take the wrong one back with --ignore.",
                )
            taken[word.column] = header


def refuse_header(contract: Contract, table: Table, header: str, column: str, where: str) -> None:
    """UsageError where this header can't be confirmed for this column."""
    given = [name for name, c in table.columns.items() if not c.derive and not c.part_of]
    if column not in given:
        says = f"{where}: {contract.name}/{table.name} has no column “{column}”."
        raise UsageError(says, _meant(column, given))
    own = {normal(name): name for name in given}
    if own.get(normal(header), column) != column:
        raise UsageError(
            f"{where}: “{header}” is the format's own name of another column.",
            "Such a header can't be confirmed for another; rename it in the file.",
        )


def _refuse_headers(contract: Contract, table: Table, rule: HeaderRule, where: str) -> None:
    for header, column in rule.columns.items():
        refuse_header(contract, table, header, column, where)
    twice = {normal(h) for h in rule.columns} & {normal(h) for h in rule.ignored}
    if twice:
        header = min(twice)
        raise UsageError(f"{where}: “{header}” is confirmed and ignored.", "It can be only one.")


def _refuse_value(contract: Contract, table: Table, rule: ValueRule, where: str) -> None:
    if rule.column not in table.columns:
        says = f"{where}: {rule.table} has no column “{rule.column}”."
        raise UsageError(says, _meant(rule.column, list(table.columns)))
    if reason := guarded(contract, table, rule.column):
        raise UsageError(
            f"{where}: values of {rule.column} are never replaced: {reason}.",
            "Take the rule out; such a value is put right where it comes from.",
        )


def _meant(name: str, known: Collection[str]) -> str:
    close = closest(name, known)
    return f"Did you mean {close[0]}?" if close else f"Known are {', '.join(known)}."


def _toml(rule: HeaderRule | ValueRule) -> str:
    if isinstance(rule, ValueRule):
        kind, pairs = "values", [(n, _text(getattr(rule, n))) for n in _OF_VALUE]
    else:
        columns = ", ".join(f"{_text(h)} = {_text(c)}" for h, c in rule.columns.items())
        ignored = ", ".join(map(_text, rule.ignored))
        kind, pairs = "headers", [
            ("table", _text(rule.table)), ("fingerprint", _text(rule.fingerprint)),
            ("columns", f"{{ {columns} }}" if columns else "{}"), ("ignored", f"[{ignored}]"),
            ("by", _text(rule.by)), ("at", _text(rule.at)),
        ]  # fmt: skip
    return "\n".join([f"\n[[{kind}]]", *(f"{name} = {value}" for name, value in pairs)]) + "\n"


_OF_VALUE = ("table", "column", "value", "becomes", "code", "by", "at")


def _text(value: str) -> str:
    """A basic string of TOML: JSON writes the same, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
