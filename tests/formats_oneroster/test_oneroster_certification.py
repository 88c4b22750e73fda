"""What an importer must refuse, and must take, to be certified for OneRoster rostering.

The series are those of 1EdTech's conformance sets: IRb0 package and manifest, IRb1 required
values, IRb2 rules and references, IRb3-44 columns missing, IRb45-49 columns in another order,
IRb5 data types. The packages are our own. Each fault has a row or a package of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from oneroster_packages import (
    FACTS,
    PROFILES,
    VERSIONS,
    Desk,
    Fact,
    Package,
    Row,
    delta,
    found,
    grave,
    header,
    lines,
    text,
    whole,
    written,
)

from importer import flow, settings
from importer.model.history import Who
from importer.report.reported import Reported
from importer.store.folder import FolderStore

ROSTERING = {
    version: [table for table in FACTS[version] if table in whole(version).rows]
    for version in VERSIONS
}
PLACES = [(version, table) for version in VERSIONS for table in ROSTERING[version]]
CERTIFICATION = settings.TEMPLATE.replace('profile = "standard"', 'profile = "certification"')


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _faulty(package: Package, table: str, cells: dict[str, str]) -> tuple[Package, dict[int, str]]:
    """The package with a row more for each cell, wrong in that cell alone; line → column.

    The row copies the last one under an id of its own.
    """
    rows, at = list(package.rows[table]), {}
    for column, value in cells.items():
        at[len(rows) + 2] = column
        fresh: Row = {**package.rows[table][-1], "sourcedId": _own_id(package, table, len(rows))}
        fresh |= _own_values(table, len(rows)) | {column: value}
        rows.append(fresh)
    return package.but(**{table: rows}), at


def _own_id(package: Package, table: str, number: int) -> str:
    return f"N{number}"


def _own_values(table: str, number: int) -> Row:
    """Values that only one row may have."""
    if table == "users":
        return {"username": f"n{number}", "userMasterIdentifier": f"m-n{number}"}
    return {"roleType": "secondary"} if table == "roles" else {"primary": ""}


def _said(reported: Reported, table: str) -> set[tuple[int, str, str]]:
    """Line, column and code of what is grave in a table."""
    return {
        (f["row"], f["column"], f["code"])
        for f in found(reported)
        if f["file"] == f"{table}.csv" and f["severity"] in ("ERROR", "BLOCK")
    }


def _refuses(desk: Desk, table: str, package: Package, at: dict[int, str], codes: set[str]) -> None:
    """Every one of these cells is refused, for one of these reasons."""
    said = _said(desk.check(package.files(), "certification"), table)
    for line, column in at.items():
        told = {code for row, name, code in said if (row, name) == (line, column)}
        assert told & codes, (table, line, column, said)


def _facts(version: str, table: str, *types: str) -> list[Fact]:
    return [fact for fact in FACTS[version][table] if fact["type"] in types]


# --- valid --------------------------------------------------------------------------------------


def _own_words(package: Package) -> Package:
    """Words of one's own in every list that is open."""
    for table in package.rows:
        opened = [fact["name"] for fact in _facts("1.2", table, "enum+")]
        package = package.with_cell(table, -1, **dict.fromkeys(opened, "ext:own"))
    return package.with_cell("enrollments", -1, primary="")  # only a teacher may be primary


def _with_metadata(package: Package) -> dict[str, str | bytes]:
    changed = {
        t: text([*header(package.version, t), "metadata.a", "metadata.b.c"], rows)
        for t, rows in package.rows.items()
    }
    return package.files(**changed)


def _gradebook(package: Package, row: bool) -> Package:
    """All files of the version; those that aren't rostering with a row, or a header only."""
    more: dict[str, list[Row]] = {}
    for table, facts in FACTS[package.version].items():
        if table not in package.rows:
            required = {f["name"]: "x" for f in facts if f["required"] == "Y"}
            more[table] = [required] if row else []
    return package.but(**more)


