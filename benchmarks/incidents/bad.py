"""What goes wrong with feeds, each with the codes that name the cause rightly."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.incidents.district import (
    GRADES,
    SUBJECTS,
    District,
    Files,
    Row,
    enroll,
    key,
    make,
    week,
)

Break = Callable[[District], District | Files]


@dataclass(frozen=True)
class Bad:
    """An incident: how it is made, and the codes of which one must come first."""

    breaks: Break
    causes: tuple[str, ...]


def _without_school(d: District, which: int) -> District:
    new = week(d)
    size = lambda s: sum(r["School_id"] == s for r in new["students"])  # noqa: E731
    gone = sorted(new.ids("schools"), key=size)[which]
    for table, rows in new.tables.items():
        new.tables[table] = [r for r in rows if r["School_id"] != gone]
    return new


def smallest_school(d: District) -> District:
    """H06."""
    return _without_school(d, 0)


def biggest_school(d: District) -> District:
    """H07."""
    return _without_school(d, -1)


def school_without_rows(d: District) -> District:
    """A school stays in schools.csv, and nothing of it anywhere else."""
    new = _without_school(d, 0)
    new.tables["schools"] = [dict(r) for r in d["schools"]]
    return new


def header_only(d: District) -> District:
    """H08."""
    new = week(d)
    new.tables["enrollments"] = []
    return new


def _cut(d: District, share: float, table: str = "") -> Files:
    files = week(d).files()
    name = f"{table or d.rng.choice(('students', 'enrollments'))}.csv"
    text = files[name]
    return {**files, name: text[: int(len(text.encode()) * share)]}


def cut_60(d: District) -> Files:
    """H09."""
    return _cut(d, 0.6, "enrollments")


def cut_93(d: District) -> Files:
    """H10."""
    return _cut(d, 0.93, "enrollments")


def cut_anywhere(d: District) -> Files:
    """Students or enrollments cut between 20 and 97 %."""
    return _cut(d, d.rng.uniform(0.2, 0.97))


def _rekey(d: District, table: str, new_id: Callable[[str], str], school: str = "") -> District:
    new = week(d)
    column = key(table)
    ids = {
        r[column]: new_id(r[column])
        for r in new[table] if not school or r["School_id"] == school
    }  # fmt: skip
    for rows in new.tables.values():
        for row in rows:
            if column in row:
                row[column] = ids.get(row[column], row[column])
    return new


def section_ids(d: District) -> District:
    """H11: all sections under new ids."""
    fresh = iter(d.rng.sample(range(100_000, 900_000), len(d["sections"]) * 2))
    return _rekey(d, "sections", lambda _: f"K{next(fresh)}")


def one_school_ids(d: District) -> District:
    """H12: the students of one school under new ids."""
    fresh = iter(d.rng.sample(range(1_000_000, 9_000_000), len(d["students"]) * 2))
    return _rekey(d, "students", lambda _: f"{next(fresh)}", d.rng.choice(d.ids("schools")))


def first_char(d: District) -> District:
    """H13: ids of students lost their first character, which is a zero."""
    return _rekey(d, "students", lambda one: one[1:])


def first_letter(d: District) -> District:
    """The same with a letter: ids of teachers."""
    return _rekey(d, "teachers", lambda one: one[1:])


def prefix(d: District) -> District:
    """Ids of students got a prefix."""
    return _rekey(d, "students", lambda one: f"LV-{one}")


def teacher_ids(d: District) -> District:
    """Teachers under new ids."""
    fresh = iter(d.rng.sample(range(10_000, 90_000), len(d["teachers"]) * 2))
    return _rekey(d, "teachers", lambda _: f"E{next(fresh)}")


def school_zeros(d: District) -> District:
    """School ids lost their zeros in every file."""
    return _rekey(d, "schools", lambda one: one.lstrip("0"))


def school_zeros_in_students(d: District) -> District:
    """School ids lost their zeros in students.csv alone."""
    new = week(d)
    for row in new["students"]:
        row["School_id"] = row["School_id"].lstrip("0")
    return new


def _emails(d: District, share: float, school: str = "") -> District:
    new = week(d)
    for row in new["students"]:
        if (not school or row["School_id"] == school) and new.rng.random() < share:
            row["Student_email"] = ""
    return new


def emails_blank(d: District) -> District:
    """H14."""
    return _emails(d, 1)


def emails_40(d: District) -> District:
    """H16."""
    return _emails(d, 0.4)


def emails_of_school(d: District) -> District:
    """E-mails of one school are blank."""
    return _emails(d, 1, d.rng.choice(d.ids("schools")))


def emails_shifted(d: District) -> District:
    """H15: each e-mail stands one row further down."""
    new = week(d)
    mails = [r["Student_email"] for r in new["students"]]
    for row, mail in zip(new["students"], [mails[-1], *mails[:-1]], strict=True):
        row["Student_email"] = mail
    return new


def doubled(d: District) -> District:
    """H17: all students a second time under new ids."""
    new = week(d)
    again = [
        {**row, "Student_id": f"9{800_000 + n}", "Student_number": "",
         "Student_email": row["Student_email"].replace("@", "2@")}
        for n, row in enumerate(new["students"])
    ]  # fmt: skip
    new["students"] += again
    return new


def _leak(d: District, share: float) -> District:
    new = d.copy()
    for table in ("students", "enrollments"):
        new.tables[table] = [r for r in new[table] if new.rng.random() >= share]
    ids = set(new.ids("students"))
    new.tables["enrollments"] = [r for r in new["enrollments"] if r["Student_id"] in ids]
    return new


def leak_8(d: District) -> District:
    """H18: 8 % of the students are missing all over."""
    return _leak(d, 0.085)


def every_nth(d: District) -> District:
    """Every n-th row of enrollments.csv is missing."""
    new = d.copy()
    n = new.rng.choice((7, 10, 14, 18))
    new.tables["enrollments"] = [r for i, r in enumerate(new["enrollments"]) if i % n != n - 1]
    return new


def grade_constant(d: District) -> District:
    """Everybody is in one grade."""
    new = week(d)
    for row in new["students"]:
        row["Grade"] = "3"
    return new


def grade_missing(d: District) -> District:
    """One grade is not in the file."""
    new = week(d)
    gone = new.rng.choice([r["Grade"] for r in new["students"]])
    ids = {r["Student_id"] for r in new["students"] if r["Grade"] == gone}
    for table in ("students", "enrollments"):
        new.tables[table] = [r for r in new[table] if r["Student_id"] not in ids]
    return new


def subject_missing(d: District) -> District:
    """The enrollments of one subject are not in the file."""
    new = week(d)
    gone = new.rng.choice(SUBJECTS)
    ids = {r["Section_id"] for r in new["sections"] if r["Subject"] == gone}
    new.tables["enrollments"] = [r for r in new["enrollments"] if r["Section_id"] not in ids]
    return new


def all_to_one_school(d: District) -> District:
    """The students of one school stand under another one."""
    new = week(d)
    one, other = new.rng.sample(new.ids("schools"), 2)
    for row in new["students"]:
        if row["School_id"] == one:
            row["School_id"] = other
    return new


def names_swapped(d: District) -> District:
    """First and last names are in each other's column."""
    new = week(d)
    for row in new["students"]:
        row["First_name"], row["Last_name"] = row["Last_name"], row["First_name"]
    return new


