"""What happens in every district: it should pass, or be held as what it is."""

from collections.abc import Callable

from benchmarks.incidents.district import (
    GRADES,
    SPRING,
    SUBJECTS,
    District,
    Row,
    drop_students,
    enroll,
    join,
    key,
    make,
    move,
    teach,
    week,
)

Change = Callable[[District], District]


def normal_night(d: District) -> District:
    """H01."""
    return week(d)


def other_order(d: District) -> District:
    """H02: the same rows in another order."""
    new = d.copy()
    for rows in new.tables.values():
        new.rng.shuffle(rows)
    return new


def schedule_week(d: District) -> District:
    """H03: one enrollment in eight changes its section, some students change a subject."""
    new = week(d)
    for row in new.rng.sample(new["enrollments"], len(new["enrollments"]) // 8):
        move(new, row)
    return new


def _up(d: District, grade: str) -> str:
    return GRADES[min(GRADES.index(grade) + 1, 12)]


def promotion(d: District) -> District:
    """H04: everybody one grade up, the last grade leaves, kindergarten is new."""
    new = d.copy()
    low: dict[str, set[int]] = {}
    for student in new["students"]:
        low.setdefault(student["School_id"], set()).add(GRADES.index(student["Grade"]))
    leavers = {r["Student_id"] for r in new["students"] if r["Grade"] == "12"}
    if not leavers:
        top = max(GRADES.index(r["Grade"]) for r in new["students"])
        leavers = {r["Student_id"] for r in new["students"] if GRADES.index(r["Grade"]) == top}
    drop_students(new, leavers)
    for student in new["students"]:
        student["Grade"] = _up(new, student["Grade"])
    for school, grades in low.items():
        if 0 in grades:
            for _ in range(sum(r["School_id"] == school for r in d["students"]) // 6):
                new["students"].append(new.student(school, GRADES[0]))
    return new


def new_term(d: District) -> District:
    """H05: all sections are new ones, of the same people."""
    new = d.copy()
    new.term = dict(SPRING)
    _timetable(new)
    return new


def _timetable(new: District) -> None:
    new.tables["sections"], new.tables["enrollments"] = [], []
    pairs = sorted({(r["School_id"], r["Grade"]) for r in new["students"]})
    for school, grade in pairs:
        teach(new, school, grade)


def new_year(d: District) -> District:
    """Promotion and a new timetable on one day."""
    new = promotion(d)
    new.term = {"Term_name": "Fall27", "Term_start": "08/16/2027", "Term_end": "12/17/2027"}
    _timetable(new)
    return new


def nothing_new(d: District) -> District:
    """A night on which nothing happened but one new student."""
    new = d.copy()
    like = new["students"][0]
    join(new, like["School_id"], like["Grade"])
    return new


def mid_year_school(d: District) -> District:
    """A school opens."""
    new = week(d)
    school = "0990"
    new["schools"].append({"School_id": school, "School_name": "New School", "School_number": "99"})
    for n in range(max(10, len(d["students"]) // len(d["schools"]) // 2)):
        new["students"].append(new.student(school, GRADES[n % 3]))
    new["teachers"] += [new.adult(school, "Teacher") for _ in range(3)]
    for grade in GRADES[:3]:
        teach(new, school, grade)
    return new


def merger(d: District) -> District:
    """The smallest school is closed; people and sections go on at another one."""
    new = d.copy()
    size = lambda s: sum(r["School_id"] == s for r in new["students"])  # noqa: E731
    schools = sorted(new.ids("schools"), key=size)
    gone, stays = schools[0], schools[-1]
    new.tables["schools"] = [r for r in new["schools"] if r["School_id"] != gone]
    for table in ("students", "teachers", "staff", "sections", "enrollments"):
        for row in new[table]:
            if row["School_id"] == gone:
                row["School_id"] = stays
    return new


def staff_change(d: District) -> District:
    """A teacher in ten is replaced by somebody else, who takes over the sections."""
    new = week(d)
    for teacher in new.rng.sample(new["teachers"], max(1, len(new["teachers"]) // 20)):
        heir = new.adult(teacher["School_id"], "Teacher")
        for section in new["sections"]:
            if section["Teacher_id"] == teacher["Teacher_id"]:
                section["Teacher_id"] = heir["Teacher_id"]
        new["teachers"].remove(teacher)
        new["teachers"].append(heir)
    return new


def new_domain(d: District) -> District:
    """The district gets another e-mail domain."""
    new = week(d)
    for row in new["students"]:
        row["Student_email"] = row["Student_email"].replace("@pupils.lake", "@students.lakeview")
    return new


def new_column(d: District) -> District:
    """The period of the sections is filled for the first time, or once more."""
    new = week(d)
    for row in new["sections"]:
        row["Period"] = f"P{row['Period']}"
    return new


def start_of_term_churn(d: District) -> District:
    """Two of a hundred leave and come on one day."""
    return week(d, 0.02)


def class_closed(d: District) -> District:
    """A section is closed; its students go to another one of the course, or to none."""
    new = week(d)
    section = new.rng.choice(new["sections"])
    others = [
        r for r in new["sections"]
        if r["Course_number"] == section["Course_number"]
        and r["School_id"] == section["School_id"] and r is not section
    ]  # fmt: skip
    new["sections"].remove(section)
    for row in new["enrollments"]:
        if row["Section_id"] == section["Section_id"] and others:
            row["Section_id"] = others[0]["Section_id"]
    new.tables["enrollments"] = [
        r for r in new["enrollments"] if r["Section_id"] != section["Section_id"]
    ]
    return new


def new_subject(d: District) -> District:
    """A club for a quarter of a school's students."""
    new = week(d)
    school = new.rng.choice(new.ids("schools"))
    teacher = next(r["Teacher_id"] for r in new["teachers"] if r["School_id"] == school)
    section = new.section(school, GRADES[1], "arts", teacher)
    new["sections"].append(section)
    for student in [r for r in new["students"] if r["School_id"] == school][::4]:
        enroll(new, section, student)
    return new


def names_corrected(d: District) -> District:
    """Names get the capitals that they should have had."""
    new = week(d)
    for row in new["students"]:
        row["Last_name"] = row["Last_name"].upper()
    return new


def only_teacher_leaves(d: District) -> District:
    """One teacher of the smallest staff is replaced."""
    new = d.copy()
    school = new["schools"][0]["School_id"]
    one = next(r for r in new["teachers"] if r["School_id"] == school)
    heir = new.adult(school, "Teacher")
    for section in new["sections"]:
        if section["Teacher_id"] == one["Teacher_id"]:
            section["Teacher_id"] = heir["Teacher_id"]
    new["teachers"][new["teachers"].index(one)] = heir
    return new


def swap_of_subject(d: District) -> District:
    """One student in ten drops a subject for a new one: other courses, no moves."""
    new = week(d)
    for school in new.ids("schools"):
        teacher = next(r["Teacher_id"] for r in new["teachers"] if r["School_id"] == school)
        section = new.section(school, GRADES[1], "arts", teacher)
        new["sections"].append(section)
        mine = [r for r in new["enrollments"] if r["School_id"] == school]
        seen: set[str] = set()
        for row in mine[:: max(1, len(SUBJECTS) * 2)]:
            if row["Student_id"] not in seen:
                seen.add(row["Student_id"])
                row["Section_id"] = section["Section_id"]
    return new


def day_first(d: District) -> District:
    """Dates are written with the day first, which is seen and read so."""
    new = week(d)
    for row in new["students"]:
        month, day, year = row["DOB"].split("/")
        row["DOB"] = f"{day}/{month}/{year}"
    return new


LEGIT: dict[str, Change] = {
    "H01 normal night": normal_night,
    "H02 other order of rows": other_order,
    "H03 schedule-change week": schedule_week,
    "H04 promotion": promotion,
    "H05 new term": new_term,
    "new school year": new_year,
    "one new student": nothing_new,
    "mid-year new school": mid_year_school,
    "schools merged": merger,
    "staff change": staff_change,
    "new e-mail domain": new_domain,
    "new names of periods": new_column,
    "start-of-term churn": start_of_term_churn,
    "class closed": class_closed,
    "club opened": new_subject,
    "names in capitals": names_corrected,
    "teacher replaced": only_teacher_leaves,
    "subjects swapped": swap_of_subject,
    "dates with the day first": day_first,
}
TERM_CHANGES = ("H05 new term", "new school year")
"""Held without a calendar is right for these, where the new term is named."""

__all__ = ["LEGIT", "TERM_CHANGES", "Change", "Row", "key", "make"]