def valid(version: str) -> Iterator[tuple[str, dict[str, str | bytes]]]:
    package = whole(version)
    rows, columns = package.rows, {t: header(version, t) for t in package.rows}
    yield "as it is", package.files()
    yield "metadata at the end", _with_metadata(package)
    quoted = {t: text(columns[t], rows[t], quoting=1) for t in rows}
    yield "all quoted", package.files(**quoted)
    unix = {t: text(columns[t], rows[t], lineterminator="\n") for t in rows}
    yield "LF", package.files(**unix)
    bom = {name: b"\xef\xbb\xbf" + str(c).encode() for name, c in package.files().items()}
    yield "byte order mark", dict(bom)
    given = package.manifest()
    yield "manifest from the end", package.files(manifest=lines(dict(reversed(given.items()))))
    named = {"source.systemName": "SIS", "source.systemCode": "1", **given}
    yield "manifest with its source first", package.files(manifest=lines(named))
    yield "manifest alone", Package(version, {}, {}).files()
    yield "header-only gradebook files", _gradebook(package, row=False).files()
    yield "all files of the version", _gradebook(package, row=True).files()
    told = delta(version, demographics=rows["demographics"])
    mixed = replace(package.but(**told.rows), modes={"demographics": "delta"})
    yield "bulk and delta", mixed.files()
    for says in ("1.2.1", "1.2_JP") if version == "1.2" else ("1.1.1",):
        yield f"calls itself {says}", replace(package, says=says).files()
    if version == "1.2":
        yield "words of one's own", _own_words(package).files()
        own = package.with_cell("orgs", 1, type="ext:campus").with_cell("orgs", 2, type="ext:x")
        yield "a school of one's own kind", own.files()
        old = columns["users"].copy()
        old.insert(old.index("userMasterIdentifier") + 1, "resourceSourcedIds")
        yield "users of 1.2.0", package.files(users=text(old, rows["users"]))


VALID = [(version, name) for version in VERSIONS for name, _ in valid(version)]


@pytest.mark.parametrize(("version", "name"), VALID)
@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_right_is_taken(version: str, name: str, profile: str, desk: Desk) -> None:
    said = desk.check(dict(valid(version))[name], profile)
    assert not grave(said), found(said)
    assert said.summary["format"]["name"] == f"oneroster-{version}"
    mild = {f["code"] for f in found(said)}
    assert mild <= {"FILE-112", "FILE-104", "FILE-154"}, found(said)


# --- IRb0: the package --------------------------------------------------------------------------


def packages(version: str) -> Iterator[tuple[str, dict[str, str | bytes], str]]:
    package = whole(version)
    given = package.manifest()

    def manifest(**changed: str) -> dict[str, str | bytes]:
        return package.files(manifest=lines({**given, **changed}))

    yield "no manifest", package.files(manifest=None), "FILE-140"
    yield "manifest empty", package.files(manifest=""), "FILE-103"
    yield "manifest is no text", package.files(manifest=b"\x00\xff\xfe\x01" * 9), "FILE-140"
    yield "manifest of one column", package.files(manifest="propertyName\r\nx\r\n"), "FILE-140"
    renamed = lines(given).replace("propertyName,value", "propertyName,values")
    yield "manifest header", package.files(manifest=renamed), "FILE-123"
    yield "manifest.version", manifest(**{"manifest.version": "1"}), "FILE-141"
    yield "manifest.version 1.1", manifest(**{"manifest.version": "1.1"}), "FILE-141"
    for said in ("", "1.0", "2.0", "1.3", f"{version}x", f"v{version}"):
        yield f"oneroster.version {said}", manifest(**{"oneroster.version": said}), "FILE-141"
    for table in ROSTERING[version]:
        yield f"{table} absent but there", manifest(**{f"file.{table}": "absent"}), "FILE-144"
        yield f"{table} declared but missing", package.files(**{table: None}), "FILE-143"
        yield f"{table} of no mode", manifest(**{f"file.{table}": "full"}), "FILE-145"
    yield "results declared but missing", manifest(**{"file.results": "bulk"}), "FILE-143"


