"""How the rows of a clean package hang together, format by format."""

from collections.abc import Callable
from random import Random

import shapes_presets
import shapes_sheets
from packages import Package, Row, sheet

from importer.contracts.contract import Column, Contract, Table

_SIZES = {
    "schools": 4, "teachers": 5, "staff": 3, "admins": 3, "students": 9, "sections": 5,
    "orgs": 5, "academicSessions": 5, "courses": 4, "classes": 4, "users": 9, "userProfiles": 4,
    "demographics": 5, "educators": 5, "teaching_staff": 5, "employees": 5, "staff_directory": 5,
    "guardians": 4, "userFlags": 4,
}  # fmt: skip


_FEW = ("academicSessions", "orgs", "schools")  # tables that need no other


def clean(contract: Contract, seed: str, *more: str, small: bool = False) -> Package:
    """A package without a fault. ``more``: tables that are sent in any case; ``small``: with few.

    The last row of every table is named by no other row; the first has every value.
    """
    package = Package(contract, Random(seed))
    if contract.manifest:
        package.modes = dict.fromkeys(contract.tables, "absent")
        wanted = contract.manifest.must_be.items()
        package.properties = {name: values[0] for name, values in wanted}
        package.manifest_header = contract.manifest.columns
    if _looks_up(contract):
        package.roster = shapes_sheets.roster()
        if contract.name == "pulse":  # its sheets say no school: there is one
            del package.roster["schools"][1:]
    elif contract.wide:
        package.roster = {"schools": shapes_sheets.roster()["schools"]}
    package.told = contract.name if contract.asked else ""
    for table in contract.tables.values():
        likely = table.part == "core" if contract.manifest else table.part in ("core", "optional")
        by_chance = table.part == "optional" and package.rng.random() < 0.3
        few = small and contract.manifest and table.name not in _FEW
        if table.name in more or ((likely or by_chance) and not few):
            add(package, table, whole=table.name in more)
    return package


def _looks_up(contract: Contract) -> bool:
    """Whether its rows name records of the roster in other ways than by their id."""
    return any(c.lookup for table in contract.tables.values() for c in table.columns.values())


def add(package: Package, table: Table, *, whole: bool) -> None:
    """Add the file of a table, with what is always said of such a file.

    ``whole``: with the columns of older versions too.
    """
    if table.part == "passed":
        sheet(package, table, [dict.fromkeys(table.columns, "1")], whole)
        package.expected.add(package.place("FILE-112", table.name, None))
    else:
        sheet(package, table, [], whole)
        _fill(package, table)
    if table.part == "deprecated":
        package.expected.add(package.place("FILE-111", table.name, None))
    if package.modes is not None:
        package.modes[table.name] = "bulk"


def _fill(package: Package, table: Table) -> None:
    rows = package.files[table.name].rows
    for index in range(_SIZES.get(table.name, 0)):
        row = {
            column.name: _value(package, table, column)
            for column in table.columns.values()
            if not column.derive and _wanted(package, column, index)
        }
        rows.append(row)
    family = (
        package.contract.name
        if "sds" in package.contract.name
        else (package.contract.name.partition("-1")[0])
    )
    shape = {**_SHAPES, **shapes_presets.SHAPES}.get((family, table.name))
    if shape:
        shape(package, rows)
    if package.contract.wide:
        shapes_sheets.export(package, table, rows)


def _wanted(package: Package, column: Column, index: int) -> bool:
    if column.need == "delta":
        return False
    return index == 0 or column.need in ("required", "recommended") or package.rng.random() < 0.5


def _value(package: Package, table: Table, column: Column) -> str:
    if column.ref and column.ref not in package.files:
        return ""
    if column.ref and column.ref != table.name:
        known = named(package, column)
        if not column.list:
            return package.rng.choice(known)
        return ",".join(package.rng.sample(known, package.rng.randint(1, 2)))
    return "" if column.ref else package.right(column)


def named(package: Package, column: Column) -> list[str]:
    """The ids that a column may name: of all rows but the last."""
    key = package.table(column.ref).key[0]
    rows = package.files[column.ref].rows[:-1]
    target = column.target
    return [r[key] for r in rows if target is None or r[target.column] == target.is_]


def dates(rng: Random, begin: str = "2026-09", end: str = "2027-04") -> tuple[str, str]:
    """A begin and a later end."""
    return f"{begin}-{rng.randint(1, 28):02}", f"{end}-{rng.randint(1, 28):02}"


# --- OneRoster ----------------------------------------------------------------------------------


def _sessions(package: Package, rows: list[Row]) -> None:
    for index, row in enumerate(rows):
        year = index == 0
        row["type"] = "schoolYear" if year else package.rng.choice(["term", "semester"])
        begin, end = dates(package.rng, "2026-08", "2027-06")
        row |= {"startDate": begin, "endDate": end, "schoolYear": "2027"}
        row["parentSourcedId"] = "" if year else rows[0]["sourcedId"]


