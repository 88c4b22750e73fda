"""Cases of B to E that options decide: local edits, absence by kind, kinds of change."""

from pathlib import Path

import pytest
from case_drops import District, delta, header, row

from importer.checks.catalogue import (
    CLASSES_1,
    ENROLLMENTS,
    ENROLLMENTS_1,
    SESSIONS_1,
    STUDENTS,
    USERS_1,
    Files,
    clever,
    manifest,
    oneroster,
)

_SIX = [f"S{n}" for n in range(1, 7)]


def _with(files: Files, platform: str) -> Files:
    return {**files, "platform.csv": platform}


def _students(*ids: str) -> str:
    return header(STUDENTS) + "".join(f"0101,{i},{i}@oak.example,Bo,Lind,3\n" for i in ids)


def _enrolled(*pairs: str) -> str:
    rows = (pair.split() for pair in pairs)
    return header(ENROLLMENTS) + "".join(f"0101,{section},{who}\n" for section, who in rows)


# --- B: edited on the platform, and new or known ------------------------------------------------


def _username(name: str) -> Files:
    return oneroster(users=USERS_1.replace(",bo,,Bo", f",{name},,Bo"))


def test_B04_a_login_edited_on_both_sides(tmp_path: Path) -> None:
    """Edited on the platform, then the source sends a third: the platform's stays, and it is said.

    The next night, without an export of the platform, it still stays.
    """
    district = District(tmp_path)
    district.commit(_username("bo"))
    told = district.sync(_with(_username("bob"), "person_id,username\nU1,bobby\n"))
    assert told.committed
    assert district.stored("people")["U1"]["username"] == "bobby"
    assert told.found("WARNING") == [("WARNING", "PLAN-530", "users.csv", 2, "username", "bob")]
    assert told.says("PLAN-530") == (
        "username is “bob” in the file and “bobby” on the platform; the platform's value stays."
    )
    night = district.sync({**_username("bob"), "readme.txt": "another night"})
    assert night.did() == set()
    assert [found[1] for found in night.found("WARNING") if found[1] != "FILE-107"] == ["PLAN-530"]
    assert district.stored("people")["U1"]["username"] == "bobby"


@pytest.mark.parametrize(
    ("column", "edited"), [("given_name", "Bobby"), ("family_name", "Lindt"), ("email", "b@x.org")]
)
def test_B05_each_field_stays_by_itself(column: str, edited: str, tmp_path: Path) -> None:
    """One field edited on the platform stays; all others follow the source, without a word."""
    district = District(tmp_path)
    district.commit(oneroster())
    district.commit(_with(oneroster(), f"username,{column}\nBO,{edited}\n"))
    assert district.stored("people")["U1"][column] == edited
    later = USERS_1.replace(",03,", ",04,").replace("U1,,,true", "U1,,,false")
    told = district.sync(oneroster(users=later))
    assert told.found() == []
    (change,) = told.changes
    assert set(change["columns"]) == {"enabled", "grades"}
    assert district.stored("people")["U1"][column] == edited


def test_B06_the_source_may_win(tmp_path: Path) -> None:
    """With wins = "sis" a conflict goes to the source, and the field is the source's again."""
    district = District(tmp_path, '[local]\nwins = "sis"\n')
    district.commit(_username("bo"))
    district.commit(_with(_username("bo"), "person_id,username\nU1,bobby\n"))
    assert district.stored("people")["U1"]["username"] == "bobby"  # nobody else changed it
    told = district.sync(_username("bob"))
    assert district.stored("people")["U1"]["username"] == "bob"
    assert "the source's value goes in" in told.says("PLAN-530")
    told = district.sync(_username("robert"))
    assert told.found() == []
    assert district.stored("people")["U1"]["username"] == "robert"