PACKAGES = [(version, name) for version in VERSIONS for name, _, _ in packages(version)]


@pytest.mark.parametrize("version", VERSIONS)
def test_irb0_a_package_that_is_not_what_its_manifest_says(version: str, desk: Desk) -> None:
    for name, files, code in packages(version):
        said = desk.check(files, "certification")
        assert code in grave(said), (name, grave(said))
        assert "refused" in said.summary["verdict"]["sentence"], name


# --- IRb1: required values ----------------------------------------------------------------------


@pytest.mark.parametrize(("version", "table"), PLACES)
def test_irb1_every_required_value_is_needed(version: str, table: str, desk: Desk) -> None:
    needed = {fact["name"]: "" for fact in FACTS[version][table] if fact["required"] == "Y"}
    package, at = _faulty(whole(version), table, needed)
    _refuses(desk, table, package, at, {"CELL-201"})
    standard = _said(desk.check(package.files(), "standard"), table)
    assert {(row, name) for row, name, code in standard if code == "CELL-201"} >= set(at.items())


@pytest.mark.parametrize(("version", "table"), PLACES)
def test_irb1_a_change_has_a_status_and_a_time(version: str, table: str, desk: Desk) -> None:
    rows = [{**row, "status": "", "dateLastModified": ""} for row in whole(version).rows[table]]
    package = replace(whole(version).but(**{table: rows}), modes={table: "delta"})
    at = {line + 2: name for line in range(len(rows)) for name in ("status", "dateLastModified")}
    _refuses(desk, table, package, at, {"CELL-201"})


# --- IRb2: references, words, rules -------------------------------------------------------------


@pytest.mark.parametrize(("version", "table"), PLACES)
def test_irb2_every_reference_leads_somewhere(version: str, table: str, desk: Desk) -> None:
    refs = {fact["name"]: "nowhere" for fact in _facts(version, table, "ref", "reflist")}
    if not refs:
        return
    package, at = _faulty(whole(version), table, refs)
    _refuses(desk, table, package, at, {f"LINK-{n}" for n in range(401, 410)})


@pytest.mark.parametrize(("version", "table"), PLACES)
def test_irb2_every_word_is_in_its_list(version: str, table: str, desk: Desk) -> None:
    words = {fact["name"]: "nonsense" for fact in _facts(version, table, "enum", "enum+")}
    package, at = _faulty(whole(version), table, words)
    _refuses(desk, table, package, at, {"CELL-204"})
    spelt = {
        fact["name"]: fact["values"].split("|")[0].upper()
        for fact in _facts(version, table, "enum", "enum+")
    }
    package, at = _faulty(whole(version), table, spelt)
    said = _said(desk.check(package.files(), "certification"), table)
    # One finding stands for all rows that say the same.
    assert {name for _, name, code in said if code == "CELL-203"} == set(at.values())


