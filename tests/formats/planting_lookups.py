"""Faults of rows that name a record by login, number or name."""

from collections.abc import Callable

from inventory import Entry
from packages import Package, Place
from planting_rows import free

from importer.contracts.contract import Column
from importer.contracts.mapping import columns_in

_TWIN = "Twin"


def sources(package: Package, table: str, column: Column) -> list[str]:
    """The columns of the file that a derived column is made of."""
    columns = package.table(table).columns
    parts = [columns[name] for name in columns_in(column.derive)]
    own = [part.name for part in parts if not part.derive]
    return [*own, *(n for part in parts if part.derive for n in sources(package, table, part))]


def _column(package: Package, entry: Entry) -> Column:
    return package.table(entry.table).columns[entry.columns[0]]


def _says(package: Package, entry: Entry, text: str) -> set[Place]:
    """Let the last row name a record by this text alone; where that must be found."""
    column = _column(package, entry)
    named = {
        "school": ["SchoolName"],
        "class": ["ClassName"],
        "teacher": ["TeacherUsername", "TeacherUserID"],
        "student": ["StudentUsername", "StudentUserID"],
        "account": ["UserID"] if "UserID" in package.table(entry.table).columns
        else ["Email Address"],
    }[column.name]  # fmt: skip
    index = free(package, entry.table)
    row = package.files[entry.table].rows[index]
    row |= {named[0]: text, **dict.fromkeys(named[1:], "")}
    return {package.place(entry.code, entry.table, index, named[0])}


def _known(package: Package, entry: Entry, text: str, number: int = 1) -> None:
    """Let the roster know so many records by this text."""
    lookup = _column(package, entry).lookup
    assert package.roster is not None
    assert lookup is not None
    for n in range(number):
        record = {
            "schools": {"school_id": f"X{n}", "name": text, "type": "school"},
            "sections": {"section_id": f"X{n}", "school_id": "S1", "title": text},
            "people": {
                "person_id": f"X{n}",
                "username": text,
                "student_number": text,
                "sis_id": text,
                "email": text,
            },
        }[lookup.table]
        package.roster.setdefault(lookup.table, []).append(record)


def _fits_several(package: Package, entry: Entry) -> set[Place]:
    _known(package, entry, (text := _text(package, entry)), 2)
    if not sources(package, entry.table, _column(package, entry)):
        return _every_row(package, entry)
    if entry.columns == ("class",):
        package.files[entry.table].rows[-1]["SchoolName"] = "Oak School"
    return _says(package, entry, text)


def _text(package: Package, entry: Entry) -> str:
    is_mail = "Email Address" in package.table(entry.table).columns
    return f"{_TWIN.lower()}@oak.example" if is_mail else _TWIN


def _every_row(package: Package, entry: Entry) -> set[Place]:
    """No cell says it and every row means it: it is said once, of the file."""
    package.files = {entry.table: package.files[entry.table]}
    sent, without = package.files[entry.table], _column(package, entry).without
    spelled = {text for name, text in sent.header if name in without}
    package.expected = {
        place for place in package.expected if place[1] == sent.name and place[3] not in spelled
    }
    if spelled - {*without}:
        package.expected.discard(package.place("FILE-194", entry.table, -1))
    sent.header = [cell for cell in sent.header if cell[0] not in without]
    code, file, row, _ = package.place(entry.code, entry.table, 0, "")
    return {(code, file, row, file)}


def _matched(package: Package, entry: Entry) -> set[Place]:
    _known(package, entry, (text := _text(package, entry)))
    return _says(package, entry, text)


def _not_known(package: Package, entry: Entry) -> set[Place]:
    if sources(package, entry.table, _column(package, entry)):
        return _says(package, entry, "Nobody")
    assert package.roster is not None
    package.roster["schools"] = [{"school_id": "D", "name": "Lake", "type": "district"}]
    return _every_row(package, entry)


def _looks_like(package: Package, entry: Entry) -> set[Place]:
    """Somebody without number and username who has the address of an account."""
    index = free(package, entry.table)
    row = package.files[entry.table].rows[index]
    same = "old0" if entry.table == "educators" else "old1"  # of the same kind
    row |= {"UserID": "", "Username": "", "Email": f"{same}@oak.example"}
    package.expected.add(package.place("CELL-202", entry.table, index, "UserID"))
    return {package.place(entry.code, entry.table, index, "Email")}


def _must_exist(package: Package, entry: Entry) -> set[Place]:
    assert package.contract.row_state is not None
    action = package.rng.choice(package.contract.row_state.existing).upper()
    text = package.new("new")
    places = _says(package, entry, text)
    package.files[entry.table].rows[-1]["Action"] = action
    return places


LOOKUPS: dict[str, Callable[[Package, Entry], set[Place]]] = {
    "fits several": _fits_several,
    "matched": _matched,
    "not known": _not_known,
    "looks like": _looks_like,
    "must exist": _must_exist,
}