@pytest.mark.parametrize("wins", ["platform", "sis"])
def test_B06b_a_locked_field_never_changes(wins: str, tmp_path: Path) -> None:
    """Filled once, whoever wins conflicts; each other value that comes is listed."""
    district = District(tmp_path, f'[local]\nlocks = ["people.username"]\nwins = "{wins}"\n')
    district.commit(_username("bo"))
    told = district.sync(_username("bob"))
    assert told.did() == set()
    assert "the field is locked and stays" in told.says("PLAN-530")
    assert district.stored("people")["U1"]["username"] == "bo"


def test_B29_a_record_that_was_never_there_is_gone(tmp_path: Path) -> None:
    """First seen as deleted: nothing is made of it, and a note says so."""
    district = District(tmp_path)
    district.commit(oneroster())
    gone = row(USERS_1, 2).replace("U1,,,", "U9,tobedeleted,2026-09-02T06:00:00Z,")
    told = district.sync(delta(users=header(USERS_1) + gone))
    assert told.committed
    assert told.did() == set()
    assert told.found() == [("INFO", "PLAN-531", "users.csv", 2, None, None)]
    assert "U9" not in district.stored("people", "archived")


def test_B37_only_new_people(tmp_path: Path) -> None:
    """Users and additions alone: who is known is skipped, neither edited nor enrolled."""
    policy = '[sync]\nitems = ["users"]\nchanges = ["add"]\n'
    district = District(tmp_path, policy)
    district.commit(clever())
    students = STUDENTS.replace("Lind", "Lindt") + "0101,S2,cy@oak.example,Cy,Ray,3\n"
    told = district.sync(clever(students=students, enrollments=_enrolled("M1 S1", "M1 S2")))
    assert told.did() == {("add", "people", "S2"), ("add", "roles", "S2 / 0101 / student")}
    (skipped,) = [change for change in told.changes if not change["picked"]]
    assert (skipped["key"], skipped["columns"]) == ("S1", ["family_name"])
    assert "policy: edits are not synced" in skipped["because"]
    assert district.stored("enrollments") == {}


def test_B38_only_enroll_who_is_known(tmp_path: Path) -> None:
    """Sections alone: people stay as they are and nobody is created; who is known is enrolled."""
    district = District(tmp_path)
    district.commit(clever(students=_students("S1", "S2"), enrollments=_enrolled("M1 S1")))
    (district.store.root / "district.toml").write_text('[sync]\nitems = ["sections"]\n', "utf-8")
    students = _students("S1", "S2", "S3").replace("Lind", "Lindt")
    told = district.sync(
        clever(students=students, enrollments=_enrolled("M1 S1", "M1 S2", "M1 S3"))
    )
    assert told.did() == {("add", "enrollments", "M1 / S2 / student")}
    (skipped,) = [change for change in told.changes if not change["picked"]]
    assert "the person it belongs to is not in the roster" in skipped["because"]
    assert "S3" not in district.stored("people")


# --- C and D: sections and enrollments ----------------------------------------------------------

_NAMED = "School_id,Section_id,Teacher_id,Section_number,Name\n0101,M1,T1,1,{}\n"


def test_C06_a_section_renamed_on_both_sides(tmp_path: Path) -> None:
    """Renamed on the platform, then in the source: the platform's name stays."""
    district = District(tmp_path)
    district.commit(clever(sections=_NAMED.format("Maths")))
    renamed = "table,section_id,title\nsections,M1,Our maths\n"
    told = district.sync(_with(clever(sections=_NAMED.format("Maths 3a")), renamed))
    assert district.stored("sections")["M1"]["title"] == "Our maths"
    assert told.found("WARNING")[0][1:] == ("PLAN-530", "sections.csv", 2, "title", "Maths 3a")


def test_D04_an_enrollment_that_names_no_section(tmp_path: Path) -> None:
    """There is no default section: the row is left out, and it is said."""
    district = District(tmp_path)
    drop = clever(students=_students("S1", "S2"), enrollments=ENROLLMENTS + "0101,,S2\n")
    told = district.sync(drop)
    assert told.found("ERROR") == [("ERROR", "CELL-201", "enrollments.csv", 3, "Section_id", None)]
    assert told.committed
    assert set(district.stored("enrollments")) == {"M1 / S1 / student", "M1 / T1 / teacher"}


