"""Cases C: courses, sections, terms and organisations."""

from pathlib import Path

from case_drops import District, check, delta, header, row

from importer.checks.catalogue import (
    CLASSES_1,
    COURSES_1,
    ENROLLMENTS,
    ORGS_1,
    clever,
    oneroster,
)

_DATED = "School_id,Section_id,Teacher_id,Section_number,Name,Term_name,Term_start,Term_end\n"


def _class(sourced_id: str, title: str, course: str, type_: str = "scheduled") -> str:
    return f"{sourced_id},,,{title},03,{course},,{type_},,O1,Y27,,,1\n"


def test_C01_six_sections_of_which_one_is_right(tmp_path: Path) -> None:
    """No course, no id, an unknown word, no name, an unknown course: five errors, one row kept."""
    rows = [
        _class("K1", "Maths 3a", "C1"),
        _class("K2", "Maths 3b", ""),
        _class("", "Maths 3c", "C1"),
        _class("K4", "Maths 3d", "C1", "inactive"),
        _class("K5", "", "C1"),
        _class("K6", "Maths 3f", "C7"),
    ]
    district = District(tmp_path)
    told = district.sync(oneroster(classes=header(CLASSES_1) + "".join(rows)))
    assert sorted(told.found("ERROR")) == [
        ("ERROR", "CELL-201", "classes.csv", 3, "courseSourcedId", None),
        ("ERROR", "CELL-201", "classes.csv", 4, "sourcedId", None),
        ("ERROR", "CELL-201", "classes.csv", 6, "title", None),
        ("ERROR", "CELL-204", "classes.csv", 5, "classType", "inactive"),
        ("ERROR", "LINK-405", "classes.csv", 7, "courseSourcedId", "C7"),
    ]
    assert told.held() == {("classes.csv", line) for line in (3, 4, 5, 6, 7)}
    assert told.committed
    assert set(district.stored("sections")) == {"K1"}


def test_C02_date_that_is_no_date(tmp_path: Path) -> None:
    """The day 2012-13-05 doesn't exist: a warning that quotes it; the section has no such date."""
    dated = "0101,M1,T1,1,Maths 3a,Fall,2012-13-05,12/18/2026\n"
    district = District(tmp_path)
    told = district.sync(clever(sections=_DATED + dated))
    assert told.found("ERROR", "WARNING") == [
        ("WARNING", "CELL-206", "sections.csv", 2, "Term_start", "2012-13-05")
    ]
    assert "“2012-13-05” in Term_start is not a date" in told.says("CELL-206")
    assert set(district.stored("sections")) == {"M1"}
    (term,) = district.stored("terms").values()
    assert term["start_date"] is None


def test_C04_section_of_an_unknown_course(tmp_path: Path) -> None:
    """One section names a course that isn't there: it is left out, the others go on."""
    more = CLASSES_1 + _class("K2", "Art", "C9") + _class("K3", "Maths 3b", "C1")
    district = District(tmp_path)
    told = district.sync(oneroster(classes=more))
    assert told.found("ERROR") == [("ERROR", "LINK-405", "classes.csv", 3, "courseSourcedId", "C9")]
    assert set(district.stored("sections")) == {"K1", "K3"}


def _second_course_archived(folder: Path) -> District:
    district = District(folder)
    district.commit(
        oneroster(courses=COURSES_1 + "C2,,,Y27,Art,A,03,O1,,\nC3,,,Y27,PE,P,03,O1,,\n")
    )
    gone = "C2,tobedeleted,2026-09-02T06:00:00Z,Y27,Art,A,03,O1,,\n"
    district.commit(delta(courses=header(COURSES_1) + gone))
    assert set(district.stored("courses", "archived")) == {"C2"}
    return district


def test_C05_section_moves_to_an_archived_course(tmp_path: Path) -> None:
    """The section moves all the same, with a warning that its course is archived."""
    district = _second_course_archived(tmp_path)
    moved = row(CLASSES_1, 2).replace("K1,,", "K1,active,2026-09-03T06:00:00Z").replace("C1", "C2")
    told = district.sync(delta(classes=header(CLASSES_1) + moved))
    assert told.found("BLOCK", "ERROR", "WARNING") == [
        ("WARNING", "LINK-419", "classes.csv", 2, "courseSourcedId", "C2")
    ]
    assert "“C2” in courseSourcedId is archived" in told.says("LINK-419")
    assert told.did() == {("edit", "sections", "K1")}
    assert district.stored("sections")["K1"]["course_id"] == "C2"


def test_C08_child_before_its_parent(tmp_path: Path) -> None:
    """A school stands above its district in the file: the order of rows means nothing."""
    turned = header(ORGS_1) + row(ORGS_1, 3) + row(ORGS_1, 2)
    district = District(tmp_path)
    told = district.sync(oneroster(orgs=turned))
    assert told.found() == []
    assert district.stored("schools")["O1"]["parent_id"] == "D"


def test_C09_two_parents_of_each_other(tmp_path: Path) -> None:
    """Each is the other's parent: refused, and the circle is printed."""
    told = check(oneroster(orgs=ORGS_1.replace("district,,\n", "district,,O1\n")), tmp_path)
    circles = [found for found in told.found("ERROR") if found[1] == "LINK-412"]
    assert [found[:5] for found in circles] == [
        ("ERROR", "LINK-412", "orgs.csv", line, "parentSourcedId") for line in (2, 3)
    ]
    assert "D → O1 → D" in told.says("LINK-412")
    assert {("orgs.csv", 2), ("orgs.csv", 3)} <= told.held()


def test_C13_long_name_of_a_section(tmp_path: Path) -> None:
    """A name of 250 letters is taken without a word, one of 300 with a warning; both are filled."""
    named = "School_id,Section_id,Teacher_id,Section_number,Name\n"
    rows = f"0101,M1,T1,1,{'x' * 250}\n0101,M2,T1,2,{'y' * 300}\n"
    district = District(tmp_path)
    told = district.sync(clever(sections=named + rows, enrollments=ENROLLMENTS + "0101,M2,S1\n"))
    assert told.found() == [("WARNING", "CELL-215", "sections.csv", 3, "Name", None)]
    assert "300 characters" in told.says("CELL-215")
    assert district.stored("sections")["M2"]["title"] == "y" * 300
    assert {"M1 / S1 / student", "M2 / S1 / student"} <= set(district.stored("enrollments"))
