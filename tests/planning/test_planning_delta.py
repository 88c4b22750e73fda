"""OneRoster deltas: what a change package does to the roster, and what it leaves alone."""

from pathlib import Path

import pytest
from planning_districts import Roster, Row, changed, oneroster, package

NOW = "2026-09-21T22:05:00.000Z"


def _user(user: str, org: str = "O1", role: str = "student", **more: str) -> Row:
    return {
        "sourcedId": user, "enabledUser": "true", "orgSourcedIds": org, "role": role,
        "username": user.lower(), "givenName": "Bo", "familyName": f"Lind {user}",
        "email": f"{user.lower()}@a.example", **more,
    }  # fmt: skip


def _enrolled(number: str, of: str, user: str, role: str = "student", **more: str) -> Row:
    return {
        "sourcedId": number, "classSourcedId": of, "schoolSourcedId": "O1" if of[1] < "3" else "O2",
        "userSourcedId": user, "role": role, **more,
    }  # fmt: skip


def _class(number: str, school: str = "O1", course: str = "C1", **more: str) -> Row:
    return {
        "sourcedId": number, "title": f"Class {number}", "courseSourcedId": course,
        "classType": "scheduled", "schoolSourcedId": school, "termSourcedIds": "Y27", **more,
    }  # fmt: skip


def _sent(row: Row, status: str = "active") -> Row:
    """A row as a delta file sends it."""
    return {**row, "status": status, "dateLastModified": NOW}


BULK = {
    "academicSessions": [
        {
            "sourcedId": "Y27", "title": "2026-27", "type": "schoolYear",
            "startDate": "2026-08-17", "endDate": "2027-06-12", "schoolYear": "2027",
        }
    ],
    "orgs": [
        {"sourcedId": "D", "name": "Lake District", "type": "district"},
        {"sourcedId": "O1", "name": "Oak", "type": "school", "parentSourcedId": "D"},
        {"sourcedId": "O2", "name": "Elm", "type": "school", "parentSourcedId": "D"},
    ],
    "courses": [
        {"sourcedId": "C1", "title": "Maths", "schoolYearSourcedId": "Y27", "orgSourcedId": "D"}
    ],
    "classes": [_class("K1"), _class("K2"), _class("K3", "O2")],
    "users": [
        *(_user(f"U{n}") for n in range(1, 7)),
        _user("V1", "O2"),
        _user("T1", "O1,O2", "teacher"),
    ],
    "enrollments": [
        *(_enrolled(f"E{n}", "K1", f"U{n}") for n in range(1, 7)),
        _enrolled("E7", "K3", "V1"),
        _enrolled("E8", "K1", "T1", "teacher", primary="true"),
    ],
}  # fmt: skip


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    roster = Roster(tmp_path)
    first = roster.send(package("bulk", BULK))
    assert first.committed
    assert first.findings == []
    return roster


def test_only_a_manifest_says_nothing(roster: Roster) -> None:
    was = roster.hashes()
    sent = roster.send(oneroster())
    assert sent.waiting == []
    assert sent.changes == []
    assert sent.findings == []
    assert sent.run.kind == "oneroster-1.1"
    assert roster.hashes() == was


def test_a_delta_without_rows_is_no_reason_to_hold(roster: Roster) -> None:
    sent = roster.send(oneroster(users=[], enrollments=[]))
    assert sent.committed
    assert sent.changes == []


def test_what_a_delta_does_not_mention_stays(roster: Roster) -> None:
    was = roster.content()
    sent = roster.send(oneroster(users=[_sent(_user("U1", familyName="New"))]))
    (change,) = sent.changes
    assert (change["action"], change["key"], change["columns"]) == ("edit", "U1", ["family_name"])
    now = roster.content()
    assert now["people"].pop("U1") | {"family_name": "Lind U1"} == was["people"].pop("U1")
    assert now == was


def test_references_resolve_against_the_roster(roster: Roster) -> None:
    new = _sent(_enrolled("E9", "K2", "U1"))
    sent = roster.send(oneroster(enrollments=[new]))
    assert sent.findings == []
    assert sent.of("add", "enrollments") == {"K2 / U1 / student"}


def test_an_unknown_reference_holds_its_row_only(roster: Roster) -> None:
    rows = [_sent(_enrolled("E9", "K2", "U9")), _sent(_enrolled("E10", "K2", "U2"))]
    sent = roster.send(oneroster(enrollments=rows))
    assert sent.held == [("enrollments.csv", 2)]
    assert sent.of("add") == {"K2 / U2 / student"}
    assert sent.committed


def test_a_user_marked_as_gone_takes_everything_along(roster: Roster) -> None:
    """Roles and enrollments are archived with the user, and each is listed."""
    sent = roster.send(oneroster(users=[_sent(_user("U1"), "tobedeleted")]))
    assert sent.of("archive") == {"U1", "U1 / O1 / student", "K1 / U1 / student"}
    (knock_on,) = [c for c in sent.changes if c["table"] == "enrollments"]
    assert "archived" in knock_on["because"]
    assert "U1" not in roster.content()["people"]
    assert "U1" in roster.content("archived")["people"]


