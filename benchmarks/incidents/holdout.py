"""Incidents that were written after the rules, to see what the rules do with what they don't know.

docs/guards.md says what failed when they were first played.
"""

from benchmarks.incidents.bad import Bad
from benchmarks.incidents.district import (
    GRADES,
    District,
    Files,
    drop_students,
    enroll,
    join,
    make,
    teach,
    week,
)
from benchmarks.incidents.legit import Change

# --- wrong --------------------------------------------------------------------------------------


def top_of_file_missing(d: District) -> District:
    """The first third of students.csv is missing: an export that began too late."""
    new = week(d)
    new.tables["students"] = new["students"][len(new["students"]) // 3 :]
    return new


def middle_missing(d: District) -> District:
    """A page of the export is missing from the middle of enrollments.csv."""
    new = week(d)
    rows = new["enrollments"]
    start, size = len(rows) // 3, max(30, len(rows) // 8)
    new.tables["enrollments"] = rows[:start] + rows[start + size :]
    return new


def first_names_gone(d: District) -> District:
    """A third of the middle of the names is missing: last names are initials."""
    new = week(d)
    for row in new["students"]:
        row["Last_name"] = row["Last_name"][0] + "."
    return new


def two_schools_swapped(d: District) -> District:
    """The ids of two schools are exchanged in students.csv."""
    new = week(d)
    one, other = new.rng.sample(new.ids("schools"), 2)
    swap = {one: other, other: one}
    for row in new["students"]:
        row["School_id"] = swap.get(row["School_id"], row["School_id"])
    return new


def suffix(d: District) -> District:
    """Student ids end in .0, as a spreadsheet's numbers do."""
    new = week(d)
    for table in ("students", "enrollments"):
        for row in new[table]:
            row["Student_id"] = f"{row['Student_id'].lstrip('0')}.0"
    return new


def excel_ids(d: District) -> District:
    """Student ids in students.csv alone lost their zeros."""
    new = week(d)
    for row in new["students"]:
        row["Student_id"] = row["Student_id"].lstrip("0")
    return new


def gender_for_grade(d: District) -> District:
    """First name and e-mail are in each other's column."""
    new = week(d)
    for row in new["students"]:
        row["First_name"], row["Student_email"] = row["Student_email"], row["First_name"]
    return new


def half_grades_wrong(d: District) -> District:
    """The grade of a third of the students is one at random."""
    new = week(d)
    for row in new["students"]:
        if new.rng.random() < 0.35:
            row["Grade"] = new.rng.choice(GRADES)
    return new


def staff_file_of_others(d: District) -> District:
    """staff.csv is that of another district."""
    new = week(d)
    other = make(new.rng.randint(5000, 9999), 3, 60)
    other.count = 90_000
    new.tables["staff"] = [
        other.adult(row["School_id"], "Staff") for row in new["staff"] for _ in range(2)
    ]
    return new


def teachers_halved(d: District) -> District:
    """Half of the teachers are missing; others stand in for them."""
    new = week(d)
    keep = new["teachers"][::2]
    ids = {r["Teacher_id"] for r in keep}
    new.tables["teachers"] = keep
    for row in new["sections"]:
        if row["Teacher_id"] not in ids:
            row["Teacher_id"] = new.rng.choice(keep)["Teacher_id"]
    return new


def district_appended(d: District) -> District:
    """Another district's students stand at the end of the file, at our schools."""
    new = week(d)
    other = make(new.rng.randint(5000, 9999), 3, len(d["students"]))
    schools = new.ids("schools")
    for n, row in enumerate(other["students"]):
        row |= {"Student_id": f"77{n:06}", "Student_number": f"{n}", "School_id": schools[n % 3]}
        row["Student_email"] = f"far{n}@far.example"
        new["students"].append(row)
    return new


def dob_default(d: District) -> District:
    """Everybody is born on the first of January 1900 … or 2000."""
    new = week(d)
    for row in new["students"]:
        row["DOB"] = "01/01/2000"
    return new


def dob_shifted(d: District) -> District:
    """All birth dates a day earlier: a time zone."""
    new = week(d)
    for row in new["students"]:
        month, day, year = row["DOB"].split("/")
        row["DOB"] = f"{month}/{max(1, int(day) - 1):02}/{year}"
    return new


def emails_of_teachers_blank(d: District) -> District:
    """All teachers lack their address."""
    new = week(d)
    for row in new["teachers"]:
        row["Teacher_email"] = ""
    return new


def column_gone(d: District) -> Files:
    """students.csv has the column of e-mails, named otherwise and empty."""
    new = week(d)
    for row in new["students"]:
        row["DOB"] = ""
    return new.files()


def two_grades_missing(d: District) -> District:
    """Two grades are missing in students.csv alone."""
    new = week(d)
    grades = sorted({r["Grade"] for r in new["students"]})[:2]
    new.tables["students"] = [r for r in new["students"] if r["Grade"] not in grades]
    return new


def sections_all_one_school(d: District) -> District:
    """All sections stand under the first school."""
    new = week(d)
    one = new.ids("schools")[0]
    for row in new["sections"]:
        row["School_id"] = one
    return new


def leak_12_enrollments(d: District) -> District:
    """One enrollment in eight is missing, at random."""
    new = week(d)
    new.tables["enrollments"] = [r for r in new["enrollments"] if new.rng.random() > 0.12]
    return new


def rekey_section_school(d: District) -> District:
    """Sections of one school under new ids."""
    new = week(d)
    school = new.rng.choice(new.ids("schools"))
    ids = {
        r["Section_id"]: f"Z{n}"
        for n, r in enumerate(new["sections"]) if r["School_id"] == school
    }  # fmt: skip
    for table in ("sections", "enrollments"):
        for row in new[table]:
            row["Section_id"] = ids.get(row["Section_id"], row["Section_id"])
    return new


def demo_teachers(d: District) -> District:
    """Demo teachers of a trial system came along."""
    new = week(d)
    for n in range(4):
        row = new.adult(new.ids("schools")[0], "Teacher")
        row |= {"First_name": "Demo", "Last_name": f"Teacher {n}"}
        new["teachers"].append(row)
    return new


def anonymised(d: District) -> District:
    """A copy for developers: names are made up, ids are real."""
    new = week(d)
    for row in new["students"]:
        row["First_name"], row["Last_name"] = new.name()
        row["Student_email"] = f"{row['First_name'].lower()}@anonymous.example"
    return new


def cp437(d: District) -> District:
    """Names are read in the code page of DOS."""
    new = week(d)
    for row in new["students"]:
        row["Last_name"] = row["Last_name"].encode("cp1252", "replace").decode("cp437")
    return new


def students_half_and_half(d: District) -> District:
    """Half of the students of each school are missing, by surname M to Z."""
    new = week(d)
    drop_students(new, {r["Student_id"] for r in new["students"] if r["Last_name"] >= "M"})
    return new


# --- wrong, written after what the ones above taught ---------------------------------------------


def sorted_page_missing(d: District) -> District:
    """The last page of sections.csv is missing, and what hangs on it is not."""
    new = week(d)
    new.tables["sections"] = new["sections"][: int(len(new["sections"]) * 0.7)]
    return new


def teachers_in_one_school(d: District) -> District:
    """All teachers stand at the first school."""
    new = week(d)
    for row in new["teachers"]:
        row["School_id"] = new.ids("schools")[0]
    return new


def birth_year_two_digits(d: District) -> District:
    """Birth dates lost their century: 2015 became 1915."""
    new = week(d)
    for row in new["students"]:
        row["DOB"] = row["DOB"].replace("/20", "/19")
    return new


def enrollments_of_others(d: District) -> District:
    """enrollments.csv is last term's: sections that nobody knows."""
    new = week(d)
    for row in new["enrollments"]:
        row["Section_id"] = f"OLD{row['Section_id'][2:]}"
    return new


def leak_of_one_school(d: District) -> District:
    """A fifth of one school's students is missing."""
    new = week(d)
    school = new.rng.choice(new.ids("schools"))
    ids = [r["Student_id"] for r in new["students"] if r["School_id"] == school]
    drop_students(new, set(new.rng.sample(ids, len(ids) // 5)))
    return new


def same_file_twice(d: District) -> Files:
    """The students of a second export are appended, with an X before each id."""
    new = week(d)
    new.tables["students"] += [{**r, "Student_id": f"X{r['Student_id']}"} for r in new["students"]]
    return new.files()


def grade_up_twice(d: District) -> District:
    """Every student two grades higher."""
    new = week(d)
    for row in new["students"]:
        row["Grade"] = GRADES[min(12, GRADES.index(row["Grade"]) + 2)]
    return new


def genders_swapped(d: District) -> District:
    """M and F are exchanged."""
    new = week(d)
    for row in new["students"]:
        row["Gender"] = {"M": "F", "F": "M"}[row["Gender"]]
    return new


# --- legitimate ---------------------------------------------------------------------------------


def section_renamed(d: District) -> District:
    """Section names get the teacher's name in front."""
    new = week(d)
    name = {r["Teacher_id"]: r["Last_name"] for r in new["teachers"]}
    for row in new["sections"]:
        row["Name"] = f"{name[row['Teacher_id']]}: {row['Name']}"
    return new


def big_family_moves_in(d: District) -> District:
    """A dozen new students on one day at one school."""
    new = week(d)
    like = new["students"][0]
    for _ in range(12):
        join(new, like["School_id"], like["Grade"])
    return new


def new_grade_split(d: District) -> District:
    """A full class is split in two: half of its students go to a new section of each subject."""
    new = week(d)
    school, grade = new["students"][5]["School_id"], new["students"][5]["Grade"]
    old = [r for r in new["sections"] if (r["School_id"], r["Grade"]) == (school, grade)]
    for section in old:
        second = new.section(school, grade, section["Subject"], section["Teacher_id"])
        new["sections"].append(second)
        rows = [r for r in new["enrollments"] if r["Section_id"] == section["Section_id"]]
        for row in rows[::2]:
            row["Section_id"] = second["Section_id"]
    return new


def half_a_grade_elsewhere(d: District) -> District:
    """A fifth of the biggest school's students go to another school in the middle of the year."""
    new = week(d)
    size = lambda s: sum(r["School_id"] == s for r in new["students"])  # noqa: E731
    schools = sorted(new.ids("schools"), key=size)
    here = [r for r in new["students"] if r["School_id"] == schools[-1]][::5]
    ids = {r["Student_id"] for r in here}
    new.tables["enrollments"] = [r for r in new["enrollments"] if r["Student_id"] not in ids]
    for row in here:
        row["School_id"] = schools[0]
    for section in new["sections"]:
        if section["School_id"] == schools[0]:
            for row in here:
                if row["Grade"] == section["Grade"]:
                    enroll(new, section, row)
    return new


def addresses_added(d: District) -> District:
    """Half of the teachers get titles, all students a gender that was blank."""
    new = week(d)
    for row in new["students"]:
        row["Gender"] = row["Gender"] or "X"
    for row in new["teachers"][::2]:
        row["Teacher_email"] = row["Teacher_email"].lower()
    return new


def teachers_first_domain(d: District) -> District:
    """The teachers get a new domain, students later."""
    new = week(d)
    for row in new["teachers"]:
        row["Teacher_email"] = row["Teacher_email"].replace("@lake.example", "@lakeview.example")
    return new


def leavers_after_term(d: District) -> District:
    """Three of a hundred leave at the end of a term."""
    new = d.copy()
    count = round(0.03 * len(new["students"]))
    drop_students(new, set(new.rng.sample(new.ids("students"), count)))
    return new


def homeroom_only(d: District) -> District:
    """One grade at one school gets a new timetable."""
    new = week(d)
    school, grade = new["students"][1]["School_id"], new["students"][1]["Grade"]
    old = {
        r["Section_id"]
        for r in new["sections"] if (r["School_id"], r["Grade"]) == (school, grade)
    }  # fmt: skip
    for table in ("sections", "enrollments"):
        new.tables[table] = [r for r in new[table] if r["Section_id"] not in old]
    teach(new, school, grade)
    return new


def two_new_schools_names(d: District) -> District:
    """A school gets another name and number."""
    new = week(d)
    new["schools"][0] |= {"School_name": "Rosa Parks Academy", "School_number": "77"}
    return new


def summer_school(d: District) -> District:
    """A tenth of the students get one more section."""
    new = week(d)
    for school in new.ids("schools"):
        teacher = next(r["Teacher_id"] for r in new["teachers"] if r["School_id"] == school)
        section = new.section(school, GRADES[2], "summer", teacher)
        new["sections"].append(section)
        for student in [r for r in new["students"] if r["School_id"] == school][::10]:
            enroll(new, section, student)
    return new


def all_teachers_move_rooms(d: District) -> District:
    """Every section gets another period, every third another teacher."""
    new = week(d)
    for n, row in enumerate(new["sections"]):
        row["Period"] = str(new.rng.randint(1, 8))
        if n % 3 == 0:
            here = [r for r in new["teachers"] if r["School_id"] == row["School_id"]]
            row["Teacher_id"] = new.rng.choice(here)["Teacher_id"]
    return new


def quiet_then_catch_up(d: District) -> District:
    """A fortnight of usual changes in one drop."""
    return week(d, 0.03)


SECOND_BAD: dict[str, Bad] = {
    "last page of sections missing": Bad(sorted_page_missing, ("PLAN-541",)),
    "all teachers at one school": Bad(teachers_in_one_school, ("PLAN-554", "PLAN-548")),
    "born a century earlier": Bad(birth_year_two_digits, ("PLAN-549", "PLAN-507")),
    "enrollments of other sections": Bad(
        enrollments_of_others, ("PLAN-520", "PLAN-540", "PLAN-551")
    ),
    "a fifth of one school missing": Bad(leak_of_one_school, ("PLAN-501", "PLAN-502")),
    "an export appended under new ids": Bad(same_file_twice, ("PLAN-544",)),
    "two grades up": Bad(grade_up_twice, ("PLAN-507",)),
    "M and F exchanged": Bad(genders_swapped, ("PLAN-507",)),
}
SECOND_LEGIT: dict[str, Change] = {
    "school renamed": two_new_schools_names,
    "summer sections": summer_school,
    "new timetable, same sections": all_teachers_move_rooms,
    "a fortnight in one drop": quiet_then_catch_up,
}
HOLDOUT_BAD: dict[str, Bad] = {
    "top of students.csv missing": Bad(
        top_of_file_missing, ("PLAN-541", "PLAN-501", "PLAN-502", "PLAN-550")
    ),
    "a page of enrollments missing": Bad(
        middle_missing, ("PLAN-541", "PLAN-501", "PLAN-502", "PLAN-550")
    ),
    "last names are initials": Bad(first_names_gone, ("PLAN-507", "PLAN-549")),
    "two schools' ids exchanged": Bad(two_schools_swapped, ("PLAN-554", "PLAN-547")),
    "ids end in .0": Bad(suffix, ("PLAN-520", "PLAN-540")),
    "student ids lost zeros, students only": Bad(excel_ids, ("PLAN-520", "PLAN-540")),
    "first name and e-mail swapped": Bad(gender_for_grade, ("PLAN-547", "PLAN-549")),
    "a third of the grades at random": Bad(half_grades_wrong, ("PLAN-507",)),
    "another district's staff": Bad(staff_file_of_others, ("PLAN-551",)),
    "half of the teachers missing": Bad(teachers_halved, ("PLAN-501", "PLAN-502", "PLAN-550")),
    "another district appended": Bad(district_appended, ("PLAN-503", "PLAN-551")),
    "one birth date for all": Bad(dob_default, ("PLAN-548",)),
    "birth dates a day earlier": Bad(dob_shifted, ("PLAN-549", "PLAN-507")),
    "teachers' e-mails blank": Bad(emails_of_teachers_blank, ("PLAN-508",)),
    "birth dates blank": Bad(column_gone, ("PLAN-508",)),
    "two grades missing in students.csv": Bad(two_grades_missing, ("PLAN-550", "PLAN-501")),
    "all sections at one school": Bad(
        sections_all_one_school, ("PLAN-548", "PLAN-554", "PLAN-511")
    ),
    "12 % of enrollments missing": Bad(leak_12_enrollments, ("PLAN-501", "PLAN-502")),
    "one school's sections re-keyed": Bad(rekey_section_school, ("PLAN-520", "PLAN-540")),
    "demo teachers": Bad(demo_teachers, ("PLAN-555",)),
    "names made up": Bad(anonymised, ("PLAN-507", "PLAN-546", "PLAN-549", "PLAN-548")),
    "letters of DOS": Bad(cp437, ("PLAN-549",)),
    "names from M on missing": Bad(
        students_half_and_half, ("PLAN-501", "PLAN-502", "PLAN-541", "PLAN-550")
    ),
}
HOLDOUT_LEGIT: dict[str, Change] = {
    "sections renamed": section_renamed,
    "a dozen new students": big_family_moves_in,
    "class split in two": new_grade_split,
    "a fifth to another school": half_a_grade_elsewhere,
    "genders filled": addresses_added,
    "teachers' new domain": teachers_first_domain,
    "3 % leave": leavers_after_term,
    "one grade's new timetable": homeroom_only,
}

HOLDOUT_BAD |= SECOND_BAD
HOLDOUT_LEGIT |= SECOND_LEGIT