def test_D17_an_enrollment_that_is_over_when_it_is_first_seen(tmp_path: Path) -> None:
    """It is added with its days; the last one says that it is over."""
    over = ENROLLMENTS_1.replace("student,,2026-08-17,2027-06-12", "student,,2026-08-17,2026-08-29")
    district = District(tmp_path)
    told = district.sync(oneroster(enrollments=over))
    assert ("add", "enrollments", "K1 / U1 / student") in told.did()
    assert str(district.stored("enrollments")["K1 / U1 / student"]["end_date"]) == "2026-08-28"


_COURSE = "School_id,Section_id,Teacher_id,Section_number,Course_name,Course_number\n"
_FOUR = _COURSE + "".join(f"0101,M{n},T1,{n},Maths,M\n" for n in range(1, 5))
_IN_FOUR = [f"M{n} {who}" for n in range(1, 5) for who in _SIX]


def _in(*pairs: str) -> Files:
    return clever(students=_students(*_SIX), sections=_FOUR, enrollments=_enrolled(*pairs))


def test_D18_the_last_of_the_dropped_stays_completed(tmp_path: Path) -> None:
    """All of a person's places in a course are dropped: the last is completed, the others go.

    Who still has one of them completes nothing.
    """
    district = District(tmp_path, '[absent]\nenrollments = "complete-last"\n')
    others = [pair for pair in _IN_FOUR if pair.split()[1] not in ("S1", "S2")]
    district.commit(_in(*others, "M1 S1", "M2 S1", "M3 S1", "M1 S2", "M2 S2"))
    told = district.sync(_in(*others, "M1 S2"))
    assert told.did() == {
        ("archive", "enrollments", f"{key} / student")
        for key in ("M1 / S1", "M2 / S1", "M3 / S1", "M2 / S2")
    }
    assert set(district.stored("enrollments", "completed")) == {"M3 / S1 / student"}
    assert set(district.stored("enrollments", "archived")) == {
        "M1 / S1 / student", "M2 / S1 / student", "M2 / S2 / student",
    }  # fmt: skip
    back = district.sync(_in(*others, "M1 S2", "M3 S1"))
    assert back.did() == {("reactivate", "enrollments", "M3 / S1 / student")}


def test_D20_days_edited_on_the_platform(tmp_path: Path) -> None:
    """The first and the last day of an enrollment that were edited on the platform stay."""
    district = District(tmp_path)
    district.commit(oneroster())
    days = "table,section_id,person_id,role,begin_date,end_date\n"
    days += "enrollments,K1,U1,student,2026-08-20,2027-05-31\n"
    district.commit(_with(oneroster(), days))
    told = district.sync(oneroster(users=USERS_1.replace(",03,", ",04,")))
    assert told.did() == {("edit", "people", "U1")}
    stored = district.stored("enrollments")["K1 / U1 / student"]
    assert (str(stored["begin_date"]), str(stored["end_date"])) == ("2026-08-20", "2027-05-31")


@pytest.mark.parametrize(
    ("policy", "status"), [("keep", "active"), ("complete", "completed"), ("archive", "archived")]
)
def test_D28_what_a_dropped_enrollment_becomes(policy: str, status: str, tmp_path: Path) -> None:
    """Kept as it is, kept as completed, or taken away."""
    district = District(tmp_path, f'[absent]\nenrollments = "{policy}"\n')
    district.commit(_in(*_IN_FOUR))
    told = district.sync(_in(*_IN_FOUR[1:]))
    assert "M1 / S1 / student" in district.stored("enrollments", status)
    assert (told.found("INFO") != []) == (policy == "keep")
    if policy == "keep":
        assert told.says("PLAN-533").startswith("1 of enrollments are no longer in the files")


