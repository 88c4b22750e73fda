"""Cases B (people): who is who, names in use, and ids that changed; and those of C and D on ids."""

import re
from pathlib import Path

import pytest
from case_drops import District, check, delta, header, row

from importer import flow, rekeying, settings
from importer.checks.catalogue import (
    ENROLLMENTS,
    ENROLLMENTS_1,
    SECTIONS,
    SESSIONS_1,
    STUDENTS,
    TEACHERS,
    USERS_1,
    clever,
    oneroster,
)
from importer.model.errors import UsageError
from importer.model.history import Who

_ME = Who("Zoë", "2026-09-20T06:00:00Z")
_LOGIN = "School_id,Student_id,Username,First_name,Last_name,Grade\n"
_NUMBER = "School_id,Student_id,Student_number,First_name,Last_name,Grade\n"
_NEW_TEACHER = {
    "teachers": TEACHERS.replace("T1", "T9"),
    "sections": SECTIONS.replace("T1", "T9"),
}


def _logins(*rows: str) -> str:
    """Students with usernames: “S1 a Bo Lind”."""
    return _LOGIN + "".join(f"0101,{','.join(text.split())},3\n" for text in rows)


def _numbers(*rows: str) -> str:
    """Students with numbers: “S1 9001 Bo Lind”."""
    return _NUMBER + "".join(f"0101,{','.join(text.split())},3\n" for text in rows)


def _policy(match: str) -> str:
    return settings.TEMPLATE.partition("[match]")[0] + f"[match]\n{match}\n"


def _rekey(district: District, text: str) -> flow.Planned:
    """A re-key file carried out as a person would."""
    path = district.folder / "ids.csv"
    path.write_text("old_id,new_id,type\n" + text, "utf-8")
    planned = rekeying.plan_rekeys(path, district.store, _ME)
    if not planned.run.blocks:
        flow.commit(district.store, planned.run, _ME)
    return planned


def _codes(planned: flow.Planned) -> list[tuple[str, int | None, str | None]]:
    return planned.reported.findings.select("code", "row", "column").rows()


# --- one person, one row ------------------------------------------------------------------------


def test_B01_a_new_person(tmp_path: Path) -> None:
    """Id, login, names and address make one person with one role."""
    district = District(tmp_path)
    told = district.sync(oneroster())
    assert ("add", "people", "U1") in told.did("add")
    person = district.stored("people")["U1"]
    assert [person[c] for c in ("username", "given_name", "family_name", "email")] == [
        "bo", "Bo", "Lind", "bo@oak.example",
    ]  # fmt: skip
    assert "U1 / O1 / student" in district.stored("roles")


def test_B02_another_last_name(tmp_path: Path) -> None:
    """The same id with another name is an edit, before and after told; the login stays one."""
    district = District(tmp_path)
    district.commit(oneroster())
    told = district.sync(oneroster(users=USERS_1.replace("Lind", "Moss")))
    (change,) = told.changes
    assert (change["action"], change["key"]) == ("edit", "U1")
    assert (change["columns"], change["before"], change["after"]) == (
        ["family_name"], ["Lind"], ["Moss"],
    )  # fmt: skip
    assert district.stored("people")["U1"]["username"] == "bo"


def _stored_as(name: str, folder: Path) -> str:
    district = District(folder)
    told = district.sync(clever(students=STUDENTS.replace("Lind", name)))
    assert told.found() == []
    return str(district.stored("people")["S1"]["family_name"])


def test_B10_a_last_name_of_two_words(tmp_path: Path) -> None:
    """“St. Clair” stays the last name; nothing is split."""
    assert _stored_as("St. Clair", tmp_path) == "St. Clair"


@pytest.mark.parametrize("name", ["O'Brien", "Smith (Jr)", "A&B"])
def test_B32_names_are_what_they_are(name: str, tmp_path: Path) -> None:
    """A name keeps its apostrophes, brackets and signs; it is not refused."""
    assert _stored_as(name, tmp_path) == name