def rules(version: str) -> Iterator[tuple[str, Package, str]]:
    package = whole(version)
    yield "class at no school", package.with_cell("classes", 1, schoolSourcedId="D"), "LINK-410"
    at_district = package.with_cell("enrollments", 0, schoolSourcedId="D")
    yield "enrollment at no school", at_district, "LINK-410"
    semester = package.with_cell("courses", 0, schoolYearSourcedId="S1")
    yield "course of no school year", semester, "LINK-411"
    yield "primary pupil", package.with_cell("enrollments", 0, primary="true"), "ROW-313"
    two = [*package.rows["enrollments"]]
    two.append({**two[1], "sourcedId": "E3", "userSourcedId": "U3"})
    yield "two primary teachers", package.but(enrollments=two), "ROW-314"
    codes = package.with_cell("classes", 0, subjectCodes="M")
    yield "subjects of a class", codes, "ROW-310"
    yield "subjects of a course", package.with_cell("courses", 0, subjects="M,A"), "ROW-310"
    early = package.with_cell("enrollments", 0, beginDate="2026-01-01")
    yield "before the class", early, "LINK-413"
    yield "user id", package.with_cell("users", 0, userIds="{LDAP:1},SIS 2"), "CELL-220"
    for table in ROSTERING[version]:
        again = [*package.rows[table], {**package.rows[table][-1]}]
        again[-1][_telling(version, table)] = _other(version, table)
        yield f"id twice in {table}", package.but(**{table: again}), "ROW-301"
    nobody = [{**package.rows["demographics"][0], "sourcedId": "U9"}]
    yield "demographics of nobody", package.but(demographics=nobody), "LINK-408"
    twice = package.with_cell("users", 1, agentSourcedIds="U3,U9")
    yield "agent in a list", twice, "LINK-407"
    terms = package.with_cell("classes", 0, termSourcedIds="Y27,Y9")
    yield "session in a list", terms, "LINK-406"
    circle = package.with_cell("orgs", 0, parentSourcedId="O1")
    yield "parents in a circle", circle, "LINK-412"
    if version == "1.2":
        shared = package.with_cell("users", 1, userMasterIdentifier="m-U1")
        yield "master identifier twice", shared, "ROW-317"
        roles = [*package.rows["roles"]]
        roles.append({**roles[0], "sourcedId": "R9", "role": "aide"})
        yield "two primary roles at one school", package.but(roles=roles), "ROW-314"


def _telling(version: str, table: str) -> str:
    """A column that may differ between two rows without another fault."""
    plain = [f["name"] for f in FACTS[version][table] if f["type"] in ("string", "id")]
    return plain[-1] if plain else FACTS[version][table][-1]["name"]


def _other(version: str, table: str) -> str:
    kind = {f["name"]: f["type"] for f in FACTS[version][table]}[_telling(version, table)]
    return "2026-12-01" if kind == "date" else "P1" if kind == "ref" else "other"


@pytest.mark.parametrize("version", VERSIONS)
def test_irb2_rules_over_several_values(version: str, desk: Desk) -> None:
    for name, package, code in rules(version):
        assert code in grave(desk.check(package.files(), "certification")), name


@pytest.mark.parametrize("version", VERSIONS)
def test_a_row_that_waits_for_another_is_no_fault_of_its_own(version: str, desk: Desk) -> None:
    """By the book an unknown parent holds an org; who is at that org names one that is there."""
    package = whole(version).with_cell("orgs", 1, parentSourcedId="D9")
    said = desk.check(package.files(), "certification")
    assert [(f["code"], f["value"]) for f in found(said)] == [("LINK-401", "D9")]


# --- IRb3 to IRb49: headers ---------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_irb3_every_column_is_needed(version: str, desk: Desk) -> None:
    """Package n lacks column n of every table."""
    tables = {t: header(version, t) for t in ROSTERING[version]}
    for place in range(max(map(len, tables.values()))):
        changed, lacking = {}, set()
        for table, columns in tables.items():
            if place < len(columns):
                left = columns[:place] + columns[place + 1 :]
                changed[table] = text(left, list(whole(version).rows[table]))
                lacking.add((f"{table}.csv", columns[place]))
        said = desk.check(whole(version).files(**changed), "certification")
        told = [f for f in found(said) if f["code"] in ("FILE-120", "FILE-125")]
        assert {(f["file"], f["column"]) for f in told} == lacking
        assert {f["severity"] for f in told} == {"ERROR"}


