"""What a record's coming, going and coming back does to the roster: full lists and changes."""

import copy
from pathlib import Path
from typing import Any

import pytest
from oneroster_packages import VERSIONS, Package, Row, Tables, delta, tables, whole, written

from importer import flow, holds, settings
from importer.model.changes import plain
from importer.model.history import Who
from importer.model.tables import TABLES
from importer.store.folder import FolderStore

Keys = set[str]


class District:
    """A workspace that packages are sent to, one a second."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.store = FolderStore.create(folder / "workspace", settings.TEMPLATE)
        self.waiting: list[str] = []

    def send(self, package: Package, release: bool = False) -> list[dict[str, Any]]:
        """The changes that a package made; ``release``: a person says yes to what holds it."""
        self.count += 1
        path = written(package.files(), self.folder / str(self.count))
        who = Who("test", f"2026-11-23T06:00:{self.count:02}Z")
        done = flow.sync(path, self.store, who)
        self.waiting = done.waiting
        if release and done.waiting:
            holds.approve(self.store, done.planned.run, done.waiting, "a test says so", who)
            flow.commit(self.store, done.planned.run, who)
        assert done.commit or release, done.waiting or "nothing new"
        return [plain(change) for change in done.planned.change.changes.to_dicts()]

    def keys(self, table: str, status: str = "active") -> Keys:
        """The keys of the rows of one status."""
        rows = self.store.table(table, self.store.head()).collect().to_dicts()
        key = TABLES[table].key
        return {" / ".join(r[part] for part in key) for r in rows if r["status"] == status}

    def row(self, table: str, key: str) -> dict[str, Any]:
        """One stored row."""
        parts = dict(zip(TABLES[table].key, key.split(" / "), strict=True))
        rows = self.store.table(table, self.store.head()).collect().to_dicts()
        (found,) = [r for r in rows if parts.items() <= r.items()]
        return found


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def of(changes: list[dict[str, Any]], action: str) -> Keys:
    return {c["key"] for c in changes if c["action"] == action and c["picked"]}


def full(version: str, **rows: list[Row]) -> Package:
    return Package(version, {**tables(version), **rows}, {})


def _role(number: str, person: str, role: str, **more: str) -> Row:
    return {
        "sourcedId": number, "userSourcedId": person, "roleType": "primary", "role": role,
        "orgSourcedId": "O1", **more,
    }  # fmt: skip


def _enrolled(number: str, of_class: str = "K1", person: str = "U1", **more: str) -> Row:
    return {
        "sourcedId": number, "classSourcedId": of_class, "schoolSourcedId": "O1",
        "userSourcedId": person, "role": "student", **more,
    }  # fmt: skip


# --- the table of states ------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_missing_from_a_full_list_is_archived_and_sent_again_is_back(
    version: str, district: District
) -> None:
    rows = tables(version)["enrollments"]
    district.send(whole(version))
    assert of(district.send(full(version, enrollments=rows[1:])), "archive") == {
        "K1 / U1 / student"
    }
    assert district.keys("enrollments", "archived") == {"K1 / U1 / student"}
    again = district.send(whole(version), release=True)  # a person is asked: it came before
    assert of(again, "reactivate") == {"K1 / U1 / student"}
    assert not district.keys("enrollments", "archived")


@pytest.mark.parametrize("version", VERSIONS)
def test_gone_by_a_change_is_back_by_a_full_list(version: str, district: District) -> None:
    district.send(whole(version))
    gone = {**tables(version)["enrollments"][0], "status": "tobedeleted"}
    assert of(district.send(delta(version, enrollments=[gone])), "archive") == {"K1 / U1 / student"}
    again = district.send(whole(version), release=True)  # a person is asked: it came before
    assert of(again, "reactivate") == {"K1 / U1 / student"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("table", ["enrollments", "users", "classes", "orgs", "demographics"])
def test_a_file_that_is_absent_changes_nothing(
    version: str, table: str, district: District
) -> None:
    district.send(whole(version))
    rest = {name: rows for name, rows in tables(version).items() if name != table}
    assert district.send(Package(version, rest, {})) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_manifest_alone_changes_nothing(version: str, district: District) -> None:
    district.send(whole(version))
    assert district.send(Package(version, {}, {})) == []
    assert not any(district.keys(table, "archived") for table in TABLES)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_change_does_not_name_stays(version: str, district: District) -> None:
    district.send(whole(version))
    row = {**tables(version)["users"][0], "familyName": "Lind-Ray"}
    (change,) = district.send(delta(version, users=[row]))
    assert (change["action"], change["key"], change["columns"]) == ("edit", "U1", ["family_name"])


@pytest.mark.parametrize("version", VERSIONS)
def test_full_lists_and_changes_in_one_package(version: str, district: District) -> None:
    district.send(whole(version))
    told = delta(version, enrollments=[_enrolled("E9", "K2")])
    package = Package(version, {**tables(version), **told.rows}, told.modes)
    assert of(district.send(package), "add") == {"K2 / U1 / student"}
    assert not district.keys("enrollments", "archived")


@pytest.mark.parametrize("version", VERSIONS)
def test_who_leaves_and_comes_back_under_a_new_id_is_here(version: str, district: District) -> None:
    """Systems that put the begin date into the id send both rows in one package."""
    district.send(whole(version))
    old = {**tables(version)["enrollments"][0], "status": "tobedeleted"}
    new = _enrolled("A9", beginDate="2026-10-01")
    for rows in ([old, new], [new, old]):
        district.send(delta(version, enrollments=rows))
        stored = district.row("enrollments", "K1 / U1 / student")
        assert (stored["status"], stored["source_id"]) == ("active", "A9")


@pytest.mark.parametrize("version", VERSIONS)
def test_of_two_records_that_say_the_same_the_other_one_may_go(
    version: str, district: District
) -> None:
    rows = [*tables(version)["enrollments"], _enrolled("E9")]
    district.send(full(version, enrollments=rows))
    gone = {**_enrolled("E9"), "status": "tobedeleted"}
    assert district.send(delta(version, enrollments=[gone])) == []


# --- roles.csv ----------------------------------------------------------------------------------


def test_a_role_that_changes_takes_the_place_of_the_one_before(district: District) -> None:
    roles = [*tables("1.2")["roles"], _role("R9", "U2", "aide", orgSourcedId="O2")]
    district.send(full("1.2", roles=roles))
    changes = district.send(delta("1.2", roles=[_role("RU2", "U2", "principal")]))
    assert of(changes, "add") == {"U2 / O1 / principal"}
    assert of(changes, "archive") == {"U2 / O1 / teacher"}
    assert "U2 / O2 / aide" in district.keys("roles")


def test_a_second_role_leaves_the_first(district: District) -> None:
    district.send(whole("1.2"))
    more = _role("R9", "U2", "aide", roleType="secondary")
    changes = district.send(delta("1.2", roles=[more]))
    assert (of(changes, "add"), of(changes, "archive")) == ({"U2 / O1 / aide"}, set())


def test_a_role_at_another_school_is_a_move(district: District) -> None:
    district.send(whole("1.2"))
    (move,) = district.send(delta("1.2", roles=[_role("RU1", "U1", "student", orgSourcedId="O2")]))
    assert (move["action"], move["from_key"], move["key"]) == (
        "move", "U1 / O1 / student", "U1 / O2 / student",
    )  # fmt: skip


@pytest.mark.parametrize("by", ["a full list", "a change"])
def test_who_loses_the_last_role_stays_in_the_roster(by: str, district: District) -> None:
    district.send(whole("1.2"))
    left = [row for row in tables("1.2")["roles"] if row["userSourcedId"] != "U3"]
    gone = {**_role("RU3", "U3", "guardian"), "status": "tobedeleted"}
    package = full("1.2", roles=left) if by == "a full list" else delta("1.2", roles=[gone])
    assert of(district.send(package), "archive") == {"U3 / O1 / guardian"}
    assert "U3" in district.keys("people")


def test_a_role_that_is_no_longer_primary_is_an_edit(district: District) -> None:
    district.send(whole("1.2"))
    row = _role("RU2", "U2", "teacher", roleType="secondary")
    more = _role("R9", "U2", "aide")
    changes = district.send(delta("1.2", roles=[row, more]))
    (edit,) = [c for c in changes if c["action"] == "edit"]
    assert (edit["key"], edit["columns"]) == ("U2 / O1 / teacher", ["is_primary"])
    assert district.row("roles", "U2 / O1 / aide")["is_primary"] is True


def test_user_profiles_are_checked_and_not_imported(district: District) -> None:
    district.send(whole("1.2"))
    other = [{**tables("1.2")["userProfiles"][0], "username": "other"}]
    assert district.send(full("1.2", userProfiles=other)) == []


# --- another version ----------------------------------------------------------------------------


def _same_people(version: str, **rows: list[Row]) -> Package:
    """The same district in either version, with nothing that only 1.2 has but roles.csv."""
    told: Tables = copy.deepcopy(tables(version))
    told.pop("userProfiles", None)
    for row in told.get("roles", []):
        row.pop("userProfileSourcedId")
    return Package(version, {**told, **rows}, {})


@pytest.mark.parametrize(("before", "after"), [("1.1", "1.2"), ("1.2", "1.1")])
def test_another_version_archives_nobody(before: str, after: str, district: District) -> None:
    district.send(_same_people(before))
    was = {table: district.keys(table) for table in TABLES}
    changes = district.send(_same_people(after), release=True)
    assert not of(changes, "archive") | of(changes, "add")
    assert {c["table"] for c in changes} <= {"roles"}
    assert {table: district.keys(table) for table in TABLES} == was
    orgs = [{**row, "identifier": "7"} for row in tables(after)["orgs"]]
    again = district.send(_same_people(after, orgs=orgs))
    assert {(c["table"], c["action"]) for c in again} == {("schools", "edit")}


def test_roles_of_1_1_end_when_1_2_no_longer_sends_them(district: District) -> None:
    district.send(_same_people("1.1"))
    roles = [r for r in _same_people("1.2").rows["roles"] if r["userSourcedId"] != "U3"]
    changes = district.send(_same_people("1.2", roles=roles), release=True)
    assert of(changes, "archive") == {"U3 / O1 / guardian"}
    assert "U3" in district.keys("people")


def test_roles_of_1_2_end_when_1_1_no_longer_sends_them(district: District) -> None:
    district.send(_same_people("1.2"))
    district.send(_same_people("1.1"), release=True)
    users = [dict(row) for row in tables("1.1")["users"]]
    users[1] |= {"orgSourcedIds": "O2"}
    (move,) = district.send(_same_people("1.1", users=users))
    assert (move["from_key"], move["key"]) == ("U2 / O1 / teacher", "U2 / O2 / teacher")


def test_a_faulty_role_of_the_new_version_ends_none_of_the_old(district: District) -> None:
    district.send(_same_people("1.1"))
    roles = [dict(row) for row in _same_people("1.2").rows["roles"]]
    roles[2]["role"] = "nonsense"
    changes = district.send(_same_people("1.2", roles=roles), release=True)
    assert of(changes, "archive") == set()
    assert "U3 / O1 / guardian" in district.keys("roles")