def test_B12_what_can_not_be_blank(tmp_path: Path) -> None:
    """Without an id, a login or a known status a row is left out; the others go on."""
    users = USERS_1 + row(USERS_1, 2).replace("U1", "").replace("bo", "b1")
    users += row(USERS_1, 2).replace("U1", "U4").replace(",bo,", ",,").replace("bo@", "b2@")
    users += row(USERS_1, 2).replace("U1,", "U5,gone").replace("bo", "b3")
    told = check(oneroster(users=users), tmp_path)
    assert {found[3:5] for found in told.found("ERROR")} == {
        (4, "sourcedId"), (5, "username"), (6, "status"),
    }  # fmt: skip
    assert told.held() == {("users.csv", n) for n in (4, 5, 6)}


def test_B13_control_character_in_a_login(tmp_path: Path) -> None:
    """A sign that nobody sees is told and not stored; the login is read without it."""
    district = District(tmp_path)
    told = district.sync(oneroster(users=USERS_1.replace(",bo,", ",b\x01o,")))
    assert [f[1:5] for f in told.found()] == [("CELL-230", "users.csv", 2, "username")]
    assert "\x01" not in told.reported.files()["report.html"].decode()
    assert district.stored("people")["U1"]["username"] == "bo"


def test_B14_login_that_is_too_long(tmp_path: Path) -> None:
    """A login of more characters than receivers keep is said, with how many it has."""
    told = check(oneroster(users=USERS_1.replace(",bo,", f",{'b' * 256},")), tmp_path)
    (found,) = told.found()
    assert found[2:5] == ("users.csv", 2, "username")
    assert "256 characters" in told.says(found[1])


def test_B26_a_person_who_leaves_takes_along_what_hangs_on_them(tmp_path: Path) -> None:
    """Archived, with each knock-on change listed; the record is kept."""
    district = District(tmp_path)
    district.commit(oneroster())
    gone = USERS_1.replace("U1,,,", "U1,tobedeleted,2026-09-02T00:00:00Z,")
    told = district.sync(delta(users=header(gone) + row(gone, 2)))
    assert told.did() == {
        ("archive", "people", "U1"),
        ("archive", "roles", "U1 / O1 / student"),
        ("archive", "enrollments", "K1 / U1 / student"),
    }


def test_B29_delete_of_somebody_unknown(tmp_path: Path) -> None:
    """Nothing is made of a row that takes away who was never there."""
    district = District(tmp_path)
    district.commit(oneroster())
    gone = (
        header(USERS_1) + "U9,tobedeleted,2026-09-02T00:00:00Z,true,O1,student,cy,,Cy,Ray,,,,,,,,\n"
    )
    told = district.sync(delta(users=gone))
    assert told.did() == set()
    assert "U9" not in district.stored("people", "archived")


def test_B33_one_bad_role_among_good_ones(tmp_path: Path) -> None:
    """Each row is judged by itself: the bad one is an error though the last one is right."""
    users = USERS_1.replace("student", "wizard")
    told = check(oneroster(users=users), tmp_path)
    assert ("ERROR", "users.csv", 2, "role") in {(f[0], *f[2:5]) for f in told.found("ERROR")}
    assert ("users.csv", 3) not in told.held()


def test_B34_nobody_needs_a_password(tmp_path: Path) -> None:
    """A user without password is taken, and so are all others."""
    assert check(oneroster(), tmp_path).found() == []


def test_B36_zero_is_an_id(tmp_path: Path) -> None:
    """The id “0” is a value, not a blank."""
    district = District(tmp_path)
    users = USERS_1.replace("U1", "0")
    told = district.sync(oneroster(users=users, enrollments=ENROLLMENTS_1.replace("U1", "0")))
    assert told.found("ERROR") == []
    assert "0" in district.stored("people")


