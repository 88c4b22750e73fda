"""How the rows hang together in School Data Sync, IXL and Remind."""

from collections.abc import Callable

from packages import Package, Row

Shape = Callable[[Package, list[Row]], None]


def _logins(*columns: str) -> Shape:
    """Everybody signs in with a name of their own."""

    def shape(package: Package, rows: list[Row]) -> None:
        for row in rows:
            for column in columns:
                row[column] = package.new("user")

    return shape


def _spans(begin: str, end: str) -> Shape:
    """What begins ends later."""

    def shape(package: Package, rows: list[Row]) -> None:
        for row in rows:
            for column, month in ((begin, "2026-09"), (end, "2027-04")):
                if row.get(column):
                    row[column] = f"{month}-{package.rng.randint(1, 28):02}"

    return shape


def _links(first: str, of: str, second: str, to: str, **more: list[str]) -> Shape:
    """Rows that tie records of one file to those of another; the last of both stay unnamed."""

    def shape(package: Package, rows: list[Row]) -> None:
        one, two = (
            [row[package.table(name).key[0]] for row in package.files[name].rows[:-1]]
            for name in (of, to)
        )
        for key in one:
            for other in package.rng.sample(two, 2):
                told = {name: package.rng.choice(values) for name, values in more.items()}
                rows.append({first: key, second: other, **told})
        rows[0] |= {name: values[0] for name, values in more.items()}

    return shape


def _orgs(package: Package, rows: list[Row]) -> None:
    """The first is what all others belong to."""
    for index, row in enumerate(rows):
        row["type"] = "school" if index else "district"
        row["parentSourcedId"] = rows[0]["sourcedId"] if index else ""


def _roles(package: Package, rows: list[Row]) -> None:
    """A role of everybody but the last, and a second one of some."""
    table = package.table("roles")
    orgs = [row["sourcedId"] for row in package.files["orgs"].rows[1:-1]]
    for index, user in enumerate(package.files["users"].rows[:-1]):
        for school in orgs[:2] if index % 3 == 0 else orgs[index % 2 :][:1]:
            row = {c.name: package.right(c) for c in table.columns.values() if not c.ref}
            row |= {"userSourcedId": user["sourcedId"], "orgSourcedId": school}
            row |= {"roleStartDate": "2026-09-07", "roleEndDate": "2027-06-11"}
            row["role"] = "student" if index % 2 else "teacher"
            sessions = package.files.get("academicSessions")
            row["sessionSourcedId"] = sessions.rows[0]["sourcedId"] if sessions else ""
            rows.append(row)


def _contacts(package: Package, rows: list[Row]) -> None:
    """Two children of each contact; a contact has a name and an address."""
    users = package.files["users"].rows
    for index, contact in enumerate(users[:3]):
        contact |= {"givenName": "Kim", "familyName": "Lind"}
        contact["email"] = f"{package.new('kin')}@home.example"
        child = users[4 + index]["sourcedId"]
        row = {"userSourcedId": child, "relationshipUserSourcedId": contact["sourcedId"]}
        rows.append({**row, "relationshipRole": package.rng.choice(["parent", "guardian"])})


def _each_user(package: Package, rows: list[Row]) -> None:
    for row, user in zip(rows, package.files["users"].rows, strict=False):
        row["userSourcedId"] = user["sourcedId"]


def _guardians(package: Package, rows: list[Row]) -> None:
    """One student has two guardians, on a row each; the others may have none."""
    names = [name for name in rows[0] if name.startswith("guardian_")]
    columns = package.table("students").columns
    again = {name: package.right(columns[name]) for name in names}
    rows.insert(4, {**rows[3], **again})


def _remind_enrollments(package: Package, rows: list[Row]) -> None:
    """Students and teachers in every class but the last."""
    students, teachers = (
        list(dict.fromkeys(row[key] for row in package.files[table].rows[:-1]))
        for table, key in (("students", "student_id"), ("teachers", "teacher_id"))
    )
    for each in package.files["classes"].rows[:-1]:
        for user in (*package.rng.sample(students, 2), package.rng.choice(teachers)):
            rows.append(
                {name: each[name] for name in ("school_id", "class_id")} | {"user_id": user}
            )


_CLASS = {"role": ["student"]}

SHAPES: dict[tuple[str, str], Shape] = {
    ("sds-1", "students"): _logins("Username"),
    ("sds-1", "teachers"): _logins("Username"),
    ("sds-1", "sections"): _spans("Term StartDate", "Term EndDate"),
    ("sds-1", "enrollments"): _links("Section SIS ID", "sections", "SIS ID", "students"),
    ("sds-1", "roster"): _links("Section SIS ID", "sections", "SIS ID", "teachers"),
    ("sds-1", "guardian_relationships"): _links(
        "Email", "guardians", "SIS ID", "students", Role=["Parent", ""]
    ),
    ("sds-2", "orgs"): _orgs,
    ("sds-2", "users"): _logins("username"),
    ("sds-2", "enrollments"): _links(
        "classSourcedId", "classes", "userSourcedId", "users", role=["Student"]
    ),
    ("sds-2.1", "orgs"): _orgs,
    ("sds-2.1", "academicSessions"): _spans("startDate", "endDate"),
    ("sds-2.1", "roles"): _roles,
    ("sds-2.1", "enrollments"): _links(
        "classSourcedId", "classes", "userSourcedId", "users", **_CLASS
    ),
    ("sds-2.1", "demographics"): _each_user,
    ("sds-2.1", "userFlags"): _each_user,
    ("sds-2.1", "relationships"): _contacts,
    ("ixl", "schools"): _logins("School Name"),
    ("ixl", "teachers"): _logins("Username"),
    ("ixl", "enrollments"): _links("Section ID", "sections", "Student ID", "students"),
    ("remind", "students"): _guardians,
    ("remind", "enrollments"): _remind_enrollments,
}
