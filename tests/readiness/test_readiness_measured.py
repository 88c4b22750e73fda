"""What a real workspace and one real drop show: the files of a small district, day by day."""

import dataclasses
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from readiness_workspaces import SCHOOLS, District

from importer import flow, holds, rekeying, retention, settings
from importer.fleet.standing import NAME, Standing
from importer.measured import of_drop, of_workspace, pushes
from importer.measured.past import Past
from importer.model.history import Asked, Who
from importer.model.readiness import NO, YES, DataCheck, Profile, Shown
from importer.readiness.facts import Pushes
from importer.readiness.rules import shipped
from importer.settings import TEMPLATE, Calendar, Policy

RULES = shipped()
WHO = Who("test", "2026-11-23T12:00:00Z")


def check(shown: Shown, id_: str) -> DataCheck:
    """One data check."""
    return next(one for one in shown.checks if one.id == id_)


def proven(shown: Shown, name: str) -> str:
    """What is shown for certain."""
    found = shown.evidence[name]
    return found.shows if found.strong else ""


@dataclasses.dataclass(frozen=True)
class Autumn:
    """A district after its autumn, what it shows, and what really happened."""

    district: District
    shown: Shown
    profile: Profile
    start: set[str]
    ever: set[str]


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Autumn]:
    """27 school days: one without a school, a week without a push, one with other ids."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda fd: None)
        district = District(tmp_path_factory.mktemp("autumn"), 150)
        start = {pupil.name for pupil in district.here.values()}
        ever = set(start)
        for day in range(27):
            if day == 8:
                assert not district.send(without=SCHOOLS[1])  # held: nobody lets it go on
                continue
            if day == 15:
                district.skip(5)
            if day == 20:
                district.rekey("N")
            if day:
                district.leave(1)
                ever.add(district.come().name)
            assert district.send(release=day == 20)
        yield Autumn(district, *district.shown(), start, ever)


# --- a workspace --------------------------------------------------------------------------------


def test_mobility_is_that_of_the_students(autumn: Autumn) -> None:
    """Not one more for the ids that all changed, the school that was missing, the week without."""
    stayed = autumn.start & {pupil.name for pupil in autumn.district.here.values()}
    moved = len(autumn.ever - stayed)
    found = autumn.shown.evidence["mobile"]
    assert found.says.startswith(f"{moved} students came or left in 31 school days among 150: ")
    assert found.shows == YES
    assert "148 changed ids not counted" in found.sample or "changed ids" in found.sample


def test_ids_that_changed_are_a_change_of_system(autumn: Autumn) -> None:
    found = autumn.shown.evidence["sis_change"]
    assert (found.shows, found.strong, found.on) == (YES, True, "2026-10-12")
    assert "look different" in found.says
    steady = check(autumn.shown, "D5")
    assert (steady.result, steady.rows) == ("fail", 149)  # one had left, one is new
    assert "149 ids changed on 2026-10-12" in steady.fix


def test_pushes_are_counted_by_school_day(autumn: Autumn) -> None:
    """Of the last 20: five without, and the one on which a person had to let the new ids go on."""
    found = check(autumn.shown, "D11")
    assert found.result == "unknown"
    assert "14 of 20 school days" in found.found
    assert autumn.shown.evidence["daily_sftp"].shows == ""  # 15 of 20, and none was promised


def test_the_largest_day_is_found(autumn: Autumn) -> None:
    found = check(autumn.shown, "D12")
    assert found.result == "fail" and "2026-10-12" in found.fix


def test_days_on_which_the_school_year_turns_are_no_largest_day(autumn: Autumn) -> None:
    store, first = autumn.district.store, date(2026, 10, 1)
    turning = Policy(calendar=Calendar(school_year_start=first, school_year_end=date(2027, 6, 11)))
    shown, _ = of_workspace(store, turning, RULES, "2026-10-30T12:00:00Z")
    found = check(shown, "D12")
    assert found.result == "pass", found.found
    assert "2026-10-12" not in found.found


def test_weeks_are_all_there(autumn: Autumn) -> None:
    weeks = {week.first: week for week in autumn.shown.weeks}
    assert len(weeks) == 7
    assert (weeks["2026-09-21"].added, weeks["2026-09-21"].archived) == (10, 10)
    empty = weeks["2026-09-28"]
    assert (empty.added, empty.archived, empty.moved) == (0, 0, 0)
    assert weeks["2026-10-12"].added > 300  # the day on which all ids changed
    assert autumn.shown.changes_per_week == 20  # and a usual week is none of these


def test_what_was_read_is_said(autumn: Autumn) -> None:
    assert autumn.shown.sources == (
        "26 commits, 2026-09-07 to 2026-10-20",
        "the newest drop, 2026-10-20, Clever CSV",
    )
    assert autumn.profile == Profile(country="US", needs=("students", "staff", "groups"))
    assert autumn.shown.records == 162 + 12 + 150
    assert (autumn.shown.minutes_each, autumn.shown.weeks_a_year) == (2, 36)


def test_the_size_is_known_since_every_school_is_there(autumn: Autumn) -> None:
    assert proven(autumn.shown, "size") == NO
    assert proven(autumn.shown, "users") == NO
    assert proven(autumn.shown, "started") == YES
    assert proven(autumn.shown, "testrun") == YES
    assert proven(autumn.shown, "dates") == YES


def test_no_pupil_is_named(autumn: Autumn) -> None:
    """No name, no id, no address: of those who are there, and of those who left."""
    told = repr(autumn.shown) + repr(autumn.profile)
    people = re.compile("pupil|lind|@oak|N?0{2,}[0-9]{2,}", re.IGNORECASE)
    assert people.search(autumn.district.files()["students.csv"])
    assert people.findall(told) == []


def test_what_retention_removed_is_not_measured(tmp_path: Path) -> None:
    district = District(tmp_path, 60)
    for _ in range(6):
        district.leave(1)
        district.come()
        district.send()
    now = Who("keeper", f"{district.day}T12:00:00Z")
    days = {"drops": 0, "runs": 3, "rosters": 3}
    district.store.purge(retention.due(district.store, days, now))
    shown, _ = district.shown()
    assert len(district.store.runs()) < 6
    says = shown.evidence["mobile"].says
    assert says.startswith("Not enough history: ")
    assert says.endswith("20 are needed; retention removed the changes before 2026-09-10.")
    assert "kept their id from 2026-09-10 to" in check(shown, "D5").found
    assert check(shown, "D1").result == "pass"
    district.store.purge(retention.due(district.store, {**days, "runs": 0}, now))
    shown, _ = district.shown()
    assert len(district.store.runs()) == 1
    assert shown.evidence["mobile"].shows == ""
    assert len(shown.weeks) == 2  # the records of commits stay


def test_a_new_workspace_shows_nothing(tmp_path: Path) -> None:
    shown, profile = District(tmp_path, 5).shown()
    assert [one.question for one in shown.evidence.values() if one.shows] == []
    assert {one.result for one in shown.checks} == {"unknown"}
    assert (shown.sources, shown.weeks, profile.needs) == ((), (), ())


def test_a_test_run_is_seen_before_anything_is_committed(tmp_path: Path) -> None:
    district = District(tmp_path, 30)
    for name, text in district.files().items():
        (tmp_path / "drop").mkdir(exist_ok=True)
        (tmp_path / "drop" / name).write_text(text, "utf-8")
    flow.sync(tmp_path / "drop", district.store, WHO, asked=Asked(test=True))
    shown, _ = of_workspace(district.store, Policy(), RULES, WHO.at)
    assert "The last test run, 2026-11-23" in shown.evidence["testrun"].says
    assert check(shown, "D1").result == "pass"
    assert check(shown, "D9").found == "Not measured: nothing is committed in this workspace"


# --- pushes and faults --------------------------------------------------------------------------

EXPECTED = TEMPLATE.replace('expected = ""', 'expected = "07:00"')


def test_a_push_that_was_promised_and_does_not_come(tmp_path: Path) -> None:
    district = District(tmp_path, 30, EXPECTED)
    for _ in range(3):
        district.come()
        district.send()
        district.skip(7)
    shown, _ = district.shown()
    assert proven(shown, "daily_sftp") == NO
    # The same files once more leave no record: then nobody can say on which days they came.
    standing = Standing(arrivals={"": f"{district.day}T06:00:00Z"})
    district.store.remember(NAME, standing.record())
    shown, _ = district.shown()
    assert shown.evidence["daily_sftp"].shows == ""


def test_the_memory_of_turns_is_called_what_the_fleet_calls_it() -> None:
    assert pushes._STANDING == NAME


def test_a_push_after_its_time_is_of_the_next_day(tmp_path: Path) -> None:
    early = EXPECTED.replace('expected = "07:00"', 'expected = "05:00"')
    district = District(tmp_path, 30, early)
    for _ in range(7):
        district.come()
        district.send()  # at six
    store, now = district.store, "2026-09-15T12:00:00Z"
    policy = settings.read(store.policy_text())
    past = Past(store, policy, RULES, now, tuple(store.commits()), tuple(store.runs()))
    # Tuesday's came after Monday's time. Of the Mondays nothing had come since Sunday's.
    assert pushes.pushes(past, 5) == Pushes(5, came=5, good=4, held=0, expected=True)


def test_the_same_fault_in_ten_drops(tmp_path: Path) -> None:
    district = District(tmp_path, 60)
    for day in range(10):
        district.come()
        students = re.sub(r",3,(?=[0-9]+/1/)", ",Grade 3,", district.files()["students.csv"])
        assert "Grade 3" in students
        district.send(changed={"students.csv": students})
        if day >= 8:
            found = district.shown()[0].evidence["dbm_maintain"]
            assert found.shows == ("" if day == 8 else NO)
    assert "CELL-204, in students.csv, Grade" in found.says
    assert "of each of the last 10 drops" in found.says


def test_hours_until_a_held_drop_was_put_right(tmp_path: Path) -> None:
    district = District(tmp_path, 60)
    district.send()
    assert not district.send(without=SCHOOLS[0])
    district.come()
    assert district.send()
    says = district.shown()[0].evidence["sis_staff"].says
    assert says == "1 drop was held or refused; the next good one came after 24 hours (median)."


def test_an_id_that_went_to_somebody_else(tmp_path: Path) -> None:
    """Nothing of it is committed, and it is seen all the same."""
    district = District(tmp_path, 60)
    district.send()
    other = next(iter(district.here.values()))
    other.name, other.born, other.email = "Zoraida", "12/31/2009", "zoraida@oak.example"
    lines = district.files()["students.csv"].replace(",Zoraida,Lind,", ",Zoraida,Berg,")
    district.send(changed={"students.csv": lines})
    found = check(district.shown()[0], "D6")
    assert (found.result, found.rows) == ("fail", 1)


def test_a_section_id_of_another_time(tmp_path: Path) -> None:
    district = District(tmp_path, 60)
    fall = district.files()["sections.csv"].replace("6/11/2027", "9/30/2026")
    district.send(changed={"sections.csv": fall})
    spring = fall.replace("0,Class 0,Year,8/17/2026,9/30/2026", "0,Class 0,May,5/1/2027,6/11/2027")
    assert spring.count("May") == 3
    district.send(release=True, changed={"sections.csv": spring})
    found = check(district.shown()[0], "D6")
    assert (found.result, found.rows) == ("fail", 3)


def test_where_settings_keep_everybody_nobody_is_seen_to_leave(tmp_path: Path) -> None:
    kept = TEMPLATE.replace('people = "archive"', 'people = "keep"')
    district = District(tmp_path, 60, kept)
    for _ in range(3):
        district.come()
        district.send()
    says = district.shown()[0].evidence["mobile"].says
    assert says.startswith("Not measured: the settings keep who is no longer sent")


def test_ids_that_a_person_gave_count_as_changed(tmp_path: Path) -> None:
    """A file of re-keys: nobody comes or leaves, and it is a change of ids all the same."""
    district = District(tmp_path, 60)
    district.send()
    before = list(district.here)
    district.rekey("N")
    pairs = [f"{old},{new},person" for old, new in zip(before, district.here, strict=True)]
    crosswalk = tmp_path / "rekeys.csv"
    crosswalk.write_text("\n".join(["old_id,new_id,type", *pairs, ""]), "utf-8")
    who = Who("Ana", "2026-09-07T09:00:00Z")
    planned = rekeying.plan_rekeys(crosswalk, district.store, who)
    waiting = holds.missing_approvals(district.store, planned.run)
    if waiting:
        holds.approve(district.store, planned.run, waiting, "a new system", who)
    flow.commit(district.store, planned.run, who)
    district.leave(2)
    assert district.send()
    shown, _ = district.shown()
    assert proven(shown, "sis_change") == YES
    assert "82.9 % (58 of 70)" in shown.evidence["sis_change"].says
    assert check(shown, "D5").rows == 58  # of those who are still there
    assert shown.evidence["mobile"].says == "Not enough history: 1 school day, 20 are needed."


def test_of_two_sources_the_large_one_tells(tmp_path: Path) -> None:
    """What the SIS sends, not the sheet of staff that came after it."""
    named = (f'[[sources]]\nname = "{n}"\nfolder = "{n}"\n' for n in ("sis", "staff"))
    two = TEMPLATE + "".join(named)
    district = District(tmp_path, 60, two)
    for name, text in district.files().items():
        (tmp_path / "sis").mkdir(exist_ok=True)
        (tmp_path / "sis" / name).write_text(text, "utf-8")
    header = "School_id,Staff_id,Staff_email,First_name,Last_name"
    sheet = tmp_path / "staff"
    sheet.mkdir()
    (sheet / "staff.csv").write_text(f"{header}\n0101,A1,a1@oak.example,Al,Ma\n", "utf-8")
    for source in ("sis", "staff"):
        who = Who("night", f"2026-09-0{7 + (source == 'staff')}T06:00:00Z")
        flow.sync(tmp_path / source, district.store, who, asked=Asked(source=source))
    shown, _ = of_workspace(district.store, Policy(), RULES, "2026-09-08T12:00:00Z")
    assert "the newest drop, 2026-09-07, Clever CSV" in shown.sources
    assert check(shown, "D3").found == "16 required fields are filled in"


def test_a_term_that_ends_is_no_large_change(tmp_path: Path) -> None:
    district = District(tmp_path, 60)
    district.send()
    files = district.files()
    other = files["sections.csv"].replace("Year,8/17/2026,6/11/2027", "Late,9/1/2026,6/11/2027")
    assert district.send(release=True, changed={"sections.csv": other})
    found = check(district.shown()[0], "D12")
    assert "terms" not in found.found


# --- groups -------------------------------------------------------------------------------------


def test_groups_of_the_platform(tmp_path: Path) -> None:
    district = District(tmp_path, 60)
    district.send()
    rows = [line.split(",") for line in district.files()["enrollments.csv"].splitlines()[1:]]
    groups = [f"G{section},Group {section},{student}" for _, section, student in rows]
    listed = tmp_path / "groups.csv"
    listed.write_text("\n".join(["group_id,name,member", *groups, ""]), "utf-8")
    assert district.shown()[0].evidence["classes"].shows == ""
    shown, _ = district.shown(listed)
    assert check(shown, "D10").result in ("pass", "fail")
    assert "60" in shown.evidence["classes"].says
    assert any("12 groups" in source for source in shown.sources)
    made = [f"H{n % 12},Made {n % 12},{row[2]}" for n, row in enumerate(sorted(rows, key=str))]
    listed.write_text("\n".join(["group_id,name,member", *made, ""]), "utf-8")
    shown, _ = district.shown(listed)
    assert proven(shown, "classes") == NO
    assert check(shown, "D10").result == "fail"


# --- one drop -----------------------------------------------------------------------------------


def dropped(
    tmp_path: Path, files: dict[str, str], policy: Policy | None = None
) -> tuple[Shown, Profile]:
    """What one drop shows."""
    place, scratch = tmp_path / "one", tmp_path / "scratch"
    place.mkdir()
    scratch.mkdir()
    for name, text in files.items():
        (place / name).write_text(text, "utf-8")
    return of_drop(place, scratch, WHO, RULES, policy)


def test_one_drop_shows_what_a_workspace_of_it_shows(tmp_path: Path) -> None:
    """All but history, to the last number; also where rows are left out."""
    district = District(tmp_path, 60)
    files = district.files()
    files["enrollments.csv"] += "0101,M01010,nobody\n0101,NONE,000003\n"
    files["students.csv"] = files["students.csv"].replace("p7@oak.example", "p8@oak.example")
    files["students.csv"] = files["students.csv"].replace("p9@oak.example", "")
    one, about = dropped(tmp_path, files)
    district.send(changed=files)
    many, their = district.shown()
    for id_ in ("D1", "D2", "D3", "D4", "D7", "D8", "D9"):
        assert check(one, id_) == check(many, id_)
    assert {check(one, id_).result for id_ in ("D1", "D4", "D7")} == {"fail"}
    for name in ("size", "users", "required", "oneroster", "dates", "clever_customer"):
        assert one.evidence[name] == many.evidence[name]
    assert (about, one.records) == (their, many.records)
    assert one.evidence["mobile"].says.startswith("Not measured: one drop says nothing about time")


def test_what_a_district_says_of_itself_counts(tmp_path: Path) -> None:
    text = """