def test_D30_a_student_changes_section(tmp_path: Path) -> None:
    """Out of one section of the course and into another: one move, whatever becomes of dropped."""
    district = District(tmp_path, '[absent]\nenrollments = "complete"\n')
    pairs = [pair for pair in _IN_FOUR if pair != "M2 S1"]
    district.commit(_in(*pairs))
    told = district.sync(_in(*(pair for pair in pairs if pair != "M1 S1"), "M2 S1"))
    assert told.did() == {("move", "enrollments", "M2 / S1 / student")}
    assert district.stored("enrollments", "completed") == {}


# --- E: what is absent --------------------------------------------------------------------------


def test_E09_completed_enrollments_in_a_drop_of_users(tmp_path: Path) -> None:
    """The rule for enrollments says nothing about people: who is dropped is archived."""
    district = District(tmp_path, '[absent]\nenrollments = "complete"\n')
    more = "".join(
        row(USERS_1, 2).replace("U1", f"U{n}").replace("bo", f"b{n}") for n in range(3, 12)
    )
    district.commit(oneroster(users=USERS_1 + more))
    absent = {
        f"{name}.csv": None
        for name in ("academicSessions", "orgs", "courses", "classes", "enrollments")
    }
    modes = dict.fromkeys((name.removesuffix(".csv") for name in absent), "absent")
    users = (USERS_1 + more).replace(row(USERS_1, 2), "")
    drop = {"manifest.csv": manifest(**modes), "users.csv": users}
    told = district.sync(drop)
    assert ("archive", "people", "U1") in told.did()
    assert set(district.stored("people", "archived")) == {"U1"}


@pytest.mark.parametrize("policy", ["suspend", "keep", "archive"])
def test_E10_dropped_people_are_suspended(policy: str, tmp_path: Path) -> None:
    """Suspended: switched off, with role and place kept; switched on again when they return."""
    district = District(tmp_path, f'[absent]\npeople = "{policy}"\nenrollments = "keep"\n')
    whole = clever(students=_students(*_SIX, "S7"), enrollments=_enrolled("M1 S7"))
    district.commit(whole)
    told = district.sync(
        clever(students=_students(*_SIX), enrollments=header(ENROLLMENTS) + "0101,M1,S1\n")
    )
    stays = policy != "archive"
    assert ("S7" in district.stored("people")) == stays
    assert ("S7 / 0101 / student" in district.stored("roles")) == stays
    assert ("M1 / S7 / student" in district.stored("enrollments")) == stays
    assert (("edit", "people", "S7") in told.did()) == (policy == "suspend")
    if policy == "suspend":
        assert district.stored("people")["S7"]["enabled"] is False
        again = district.sync(
            clever(students=_students("S7", *_SIX), enrollments=_enrolled("M1 S7"))
        )
        assert ("edit", "people", "S7") in again.did()
        assert district.stored("people")["S7"]["enabled"] is True


_TERM_2 = "T2,,,Spring,semester,2027-01-10,2027-06-12,Y27,2027\n"
_TERM_1 = "T1,,,Fall,semester,2026-08-17,2026-12-19,Y27,2027\n"


def _two_terms(*classes: str) -> Files:
    """A OneRoster package; ``K1 T1`` is a class of a term, all of one course with one student."""
    rows = [pair.split() for pair in classes]
    taught = "".join(
        row(CLASSES_1, 2).replace("K1", name).replace("Y27", term).replace("3a", name)
        for name, term in rows
    )
    enrolled = "".join(f"E{name},,,{name},O1,U1,student,,,\n" for name, _ in rows)
    return oneroster(
        academicSessions=SESSIONS_1 + _TERM_1 + _TERM_2,
        classes=header(CLASSES_1) + taught,
        enrollments=header(ENROLLMENTS_1) + enrolled,
    )


