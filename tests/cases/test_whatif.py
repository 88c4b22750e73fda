"""A drop replayed under other settings: what would differ, and that nothing is kept."""

from pathlib import Path

import pytest
from case_drops import District, header

from importer import settings
from importer.checks.catalogue import ENROLLMENTS, STUDENTS, clever
from importer.model.errors import StorageError, UsageError
from importer.report import whatif as words
from importer.report.lines import Told
from importer.whatif import Asking, WhatIf, named, whatif


def _drop(*students: str, grade: str = "3") -> dict[str, str | bytes]:
    rows = "".join(f"0101,{i},{i}@oak.example,Bo{i},Lind,{grade}\n" for i in students)
    places = "".join(f"0101,M1,{i}\n" for i in students)
    return clever(students=header(STUDENTS) + rows, enrollments=header(ENROLLMENTS) + places)


def _ask(district: District, run: str, *anew: str, base: int | None = None) -> WhatIf:
    at = "2026-10-01T06:00:00Z"
    return whatif(district.store, Asking(None, named(district.store, run), base, anew, at))


def _kept(district: District) -> set[str]:
    return {str(path) for path in district.store.root.rglob("*") if path.is_file()}


def test_both_sides_are_counted_and_what_only_one_has_is_listed(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop("S1", "S2"))
    district.commit(_drop("S1", "S2", "S3"))
    before = _kept(district)
    done = _ask(district, "2", 'sync.items=["users"]')
    assert done.counts() == [
        ("people", "add", 1, 1), ("roles", "add", 1, 1), ("enrollments", "add", 1, 0),
    ]  # fmt: skip
    assert done.apart.only_one["key"].to_list() == ["M1\x1fS3\x1fstudent"]
    assert done.apart.only_other.is_empty()
    assert done.apart.otherwise.is_empty()
    assert _kept(district) == before
    assert district.store.head() is not None
    assert district.store.commits()[-1].number == 2


def test_values_that_would_be_written_otherwise_are_shown_before_and_after(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop("S1"))
    district.commit(_drop("S1", "S2"))
    done = _ask(district, district.store.runs()[1].id, 'drop_fields=["people.email"]')
    changed = done.apart.otherwise
    assert changed.select("action", "table", "key").rows() == [("add", "people", "S2")]
    assert changed.select("columns", "before", "after").rows() == [
        (["email"], ["S2@oak.example"], [""])
    ]
    sides = words.Sides(
        "day 2", 1, ("x=1",), done.counts(), done.blocks(), (0, 0),
        done.apart.only_one, done.apart.only_other, changed,
    )  # fmt: skip
    told = words.lines(sides, {"S2": "Bo"}, Told(100, colour=False))
    assert "1 change would be different." in told
    assert "email: S2@oak.example → (empty)" in told
    assert words.record(sides)["otherwise"][0]["after"] == [""]


def test_what_it_would_be_on_hold_for_on_both_sides(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop(*(f"S{n}" for n in range(30))))
    here_and_there = (0, 1, 4, 5, 9, 12, 13, 20, 22, 29)
    held = district.sync(_drop(*(f"S{n}" for n in here_and_there)))
    assert not held.committed
    run = district.store.runs()[-1].id
    done = _ask(
        district, run, "guards.school_loss=1.0", "guards.district_loss=1.0", "share.highest_grade=5"
    )
    now, then = done.blocks()
    assert now == ["0101:people"]
    assert then == ["*:share"]  # another filter is a decision of its own


def test_another_base_and_a_drop_by_its_id(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop("S1"))
    district.commit(_drop("S1", "S2"))
    run = district.store.runs()[1]
    assert named(district.store, run.drop[:10]) == run
    done = _ask(district, run.drop[:10], "skip_errors=false", base=0)
    assert (done.base, done.apart.only_one.height) == (0, 0)
    assert ("people", "add", 3, 3) in done.counts()  # with the teacher


def test_settings_are_read_as_strictly_as_the_file(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop("S1"))
    for anew, told in (
        ("guards.growht=1", "growth"), ("portal=multy", "multi"), ("nothing", "--set guards"),
        ("portal=multi", "config show"),
    ):  # fmt: skip
        with pytest.raises(UsageError) as wrong:
            _ask(district, "1", anew)
        assert told in wrong.value.fix
    assert settings.changed("", ["share.highest_grade=5"]).share.highest_grade == "5"
    assert settings.changed("", ["never_sent=['staff.csv']"]).never_sent == ("staff.csv",)


def test_a_drop_that_is_no_longer_kept_is_said(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(_drop("S1"))
    for folder in (district.store.root / "drops").iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    with pytest.raises(StorageError, match="not kept here, or no longer") as lost:
        _ask(district, "1", "skip_errors=false")
    assert "importer whatif PATH" in lost.value.fix