@pytest.mark.parametrize("version", VERSIONS)
def test_irb45_the_order_of_columns_counts(version: str, desk: Desk) -> None:
    """Package n has columns n and n + 1 of every table swapped."""
    tables = {t: header(version, t) for t in ROSTERING[version]}
    for place in range(max(map(len, tables.values())) - 1):
        changed, wrong = {}, set()
        for table, columns in tables.items():
            if place + 1 < len(columns):
                other = columns.copy()
                other[place], other[place + 1] = other[place + 1], other[place]
                changed[table] = text(other, list(whole(version).rows[table]))
                wrong.add(f"{table}.csv")
        certified = desk.check(whole(version).files(**changed), "certification")
        told = {f["file"] for f in found(certified) if f["code"] == "FILE-124"}
        assert told == wrong
        assert grave(certified) == {"FILE-124"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_header_hides_nothing_behind_it(version: str, desk: Desk) -> None:
    """The rows of such a file are checked too: the sender learns of everything at once."""
    package = whole(version).with_cell("users", 0, givenName="")
    columns = [name for name in header(version, "users") if name != "phone"]
    files = package.files(users=text(columns, list(package.rows["users"])))
    assert grave(desk.check(files, "certification")) == {"FILE-125", "CELL-201"}


# --- IRb5: data types ---------------------------------------------------------------------------

WRONG = {
    "date": ("2026-02-30", {"CELL-206"}),
    "dateTime": ("yesterday", {"CELL-211"}),
    "year": ("26/27", {"CELL-213"}),
    "guid": ("a b:c", {"CELL-210"}),
}


@pytest.mark.parametrize(("version", "table"), PLACES)
@pytest.mark.parametrize("kind", WRONG)
def test_irb5_every_value_is_of_its_type(version: str, table: str, kind: str, desk: Desk) -> None:
    value, codes = WRONG[kind]
    wrong = {fact["name"]: value for fact in _facts(version, table, kind)}
    if wrong:
        package, at = _faulty(whole(version), table, wrong)
        _refuses(desk, table, package, at, codes)


# --- a package of changes -----------------------------------------------------------------------


def wrong_ones(version: str) -> Iterator[tuple[str, dict[str, str | bytes]]]:
    """One package of each series."""
    package = whole(version)
    yield "IRb0", package.files(manifest=None)
    yield "IRb1", package.with_cell("users", 0, familyName="").files()
    yield "IRb2", package.with_cell("orgs", 2, parentSourcedId="D9").files()
    columns = [name for name in header(version, "classes") if name != "periods"]
    yield "IRb3", package.files(classes=text(columns, list(package.rows["classes"])))
    turned = [*header(version, "orgs")[:-2], "parentSourcedId", "identifier"]
    yield "IRb45", package.files(orgs=text(turned, list(package.rows["orgs"])))
    yield "IRb5", package.with_cell("demographics", 0, birthDate="2/3/2017").files()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_workspace_that_goes_by_the_book_commits_nothing_wrong(
    version: str, tmp_path: Path
) -> None:
    store = FolderStore.create(tmp_path / "workspace", CERTIFICATION)
    for number, (series, files) in enumerate(wrong_ones(version)):
        path = written(files, tmp_path / series)
        done = flow.sync(path, store, Who("test", f"2026-11-23T06:00:{number:02}Z"))
        assert done.commit is None, series
        assert "*:drop" in done.waiting, series
        sentence = done.planned.reported.summary["verdict"]["sentence"]
        assert "by the book of the standard such a package is refused" in sentence, series
    assert store.head() is None
    right = written(whole(version).files(), tmp_path / "right")
    assert flow.sync(right, store, Who("test", "2026-11-23T07:00:00Z")).commit


@pytest.mark.parametrize("version", VERSIONS)
def test_changes_may_name_what_came_before(version: str, tmp_path: Path) -> None:
    store = FolderStore.create(tmp_path / "workspace", CERTIFICATION)
    path = written(whole(version).files(), tmp_path / "bulk")
    assert flow.sync(path, store, Who("test", "2026-11-23T06:00:00Z")).commit
    fresh = {**whole(version).rows["enrollments"][0], "sourcedId": "E9", "classSourcedId": "K2"}
    fresh |= {"beginDate": "", "endDate": ""}
    path = written(delta(version, enrollments=[fresh]).files(), tmp_path / "delta")
    done = flow.sync(path, store, Who("test", "2026-11-23T07:00:00Z"))
    assert done.commit, done.waiting
    assert not done.planned.reported.findings.height
