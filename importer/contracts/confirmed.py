"""What people of a district confirmed, once: headers that name columns, values that mean others.

It is kept as ``mapping.toml`` in the district's workspace (``confirmed_file.py``). Nothing in here
was guessed: each rule says who confirmed it, and when. Rules are only ever added; of two that say
something about the same header or value, the later one counts.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from importer.contracts.contract import Contract, Table, Word
from importer.contracts.header import normal


@dataclass(frozen=True)
class HeaderRule:
    """Headers of one file, by a person's word. ``table``: ``clever/students``.

    ``fingerprint``: of the whole header (``header.fingerprint``); ``columns``: header as typed →
    column of the format; ``ignored``: headers that name no column; ``at``: UTC, ISO 8601.
    """

    table: str
    fingerprint: str
    by: str
    at: str
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class ValueRule:
    """A value of a column that is read as another, by a person's word; ``code``: of the finding."""

    table: str
    column: str
    value: str
    becomes: str
    by: str
    at: str
    code: str = ""


@dataclass(frozen=True)
class Confirmed:
    """All that a district's people confirmed, oldest first."""

    headers: tuple[HeaderRule, ...] = ()
    values: tuple[ValueRule, ...] = ()

    def names(self) -> frozenset[str]:
        """Every header that somebody confirmed, as ``header.normal`` gives it."""
        return frozenset(normal(cell) for rule in self.headers for cell in rule.columns)

    def identity(self, policy: str) -> str:
        """A short name for a policy (``Policy.id``) together with what is confirmed.

        Who said it and when is no part of it: the same meaning has the same name.
        """
        if self == NOTHING:
            return policy
        headers = [[r.table, r.fingerprint, dict(r.columns), list(r.ignored)] for r in self.headers]
        values = [[r.table, r.column, r.value, r.becomes] for r in self.values]
        text = json.dumps([policy, headers, values], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


NOTHING = Confirmed()


def applied(contract: Contract, confirmed: Confirmed) -> Contract:
    """The contract as this district's files are read by it."""
    if confirmed == NOTHING:
        return contract
    tables = {}
    for name, table in contract.tables.items():
        full = f"{contract.name}/{name}"
        named = _with_headers(table, _of(full, confirmed.headers))
        tables[name] = _with_values(named, full, confirmed)
    return replace(contract, tables=tables)


def words(rules: Iterable[HeaderRule]) -> dict[str, Word]:
    """Header as ``header.normal`` gives it → the last word on it."""
    said: dict[str, Word] = {}
    for rule in rules:
        said |= {normal(h): Word(column, rule.by, rule.at) for h, column in rule.columns.items()}
        said |= {normal(h): Word("", rule.by, rule.at) for h in rule.ignored}
    return said


def reads(table: str, column: str, confirmed: Confirmed) -> dict[str, str]:
    """The values of a column that people confirmed to mean others: as sent → as meant."""
    of_column = (r for r in confirmed.values if (r.table, r.column) == (table, column))
    return {rule.value: rule.becomes for rule in of_column}


def _of(table: str, rules: Iterable[HeaderRule]) -> list[HeaderRule]:
    return [rule for rule in rules if rule.table == table]


def _with_values(table: Table, full: str, confirmed: Confirmed) -> Table:
    """The table with the confirmed values among the ones that its columns read as others."""
    columns = {
        name: replace(column, reads={**column.reads, **told})
        if (told := reads(full, name, confirmed))
        else column
        for name, column in table.columns.items()
    }
    return replace(table, columns=columns)


def _with_headers(table: Table, rules: list[HeaderRule]) -> Table:
    if not rules:
        return table
    prints = frozenset(rule.fingerprint for rule in rules)
    return replace(table, confirmed=words(rules), fingerprints=prints)
