"""Cases E: one drop after another, full and quick, what is compared with what; and case C16."""

from pathlib import Path

import pytest
from case_drops import District, delta, header, written, zipped

from importer import alignment, flow
from importer.checks.catalogue import (
    ENROLLMENTS,
    STUDENTS,
    USERS_1,
    Files,
    clever,
    oneroster,
)
from importer.model.errors import UsageError
from importer.model.history import Asked, Who

QUICK = Asked(quick=True)
_MANY = tuple(f"S{n}" for n in range(1, 31))


def _drop(*students: str, name: str = "Lind") -> dict[str, str | bytes]:
    rows = "".join(f"0101,{i},{i}@oak.example,Bo,{name},3\n" for i in students)
    places = "".join(f"0101,M1,{i}\n" for i in students)
    return clever(students=header(STUDENTS) + rows, enrollments=header(ENROLLMENTS) + places)


def _send(district: District, files: Files, asked: Asked = QUICK) -> flow.Synced:
    district.day += 1
    path = written(files, district.folder / f"day {district.day}")
    who = Who("Zoë", f"2026-09-{district.day:02}T06:00:00Z")
    return flow.sync(path, district.store, who, asked=asked)


def _did(done: flow.Synced, table: str = "people") -> set[tuple[str, str]]:
    changes = done.planned.change.changes.filter("picked")
    return set(changes.filter(table=table).select("action", "key").rows())


def test_E01_without_a_drop_before_all_of_it_is_taken(tmp_path: Path) -> None:
    district = District(tmp_path)
    with pytest.raises(UsageError) as refused:
        _send(district, _drop("S1"))
    assert "full sync" in refused.value.fix
    assert district.store.runs() == []
    done = district.sync(_drop("S1", "S2"))
    assert done.committed
    assert {change["action"] for change in done.changes} == {"add"}


def test_E02_two_files_of_one_kind_archive_nobody(tmp_path: Path) -> None:
    """None of the two is taken, both are named, and nothing at all is changed."""
    district = District(tmp_path)
    district.commit(_drop("S1", "S2"))
    files = _drop("S1", "S2")
    files["more students.csv"] = header(STUDENTS) + "0101,S3,s3@oak.example,Bo,Lind,3\n"
    told = district.sync(files)
    assert not told.committed
    assert told.says("FILE-109") == "more students.csv comes twice (also as students.csv)."
    assert set(district.stored("people")) == {"S1", "S2", "T1"}


def test_E04_an_identical_drop_changes_nothing_and_isnt_planned_again(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop("S1", "S2"))
    again = _send(district, _drop("S1", "S2"), Asked())
    assert again.planned.nothing_new
    assert len(district.store.runs()) == 1
    quick = _send(district, _drop("S1", "S2"))
    assert quick.planned.change.changes.is_empty()
    packed = zipped(_drop("S1", "S2"), tmp_path / "same.zip")
    same = flow.sync(packed, district.store, Who("Zoë", "2026-09-09T06:00:00Z"), asked=QUICK)
    assert same.planned.nothing_new


def test_E05_who_was_gone_comes_back_and_another_is_new(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop(*_MANY))
    district.commit(_drop(*_MANY[1:]))
    for asked in (QUICK, Asked()):
        done = _send(district, _drop(*_MANY, "S31"), asked)
        if asked is QUICK:
            assert _did(done) == {("reactivate", "S1"), ("add", "S31")}
            assert done.commit
        else:
            assert _did(done) == set()


def test_E06_and_E13_a_drop_that_was_on_hold_is_not_compared_with(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop(*_MANY))
    held = _send(district, _drop("S1", name="Berg"))  # nearly everybody is gone
    assert held.commit is None
    assert held.waiting
    done = _send(district, _drop(*_MANY, "S31"))
    assert done.commit
    assert done.planned.run.since == 1
    assert _did(done) == {("add", "S31")}


def test_E08_a_full_sync_takes_everything_whatever_was_quick_before(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop("S1", "S2"))
    toml = district.store.root / "district.toml"
    text = toml.read_text()
    toml.write_text(text.replace('changes = ["add", ', "changes = ["))
    district.commit(_drop("S1", "S2", "S3"))  # S3 isn't wanted yet
    toml.write_text(text)
    assert _did(_send(district, _drop("S1", "S2", "S3", "S4"))) == {("add", "S4")}
    full = _send(district, _drop("S1", "S2", "S3", "S4"), Asked())
    assert full.planned.run.sync == "full"
    assert _did(full) == {("add", "S3")}
    assert full.commit
    assert _did(_send(district, _drop("S1", "S2", "S3", "S4", "S5"))) == {("add", "S5")}


def test_E20_terms_that_are_announced_and_missing_stop_everything(tmp_path: Path) -> None:
    """There is no mode for some terms; a package that says it has terms must have them."""
    district = District(tmp_path)
    files = oneroster()
    assert "academicSessions.csv" in files
    district.commit(files)
    short = {name: text for name, text in files.items() if name != "academicSessions.csv"}
    told = district.sync(short)
    assert not told.committed
    assert "academicSessions.csv" in {row[2] for row in told.found("BLOCK", "ERROR")}


def test_a_quick_sync_of_a_delta_takes_all_that_the_delta_says(tmp_path: Path) -> None:
    """It says only what changed already."""
    district = District(tmp_path)
    district.commit(oneroster())
    first = delta(users=header(USERS_1) + USERS_1.splitlines(keepends=True)[1])
    done = _send(district, first, Asked())
    assert done.commit
    again = _send(district, {**first, "manifest.csv": first["manifest.csv"]}, QUICK)
    assert again.planned.change.changes.is_empty()


def test_C16_a_local_group_is_aligned_with_evidence(tmp_path: Path) -> None:
    """Year 10R of the platform, Year 10 Red of the information system."""
    district = District(tmp_path)
    files = _drop(*_MANY[:8])
    files["sections.csv"] = (
        "School_id,Section_id,Teacher_id,Name,Section_number\n0101,M1,T1,Year 10 Red,1\n"
        "0101,M2,T1,Year 11 Red,2\n"
    )
    district.commit(files)
    groups = tmp_path / "groups.csv"
    rows = "".join(f"g7,Year 10R,{who}\n" for who in (*_MANY[:7], "somebody else"))
    groups.write_text("group_id,name,member\n" + rows)
    head = district.store.head()
    found = alignment.propose(groups, district.store, head)
    pair = found.pairs.row(0, named=True)
    assert (pair["group"], pair["section"], pair["verdict"]) == ("Year 10R", "Year 10 Red", "sure")
    assert (pair["shared"], pair["of_group"], pair["of_section"]) == (7, 8, 8)
    alignment.accept(district.store, found, ["g7"], Who("Kim Ode", "2026-09-02T06:00:00Z"))
    again = alignment.propose(groups, district.store, head)
    assert [(a.group, a.section, a.by) for a in again.aligned] == [("g7", "M1", "Kim Ode")]
    assert again.pairs.is_empty()


def test_a_drop_that_was_planned_before_is_committed_with_all_its_rows(tmp_path: Path) -> None:
    """Somebody plans by hand what the nightly sync then commits."""
    district = District(tmp_path)
    district.plan(clever())
    district.commit(clever())
    assert set(district.stored("people")) == {"S1", "T1"}
    assert set(district.stored("enrollments")) == {"M1 / S1 / student", "M1 / T1 / teacher"}
