"""How grave the usual deviations are: by the book (certification) and by default (standard).

A row of the table says what real producers do, what the standard makes of it and what importer
makes of it: E holds rows or files, W is only said, and “” is no finding at all.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from oneroster_packages import (
    VERSIONS,
    Desk,
    Package,
    delta,
    grave,
    header,
    lines,
    severities,
    text,
    whole,
)

Files = dict[str, str | bytes]
E, W, NO, STOP = {"ERROR"}, {"WARNING"}, set[str](), {"BLOCK"}


def _without(package: Package, table: str, column: str) -> Files:
    columns = [name for name in header(package.version, table) if name != column]
    return package.files(**{table: text(columns, package.rows[table])})


def _swapped(package: Package) -> Files:
    columns = header(package.version, "classes")
    columns[3], columns[4] = columns[4], columns[3]
    return package.files(classes=text(columns, package.rows["classes"]))


def _with_column(package: Package, name: str) -> Files:
    columns = [*header(package.version, "orgs"), name]
    return package.files(orgs=text(columns, package.rows["orgs"]))


def _manifest(package: Package, drop: str = "", **more: str) -> Files:
    given = {name: value for name, value in package.manifest().items() if name != drop}
    return package.files(manifest=lines({**given, **more}))


def _header_only(package: Package) -> Files:
    return package.but(demographics=[]).files()


def _boolean(package: Package) -> Files:
    return package.with_cell("users", 0, enabledUser="TRUE").files()


def _dated(package: Package, day: str) -> Files:
    sent = delta(package.version, users=package.rows["users"])
    return whole(package.version).files(
        users=text(header(package.version, "users"), [
            {**row, "dateLastModified": day} for row in sent.rows["users"]
        ]),
        manifest=lines({**package.manifest(), "file.users": "delta"}),
    )  # fmt: skip


SITUATIONS: dict[str, tuple[Callable[[Package], Files], str, set[str], set[str]]] = {
    # situation: what is done, code, by the book, by default
    "status filled in bulk": (
        lambda p: p.with_cell("users", 0, status="active").files(), "CELL-216", E, W),
    "date filled in bulk": (
        lambda p: p.with_cell("users", 0, dateLastModified="2026-09-01").files(), "CELL-216", E, W),
    "marked as gone in bulk": (
        lambda p: p.with_cell("users", 2, status="tobedeleted").files(), "CELL-217", E, W),
    "TRUE": (_boolean, "CELL-203", E, W),
    "Scheduled": (
        lambda p: p.with_cell("classes", 0, classType="Scheduled").files(), "CELL-203", E, W),
    "toBeDeleted": (
        lambda p: p.with_cell("users", 2, status="toBeDeleted").files(), "CELL-203", E, W),
    "optional column missing": (lambda p: _without(p, "users", "middleName"), "FILE-125", E, W),
    "required column missing": (lambda p: _without(p, "users", "username"), "FILE-120", E, E),
    "columns in another order": (_swapped, "FILE-124", E, W),
    "unknown column": (lambda p: _with_column(p, "colour"), "FILE-122", E, W),
    "metadata column": (lambda p: _with_column(p, "metadata.colour"), "FILE-122", NO, NO),
    "header only": (_header_only, "FILE-104", E, W),
    "unknown manifest row": (lambda p: _manifest(p, **{"file.Users": "bulk"}), "FILE-153", E, W),
    "missing manifest row": (lambda p: _manifest(p, drop="file.results"), "FILE-145", E, W),
    "manifest row twice": (
        lambda p: p.files(manifest=lines(p.manifest()) + "file.users,bulk\r\n"), "FILE-157", E, W),
    "no manifest": (lambda p: p.files(manifest=None), "FILE-140", E, W),
    "dangling reference": (
        lambda p: p.with_cell("enrollments", 0, userSourcedId="U9").files(), "LINK-408", E, E),
    "dangling reference that may be blank": (
        lambda p: p.with_cell("orgs", 1, parentSourcedId="D9").files(), "LINK-401", E, W),
    "file of what is named absent": (
        lambda p: Package(p.version, {t: r for t, r in p.rows.items() if t != "courses"}, {})
        .files(), "LINK-422", E, W),
    "not a school": (
        lambda p: p.with_cell("classes", 1, schoolSourcedId="D").files(), "LINK-410", E, W),
    "school year no year": (
        lambda p: p.with_cell("academicSessions", 1, schoolYear="26-27").files(), "CELL-213", E, E),
    "school year not of its end": (
        lambda p: p.with_cell("academicSessions", 0, schoolYear="2026").files(), "ROW-309", W, W),
    "other characters in an id": (
        lambda p: p.with_cell("classes", 1, sourcedId="K:2 b").files(), "CELL-210", E, W),
    "id blank": (lambda p: p.with_cell("classes", 1, sourcedId="").files(), "CELL-201", E, E),
    "id twice": (lambda p: p.with_cell("classes", 1, sourcedId="K1").files(), "ROW-301", E, E),
    "id too long": (
        lambda p: p.with_cell("classes", 1, sourcedId="K" * 256).files(), "CELL-215", E, E),
    "date without a time": (lambda p: _dated(p, "2026-09-21"), "CELL-212", E, W),
    "primary pupil": (
        lambda p: p.with_cell("enrollments", 0, primary="true").files(), "ROW-313", E, W),
    "pupil who isn't primary": (lambda p: p.files(), "ROW-313", NO, NO),
    "file name in other letters": (
        lambda p: {("Users.csv" if n == "users.csv" else n): c for n, c in p.files().items()},
        "FILE-156", E, W),
}  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_how_grave_it_is(situation: str, version: str, tmp_path: Path) -> None:
    change, code, by_book, default = SITUATIONS[situation]
    desk, files = Desk(tmp_path), change(whole(version))
    standard, certified = desk.check(files, "standard"), desk.check(files, "certification")
    assert severities(standard, code) == default, situation
    assert severities(certified, code) == by_book, situation
    # It is the one thing that is wrong: by the book nothing else is said of a right package.
    assert bool(grave(certified)) == (by_book == E)
    if default == W and situation not in ("no manifest", "header only"):
        assert not grave(standard), grave(standard)
    sentence = certified.summary["verdict"]["sentence"]
    assert ("refused" in sentence) == (by_book == E), sentence


@pytest.mark.parametrize("version", VERSIONS)
def test_a_core_file_without_rows_needs_a_person(version: str, tmp_path: Path) -> None:
    said = Desk(tmp_path).check(whole(version).but(enrollments=[]).files(), "standard")
    assert severities(said, "FILE-104") == W
    assert severities(said, "PLAN-505") == STOP


@pytest.mark.parametrize("profile", ["standard", "certification"])
def test_a_school_of_somebodys_own_kind_is_a_school_in_1_2(profile: str, tmp_path: Path) -> None:
    package = whole("1.2").with_cell("orgs", 1, type="ext:campus")
    assert not Desk(tmp_path).check(package.files(), profile).findings.height


def test_1_1_has_no_words_of_ones_own(tmp_path: Path) -> None:
    package = whole("1.1").with_cell("orgs", 1, type="ext:campus")
    said = Desk(tmp_path).check(package.files(), "standard")
    assert severities(said, "CELL-204") == E
