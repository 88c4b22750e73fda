"""Nights of a district that sends the export of its information system."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from cli_runs import run

from importer import flow, settings
from importer.model.history import Who
from importer.model.tables import TABLES
from importer.store.folder import FolderStore

HEADER = "id,email,first_name,last_name,projected_graduation_year"
ONE_SCHOOL = '[organisations]\n"0101" = "Oak School"\n'


class Night:
    """A workspace, and what it is sent night after night."""

    def __init__(self, folder: Path, policy: str = ONE_SCHOOL) -> None:
        self.folder, self.day = folder, 0
        self.store = FolderStore.create(folder / "workspace", settings.TEMPLATE)
        self.policy(policy)

    def policy(self, text: str) -> None:
        (self.store.root / "district.toml").write_text(text)

    def send(self, rows: Sequence[str], header: str = HEADER, kind: str = "") -> flow.Synced:
        self.day += 1
        path = self.folder / f"{self.day}" / "students.csv"
        path.parent.mkdir()
        path.write_text("\n".join([header, *rows, ""]))
        return flow.sync(
            path.parent, self.store, Who("Zoë", f"2026-09-{self.day:02}T06:00:00Z"), kind
        )

    def active(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        rows = self.store.table(table, self.store.head()).filter(pl.col("status") == "active")
        return sorted(rows.select(columns or TABLES[table].key).collect().rows())


def student(number: int, year: int = 2030, *more: str) -> str:
    return ",".join(
        [str(number), f"s{number}@oak.example", "Bo", f"Lind{number}", str(year), *more]
    )


def codes(done: flow.Synced) -> set[str]:
    return set(done.planned.reported.findings["code"])


def test_without_a_school_everybody_is_at_the_one_of_the_settings(tmp_path: Path) -> None:
    night = Night(tmp_path)
    assert night.send([student(1), student(2)]).commit
    assert night.active("schools") == [("0101",)]
    assert night.active("roles") == [("1", "0101", "student"), ("2", "0101", "student")]
    assert night.send([student(1), student(2), student(3)]).commit
    assert night.active("schools") == [("0101",)]


def test_without_settings_the_only_school_of_the_roster_is_meant(tmp_path: Path) -> None:
    night = Night(tmp_path, "")
    assert night.send([student(1, 2030, "77")], f"{HEADER},SchoolID").commit
    night.policy("may_be_empty = []\n")
    assert night.send([student(1), student(2)]).commit
    assert night.active("roles") == [("1", "77", "student"), ("2", "77", "student")]


def test_where_several_schools_may_be_meant_none_is_picked(tmp_path: Path) -> None:
    night = Night(tmp_path, "")
    rows = [student(n, 2030, f"{70 + n}") for n in (1, 2)]
    assert night.send(rows, f"{HEADER},SchoolID").commit
    before = night.active("roles")
    done = night.send([student(1), student(2)])
    assert "LINK-414" in codes(done)
    assert night.active("roles") == before


def test_a_blank_school_holds_its_row_and_takes_nobody_away(tmp_path: Path) -> None:
    night = Night(tmp_path, "")
    rows = [student(n, 2030, "77") for n in range(1, 13)]
    assert night.send(rows, f"{HEADER},SchoolID").commit
    done = night.send([student(1, 2030, ""), *rows[1:]], f"{HEADER},SchoolID")
    assert done.commit and "CELL-201" in codes(done)
    assert len(night.active("roles")) == 12


def test_an_export_without_rows_is_on_hold(tmp_path: Path) -> None:
    night = Night(tmp_path)
    assert night.send([student(n) for n in range(5)]).commit
    done = night.send([])
    assert not done.commit and "PLAN-505" in codes(done)
    assert len(night.active("people")) == 5


def test_who_is_no_longer_sent_is_archived_within_the_guards(tmp_path: Path) -> None:
    night = Night(tmp_path)
    whole = [student(n) for n in range(100)]
    assert night.send(whole).commit
    assert night.send(whole[1:]).commit
    assert len(night.active("people")) == 99
    assert not night.send(whole[60:]).commit
    assert len(night.active("people")) == 99


def test_roles_from_elsewhere_are_untouched(tmp_path: Path) -> None:
    night = Night(tmp_path)
    sheet = tmp_path / "educators.csv"
    sheet.write_text(
        "FirstName,LastName,Email,SchoolName,TeacherRole,ProctorRole,UserID\n"
        "Ana,Silva,ana@oak.example,0101,TRUE,FALSE,T1\n"
    )
    assert flow.sync(sheet, night.store, Who("Zoë", "2026-08-01T06:00:00Z")).commit
    assert night.send([student(1)]).commit
    assert night.send([student(1), student(2)]).commit
    assert ("T1", "0101", "teacher") in night.active("roles")


def test_a_row_of_who_left_is_no_second_row_of_who_is_there(tmp_path: Path) -> None:
    night = Night(tmp_path)
    header = f"{HEADER},Enroll_Status"
    rows = [student(1, 2030, "2"), student(1, 2030, "0"), student(2, 2030, "3")]
    done = night.send(rows, header)
    assert done.commit and not {"ROW-301", "ROW-303"} & codes(done)
    assert night.active("people") == [("1",)]


def test_ids_by_another_number_put_the_run_on_hold(tmp_path: Path) -> None:
    night = Night(tmp_path)
    rows = [f"{900 + n},{student(n)}" for n in range(60)]
    assert night.send(rows, f"Student_Number,{HEADER}").commit
    renamed = [f"{900 + n},{student(n).partition(',')[2]}" for n in range(60)]
    done = night.send(renamed, f"Student_Number,{HEADER.partition(',')[2]}")
    assert not done.commit
    assert len(night.active("people")) == 60


YEARS = '[calendar]\nschool_year = "2026-27"\n' + ONE_SCHOOL
GRADES = '[share]\nlowest_grade = "9"\nhighest_grade = "12"\n'


def test_the_year_of_graduation_tells_the_grade_that_a_filter_asks_for(tmp_path: Path) -> None:
    night = Night(tmp_path, GRADES + YEARS)
    years = {1: 2027, 2: 2030, 3: 2031, 4: 2026}  # grade 12, 9, 8, and who has graduated
    assert night.send([student(n, year) for n, year in years.items()]).commit
    assert night.active("people") == [("1",), ("2",)]


def test_who_leaves_the_filter_stays_as_stored(tmp_path: Path) -> None:
    night = Night(tmp_path, GRADES + YEARS)
    assert night.send([student(1, 2030), student(2, 2029)]).commit
    assert night.send([student(1, 2032), student(2, 2029)]).commit
    assert night.active("people", "person_id", "graduation_year") == [("1", "2030"), ("2", "2029")]


def test_the_grade_of_the_export_goes_before_the_year(tmp_path: Path) -> None:
    night = Night(tmp_path, GRADES + YEARS)
    rows = [student(1, 2027, "7"), student(2, 2040, "9"), student(3, 2028, "")]
    assert night.send(rows, f"{HEADER},Grade_Level").commit
    assert night.active("people") == [("2",), ("3",)]


def test_without_a_school_year_nobody_is_left_out_by_guess(tmp_path: Path) -> None:
    night = Night(tmp_path, GRADES + ONE_SCHOOL)
    assert night.send([student(1, 2027), student(2, 2040)]).commit
    assert len(night.active("people")) == 2


def test_a_school_filter_and_its_change(tmp_path: Path) -> None:
    night = Night(tmp_path, '[share]\nschools = ["71"]\n')
    rows = [student(n, 2030, f"{70 + n}") for n in (1, 2)]
    assert night.send(rows, f"{HEADER},SchoolID").commit
    assert night.active("people") == [("1",)]
    night.policy('[share]\nschools = ["71", "72"]\n')
    done = night.send(rows, f"{HEADER},SchoolID")
    assert not done.commit and "PLAN-517" in codes(done)


def test_optional_fields_can_be_left_out(tmp_path: Path) -> None:
    night = Night(tmp_path, 'drop_fields = ["people.birth_date", "people.gender"]\n' + ONE_SCHOOL)
    assert night.send([student(1, 2030, "5/4/2012", "F")], f"{HEADER},DOB,Gender").commit
    assert night.active("people", "birth_date", "gender") == [(None, None)]


def test_a_weak_preset_is_taken_where_it_is_asked_for(tmp_path: Path) -> None:
    night = Night(tmp_path)
    header, row = "Other ID,Email,First Name,Last Name,Grad Yr", student(1)
    assert not night.send([row], header).commit
    assert night.send([row], header, "skyward").commit
    assert night.active("people", "person_id", "graduation_year") == [("1", "2030")]


@pytest.mark.parametrize("name", ["powerschool", "veracross", "skyward"])
def test_the_command_tells_what_a_preset_asks_for(name: str) -> None:
    listed = {preset["name"]: preset for preset in run("presets", "--json").data()["presets"]}
    told = run("presets", name, "--json").data()
    assert (
        told["strength"]
        == listed[name]["strength"]
        == ("weak" if name == "skyward" else "documented")
    )
    asked = {c["name"] for c in told["columns"]["students"] if c["need"] == "required"}
    assert asked == set(listed[name]["tables"][0]["required"])
    shown = run("presets", name).out
    assert all(column in shown for column in asked)


def test_the_fields_are_those_that_the_published_lists_ask_for() -> None:
    lists = {
        "powerschool": "id email first_name last_name projected_graduation_year",
        "veracross": "person_pk email_1 first_name last_name graduation_year",
    }
    optional = {
        "powerschool": "DOB Gender",
        "veracross": "personal_email middle_name preferred_name current_grade date_of_birth gender",
    }
    for name, required in lists.items():
        columns = run("presets", name, "--json").data()["columns"]["students"]
        needs = {column["name"]: column["need"] for column in columns}
        assert {n for n, need in needs.items() if need == "required"} == set(required.split())
        assert {needs[n] for n in optional[name].split()} == {"optional"}


def test_an_unknown_preset_is_told_apart() -> None:
    ran = run("presets", "powerscool")
    assert ran.code == 2 and "powerschool" in ran.err