def test_B41_a_value_that_is_not_needed(tmp_path: Path) -> None:
    """It is left out with a warning, the person is made all the same."""
    district = District(tmp_path)
    told = district.sync(clever(students=STUDENTS.replace("bo@oak.example", "nowhere")))
    assert [found[0] for found in told.found()] == ["WARNING"]
    assert district.stored("people")["S1"]["email"] is None


# --- names that only one may have ---------------------------------------------------------------


def test_B16_two_rows_with_one_login(tmp_path: Path) -> None:
    """Both rows are flagged, and nobody wins by order."""
    users = USERS_1 + row(USERS_1, 2).replace("U1", "U3").replace("bo@", "cy@")
    district = District(tmp_path)
    told = district.sync(oneroster(users=users))
    assert told.held() == {("users.csv", 2), ("users.csv", 4)}
    assert "U3" in told.says("PLAN-525")
    assert set(district.stored("people")) == {"U2"}


def _logins_after(folder: Path, *rows: str) -> dict[str, str]:
    """Usernames by id, after S1 had a and S2 had b and these rows came."""
    district = District(folder)
    district.commit(clever(students=_logins("S1 a Bo Lind", "S2 b Cy Ray")))
    assert district.sync(clever(students=_logins(*rows))).found("ERROR") == []
    people = district.stored("people")
    return {id_: people[id_]["username"] for id_ in ("S1", "S2")}


def test_B17_a_login_is_taken_before_it_is_free(tmp_path: Path) -> None:
    """U2 takes the login of U1, who gets a new one further down: both are carried out."""
    found = _logins_after(tmp_path, "S2 a Cy Ray", "S1 c Bo Lind")
    assert found == {"S1": "c", "S2": "a"}


def test_B18_the_other_order_of_rows(tmp_path: Path) -> None:
    """It gives the same answer, and so does a swap."""
    found = _logins_after(tmp_path / "order", "S1 c Bo Lind", "S2 a Cy Ray")
    assert found == {"S1": "c", "S2": "a"}
    found = _logins_after(tmp_path / "swap", "S1 b Bo Lind", "S2 a Cy Ray")
    assert found == {"S1": "b", "S2": "a"}


def test_B18b_a_chain_that_ends_at_somebody(tmp_path: Path) -> None:
    """S3 is new and wants c as S1 does: none of them gets it, so S2 can't have a either."""
    district = District(tmp_path)
    district.commit(clever(students=_logins("S1 a Bo Lind", "S2 b Cy Ray")))
    rows = ["S1 c Bo Lind", "S2 a Cy Ray", "S3 c Di Fox"]
    for number, files in enumerate((rows, rows[::-1])):
        other = District(tmp_path / str(number))
        other.commit(clever(students=_logins("S1 a Bo Lind", "S2 b Cy Ray")))
        told = other.sync(clever(students=_logins(*files)))
        assert {f[1] for f in told.found("ERROR")} == {"PLAN-525"}
        assert {row for _, row in told.held()} == {2, 3, 4}
        assert other.stored("people")["S1"]["username"] == "a"
        assert "S3" not in other.stored("people")


def test_B20_login_of_somebody_else_on_the_way_back(tmp_path: Path) -> None:
    """Who comes back with a login that another has meanwhile is held, and the holder is named."""
    district = District(tmp_path)
    district.commit(
        clever(
            students=_logins("S1 a Bo Lind", "S2 b Cy Ray"),
            enrollments="School_id,Section_id,Student_id\n0101,M1,S2\n",
        )
    )
    only = clever(
        students=_logins("S2 b Cy Ray", "S3 a Di Fox"),
        enrollments="School_id,Section_id,Student_id\n0101,M1,S2\n",
    )
    district.commit(only)
    assert "S1" in district.stored("people", "archived")
    back = _logins("S1 a Bo Lind", "S2 b Cy Ray", "S3 a Di Fox")
    told = district.sync({**only, "students.csv": back})
    assert "S3" in told.says("PLAN-525")
    assert told.held() == {("students.csv", 2), ("students.csv", 4)}
    assert "S1" not in district.stored("people")


