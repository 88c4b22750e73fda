"""An invented district as plain rows, and the files that it sends."""

import csv
import io
import random
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta

Row = dict[str, str]
Files = dict[str, str]

_SYLLABLES = "ba be bi bo da de di do fa fe ka ke ki ko la le li lo ma me mi mo na ne ni no ra re "
_SYLLABLES += "ri ro sa se si so ta te ti to va ve vi vo za ze zi zo"
_ENDS = ["n", "r", "s", "l", "m", "t", "x", "nd", "rk", "lm", "sson", "ez", "ić", "ñez", "ö", "é"]
SUBJECTS = ("math", "science", "language", "social studies", "PE and health")
GRADES = ("Kindergarten", *(str(n) for n in range(1, 13)))
HEADERS = {
    "schools": "School_id School_name School_number",
    "teachers": "School_id Teacher_id Teacher_email First_name Last_name",
    "staff": "School_id Staff_id Staff_email First_name Last_name Title",
    "students": "School_id Student_id Student_number Student_email First_name Last_name Grade"
    " Gender DOB",
    "sections": "School_id Section_id Teacher_id Section_number Name Grade Course_name"
    " Course_number Period Subject",
    "enrollments": "School_id Section_id Student_id",
}
TERMS = " Term_name Term_start Term_end"