[readiness]
product = "student"
country = "GB"
sis = "veracross"
needs = ["students", "groups"]
whole_district = true
minutes_each = 5
weeks = 39
"""
    files = District(tmp_path, 30).files()
    shown, profile = dropped(tmp_path, files, settings.read(text))
    assert profile == Profile("", "student", "GB", "veracross", ("students", "groups"))
    assert check(shown, "D2").result == "not needed"
    assert (shown.minutes_each, shown.weeks_a_year) == (5, 39)


def test_a_preset_says_which_system_it_is(tmp_path: Path) -> None:
    place = Path(__file__).parents[2] / "sample_data" / "powerschool_nightly" / "monday"
    (tmp_path / "scratch").mkdir()
    shown, profile = of_drop(place, tmp_path / "scratch", WHO, RULES)
    assert profile.sis == "powerschool"
    assert check(shown, "D7").result == "unknown"  # it has no enrollments
    assert proven(shown, "users") == ""  # its schools are those of its students: some may be missed


def test_files_of_no_known_format_show_nothing(tmp_path: Path) -> None:
    shown, _ = dropped(tmp_path, {"a.csv": "x,y\n1,2\n"})
    assert {one.result for one in shown.checks} == {"unknown"}
    assert [one.question for one in shown.evidence.values() if one.strong] == []
    assert "nobody knows the format" in shown.evidence["size"].says