def constant_email(d: District) -> District:
    """One address for all teachers."""
    new = week(d)
    for row in new["teachers"]:
        row["Teacher_email"] = "noreply@lake.example"
    return new


def constant_name(d: District) -> District:
    """One last name for all students."""
    new = week(d)
    for row in new["students"]:
        row["Last_name"] = "Redacted"
    return new


def foreign_teachers(d: District) -> District:
    """teachers.csv is that of another district."""
    new = week(d)
    other = make(d.rng.randint(1000, 9999), 3, 150)
    other.count = 50_000
    schools = new.ids("schools")
    new.tables["teachers"] = [
        {**other.adult(new.rng.choice(schools), "Teacher")} for _ in new["teachers"]
    ]
    return new


def last_year(d: District) -> District:
    """Last year's file: all one grade lower, the youngest missing, old ones back."""
    new = d.copy()
    young = {r["Student_id"] for r in new["students"] if r["Grade"] == GRADES[0]}
    for table in ("students", "enrollments"):
        new.tables[table] = [r for r in new[table] if r["Student_id"] not in young]
    for row in new["students"]:
        row["Grade"] = GRADES[GRADES.index(row["Grade"]) - 1]
    return new


def one_teacher(d: District) -> District:
    """All sections have the same teacher."""
    new = week(d)
    one = new["teachers"][0]["Teacher_id"]
    for row in new["sections"]:
        row["Teacher_id"] = one
    return new