@dataclass
class District:
    """Tables of rows in Clever's words; ``rng`` is where all chance comes from."""

    rng: random.Random
    tables: dict[str, list[Row]]
    terms: bool = False
    count: int = 0
    words: random.Random = field(default_factory=lambda: random.Random(0))

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    def __setitem__(self, table: str, rows: list[Row]) -> None:
        self.tables[table] = rows

    def copy(self) -> "District":
        """A district of its own; chance goes on from here."""
        return deepcopy(self)

    def files(self) -> Files:
        """The files of Clever CSV."""
        return {f"{name}.csv": self._text(name, rows) for name, rows in self.tables.items()}

    def _text(self, name: str, rows: Iterable[Row]) -> str:
        columns = (HEADERS[name] + (TERMS if self.terms and name == "sections" else "")).split()
        written = io.StringIO()
        writer = csv.DictWriter(written, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return written.getvalue()

    def ids(self, table: str) -> list[str]:
        """The ids of a table in its order."""
        return [row[key(table)] for row in self.tables[table]]

    def number(self) -> int:
        """A number that no record had before."""
        self.count += 1
        return self.count

    def name(self) -> tuple[str, str]:
        """A given and a family name."""
        parts = _SYLLABLES.split()
        given = "".join(self.words.choices(parts, k=self.words.randint(2, 3)))
        family = "".join(self.words.choices(parts, k=2)) + self.words.choice(_ENDS)
        return given.capitalize(), family.capitalize()

    def student(self, school: str, grade: str) -> Row:
        """A new student, not in the table yet."""
        n, (given, family) = self.number(), self.name()
        born = date(2021, 9, 1) - timedelta(
            days=365 * GRADES.index(grade) + self.words.randint(0, 364)
        )
        return {
            "School_id": school,
            "Student_id": f"0{200000 + n * 7}",
            "Student_number": f"{900000 + n}",
            "Student_email": f"{plain(given)}.{plain(family)}{n}@pupils.lake.example",
            "First_name": given,
            "Last_name": family,
            "Grade": grade,
            "Gender": self.words.choice("MF"),
            "DOB": born.strftime("%m/%d/%Y"),
        }

    def adult(self, school: str, word: str) -> Row:
        """A new teacher or member of staff (``word``: Teacher or Staff)."""
        n, (given, family) = self.number(), self.name()
        return {
            "School_id": school,
            f"{word}_id": f"{word[0]}{5000 + n * 3}",
            f"{word}_email": f"{plain(given)}.{plain(family)}{n}@lake.example",
            "First_name": given,
            "Last_name": family,
            "Title": self.words.choice(("Principal", "Counselor", "Nurse")),
        }

    def section(self, school: str, grade: str, subject: str, teacher: str) -> Row:
        """A new section."""
        n = self.number()
        return {
            "School_id": school,
            "Section_id": f"{school}-{3000 + n * 5}",
            "Teacher_id": teacher,
            "Section_number": str(n),
            "Name": f"{subject.title()} {grade}",
            "Grade": grade,
            "Course_name": f"{subject.title()} {grade}",
            "Course_number": f"{subject[:2].upper()}{grade[:2]}",
            "Period": str(self.words.randint(1, 7)),
            "Subject": subject,
            **self.term,
        }

    term: Row = field(default_factory=dict)


def key(table: str) -> str:
    """The id column of a table."""
    return {
        "schools": "School_id", "teachers": "Teacher_id", "staff": "Staff_id",
        "students": "Student_id", "sections": "Section_id",
    }[table]  # fmt: skip


def plain(text: str) -> str:
    """A name as an address has it."""
    table = str.maketrans("ćñöé", "cnoe")
    return text.lower().translate(table)


FALL = {"Term_name": "Fall", "Term_start": "08/17/2026", "Term_end": "12/18/2026"}
SPRING = {"Term_name": "Spring", "Term_start": "01/04/2027", "Term_end": "06/11/2027"}


def make(seed: int, schools: int = 3, students: int = 150, terms: bool = False) -> District:
    """A district with so many schools and about so many students, of uneven size."""
    rng = random.Random(seed)
    empty: dict[str, list[Row]] = {name: [] for name in HEADERS}
    made = District(rng, empty, terms, words=random.Random(seed + 1), term=dict(FALL))
    weights = [rng.uniform(0.4, 1.6) for _ in range(schools)]
    for index, weight in enumerate(weights):
        school = f"0{100 + index * 3}"
        row = {"School_id": school, "School_name": f"{made.name()[1]} School"}
        made["schools"].append({**row, "School_number": str(index + 1)})
        _open(made, school, index, max(12, round(students * weight / sum(weights))))
    if rng.random() < 0.5:  # some systems sort by name, some by school
        made["students"].sort(key=lambda r: (r["Last_name"], r["Student_id"]))
        made["enrollments"].sort(key=lambda r: (r["Section_id"], r["Student_id"]))
    return made


def _open(made: District, school: str, index: int, students: int) -> None:
    """People, sections and enrollments of a school: elementary, middle or high."""
    grades = (GRADES[:6], GRADES[6:9], GRADES[9:])[index % 3]
    for n in range(students):
        made["students"].append(made.student(school, grades[n % len(grades)]))
    teachers = [made.adult(school, "Teacher") for _ in range(max(2, students // 15))]
    made["teachers"] += teachers
    made["staff"] += [made.adult(school, "Staff") for _ in range(2)]
    for grade in grades:
        teach(made, school, grade)


def teach(made: District, school: str, grade: str) -> None:
    """The sections of a grade, each student in one of every subject."""
    here = [r for r in made["students"] if (r["School_id"], r["Grade"]) == (school, grade)]
    teachers = [r["Teacher_id"] for r in made["teachers"] if r["School_id"] == school]
    for subject in SUBJECTS:
        groups = max(1, round(len(here) / 22))
        sections = [
            made.section(school, grade, subject, made.words.choice(teachers)) for _ in range(groups)
        ]
        made["sections"] += sections
        for student in here:
            enroll(made, made.words.choice(sections), student)


def enroll(made: District, section: Row, student: Row) -> None:
    """A student into a section."""
    made["enrollments"].append(
        {
            "School_id": section["School_id"],
            "Section_id": section["Section_id"],
            "Student_id": student["Student_id"],
        }
    )


def drop_students(made: District, ids: set[str]) -> None:
    """Students leave, and their enrollments with them."""
    for table in ("students", "enrollments"):
        made.tables[table] = [r for r in made[table] if r["Student_id"] not in ids]


def join(made: District, school: str, grade: str) -> Row:
    """A new student with a place in sections of the grade."""
    student = made.student(school, grade)
    made["students"].append(student)
    by: dict[str, list[Row]] = {}
    for section in made["sections"]:
        if (section["School_id"], section["Grade"]) == (school, grade):
            by.setdefault(section["Subject"], []).append(section)
    for sections in by.values():
        enroll(made, made.rng.choice(sections), student)
    return student


def week(made: District, share: float = 0.004) -> District:
    """A usual night: few leave, few come, few change a name, an address or a section."""
    new = made.copy()
    rng, count = new.rng, len(new["students"])

    def some() -> int:
        return sum(rng.random() < share for _ in range(count))

    drop_students(new, set(rng.sample(new.ids("students"), min(some(), count - 1))))
    for _ in range(some()):
        like = rng.choice(new["students"])
        join(new, like["School_id"], like["Grade"])
    for _ in range(some()):
        student = rng.choice(new["students"])
        student["Last_name"] = new.name()[1]
    for _ in range(some() * 3):
        move(new, rng.choice(new["enrollments"]))
    return new


def move(made: District, enrollment: Row) -> None:
    """A student goes to another section of the same course, if there is one."""
    by = {r["Section_id"]: r for r in made["sections"]}
    old = by[enrollment["Section_id"]]
    others = [
        r for r in made["sections"]
        if r["Course_number"] == old["Course_number"] and r["School_id"] == old["School_id"]
    ]  # fmt: skip
    enrollment["Section_id"] = made.rng.choice(others)["Section_id"]