def test_B21_nobody_is_woken_up_by_a_login(tmp_path: Path) -> None:
    """Somebody new with the login and number of an archived account is somebody new."""
    district = District(tmp_path)
    bare = "School_id,Section_id,Student_id\n"
    both = _logins("S1 a Bo Lind", "S2 b Cy Ray")
    district.commit(clever(students=both, enrollments=bare + "0101,M1,S2\n"))
    district.commit(clever(students=_logins("S2 b Cy Ray"), enrollments=bare + "0101,M1,S2\n"))
    new = _logins("S2 b Cy Ray", "S9 a Bo Lind")
    told = district.sync(clever(students=new, enrollments=bare + "0101,M1,S2\n"))
    assert told.did() == {("add", "people", "S9"), ("add", "roles", "S9 / 0101 / student")}
    assert "S1" in district.stored("people", "archived")


def test_B22_an_id_of_the_information_system_in_use(tmp_path: Path) -> None:
    """The identifier of U1 sent for a new user is an error that names U1."""
    district = District(tmp_path)
    district.commit(oneroster(users=USERS_1.replace("Bo,Lind,,,", "Bo,Lind,,77,")))
    new = (
        header(USERS_1) + "U9,active,2026-09-02T00:00:00Z,true,O1,student,cy,,Cy,Ray,,77,,,,,03,\n"
    )
    told = district.sync(delta(users=new))
    assert told.found("ERROR") == [("ERROR", "PLAN-525", "users.csv", 2, None, "77")]
    assert "U1" in told.says("PLAN-525")
    assert "U9" not in district.stored("people")


def test_B24_one_login_in_two_spellings_of_one_user(tmp_path: Path) -> None:
    """The same user twice, the login in another letter case: a user of one's own is no clash."""
    district = District(tmp_path)
    district.commit(clever(students=_logins("S1 a Bo Lind")))
    told = district.sync(clever(students=_logins("S1 A Bo Lind")))
    assert (told.found("ERROR"), told.did()) == ([], {("edit", "people", "S1")})


def test_B25_one_address_for_two(tmp_path: Path) -> None:
    """Two people may share an address, with a warning; not where it tells who somebody is."""
    two = STUDENTS + "0101,S2,bo@oak.example,Cy,Ray,3\n"
    district = District(tmp_path / "warned")
    told = district.sync(clever(students=two))
    assert {f[:2] for f in told.found()} == {("WARNING", "ROW-311")}
    assert {"S1", "S2"} <= set(district.stored("people"))
    strict = District(tmp_path / "key", _policy('students = ["email"]\nconfirmed = ["email"]'))
    told = strict.sync(clever(students=two))
    assert {f[:4] for f in told.found("ERROR")} == {
        ("ERROR", "PLAN-525", "students.csv", 2), ("ERROR", "PLAN-525", "students.csv", 3),
    }  # fmt: skip


# --- a record that is there under another id ----------------------------------------------------


def test_B40_the_same_address_is_the_same_account_if_a_person_says_so(tmp_path: Path) -> None:
    """The stored account gets the new id, and what hangs on it stays."""
    district = District(tmp_path, _policy('confirmed = ["email"]'))
    district.commit(clever())
    told = district.sync(clever(**_NEW_TEACHER))
    assert [f[1] for f in told.found()] == ["PLAN-522"]
    assert told.did() == {("re-key", "people", "T9")}
    assert "M1 / T9 / teacher" in district.stored("enrollments")
    assert "T1" not in {**district.stored("people"), **district.stored("people", "archived")}


