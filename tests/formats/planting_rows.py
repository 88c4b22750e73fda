"""Faults of rows against each other: keys, shared values, parents."""

from collections import Counter
from collections.abc import Callable

from inventory import Entry
from packages import Package, Place, Row, keeps_to
from shapes import named

from importer.contracts.contract import Table
from importer.contracts.mapping import columns_in

# What a second row with the same key says otherwise, where there is no name to change.
_OTHERWISE = {
    "enrollments": "userSourcedId", "roles": "beginDate", "demographics": "birthDate",
}  # fmt: skip
_NAMES = ("First_name", "FirstName", "First Name", "givenName", "title", "name", "School_name",
          "Name", "vendorId", "first_name", "firstName", "forename")  # fmt: skip


def named_by(package: Package, table: str) -> set[str]:
    """The columns by which people of a sheet are known to its other sheets."""
    columns = package.table(table).columns
    if "account" not in columns:
        return set()
    derived = columns["account"].derive.partition(" | =name")[0]
    return {*columns_in(derived), *({"Username"} & columns.keys())}


def free(package: Package, table: str) -> int:
    """The row that no other row names: the last."""
    return len(package.files[table].rows) - 1


def single(package: Package, table: str, filled: str = "", alone: str = "") -> int:
    """A random row, the only one with its key. ``filled``: it has a value there; ``alone``: it is
    the only row with this value there.
    """
    rows, key = package.files[table].rows, package.table(table).key
    keys, others = Counter(_key(row, key) for row in rows), Counter(r.get(alone) for r in rows)
    good = [
        index
        for index, row in enumerate(rows)
        if (keys[_key(row, key)] == 1 or package.table(table).columns[key[0]].derive)
        and (not filled or row.get(filled))
        and (not alone or others[row.get(alone)] == 1)
    ]
    return package.rng.choice(good)


def _key(row: Row, key: tuple[str, ...]) -> tuple[str | None, ...]:
    return tuple(row.get(name) for name in key)


def more(package: Package, table: str, **changed: str) -> int:
    """Send the last row once more with something changed; returns the place of the new one."""
    rows = package.files[table].rows
    rows.append({**rows[-1], **changed})
    return len(rows) - 1


def _key_place(package: Package, entry: Entry, index: int) -> Place:
    """Where a key of one or several columns is told."""
    columns = package.table(entry.table).columns
    sent = package.files[entry.table]
    named = [columns[n].label or sent.spelled(n) for n in entry.columns]
    return entry.code, sent.name, index + 2, ", ".join(named)


# --- keys ---------------------------------------------------------------------------------------


def _key_twice(package: Package, entry: Entry) -> set[Place]:
    first, columns = free(package, entry.table), package.table(entry.table).columns
    row = package.files[entry.table].rows[first]
    if entry.table == "classes" and "Action" in columns:
        changed = {"Action": "" if row["Action"] else "A"}
    else:
        changed = _said_otherwise(package, entry.table)
    second = more(package, entry.table, **changed)
    return {_key_place(package, entry, index) for index in (first, second)}


def _said_otherwise(package: Package, table: str) -> dict[str, str]:
    columns = package.table(table).columns
    name = _OTHERWISE.get(table, "")
    if name not in columns or name in package.table(table).key:
        return _in_another_way(package, package.table(table))
    if name == "userSourcedId":
        return {name: package.files["users"].rows[4]["sourcedId"]}
    return {name: "2026-08-31"}


def _in_another_way(package: Package, table: Table) -> dict[str, str]:
    """Another name, or another record named."""
    fixed = {*table.key, *(table.repeats.columns if table.repeats else ())}
    free_ = [c for c in table.columns.values() if c.name not in fixed and not c.derive]
    for column in free_:
        if column.name in _NAMES or (column.type == "text" and not column.words):
            return {column.name: f"Otherwise{'@oak.example' * (not keeps_to(column, 'O'))}"}
    column = next(c for c in free_ if c.ref or c.words)
    said = package.files[table.name].rows[-1].get(column.name)
    words = package.contract.words[column.words].list if column.words else named(package, column)
    return {column.name: next(word for word in words if word != said)}


