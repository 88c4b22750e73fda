"""Options of a sync: each setting in both its ways, on small drops that go to a roster."""

from pathlib import Path

import pytest
from planning_districts import District, Roster, Row, oneroster, package
from planning_settings import set_policy

from importer.checks.catalogue import clever
from importer.checks.examples import ROLES_2, oneroster_12
from importer.model.errors import UsageError
from importer.roster_view import open_view


def _user(user: str, role: str = "student", **more: str) -> Row:
    return {
        "sourcedId": user, "enabledUser": "true", "orgSourcedIds": "O1", "role": role,
        "username": user.lower(), "givenName": "Bo", "familyName": f"Lind {user}",
        "middleName": "Kim", **more,
    }  # fmt: skip


def _class(number: str, title: str, code: str, *terms: str) -> Row:
    return {
        "sourcedId": number, "title": title, "courseSourcedId": "C1", "classCode": code,
        "classType": "scheduled", "schoolSourcedId": "O1", "termSourcedIds": ",".join(terms),
    }  # fmt: skip


def _enrolled(of: str, user: str, role: str = "student", **more: str) -> Row:
    return {
        "sourcedId": f"{of}-{user}-{role}", "classSourcedId": of, "schoolSourcedId": "O1",
        "userSourcedId": user, "role": role, **more,
    }  # fmt: skip


def _bulk(classes: list[Row], enrollments: list[Row], **more: list[Row]) -> dict[str, str]:
    rows: District = {
        "academicSessions": [
            {
                "sourcedId": "Y27", "title": "2026-27", "type": "schoolYear",
                "startDate": "2026-08-17", "endDate": "2027-06-12", "schoolYear": "2027",
            }
        ],
        "orgs": [{"sourcedId": "O1", "name": "Oak", "type": "school"}],
        "courses": [{"sourcedId": "C1", "title": "Maths", "orgSourcedId": "O1"}],
        "classes": classes,
        "users": [_user("U1"), _user("T1", "teacher"), _user("T2", "teacher")],
        "enrollments": enrollments,
        **more,
    }  # fmt: skip
    return package("bulk", rows)


_K1 = [_class("K1", "Maths", "1", "Y27")]
_TEACHES = _enrolled("K1", "T1", "teacher")


def _sent(row: Row, status: str = "active") -> Row:
    return {**row, "status": status, "dateLastModified": "2026-11-23T05:00:00.000Z"}


def _sections(roster: Roster, column: str) -> dict[str, str]:
    return {key: row[column] for key, row in roster.content()["sections"].items()}