def test_B40b_without_a_word_it_waits(tmp_path: Path) -> None:
    """Neither added nor merged nor archived, until a person says yes …"""
    district = District(tmp_path)
    district.commit(clever())
    told = district.sync(clever(**_NEW_TEACHER))
    assert [f[:4] for f in told.found()] == [("WARNING", "PLAN-523", "teachers.csv", 2)]
    assert (told.committed, told.did("add", "archive")) == (True, set())
    assert {"T1", "S1"} == set(district.stored("people"))
    proposals = district.store.run_path(district.store.runs()[-1].id, "proposals.csv")
    assert proposals.read_text("utf-8").splitlines()[1] == "T1,T9,person,the same e-mail address"
    planned = rekeying.plan_rekeys(proposals, district.store, _ME)
    flow.commit(district.store, planned.run, _ME)
    assert district.sync(clever(**_NEW_TEACHER)).found() == []
    assert {"T9", "S1"} == set(district.stored("people"))


def test_B40c_or_says_that_they_are_two(tmp_path: Path) -> None:
    """… or no: then the new one is added, the other one archived, and nobody asks again."""
    district = District(tmp_path)
    district.commit(clever())
    district.sync(clever(**_NEW_TEACHER))
    proposals = district.store.run_path(district.store.runs()[-1].id, "proposals.csv")
    assert rekeying.say_never(proposals, district.store, _ME) == 1
    told = district.plan(clever(**_NEW_TEACHER))
    assert "PLAN-523" not in set(told.reported.findings["code"])
    assert {"T9"} == set(told.change.changes.filter(action="add", table="people")["key"])


def test_B40d_two_that_fit_are_never_picked_from(tmp_path: Path) -> None:
    """Two stored people have the number that a new one brings: it is held, both are named."""
    district = District(tmp_path)
    before = _numbers("S1 9001 Bo Lind", "S2 9002 Cy Ray", "S3 9002 Di Fox")
    district.commit(clever(students=before))
    told = district.sync(clever(students=_numbers("S1 9001 Bo Lind", "S9 9002 Di Fox")))
    (found,) = told.found("ERROR")
    assert found[1:4] == ("PLAN-524", "students.csv", 3)
    assert "S2" in told.says("PLAN-524")
    assert "S3" in told.says("PLAN-524")
    assert told.did() == set()


def test_B40e_keys_are_tried_in_their_order_and_no_others(tmp_path: Path) -> None:
    """By number first; an address counts only where the policy lists it."""
    before = clever(students=STUDENTS)
    after = clever(
        students=STUDENTS.replace("S1", "S9"), enrollments=ENROLLMENTS.replace("S1", "S9")
    )
    listed = District(tmp_path / "listed", _policy('students = ["student_id", "email"]'))
    listed.commit(before)
    assert "PLAN-523" in {f[1] for f in listed.sync(after).found()}
    other = District(tmp_path / "other")
    other.commit(before)
    assert "PLAN-523" not in {f[1] for f in other.sync(after).found()}


def test_B28_one_person_of_two(tmp_path: Path) -> None:
    """Of two accounts of one person one goes: its places go over, none is lost or doubled."""
    district = District(tmp_path)
    sections = SECTIONS + "0101,M2,T1,2\n"
    students = STUDENTS + "0101,S2,b@oak.example,Bo,Lind,3\n"
    places = ENROLLMENTS + "0101,M1,S2\n0101,M2,S2\n"
    district.commit(clever(students=students, sections=sections, enrollments=places))
    planned = rekeying.plan_merge("S1", "S2", district.store, _ME)
    flow.commit(district.store, planned.run, _ME)
    assert {"M1 / S1 / student", "M2 / S1 / student"} <= set(district.stored("enrollments"))
    assert not [key for key in district.stored("enrollments") if "S2" in key]
    assert "S2" in district.stored("people", "archived")
    assert planned.run.counts == {
        "people": {"archive": 1}, "roles": {"archive": 1}, "enrollments": {"move": 1, "archive": 1},
    }  # fmt: skip
    with pytest.raises(UsageError):
        rekeying.plan_merge("S1", "S2", district.store, _ME)


