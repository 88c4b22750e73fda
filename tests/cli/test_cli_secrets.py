"""What must not be seen: values in redacted reports, passwords anywhere, formulas in CSV."""

import io
import json
import stat
import zipfile
from pathlib import Path

import polars as pl
import pytest
from cli_runs import MANY, drop, run, workspace

from importer.checks.catalogue import ENROLLMENTS, SECTIONS, clever
from importer.contracts.load import contracts

STUDENTS = contracts()["clever"].tables["students"].columns
PASSWORD = "Pw7-kestrel"
PERSON = "canary-person-id"
RIGHT = {
    "School_id": "0101",
    "Student_id": PERSON,
    "Grade": "3",
    "Gender": "F",
    "Race": "W",
    "Graduation_year": "2036",
    "DOB": "4/30/2015",
    "Student_email": "canary.email@oak.example",
    "Contact_type": "Primary",
    "Contact_phone": "5550100123",
    "Contact_email": "canary.contact@home.example",
    "Password": PASSWORD,
}


def _planted(bad: bool) -> tuple[dict[str, str | bytes], set[str]]:
    """A drop with its own value in every column of students.csv, and these values.

    ``bad``: whatever can be wrong is wrong, and another row disagrees in a name.
    """
    free = {name: f"canary{at:02}quux" for at, name in enumerate(STUDENTS)}
    blank = {name: "" for name, column in STUDENTS.items() if column.words}
    values = {**free, "Password": PASSWORD} if bad else {**free, **blank, **RIGHT}
    row = ",".join(values.values())
    other = row.replace(values["Middle_name"], "canary-middle") if bad else row
    files = clever(
        students=f"{','.join(values)}\n{row}\n{other}\n",
        enrollments=ENROLLMENTS.replace("S1", "canary-nobody"),
        sections=SECTIONS + "0101,canary-section,canary-teacher,1\n",
    )
    others = {"canary-nobody", "canary-section", "canary-teacher", "canary-middle"}
    return files, {value for value in values.values() if len(value) > 8} | others


def _reports(path: Path, folder: Path, *options: str) -> tuple[str, str]:
    """Everything that ``check`` says and writes about a drop, and what it prints."""
    folder.mkdir()
    files = [folder / name for name in ("report.html", "findings.csv", "findings.jsonl")]
    asked = [
        str(part)
        for pair in zip(("--html", "--csv", "--jsonl"), files, strict=True)
        for part in pair
    ]
    ran = run("check", path, *asked, *options)
    assert ran.code == 1
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    return "".join([ran.said, *(file.read_text("utf-8-sig") for file in files)]), ran.said


@pytest.mark.parametrize("bad", [True, False])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_redacted_reports_hold_no_value(tmp_path: Path, form: list[str], bad: bool) -> None:
    files, planted = _planted(bad)
    text, _ = _reports(drop(tmp_path / "drop", files), tmp_path / "out", "--redact", *form)
    assert sorted(value for value in planted if value in text) == []
    assert "Caucasian" not in text or bad  # what “W” was read as; in a list of words it may stand
    assert "students.csv" in text


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_redacted_reports_hold_no_value_of_a_lost_header(tmp_path: Path, form: list[str]) -> None:
    """Without its header line a file's first pupil stands where the names of columns do."""
    path = tmp_path / "students.csv"
    path.write_text("0101,canary-id,canary@oak.example,Canaria,Canarius,3\n" * 2)
    options = ["--kind", "clever/students", "--redact", *form]
    text, _ = _reports(path, tmp_path / "out", *options)
    assert "canar" not in text.casefold()


def test_reports_for_the_district_hold_all_but_the_password(tmp_path: Path) -> None:
    files, planted = _planted(bad=True)
    text, said = _reports(drop(tmp_path / "drop", files), tmp_path / "out")
    assert PASSWORD not in text
    assert any(value in said for value in planted)