def test_people(d: District) -> District:
    """A handful of test students."""
    new = week(d)
    for n in range(6):
        row = new.student(new["schools"][0]["School_id"], "3")
        row |= {"First_name": "Test", "Last_name": f"Student{n}", "DOB": ""}
        new["students"].append(row)
    return new


def mojibake(d: District) -> District:
    """Names went through the wrong encoding."""
    new = week(d)
    for table in ("students", "teachers"):
        for row in new[table]:
            for column in ("First_name", "Last_name"):
                row[column] = row[column].encode().decode("cp1252", "replace")
    return new


def question_marks(d: District) -> District:
    """Letters beyond ASCII became question marks."""
    new = week(d)
    for row in new["students"]:
        for column in ("First_name", "Last_name"):
            row[column] = row[column].encode("ascii", "replace").decode()
    return new


def staff_of_school(d: District) -> District:
    """The teachers of one school are not in the file; its sections have a substitute."""
    new = week(d)
    school = new.rng.choice(new.ids("schools"))
    other = next(r["Teacher_id"] for r in new["teachers"] if r["School_id"] != school)
    new.tables["teachers"] = [r for r in new["teachers"] if r["School_id"] != school]
    for row in new["sections"]:
        if row["School_id"] == school:
            row["Teacher_id"] = other
    return new


def roles_swapped(d: District) -> District:
    """Students stand in teachers.csv and the other way round."""
    new = week(d)
    students, teachers = new["students"], new["teachers"]
    new.tables["teachers"] = [
        {"School_id": r["School_id"], "Teacher_id": r["Student_id"],
         "Teacher_email": r["Student_email"], "First_name": r["First_name"],
         "Last_name": r["Last_name"]}
        for r in students
    ]  # fmt: skip
    new.tables["students"] = [
        {"School_id": r["School_id"], "Student_id": r["Teacher_id"],
         "Student_email": r["Teacher_email"], "First_name": r["First_name"],
         "Last_name": r["Last_name"], "Grade": "3"}
        for r in teachers
    ]  # fmt: skip
    return new


def ids_reassigned(d: District) -> District:
    """The ids stand beside other people: the column slipped by one."""
    new = week(d)
    ids = new.ids("students")
    for row, one in zip(new["students"], [ids[-1], *ids[:-1]], strict=True):
        row["Student_id"] = one
    return new


def ids_of_another_column(d: District) -> District:
    """The column with the id has the numbers of another column."""
    new = week(d)
    number = {r["Student_id"]: r["Student_number"] for r in new["students"]}
    for table in ("students", "enrollments"):
        for row in new[table]:
            row["Student_id"] = number[row["Student_id"]]
    return new


def school_for_id(d: District) -> District:
    """Student_id has the school's id."""
    new = week(d)
    for row in new["students"]:
        row["Student_id"] = row["School_id"]
    return new


def columns_shifted(d: District) -> Files:
    """All cells of students.csv stand one column to the right."""
    files = week(d).files()
    head, *rows = files["students.csv"].splitlines()
    moved = [",".join(["", *row.split(",")[:-1]]) for row in rows]
    return {**files, "students.csv": "\n".join([head, *moved]) + "\n"}


def emails_without_at(d: District) -> District:
    """Addresses lost their domain."""
    new = week(d)
    for row in new["students"]:
        row["Student_email"] = row["Student_email"].split("@")[0]
    return new


