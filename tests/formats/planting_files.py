"""Faults of whole files: headers, the manifest, what was sent at all."""

from collections.abc import Callable

from inventory import Entry
from packages import Package, Place, respell


def _alone(package: Package, table: str) -> None:
    """Send a sheet of people without the sheet that names them: nobody is known of one that
    can't be loaded.
    """
    if package.roster is not None and table != "classes":
        package.files.pop("classes", None)
        package.expected = {place for place in package.expected if place[1] != "classes.csv"}


def _column_missing(package: Package, entry: Entry) -> set[Place]:
    (name,) = entry.columns
    sent = package.files[entry.table]
    if entry.code == "FILE-120":
        _alone(package, entry.table)
    gone = {name, *package.table(entry.table).columns[name].stand_in}
    for other in gone:
        package.expected.discard(package.place("FILE-123", entry.table, -1, other))
    if any(cell[0] in gone and cell[0] != cell[1] for cell in sent.header):
        package.expected.discard(package.place("FILE-194", entry.table, -1))
    sent.header = [cell for cell in sent.header if cell[0] not in gone]
    return {(entry.code, sent.name, 1, name)}


def _column_twice(package: Package, entry: Entry) -> set[Place]:
    sent = package.files[entry.table]
    name, _ = package.rng.choice(sent.header)
    _alone(package, entry.table)
    sent.header.append((name, name))
    return {(entry.code, sent.name, 1, name)}


def _column_unknown(package: Package, entry: Entry) -> set[Place]:
    sent = package.files[entry.table]
    sent.header.append(("", "Shoe size"))
    return {(entry.code, sent.name, 1, None if package.contract.wide else "Shoe size")}


def _with_a_sign(package: Package, entry: Entry) -> set[Place]:
    """A header with a sign that nobody sees."""
    sent = package.files[entry.table]
    index = package.rng.choice([i for i, (name, text) in enumerate(sent.header) if name == text])
    name, text = sent.header[index]
    sent.header[index] = name, f"{text[:2]}\u200b{text[2:]}"
    return {(entry.code, sent.name, 1, name)}


def _column_respelt(package: Package, entry: Entry) -> set[Place]:
    place = respell(package, entry.table)
    package.expected.discard(place)
    return {place}


def _other_order(package: Package, entry: Entry) -> set[Place]:
    header = package.files[entry.table].header
    first, second = sorted(package.rng.sample(range(len(header)), 2))
    name = header[first][0]
    header[first], header[second] = header[second], header[first]
    return {(entry.code, package.files[entry.table].name, 1, name)}


def _without_name(package: Package, entry: Entry) -> set[Place]:
    sent = package.files[entry.table]
    sent.header.append(("", ""))
    return {(entry.code, sent.name, 1, None)}


def _file_sent(package: Package, entry: Entry) -> set[Place]:
    """A file of which is only said that it came."""
    place = package.place(entry.code, entry.table, None)
    package.expected.remove(place)
    return {place}


def _file_missing(package: Package, entry: Entry) -> set[Place]:
    return {(entry.code, _unsent(package, entry.table), None, None)}


def _half_a_set(package: Package, entry: Entry) -> set[Place]:
    """A file isn't there; all that belong with it say so."""
    _unsent(package, entry.other)
    return _left(package, entry.other)


def _left(package: Package, gone: str) -> set[Place]:
    """What is said of the files that belong with one that isn't there."""
    tables = [package.table(name) for name in package.files if name != gone]
    files = [package.files[table.name].name for table in tables if gone in table.beside]
    return {("FILE-196", file, None, None) for file in files}


def _name_tells_nothing(package: Package, entry: Entry) -> set[Place]:
    sent = package.files[entry.table]
    package.expected = {place for place in package.expected if place[1] != sent.name}
    sent.name = "list 2.csv"
    return {(entry.code, sent.name, None, None), *_left(package, entry.table)}


def _unsent(package: Package, table: str) -> str:
    """Leave a file out, with what would be said of it; returns its name."""
    package.files.pop(table, None)
    name = package.table(table).files[0]
    package.expected -= {place for place in package.expected if place[1] == name}
    return name


# --- the manifest -------------------------------------------------------------------------------


def _line(package: Package, name: str) -> int:
    """The line of the manifest on which a property stands."""
    of = package.contract.manifest
    assert of is not None and package.modes is not None
    lines = [*package.properties, *(of.mode_of + table for table in package.modes)]
    return lines.index(name) + 2


def _about(package: Package, entry: Entry, name: str | None, line: int | None) -> set[Place]:
    assert package.contract.manifest is not None
    return {(entry.code, package.contract.manifest.file, line, name)}


def _manifest_missing(package: Package, entry: Entry) -> set[Place]:
    package.modes = None
    return _about(package, entry, None, None)


def _manifest_header(package: Package, entry: Entry) -> set[Place]:
    spelled = entry.columns[0].upper()
    package.manifest_header = (spelled, *package.manifest_header[1:])
    return _about(package, entry, spelled, 1)


def _unknown_property(package: Package, entry: Entry) -> set[Place]:
    name = package.rng.choice(["file.Users", "contact", "manifest.Version"])
    package.properties[name] = "absent"
    return _about(package, entry, name, _line(package, name))


def _wrong_property(package: Package, entry: Entry) -> set[Place]:
    (name,) = entry.columns
    package.properties[name] = package.rng.choice(["1", "", "9.9"])
    return _about(package, entry, name, _line(package, name))


def _declared_missing(package: Package, entry: Entry) -> set[Place]:
    assert package.modes is not None
    package.modes[entry.other] = package.rng.choice(["bulk", "delta"])
    return {(entry.code, _unsent(package, entry.other), None, None)}


def _declared_absent(package: Package, entry: Entry) -> set[Place]:
    assert package.modes is not None
    package.modes[entry.other] = "absent"
    return {package.place(entry.code, entry.other, None)}


def _misspelt_mode(package: Package, entry: Entry) -> set[Place]:
    assert package.modes is not None
    package.modes[entry.other] = package.modes[entry.other].capitalize()
    return _about(package, entry, entry.columns[0], _line(package, entry.columns[0]))


def _no_mode(package: Package, entry: Entry) -> set[Place]:
    """A file without a line; one that isn't core is not sent either, it would be passed over."""
    assert package.modes is not None
    del package.modes[entry.other]
    if package.table(entry.other).part != "core":
        _unsent(package, entry.other)
        for table in package.files:
            for column in package.table(table).columns.values():
                if column.ref == entry.other:  # or the values would name what isn't there
                    for row in package.files[table].rows:
                        row[column.name] = ""
    return _about(package, entry, entry.columns[0], None)


FILES: dict[str, Callable[[Package, Entry], set[Place]]] = {
    "column missing": _column_missing,
    "column twice": _column_twice,
    "column unknown": _column_unknown,
    "column with a sign": _with_a_sign,
    "column respelt": _column_respelt,
    "columns in another order": _other_order,
    "column without a name": _without_name,
    "file sent": _file_sent,
    "file missing": _file_missing,
    "half a set": _half_a_set,
    "name tells nothing": _name_tells_nothing,
    "manifest missing": _manifest_missing,
    "manifest header": _manifest_header,
    "unknown property": _unknown_property,
    "wrong property": _wrong_property,
    "declared, missing": _declared_missing,
    "declared absent": _declared_absent,
    "misspelt mode": _misspelt_mode,
    "no mode": _no_mode,
}