def test_gone_and_back(roster: Roster) -> None:
    roster.send(oneroster(users=[_sent(_user("U1"), "tobedeleted")]))
    back = roster.send(oneroster(users=[_sent(_user("U1"))], enrollments=[]))
    assert back.of("reactivate") == {"U1", "U1 / O1 / student"}
    assert "K1 / U1 / student" not in roster.content()["enrollments"]


@pytest.mark.parametrize("table", ["users", "classes", "courses", "orgs", "academicSessions"])
def test_an_unknown_record_marked_as_gone_is_no_change(roster: Roster, table: str) -> None:
    was = roster.content()
    row = {**BULK[table][-1], "sourcedId": "X9"}
    sent = roster.send(oneroster(**{table: [_sent(row, "tobedeleted")]}))
    assert sent.changes == []
    assert sent.committed
    assert roster.content() == was


def test_an_unknown_enrollment_marked_as_gone_is_no_change(roster: Roster) -> None:
    row = _sent(_enrolled("E99", "K2", "U1"), "tobedeleted")
    assert roster.send(oneroster(enrollments=[row])).changes == []


def test_gone_twice_is_gone_once(roster: Roster) -> None:
    """D16: the second mark changes nothing and is no error, though the user is archived too."""
    mark = _sent(_enrolled("E1", "K1", "U1"), "tobedeleted")
    users = [_sent(_user("U1"), "tobedeleted")]
    assert roster.send(oneroster(users=users, enrollments=[mark])).committed
    again = roster.send(oneroster(enrollments=[mark]))
    assert again.changes == []
    assert "ERROR" not in {f["severity"] for f in again.findings}


def test_a_user_sent_with_another_school_moves(roster: Roster) -> None:
    sent = roster.send(oneroster(users=[_sent(_user("U1", "O2"))]))
    (move,) = sent.changes
    assert (move["action"], move["from_key"], move["key"]) == (
        "move", "U1 / O1 / student", "U1 / O2 / student",
    )  # fmt: skip
    assert "U1 / O1 / student" in roster.content("archived")["roles"]
    assert "U1 / O2 / student" in roster.content()["roles"]


def test_a_user_sent_with_one_school_less_loses_that_role_only(roster: Roster) -> None:
    sent = roster.send(oneroster(users=[_sent(_user("T1", "O1", "teacher"))]))
    assert sent.of("archive") == {"T1 / O2 / teacher"}
    assert len(sent.changes) == 1


def test_an_enrollment_sent_with_another_class_moves(roster: Roster) -> None:
    """The same record, by its own id, in another class of the course."""
    sent = roster.send(oneroster(enrollments=[_sent(_enrolled("E1", "K2", "U1"))]))
    (move,) = sent.changes
    assert (move["action"], move["from_key"], move["key"]) == (
        "move", "K1 / U1 / student", "K2 / U1 / student",
    )  # fmt: skip


def test_a_held_user_is_neither_edited_nor_moved(roster: Roster) -> None:
    was = roster.content()
    bad = _user("U1", "O2", enabledUser="perhaps", familyName="New")
    sent = roster.send(oneroster(users=[_sent(bad)]))
    assert sent.held
    assert sent.changes == []
    assert roster.content() == was


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    users = [
        _sent(_user("U1", "O2")), _sent(_user("U2"), "tobedeleted"), _sent(_user("U9")),
        _sent(_user("U3", familyName="New")), _sent(_user("U8"), "tobedeleted"),
    ]  # fmt: skip
    enrollments = [
        _sent(_enrolled("E1", "K1", "U1"), "tobedeleted"), _sent(_enrolled("E9", "K2", "U9")),
        _sent(_enrolled("E3", "K2", "U3")), _sent(_enrolled("E20", "K2", "U77")),
        _sent(_enrolled("E2", "K1", "U2"), "tobedeleted"),
    ]  # fmt: skip
    results = []
    for number, step in enumerate((1, -1)):
        roster = Roster(tmp_path / str(number))
        roster.send(package("bulk", BULK))
        sent = roster.send(oneroster(users=users[::step], enrollments=enrollments[::step]))
        assert sent.committed
        results.append((changed(sent), roster.content(), roster.content("archived")))
    assert results[0] == results[1]


def test_the_same_delta_again_is_nothing_new(roster: Roster) -> None:
    files = oneroster(users=[_sent(_user("U1", familyName="New"))])
    assert roster.send(files).committed
    assert roster.send(files).nothing_new


def test_dates_alone_are_no_change(roster: Roster) -> None:
    row = {**_user("U1"), "status": "active", "dateLastModified": "2026-11-01T00:00:00.000Z"}
    assert roster.send(oneroster(users=[row])).changes == []


def test_a_bulk_file_that_marks_records_as_gone_is_held(roster: Roster) -> None:
    users = [{**BULK["users"][0], "status": "tobedeleted"}, *BULK["users"][1:]]
    sent = roster.send(package("bulk", {**BULK, "users": users}))
    assert not sent.committed
    assert "PLAN-509" in sent.codes()