def test_B30_nobody_in_the_files_runs_the_import(tmp_path: Path) -> None:
    """Whoever acts is named beside the roster, not in it: a row can't take their rights away."""
    district = District(tmp_path)
    users = USERS_1.replace(",ana,", ",zoë,")
    district.commit(oneroster(users=users))
    told = district.sync(delta(users=users.replace("U2,,", "U2,tobedeleted,2026-09-02T00:00:00Z")))
    assert told.committed
    head = district.store.head()
    assert head is not None
    assert head.actor == "Zoë"


# --- re-key files -------------------------------------------------------------------------------


def test_C10_ids_of_every_kind_change_before_all_else(tmp_path: Path) -> None:
    """A re-key file in the drop: types in any letter case; records keep all that they have."""
    district = District(tmp_path)
    district.commit(oneroster())
    pairs = {"U1": "U8", "K1": "K8", "C1": "C8", "O1": "O8", "Y27": "Y88"}
    files = {}
    for name, text in oneroster().items():
        assert isinstance(text, str)
        files[name] = re.sub("|".join(pairs), lambda found: pairs[found[0]], text)
    kinds = ("Student ", "CLASS", "course", " Org", "Academic Session")
    rekey = "old_id,new_id,type\n" + "".join(
        f"{old},{new},{kind}\n" for (old, new), kind in zip(pairs.items(), kinds, strict=True)
    )
    told = district.sync({**files, "rekey.csv": rekey})
    assert told.found() == []
    assert told.did() == {
        ("re-key", "people", "U8"), ("re-key", "sections", "K8"), ("re-key", "courses", "C8"),
        ("re-key", "schools", "O8"), ("re-key", "terms", "Y88"),
    }  # fmt: skip
    assert district.stored("sections")["K8"]["term_ids"] == ["Y88"]
    assert "K8 / U8 / student" in district.stored("enrollments")