def _orgs(package: Package, rows: list[Row]) -> None:
    for index, row in enumerate(rows):
        row["type"] = "school" if index else "district"
        row["parentSourcedId"] = rows[0]["sourcedId"] if index else ""


def _subjects(package: Package, rows: list[Row]) -> None:
    for row in rows:
        if row.get("subjects") and row.get("subjectCodes"):
            row["subjectCodes"] = ",".join("1" for _ in row["subjects"].split(","))


def _users(package: Package, rows: list[Row]) -> None:
    for index, row in enumerate(rows):
        if "role" in package.table("users").columns:
            row["role"] = "teacher" if index < 5 else "student"
        row["username"] = package.new("user")
        if row.get("userMasterIdentifier"):
            row["userMasterIdentifier"] = package.new("m")
    rows[0]["agentSourcedIds"] = f"{rows[1]['sourcedId']},{rows[2]['sourcedId']}"


def _roles(package: Package, rows: list[Row]) -> None:
    """A primary role of everybody, and two more at other schools."""
    table = package.table("roles")
    orgs = [row["sourcedId"] for row in package.files["orgs"].rows[1:4]]
    for index, user in enumerate([*package.files["users"].rows[:-1]] * 2):
        row = {
            c.name: _value(package, table, c) for c in table.columns.values() if c.need[0] != "d"
        }
        begin, end = dates(package.rng)
        first = index < _SIZES["users"] - 1
        row |= {"userSourcedId": user["sourcedId"], "beginDate": begin, "endDate": end}
        row["roleType"] = "primary" if first else "secondary"
        row["orgSourcedId"] = orgs[index % 2 if first else 2]
        if first or index % 5 == 0:
            rows.append(row)


def _enrollments(package: Package, rows: list[Row]) -> None:
    table, classes = package.table("enrollments"), package.files["classes"].rows
    users = [row["sourcedId"] for row in package.files["users"].rows[:-1]]
    for each in classes[:-2]:
        people = package.rng.sample(users[:4], 2) + package.rng.sample(users[5:], 2)
        for place, user in enumerate(people):
            begin, end = dates(package.rng)
            told = place in (0, 2) or package.rng.random() < 0.5
            rows.append(
                {
                    "sourcedId": package.right(table.columns["sourcedId"]),
                    "classSourcedId": each["sourcedId"],
                    "schoolSourcedId": each["schoolSourcedId"],
                    "userSourcedId": user,
                    "role": "teacher" if place < 2 else "student",
                    "primary": "true" if not place else package.rng.choice(["", "false"]),
                    "beginDate": begin if told else "",
                    "endDate": end if told else "",
                }
            )


def _demographics(package: Package, rows: list[Row]) -> None:
    for row, user in zip(rows, package.files["users"].rows, strict=False):
        row["sourcedId"] = user["sourcedId"]


# --- Clever -------------------------------------------------------------------------------------


def _students(package: Package, rows: list[Row]) -> None:
    """Contacts whole or not at all; one student has two, on a row each."""
    contact = [name for name in rows[0] if name.startswith("Contact")]
    for index, row in enumerate(rows):
        for name in contact:
            value = row.get(name) or package.right(package.table("students").columns[name])
            row[name] = "" if index % 3 else value
    again = {name: package.right(package.table("students").columns[name]) for name in contact}
    rows.insert(4, {**rows[3], **again})


def _sections(package: Package, rows: list[Row]) -> None:
    for index, row in enumerate(rows):
        begin, end = dates(package.rng) if index % 2 == 0 else ("", "")
        month, day = (begin[5:7], begin[8:]) if begin else ("", "")
        row["Term_start"] = package.rng.choice([begin, f"{month}/{day}/2026"]) if begin else ""
        row["Term_end"] = end


def _clever_enrollments(package: Package, rows: list[Row]) -> None:
    ids = dict.fromkeys(row["Student_id"] for row in package.files["students"].rows[:-1])
    for section in package.files["sections"].rows[:-1]:
        for student in package.rng.sample(list(ids), 2):
            rows.append({**_pick(section, "School_id", "Section_id"), "Student_id": student})


def _pick(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


_SHAPES: dict[tuple[str, str], Callable[[Package, list[Row]], None]] = {
    ("oneroster", "academicSessions"): _sessions,
    ("oneroster", "orgs"): _orgs,
    ("oneroster", "courses"): _subjects,
    ("oneroster", "classes"): _subjects,
    ("oneroster", "users"): _users,
    ("oneroster", "roles"): _roles,
    ("oneroster", "enrollments"): _enrollments,
    ("oneroster", "demographics"): _demographics,
    ("clever", "students"): _students,
    ("clever", "sections"): _sections,
    ("clever", "enrollments"): _clever_enrollments,
    ("user-import-tool", "students"): shapes_sheets.accounts,
    ("user-import-tool", "educators"): shapes_sheets.educators,
    ("user-import-tool", "classes"): shapes_sheets.classes,
    ("pulse", "students"): shapes_sheets.groups,
    ("pulse", "teaching_staff"): shapes_sheets.groups,
}