_ALL = [f"K{n} T1" for n in range(1, 8)] + [f"L{n} T2" for n in range(1, 8)]


def test_E16_no_term_of_the_list(tmp_path: Path) -> None:
    """No section is of a term that may be cleaned up: nothing is removed."""
    district = District(tmp_path, '[absent]\nterms = ["T9"]\n')
    district.commit(_two_terms(*_ALL))
    told = district.sync(_two_terms(*_ALL[1:]))
    assert told.committed
    assert told.did() == set()


def test_E17_only_what_belongs_to_the_term(tmp_path: Path) -> None:
    """Of a full list only the sections of the term are removed, with what hangs on them."""
    district = District(tmp_path, '[absent]\nterms = ["T1"]\n')
    district.commit(_two_terms(*_ALL))
    told = district.sync(_two_terms(*_ALL[1:-1]))  # K1 of the first term, L7 of the second
    assert told.did() == {
        ("archive", "sections", "K1"),
        ("archive", "enrollments", "K1 / U1 / student"),
    }
    assert {"L7"} <= set(district.stored("sections"))
    assert told.says("PLAN-533").startswith("1 of ")


def test_E18_only_the_kinds_that_are_sent(tmp_path: Path) -> None:
    """A full list of enrollments alone: only enrollments are removed."""
    district = District(tmp_path)
    district.commit(_two_terms(*_ALL))
    whole = _two_terms(*_ALL[1:])
    names = ("academicSessions", "orgs", "courses", "classes", "users")
    drop = {
        "manifest.csv": manifest(**dict.fromkeys(names, "absent")),
        "enrollments.csv": whole["enrollments.csv"],
    }
    assert district.sync(drop).did() == {("archive", "enrollments", "K1 / U1 / student")}


def test_E21_nothing_is_deleted(tmp_path: Path) -> None:
    """Without archives among the changes every row may go: it is listed and nothing happens."""
    district = District(tmp_path, '[sync]\nchanges = ["add", "edit", "move", "reactivate"]\n')
    district.commit(_in(*_IN_FOUR))
    few = {
        "sections": "".join(_FOUR.splitlines(keepends=True)[:2]),
        "enrollments": _enrolled("M1 S9"),
    }
    told = district.sync(clever(students=_students("S9"), **few))
    assert told.committed
    assert told.did("archive") == set()
    assert set(district.stored("people")) >= {*_SIX, "S9"}
    assert len(told.changes) > len(told.did())


def test_E22_a_child_is_judged_by_its_own_term(tmp_path: Path) -> None:
    """A section whose parent belongs to another term is cleaned up with its own."""
    district = District(tmp_path, '[absent]\nterms = ["T1"]\n[sync]\nmatch_sessions = "code"\n')
    teach = "".join(
        f"X{name},,,{name},O1,U2,teacher,true,,\n" for name, _ in (p.split() for p in _ALL)
    )
    coded = {
        **_two_terms(*_ALL),
        "classes.csv": str(_two_terms(*_ALL)["classes.csv"]).replace(
            "C1,,scheduled", "C1,m,scheduled"
        ),
    }
    coded["enrollments.csv"] = str(coded["enrollments.csv"]) + teach
    district.commit(coded)
    parents = {
        key: stored["parent_section_id"] for key, stored in district.stored("sections").items()
    }
    assert parents == {key: None if key == "K1" else "K1" for key in parents}
    later = {
        **coded,
        "classes.csv": "\n".join(
            line for line in str(coded["classes.csv"]).split("\n") if line[:3] not in ("K7,", "L7,")
        ),
    }
    later["enrollments.csv"] = "\n".join(
        line
        for line in str(coded["enrollments.csv"]).split("\n")
        if ",K7," not in line and ",L7," not in line
    )
    told = district.sync(later)
    assert ("archive", "sections", "K7") in told.did()
    assert "L7" in district.stored("sections")