def test_C10b_a_row_that_can_not_be(tmp_path: Path) -> None:
    """Unknown, taken, doubled or blank ids and unknown types: each is named, nothing is done."""
    district = District(tmp_path)
    district.commit(clever(students=STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,3\n"))
    rows = [
        "S7,S8,student",
        "S1,T1,user",
        "M1,,section",
        "M1,M2,room",
        "S2,S5,person",
        "S2,S6,person",
    ]
    planned = _rekey(district, "\n".join(rows) + "\n")
    assert sorted(_codes(planned), key=str) == sorted(
        [
            ("PLAN-526", 2, "old_id"), ("PLAN-526", 3, "new_id"), ("PLAN-526", 4, "new_id"),
            ("PLAN-526", 5, "type"), ("PLAN-526", 6, "old_id"), ("PLAN-526", 7, "old_id"),
            ("PLAN-527", None, None),
        ],
        key=str,
    )  # fmt: skip
    assert planned.run.blocks == ["*:re-key"]
    assert {"S1", "S2", "T1"} == set(district.stored("people"))


@pytest.mark.parametrize(
    "rows", [["S1,S2,person", "S2,S1,person"], ["S1,S2,person", "S2,S3,person"]]
)
def test_C10c_swaps_and_chains(rows: list[str], tmp_path: Path) -> None:
    """They are solved as a whole, whatever stands first."""
    found = []
    for number, order in enumerate((rows, rows[::-1])):
        district = District(tmp_path / str(number))
        district.commit(clever(students=STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,3\n"))
        _rekey(district, "\n".join(order) + "\n")
        people = district.stored("people")
        found.append({id_: person["given_name"] for id_, person in people.items()})
        assert f"M1 / {next(i for i, n in found[-1].items() if n == 'Bo')} / student" in set(
            district.stored("enrollments")
        )
    assert found[0] == found[1]
    assert sorted(found[0].values()) == ["Ana", "Bo", "Cy"]


def test_C10d_a_swap_that_is_sent_every_night_is_done_once(tmp_path: Path) -> None:
    """A re-key file that stays in the folder changes nothing twice."""
    district = District(tmp_path)
    two = STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,3\n"
    district.commit(clever(students=two))
    swapped = (
        header(STUDENTS) + "0101,S2,bo@oak.example,Bo,Lind,3\n0101,S1,cy@oak.example,Cy,Ray,3\n"
    )
    files = clever(students=swapped, enrollments=ENROLLMENTS.replace("S1", "S2"),
                   rekey="old_id,new_id,type\nS1,S2,user\nS2,S1,user\n")  # fmt: skip
    assert district.sync(files).did() == {("re-key", "people", "S1"), ("re-key", "people", "S2")}
    more = district.sync({**files, "students.csv": swapped + "0101,S3,di@oak.example,Di,Fox,4\n"})
    assert {f[1] for f in more.found()} == {"PLAN-528"}
    assert {key for _, table, key in more.did() if table == "people"} == {"S3"}


def test_C10e_many_ids_that_changed_are_named(tmp_path: Path) -> None:
    """The cause is told once, with the file that puts it right; then the same drop is nothing."""
    names = [f"N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(30)]
    rows = STUDENTS + "".join(f"0101,{name}" for name in names)
    places = ENROLLMENTS + "".join(f"0101,M1,N{n}\n" for n in range(30))
    district = District(tmp_path)
    district.commit(clever(students=rows, enrollments=places))
    after = clever(
        students=rows.replace("0101,N", "0101,X"), enrollments=places.replace("M1,N", "M1,X")
    )
    told = district.sync(after)
    assert [f[1] for f in told.found("BLOCK")] == ["PLAN-520"]
    assert "30 of 32 person ids changed, the people did not" in told.says("PLAN-520")
    run = district.store.runs()[-1]
    assert told.reported.summary["verdict"]["next"] == f"importer rekey {run.id} -w DIR"
    crosswalk = district.store.run_path(run.id, "crosswalk.csv")
    planned = rekeying.plan_rekeys(crosswalk, district.store, _ME)
    flow.commit(district.store, planned.run, _ME)
    again = district.sync(after)
    assert (again.did(), again.committed) == (set(), True)
    assert len(district.stored("enrollments")) == 32
    assert district.stored("enrollments", "archived") == {}


def test_C10f_leavers_and_joiners_are_no_re_key(tmp_path: Path) -> None:
    """As many go as come, and they are other people: nothing is named a re-key."""
    old = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(30))
    new = "".join(f"0101,X{n},x{n}@oak.example,Lee,Tan{n},3\n" for n in range(30))
    district = District(tmp_path)
    district.commit(clever(students=STUDENTS + old))
    codes = {f[1] for f in district.sync(clever(students=STUDENTS + new)).found()}
    assert not codes & {"PLAN-520", "PLAN-521"}


def test_C10g_next_years_section_is_another_one(tmp_path: Path) -> None:
    """The same name, school and teacher, but other students, or none yet: no re-key, no waiting."""
    pupils = "".join(f"0101,S{n},s{n}@oak.example,Kim,Ode{n},3\n" for n in range(2, 9))
    for number, theirs in enumerate(((5, 6, 7, 8), ())):
        district = District(tmp_path / str(number))
        first = clever(
            students=STUDENTS + pupils,
            enrollments=ENROLLMENTS + "".join(f"0101,M1,S{n}\n" for n in (2, 3, 4)),
        )
        district.commit(first)
        places = header(ENROLLMENTS) + "".join(f"0101,M9,S{n}\n" for n in theirs)
        sections = SECTIONS.replace("M1", "M9")
        told = district.sync({**first, "sections.csv": sections, "enrollments.csv": places})
        assert not {f[1] for f in told.found()} & {"PLAN-520", "PLAN-521", "PLAN-523", "PLAN-524"}


def test_C14_sections_of_one_name_with_dates_far_apart(tmp_path: Path) -> None:
    """More than 30 days apart at both ends they are two, whatever a person confirmed."""
    terms = SESSIONS_1 + "T1,,,Fall,term,2026-08-17,2026-12-18,Y27,2027\n"
    terms += "T2,,,Spring,term,2027-01-05,2027-06-12,Y27,2027\n"
    found = {}
    for days in (30, 0):
        policy = _policy(f'confirmed = ["name"]\nsections_days_apart = {days}')
        district = District(tmp_path / str(days), policy)
        first = oneroster(academicSessions=terms)
        classes = first["classes.csv"]
        assert isinstance(classes, str)
        district.commit({**first, "classes.csv": classes.replace("Y27", "T1")})
        later = {
            **first,
            "classes.csv": classes.replace("Y27", "T2").replace("K1", "K2"),
            "enrollments.csv": ENROLLMENTS_1.replace("K1", "K2"),
        }
        planned = district.plan(later)
        found[days] = set(planned.change.changes.filter(table="sections")["action"])
    assert found == {30: {"add", "archive"}, 0: {"re-key", "edit"}}


# --- rows that name an archived person ------------------------------------------------------------


def _placed_again(places: str, folder: Path) -> None:
    """U1 is archived, and an enrollment of U1 comes: an error that says so, and no place."""
    district = District(folder)
    district.commit(oneroster())
    left = USERS_1.replace("U1,,,", "U1,tobedeleted,2026-09-02T00:00:00Z,")
    district.commit(delta(users=header(left) + row(left, 2)))
    again = places.replace(",,,K1", ",active,2026-09-03T00:00:00Z,K1")
    told = district.sync(delta(enrollments=header(again) + row(again, 2)))
    (found,) = told.found("ERROR")
    assert found[2:5] == ("enrollments.csv", 2, "userSourcedId")
    assert "archived" in told.says(found[1])
    assert "K1 / U1 / student" not in district.stored("enrollments")


def test_D08_an_old_place_of_somebody_who_is_archived(tmp_path: Path) -> None:
    """The enrollment that went with its person doesn't come back without them."""
    _placed_again(ENROLLMENTS_1, tmp_path)


def test_D09_a_new_place_for_somebody_who_is_archived(tmp_path: Path) -> None:
    """Nor does another one."""
    _placed_again(ENROLLMENTS_1.replace("E1", "E9"), tmp_path)


def test_D24_two_rows_of_one_id(tmp_path: Path) -> None:
    """Two users under one id are an error on both rows."""
    told = check(oneroster(users=USERS_1 + row(USERS_1, 3).replace("Ana", "Eva")), tmp_path)
    assert {f[2:5] for f in told.found("ERROR") if f[1] == "ROW-301"} == {
        ("users.csv", 3, "sourcedId"), ("users.csv", 4, "sourcedId"),
    }  # fmt: skip


def test_an_unpicked_re_key_leaves_no_half(tmp_path: Path) -> None:
    """Where re-keys aren't carried out, nothing that needs them is."""
    text = settings.TEMPLATE.replace('"move", "re-key", ', '"move", ')
    district = District(tmp_path, text)
    district.commit(clever())
    files = clever(
        sections=SECTIONS.replace("M1", "M7") + "0101,M2,T1,2\n",
        enrollments=ENROLLMENTS.replace("M1", "M7"),
        rekey="old_id,new_id,type\nM1,M7,section\n",
    )
    told = district.sync(files)
    assert {key for _, _, key in told.did()} == {"M2", "M2 / T1 / teacher"}
    assert set(district.stored("sections")) == {"M1", "M2"}
    assert "M1 / S1 / student" in district.stored("enrollments")
