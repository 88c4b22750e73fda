"""How the rows hang together in the sheets that people fill in, and what these are added to."""

from packages import Package, Row

from importer.contracts.contract import Table
from importer.contracts.mapping import columns_in


def roster() -> dict[str, list]:  # type: ignore[type-arg]
    """What such sheets are added to: two schools and some accounts."""
    schools = [("S1", "Oak School", "41"), ("S2", "Élan, École", "42")]
    person = {"given_name": "Old", "enabled": True}
    people = [
        {**person, "person_id": f"P{n}", "family_name": f"Hand{n}", "email": f"old{n}@oak.example",
         "username": f"old{n}", "student_number": f"77{n}", "sis_id": f"88{n}"}
        for n in range(4)
    ]  # fmt: skip
    # The first is a teacher, so that a class may name them.
    whats = ["teacher", *["student"] * (len(people) - 1)]
    roles = [
        {"person_id": person["person_id"], "school_id": "S1", "role": what}
        for person, what in zip(people, whats, strict=True)
    ]
    named_ = [{"school_id": i, "name": n, "type": "school", "number": x} for i, n, x in schools]
    return {"schools": named_, "people": people, "roles": roles}


def accounts(package: Package, rows: list[Row]) -> None:
    for row in rows:
        row["SchoolName"] = package.rng.choice(["Oak School", "oak school", "S2", "42"])
        row["Action"] = package.rng.choice(["A", ""])
        if "Groups" in row:
            row["Groups"] = package.rng.choice(["Chess", "Chess;Choir", ""])
    rows[0] |= {"Action": "A", **({"Groups": "Chess"} if "Groups" in rows[0] else {})}


def educators(package: Package, rows: list[Row]) -> None:
    accounts(package, rows)
    for row in rows:
        row |= {"TeacherRole": "TRUE", "ProctorRole": package.rng.choice(["TRUE", "FALSE"])}


def classes(package: Package, rows: list[Row]) -> None:
    """Every class has its students; people are named by number, by username, or by both."""
    rows.clear()
    teachers, students = (package.files[t].rows[:-1] for t in ("educators", "students"))
    for name in ("Maths", "Été", "Chess club"):
        teacher = package.rng.choice(teachers)
        for student in [students[0], *package.rng.sample(students[1:], 3)]:
            row = {"SchoolName": "Oak School", "ClassName": name, "Action": "A"}
            for who, said in (("Teacher", teacher), ("Student", student)):
                row[f"{who}UserID"] = said["UserID"]
                if said is students[0] or package.rng.random() < 0.5:
                    row[f"{who}Username"] = said.get("Username", "")
            rows.append(row)
    rows[0]["TeacherUsername"] = ""
    rows[1] |= {"TeacherUsername": "old0", "TeacherUserID": "P0"}


def groups(package: Package, rows: list[Row]) -> None:
    for row in rows:
        row["Class"] = package.rng.choice(["10R", "11B", "Été"])


def export(package: Package, table: Table, rows: list[Row]) -> None:
    """Everybody is at a school, and still there."""
    school = columns_in(table.columns["school"].derive)[0]
    for row in rows:
        row[school] = row.get(school) or package.right(table.columns[school])
        for name, left in table.former.items():
            while row.get(name) in left:
                row[name] = package.right(table.columns[name])