def test_a_report_that_was_readable_by_all_no_longer_is(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("old")
    report.chmod(0o644)
    run("check", drop(tmp_path / "drop"), "--html", report)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def _zipped(files: dict[str, str | bytes], path: Path) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_a_password_stays_in_the_drop(tmp_path: Path, packed: bool) -> None:
    files, _ = _planted(bad=False)
    assert PASSWORD in str(files["students.csv"])
    make = _zipped if packed else lambda f, p: drop(p.with_suffix(""), f)
    space, path = workspace(tmp_path / "w"), make(files, tmp_path / "drop.zip")
    said = [run("sync", path, "-w", space, *form).said for form in ([], ["--json"])]
    for args in (["roster", "--table", "people", "--archived"], ["history"], ["show", "1"]):
        said += [run(*args, "-w", space, *form).said for form in ([], ["--json"])]
    assert PERSON in "".join(said) and PASSWORD not in "".join(said)
    kept = [p for p in space.rglob("*") if p.is_file() and p.relative_to(space).parts[0] != "drops"]
    assert sum(path.suffix == ".parquet" for path in kept) > 5
    assert {"findings.xlsx", "rejected"} <= {p.name for p in kept} | {p.parent.name for p in kept}
    assert [str(p.relative_to(space)) for p in kept if PASSWORD in _content(p)] == []


def _content(path: Path) -> str:
    if path.suffix == ".parquet":  # packed: the bytes alone would tell nothing
        return json.dumps(pl.read_parquet(path).to_dicts(), default=str)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            return "".join(packed.read(name).decode() for name in packed.namelist())
    return path.read_bytes().decode("utf-8", "replace")


def test_nothing_in_a_workspace_is_for_other_accounts(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    run("sync", drop(tmp_path / "drop"), "-w", space)
    others = [str(p) for p in [space, *space.rglob("*")] if stat.S_IMODE(p.stat().st_mode) & 0o077]
    assert others == []


def test_roster_csv_neutralises_formulas(tmp_path: Path) -> None:
    formula = '"=HYPERLINK(""http://x.example"",""a"")"'
    files = clever(
        students=f"School_id,Student_id,First_name,Last_name,Grade\n0101,S1,{formula},-2+3,3\n"
    )
    space = workspace(tmp_path / "w")
    assert run("sync", drop(tmp_path / "drop", files), "-w", space).code == 0
    told = run("roster", "-w", space, "--table", "people", "--csv").out
    rows = pl.read_csv(told.encode(), infer_schema=False).filter(pl.col("person_id") == "S1")
    assert rows["given_name"].to_list() == ['\'=HYPERLINK("http://x.example","a")']
    assert rows["family_name"].to_list() == ["'-2+3"]


def test_terminal_output_cannot_be_steered_by_a_value(tmp_path: Path) -> None:
    bell = "\x1b]0;owned\x07\u202e"
    files = clever(
        students=f"School_id,Student_id,First_name,Last_name,Grade\n0101,S1,Bo{bell},Lind,{bell}9\n"
    )
    space, path = workspace(tmp_path / "w"), drop(tmp_path / "drop", files)
    said = [run("check", path), run("sync", path, "-w", space), run("history", "-w", space)]
    said += [run("roster", "-w", space, "--table", "people")]
    said += [run("check", path, "--kind", bell), run("check", bell), run("explain", bell)]
    assert [ran.said for ran in said if "\x1b" in ran.said or "\u202e" in ran.said] == []


def test_a_long_list_is_cut_on_the_terminal_alone(tmp_path: Path) -> None:
    """A long list is cut on the terminal, and the whole of it is still in the CSV."""
    space = workspace(tmp_path / "w")
    many = clever(students="School_id,Student_id,Student_email,First_name,Last_name,Grade\n"
                  "0101,S1,bo@oak.example,Bo,Lind,3\n" + MANY)  # fmt: skip
    assert run("sync", drop(tmp_path / "drop", many), "-w", space).code == 0
    there = ["roster", "-w", str(space), "--table", "people"]
    assert "… and 42 more" in run(*there).out
    assert run(*there, "--csv").out.count("\n") == 63