def _row_twice(package: Package, entry: Entry) -> set[Place]:
    rows = package.files[entry.table].rows
    rows.append(dict(package.rng.choice(rows)))
    return {package.place(entry.code, entry.table, len(rows) - 1)}


def _rows_disagree(package: Package, entry: Entry) -> set[Place]:
    first = free(package, entry.table)
    second = more(package, entry.table, **_said_otherwise(package, entry.table))
    return {_key_place(package, entry, index) for index in (first, second)}


def _row_repeated(package: Package, entry: Entry) -> set[Place]:
    row = package.files[entry.table].rows[-1]
    table = package.table(entry.table)
    school = next((c for c in table.columns.values() if c.ref == "schools"), None)
    if school:
        others = [key for key in named(package, school) if key != row[school.name]]
        changed = {school.name: others[0]}
    else:
        oak = row["SchoolName"].casefold().startswith("oak")
        changed = {"SchoolName": "42" if oak else "Oak School"}
    return {_key_place(package, entry, more(package, entry.table, **changed))}


def _too_many_rows(package: Package, entry: Entry) -> set[Place]:
    repeats = package.table(entry.table).repeats
    assert repeats is not None
    columns = package.table(entry.table).columns
    first = free(package, entry.table)
    for _ in range(repeats.most):
        again = {name: package.right(columns[name]) for name in repeats.columns}
        again |= {"Contact_name": package.new("Kin ")} if "Contact_name" in columns else {}
        more(package, entry.table, **again)
    return {_key_place(package, entry, first)}


def _apart_from(package: Package, entry: Entry) -> set[Place]:
    """One id in two tables that may not share any."""
    mine, theirs = (package.files[t].rows[-1] for t in (entry.table, entry.other))
    names = _id_of(package, entry.table), _id_of(package, entry.other)
    mine[names[0]] = theirs[names[1]]
    places = set()
    for table in (entry.table, entry.other):
        name = package.table(table).key[0]
        places.add(package.place(entry.code, table, free(package, table), name))
    return places


def _id_of(package: Package, table: str) -> str:
    """The column that gives a row its id."""
    key = package.table(table).columns[package.table(table).key[0]]
    return columns_in(key.derive)[0] if key.derive else key.name


def _shared(package: Package, entry: Entry) -> set[Place]:
    """A value of one person's own that another has too, in another case where that is the same."""
    unique = next(
        u
        for u in package.contract.unique
        if u.check == entry.code and u.of.get(entry.table) == entry.columns[0]
    )
    first = free(package, entry.table)
    second = free(package, entry.other)
    if entry.table == entry.other:
        second = single(package, entry.table)
        while second == first:
            second = single(package, entry.table)
    column = package.table(entry.table).columns[entry.columns[0]]
    mail = "mail" in column.name or not keeps_to(column, "Shared")
    text = f"Shared{'@oak.example' if mail else ''}"
    rows = package.files[entry.table].rows[first], package.files[entry.other].rows[second]
    rows[0][unique.of[entry.table]] = text
    rows[1][unique.of[entry.other]] = text.upper()
    return {
        package.place(entry.code, entry.table, first, unique.of[entry.table]),
        package.place(entry.code, entry.other, second, unique.of[entry.other]),
    }


# --- parents ------------------------------------------------------------------------------------


def _own_parent(package: Package, entry: Entry) -> set[Place]:
    index = single(package, entry.table)
    row = package.files[entry.table].rows[index]
    row[entry.columns[0]] = row[package.table(entry.table).key[0]]
    return {package.place(entry.code, entry.table, index, entry.columns[0])}


def _circle(package: Package, entry: Entry) -> set[Place]:
    """The first row is everybody's parent; now it is a child of one of them."""
    (name,), rows = entry.columns, package.files[entry.table].rows
    index = package.rng.randrange(1, len(rows))
    rows[0][name] = rows[index][package.table(entry.table).key[0]]
    return {package.place(entry.code, entry.table, place, name) for place in (0, index)}


ROWS: dict[str, Callable[[Package, Entry], set[Place]]] = {
    "key twice": _key_twice,
    "row twice": _row_twice,
    "rows disagree": _rows_disagree,
    "row repeated": _row_repeated,
    "too many rows": _too_many_rows,
    "apart from": _apart_from,
    "shared": _shared,
    "own parent": _own_parent,
    "circle": _circle,
}
