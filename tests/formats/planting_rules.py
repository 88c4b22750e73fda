"""Faults of values of one row against each other, and of rows that belong together."""

from collections import Counter
from collections.abc import Callable

from inventory import Entry
from packages import Package, Place
from planting_rows import more, single
from shapes import named

from importer.contracts.contract import Rule


def _blank_one(package: Package, entry: Entry) -> set[Place]:
    """One of several values that are filled together."""
    index = single(package, entry.table, entry.columns[0])
    package.files[entry.table].rows[index][entry.columns[0]] = ""
    return {package.place(entry.code, entry.table, index, entry.columns[0])}


def _order(package: Package, entry: Entry) -> set[Place]:
    first, second = entry.columns
    index = single(package, entry.table, second)
    while not package.files[entry.table].rows[index].get(first):
        index = single(package, entry.table, second)
    row = package.files[entry.table].rows[index]
    if any(rule.kind == "year_of_end" for rule in package.table(entry.table).rules):
        row[first] = "2027-07-30"  # the year of the end stays right
    else:
        row[second] = "2026-08-30"  # within the terms
    return {package.place(entry.code, entry.table, index, second)}


def _year_of_end(package: Package, entry: Entry) -> set[Place]:
    package.files[entry.table].rows[0][entry.columns[0]] = package.rng.choice(["2026", "2028"])
    return {package.place(entry.code, entry.table, 0, entry.columns[0])}


def _same_length(package: Package, entry: Entry) -> set[Place]:
    package.files[entry.table].rows[0][entry.columns[1]] = "1,2,3,4"
    return {package.place(entry.code, entry.table, 0, entry.columns[1])}


def _only_for(package: Package, entry: Entry) -> set[Place]:
    flag, role = entry.columns
    rows = package.files[entry.table].rows
    index = package.rng.choice([i for i, row in enumerate(rows) if row[role] == "student"])
    rows[index][flag] = "true"
    return {package.place(entry.code, entry.table, index, flag)}


def _one(package: Package, entry: Entry) -> set[Place]:
    """A second row says what only one may, for the same time."""
    rule = _rule(package, entry)
    rows, flag = package.files[entry.table].rows, rule.only["column"]
    if entry.table == "roles":
        index = package.rng.choice([i for i, r in enumerate(rows) if r[flag] == "secondary"])
        person = rows[index]["userSourcedId"]
        first = next(r for r in rows if r["userSourcedId"] == person)
        rows[index] |= {"orgSourcedId": first["orgSourcedId"], "beginDate": "2026-10-30"}
    else:
        index = package.rng.choice(
            [i for i, r in enumerate(rows) if r["role"] == "teacher" and r[flag] != rule.only["is"]]
        )
        rows[index] |= {name: rows[index - 1][name] for name in rule.dates}
    rows[index][flag] = rule.only["is"]
    return {package.place(entry.code, entry.table, index, flag)}


def _some(package: Package, entry: Entry) -> set[Place]:
    (name,), rule = entry.columns, _rule(package, entry)
    index = single(package, entry.table, name, alone=name)
    package.files[entry.table].rows[index][rule.only["column"]] = "secondary"
    return {package.place(entry.code, entry.table, index, name)}


def _rule(package: Package, entry: Entry) -> Rule:
    rules = package.table(entry.table).rules
    return next(r for r in rules if (r.kind, r.columns) == (entry.kind, entry.columns))


def _unique(package: Package, entry: Entry) -> set[Place]:
    """The last row once more under another id."""
    index = more(package, entry.table, sourcedId=package.new("again"))
    return {package.place(entry.code, entry.table, index)}


def _within(package: Package, entry: Entry) -> set[Place]:
    (name,) = entry.columns
    index = single(package, entry.table, name)
    early = "begin" in name
    package.files[entry.table].rows[index][name] = "2026-07-01" if early else "2027-07-15"
    return {package.place(entry.code, entry.table, index, name)}


def _belongs(package: Package, entry: Entry) -> set[Place]:
    """A row at another school than what it belongs to."""
    name = entry.columns[1]
    index = single(package, entry.table, name)
    row = package.files[entry.table].rows[index]
    schools = named(package, package.table(entry.table).columns[name])
    row[name] = package.rng.choice([school for school in schools if school != row[name]])
    return {package.place(entry.code, entry.table, index, name)}


def _any_of(package: Package, entry: Entry) -> set[Place]:
    index = single(package, entry.table)
    package.files[entry.table].rows[index] |= dict.fromkeys(entry.columns, "FALSE")
    return {package.place(entry.code, entry.table, index, entry.columns[0])}


def _alike(package: Package, entry: Entry) -> set[Place]:
    (name,), rows = entry.columns, package.files[entry.table].rows
    counts = Counter(row[name] for row in rows)
    index = package.rng.choice([i for i, row in enumerate(rows) if counts[row[name]] > 1])
    rows[index][name] = package.rng.choice(["Yr {}", "Class {}"]).format(rows[index][name])
    return {package.place(entry.code, entry.table, index, name)}


def _complete(package: Package, entry: Entry) -> set[Place]:
    """Somebody who is named here has no e-mail address there."""
    (name,) = entry.columns
    index = single(package, entry.table, name, alone=name)
    other = package.table(package.table(entry.table).columns[name].ref)
    said = package.files[entry.table].rows[index][name]
    person = next(r for r in package.files[other.name].rows if r[other.key[0]] == said)
    person["email"] = ""
    return {package.place(entry.code, entry.table, index, name)}


RULES: dict[str, Callable[[Package, Entry], set[Place]]] = {
    "needs": _blank_one,
    "together": _blank_one,
    "order": _order,
    "year_of_end": _year_of_end,
    "same_length": _same_length,
    "only_for": _only_for,
    "one": _one,
    "some": _some,
    "unique": _unique,
    "within": _within,
    "any_of": _any_of,
    "belongs": _belongs,
    "alike": _alike,
    "complete": _complete,
}