def section_column_slipped(d: District) -> District:
    """Enrollments: the column with the section slipped by some rows."""
    new = week(d)
    rows = new["enrollments"]
    ids = [r["Section_id"] for r in rows]
    by = max(25, len(rows) // 3)
    for row, one in zip(rows, ids[by:] + ids[:by], strict=True):
        row["Section_id"] = one
    school = {r["Section_id"]: r["School_id"] for r in new["sections"]}
    for row in rows:
        row["School_id"] = school[row["Section_id"]]
    return new


def sections_halved(d: District) -> District:
    """Half of the sections are missing, and their enrollments."""
    new = week(d)
    gone = {r["Section_id"] for r in new["sections"] if new.rng.random() < 0.5}
    for table in ("sections", "enrollments"):
        new.tables[table] = [r for r in new[table] if r["Section_id"] not in gone]
    return new


def upper_ids(d: District) -> District:
    """Ids of sections in other capitals and signs."""
    return _rekey(d, "sections", lambda one: one.replace("-", "_"))


def students_file_missing_school(d: District) -> District:
    """students.csv and enrollments.csv lack one school."""
    new = week(d)
    gone = new.rng.choice(new.ids("schools"))
    for table in ("students", "enrollments"):
        new.tables[table] = [r for r in new[table] if r["School_id"] != gone]
    return new


BAD: dict[str, Bad] = {
    "H06 smallest school gone": Bad(smallest_school, ("PLAN-543",)),
    "H07 biggest school gone": Bad(biggest_school, ("PLAN-543",)),
    "H08 enrollments header only": Bad(header_only, ("PLAN-505",)),
    "H09 cut at 60 %": Bad(cut_60, ("PLAN-541", "FILE-137")),
    "H10 cut at 93 %": Bad(cut_93, ("PLAN-541", "FILE-137")),
    "H11 all section ids re-keyed": Bad(section_ids, ("PLAN-520", "PLAN-540")),
    "H12 one school re-keyed": Bad(one_school_ids, ("PLAN-520", "PLAN-540")),
    "H13 ids lost first char": Bad(first_char, ("PLAN-520", "PLAN-540")),
    "H14 e-mails blank": Bad(emails_blank, ("PLAN-508",)),
    "H15 e-mail column shifted": Bad(emails_shifted, ("PLAN-547",)),
    "H16 40 % of e-mails blank": Bad(emails_40, ("PLAN-508",)),
    "H17 roster doubled": Bad(doubled, ("PLAN-544",)),
    "H18 8 % leak": Bad(leak_8, ("PLAN-501", "PLAN-502")),
    "school without rows": Bad(school_without_rows, ("PLAN-543", "PLAN-501")),
    "cut anywhere": Bad(cut_anywhere, ("PLAN-541", "FILE-137")),
    "teacher ids lost a letter": Bad(first_letter, ("PLAN-520", "PLAN-540")),
    "student ids with a prefix": Bad(prefix, ("PLAN-520", "PLAN-540")),
    "teachers re-keyed": Bad(teacher_ids, ("PLAN-520", "PLAN-540")),
    "school ids lost zeros": Bad(school_zeros, ("PLAN-520", "PLAN-540")),
    "school ids lost zeros, students only": Bad(school_zeros_in_students, ("PLAN-520", "PLAN-540")),
    "e-mails of one school blank": Bad(emails_of_school, ("PLAN-508",)),
    "every n-th row missing": Bad(every_nth, ("PLAN-550",)),
    "one grade for all": Bad(grade_constant, ("PLAN-548",)),
    "one grade missing": Bad(grade_missing, ("PLAN-550",)),
    "one subject missing": Bad(subject_missing, ("PLAN-550",)),
    "one school's students elsewhere": Bad(all_to_one_school, ("PLAN-554",)),
    "first and last names swapped": Bad(names_swapped, ("PLAN-547",)),
    "one e-mail for all teachers": Bad(constant_email, ("PLAN-548",)),
    "one last name for all": Bad(constant_name, ("PLAN-548",)),
    "another district's teachers": Bad(foreign_teachers, ("PLAN-551",)),
    "last year's file": Bad(last_year, ("PLAN-551",)),
    "one teacher for all sections": Bad(one_teacher, ("PLAN-548",)),
    "test people": Bad(test_people, ("PLAN-555",)),
    "garbled letters": Bad(mojibake, ("PLAN-549",)),
    "letters became ?": Bad(question_marks, ("PLAN-549",)),
    "teachers of one school gone": Bad(staff_of_school, ("PLAN-501",)),
    "students and teachers exchanged": Bad(roles_swapped, ("PLAN-553",)),
    "ids beside other people": Bad(ids_reassigned, ("PLAN-546",)),
    "student numbers for ids": Bad(ids_of_another_column, ("PLAN-547", "PLAN-520", "PLAN-540")),
    "school ids for student ids": Bad(school_for_id, ("PLAN-547",)),
    "columns shifted": Bad(columns_shifted, ("PLAN-547",)),
    "e-mails without @": Bad(emails_without_at, ("PLAN-549",)),
    "section column slipped": Bad(section_column_slipped, ("PLAN-554",)),
    "half of the sections missing": Bad(sections_halved, ("PLAN-502", "PLAN-501")),
    "section ids respelled": Bad(upper_ids, ("PLAN-520", "PLAN-540")),
    "students of one school missing": Bad(students_file_missing_school, ("PLAN-501", "PLAN-543")),
}

__all__ = ["BAD", "Bad", "Row", "enroll"]