# --- blanks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("blanks", "kept"), [("ignore", "Kim"), ("replace", "None")])
def test_a_blank_cell(blanks: str, kept: str, tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    set_policy(roster, f'[sync]\nblanks = "{blanks}"\n')
    roster.send(_bulk(_K1, [_TEACHES]))
    roster.send(oneroster(users=[_sent(_user("U1", middleName=""))]))
    assert roster.content()["people"]["U1"]["middle_name"] == kept


@pytest.mark.parametrize("blanks", ["ignore", "replace"])
def test_a_word_for_nothing_always_clears(blanks: str, tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    set_policy(roster, f'[sync]\nblanks = "{blanks}"\n')
    roster.send(_bulk(_K1, [_TEACHES]))
    sent = roster.send(oneroster(users=[_sent(_user("U1", middleName="NULL"))]))
    assert sent.codes() == {"CELL-219"}
    assert roster.content()["people"]["U1"]["middle_name"] == "None"


# --- sections -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [True, False])
def test_the_name_of_a_section(kept: bool, tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    set_policy(roster, f"[sync]\nkeep_section_names = {str(kept).lower()}\n")
    roster.send(_bulk(_K1, [_TEACHES]))
    renamed = _class("K1", "Mathematics", "2", "Y27")
    sent = roster.send(oneroster(classes=[_sent(renamed)]))
    (change,) = sent.changes
    assert change["columns"] == (["number"] if kept else ["title", "number"])
    assert _sections(roster, "title") == {"K1": "Maths" if kept else "Mathematics"}


_FIVE = [
    _class("K5", "Maths", "m1", "Y27"), _class("K2", "Maths", "m1", "Y27"),
    _class("K3", "Maths", "m2", "Y27"), _class("K4", "Art", "m1", "Y27"),
    _class("K6", "Maths", "m1", "Y27"),
]  # fmt: skip
_TAUGHT = [
    *(_enrolled(f"K{n}", "T1", "teacher") for n in (2, 3, 4, 5)),
    _enrolled("K6", "T2", "teacher"),
]


@pytest.mark.parametrize(
    ("policy", "children"),
    [
        ("", {"K5": "K2"}),
        ('match_sessions = "code"', {"K4": "K2", "K5": "K2"}),
        ('match_sessions = "name"', {"K3": "K2", "K5": "K2"}),
        ("parent_child = false", {}),
    ],
)
def test_sections_that_are_called_the_same(
    policy: str, children: dict[str, str], tmp_path: Path
) -> None:
    """The one with the smallest id is the parent; another teacher's stands alone."""
    roster = Roster(tmp_path)
    set_policy(roster, f"[sync]\n{policy}\n")
    roster.send(_bulk(_FIVE, _TAUGHT))
    found = _sections(roster, "parent_section_id")
    assert {key: parent for key, parent in found.items() if parent != "None"} == children


def test_sections_that_were_there_are_not_regrouped(tmp_path: Path) -> None:
    """New ones are grouped among themselves; nothing of the others changes."""
    roster = Roster(tmp_path)
    roster.send(_bulk(_FIVE[:1], _TAUGHT))
    sent = roster.send(_bulk(_FIVE, _TAUGHT))
    assert sent.of("edit") == set()
    assert _sections(roster, "parent_section_id")["K5"] == "None"
    again = roster.send(_bulk(_FIVE[::-1], _TAUGHT))
    assert again.changes == []


@pytest.mark.parametrize(
    ("policy", "modes"),
    [
        ("", ("instructor", "self-paced")),
        ("blended = true", ("blended", "self-paced")),
        ("self_paced = false", ("instructor", "instructor")),
    ],
)
def test_the_mode_of_a_section(policy: str, modes: tuple[str, str], tmp_path: Path) -> None:
    """By the days of its term. Another option changes no section that is there; other days do."""
    sections = (
        "School_id,Section_id,Teacher_id,Section_number,Term_name,Term_start,Term_end\n"
        "0101,M1,T1,1,Fall,8/17/2026,12/18/2026\n0101,M2,T1,2,,,\n"
    )
    roster = Roster(tmp_path)
    set_policy(roster, f"[sync]\n{policy}\n")
    roster.send(clever(sections=sections))
    assert _sections(roster, "mode") == dict(zip(("M1", "M2"), modes, strict=True))
    set_policy(roster, "[sync]\nblended = true\nself_paced = false\n")
    assert roster.send(clever(sections=sections)).changes == []
    dated = sections.replace("2,,,", "2,Fall,8/17/2026,12/18/2026")
    roster.send(clever(sections=dated))
    assert _sections(roster, "mode")["M2"] == "blended"


@pytest.mark.parametrize(("calendar", "mode"), [(True, "instructor"), (False, "self-paced")])
def test_the_mode_where_a_format_tells_of_no_terms(
    calendar: bool, mode: str, tmp_path: Path
) -> None:
    """The school year of the settings stands for the days of all sections."""
    roster = Roster(tmp_path)
    year = "[calendar]\nschool_year_start = 2026-08-17\nschool_year_end = 2027-06-11\n"
    set_policy(roster, year if calendar else "")
    roster.send(clever())
    assert _sections(roster, "mode") == {"M1": mode}


def test_a_roster_from_before_modes_is_left_alone(tmp_path: Path) -> None:
    """Sections that were stored without a mode get none as long as their days are the same."""
    roster = Roster(tmp_path)
    set_policy(roster, 'drop_fields = ["sections.mode"]\n')
    roster.send(_bulk(_K1, [_TEACHES]))
    set_policy(roster, "")
    assert roster.send(_bulk(_K1, [_TEACHES])).changes == []
    assert _sections(roster, "mode") == {"K1": "None"}


# --- first days ---------------------------------------------------------------------------------

_LATER = _enrolled("K1", "U1", beginDate="2026-11-25")  # the second drop comes on 23 November
_KEY = "K1 / U1 / student"


def _pending(folder: Path, policy: str = "") -> Roster:
    roster = Roster(folder)
    set_policy(roster, policy)
    assert roster.send(_bulk(_K1, [_LATER])).committed
    return roster


def test_an_enrollment_waits_for_its_first_day(tmp_path: Path) -> None:
    """Listed as pending, in no count of active rows; the same list again changes nothing."""
    roster = Roster(tmp_path)
    sent = roster.send(_bulk(_K1, [_LATER]))
    assert sent.of("pending") == {_KEY}
    assert _KEY not in roster.content()["enrollments"]
    assert _KEY in roster.content("pending")["enrollments"]
    head = roster.store.head()
    assert head is not None
    assert head.tables["enrollments"].active == 0
    assert roster.send(_bulk(_K1, [_LATER, _TEACHES])).of("pending") == set()


def test_a_role_waits_for_its_first_day(tmp_path: Path) -> None:
    """A person is there before the role begins, and is no archived one meanwhile."""
    begins = ROLES_2.replace("student,,", "student,2026-11-25,")
    later = oneroster_12(roles=begins)
    roster = Roster(tmp_path)
    assert roster.send(later).of("pending", "roles") == {"U1 / O1 / student"}
    told = open_view(roster.store).overview()["totals"]
    assert (told["students"], told["archived"]) == (0, 0)
    roster.day += 5
    assert roster.send(later).of("begin") == {"U1 / O1 / student"}
    assert open_view(roster.store).overview()["totals"]["students"] == 1


def test_where_nothing_waits(tmp_path: Path) -> None:
    roster = _pending(tmp_path, '[sync]\nfuture = "now"\n')
    assert _KEY in roster.content()["enrollments"]


@pytest.mark.parametrize(
    "what", ["another list", "a delta of others", "the same drop", "a dated row"]
)
def test_its_day_comes(what: str, tmp_path: Path) -> None:
    """With the first drop on that day or later, whatever it has in it."""
    roster = _pending(tmp_path)
    drop = {
        "another list": _bulk(_K1, [_LATER, _TEACHES]),
        "a delta of others": oneroster(users=[_sent(_user("U2"))]),
        "the same drop": _bulk(_K1, [_LATER]),
        "a dated row": oneroster(enrollments=[_sent({**_LATER, "beginDate": "2026-11-01"})]),
    }[what]
    if what != "a dated row":
        roster.day += 5
    sent = roster.send(drop, release=True)
    assert sent.of("begin") == {_KEY}
    assert _KEY in roster.content()["enrollments"]
    assert roster.content("pending")["enrollments"] == {}


def test_before_its_day_it_is_withdrawn(tmp_path: Path) -> None:
    """No longer in the full list, or its person gone: it never was, and nothing is archived."""
    roster = _pending(tmp_path / "1")
    assert roster.send(_bulk(_K1, [_TEACHES])).of("withdraw") == {_KEY}
    gone = _pending(tmp_path / "2")
    sent = gone.send(oneroster(users=[_sent(_user("U1"), "tobedeleted")]))
    assert sent.of("withdraw") == {_KEY}
    assert sent.of("archive", "enrollments") == set()
    for each in (roster, gone):
        assert _KEY not in each.content("archived")["enrollments"]
        assert _KEY not in each.content("pending")["enrollments"]


def test_out_of_scope_nothing_begins(tmp_path: Path) -> None:
    roster = _pending(tmp_path)
    set_policy(roster, '[share]\nschools = ["O9"]\n')
    roster.day += 5
    sent = roster.send(oneroster(users=[_sent(_user("U2"))]), release=True)
    assert sent.of("begin") == set()
    assert _KEY in roster.content("pending")["enrollments"]


def test_a_held_row_does_not_begin(tmp_path: Path) -> None:
    roster = _pending(tmp_path)
    roster.day += 5
    sent = roster.send(oneroster(enrollments=[_sent({**_LATER, "role": "wizard"})]))
    assert sent.held
    assert sent.changes == []


def test_who_is_active_never_waits_again(tmp_path: Path) -> None:
    """A first day that moves into the future takes nobody out of the section."""
    roster = Roster(tmp_path)
    roster.send(_bulk(_K1, [_enrolled("K1", "U1")]))
    sent = roster.send(oneroster(enrollments=[_sent(_LATER)]))
    assert sent.of("edit") == {_KEY}
    assert _KEY in roster.content()["enrollments"]


# --- the platform's own -------------------------------------------------------------------------


def test_an_export_of_the_platform_alone_changes_nothing_else(tmp_path: Path) -> None:
    """A value that is the same, a blank cell, and who isn't in the roster say nothing."""
    roster = Roster(tmp_path)
    files = _bulk(_K1, [_TEACHES])
    roster.send(files)
    told = "person_id,given_name,middle_name,enabled\nU1,Bo,,yes\nX9,Who,Ever,no\n"
    assert roster.send({**files, "platform.csv": told}).changes == []


def test_what_a_delta_does_not_mention_is_taken_over_too(tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    roster.send(_bulk(_K1, [_TEACHES]))
    told = "table,section_id,title\nsections,K1,Our maths\n"
    sent = roster.send({**oneroster(users=[_sent(_user("U2"))]), "platform.csv": told})
    assert sent.of("edit") == {"K1"}
    assert "edited on the platform" in next(c["because"] for c in sent.changes if c["key"] == "K1")
    assert roster.send(_bulk(_K1, [_TEACHES])).of("edit") == set()
    assert _sections(roster, "title") == {"K1": "Our maths"}


def test_what_the_district_keeps_nowhere_is_not_taken_over(tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    set_policy(roster, 'drop_fields = ["people.birth_date"]\n')
    files = _bulk(_K1, [_TEACHES])
    roster.send(files)
    told = "person_id,birth_date,family_name\nU1,2015-04-30,Lindt\n"
    (change,) = roster.send({**files, "platform.csv": told}).changes
    assert change["columns"] == ["family_name"]
    assert roster.content()["people"]["U1"]["birth_date"] == "None"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("person_id,surname\nU1,Lind\n", "has a column “surname”"),
        ("table,person_id\nplanets,U1\n", "names a table “planets”"),
        ("given_name\nBo\n", "has no column person_id"),
        ("person_id,given_name\nU1,A\nU1,B\n", "twice (row 2)"),
        ("person_id,birth_date\nU1,yesterday\n", "row 2: birth_date can't be read"),
    ],
)
def test_an_export_that_is_none(text: str, says: str, tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    roster.send(_bulk(_K1, [_TEACHES]))
    with pytest.raises(UsageError) as refused:
        roster.send({**_bulk(_K1, [_TEACHES]), "platform.csv": text})
    assert says in str(refused.value)


# --- new accounts -------------------------------------------------------------------------------


def test_new_accounts_are_listed_beside_the_run(tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    roster.send(_bulk(_K1, [_TEACHES]))
    sent = roster.send(oneroster(users=[_sent(_user("U9")), _sent(_user("U1", middleName="Lee"))]))
    listed = (roster.store.root / "runs" / sent.run.id / "new-accounts.csv").read_text("utf-8-sig")
    assert listed.splitlines() == [
        '"person_id","given_name","family_name","username","email","roles","schools"',
        '"U9","Bo","Lind U9","u9",,"student","O1"',
    ]
    edit = roster.send(oneroster(users=[_sent(_user("U1", middleName="Sue"))]))
    assert not (roster.store.root / "runs" / edit.run.id / "new-accounts.csv").exists()
