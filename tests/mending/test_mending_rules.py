"""What is remembered of accepted fixes: words of lists, never ids, names or e-mails."""

from pathlib import Path

from cli_runs import drop

from importer.checks.catalogue import clever
from importer.contracts.confirmed import ValueRule
from importer.mending.mend import Judge, look_at
from importer.mending.places import places
from importer.mending.rules import remembered
from importer.model.history import Who

WHO = Who("Kim Ode", "2026-11-22T01:14:00Z")
STUDENTS = (
    "School_id,Student_id,Student_email,First_name,Last_name,Grade,Gender\n"
    "0101,S1,bo@oak.example,Bo,Lind,03,\n0101,S2,cy@oak.example,Cy,Ray, 03 ,male\n"
)


def test_a_word_that_was_mended_is_remembered_once(tmp_path: Path) -> None:
    sent = look_at(drop(tmp_path / "d", clever(students=STUDENTS)), tmp_path, Judge())
    made = remembered(sent, places(sent), WHO)
    told = {"by": WHO.actor, "at": WHO.at, "code": "CELL-203", "table": "clever/students"}
    assert made.rules == (
        ValueRule(column="Grade", value="03", becomes="3", **told),
        ValueRule(column="Gender", value="male", becomes="M", **told),
    )
    assert made.refused == {}


def test_ids_names_and_emails_are_never_remembered(tmp_path: Path) -> None:
    text = STUDENTS.replace("S1,bo@", "S1 , bo@").replace("Bo,Lind", "Bo , Lind")
    sent = look_at(drop(tmp_path / "d", clever(students=text)), tmp_path, Judge())
    made = remembered(sent, places(sent), WHO)
    assert {rule.column for rule in made.rules} == {"Grade", "Gender"}
    refused = {column: why for (_, column), why in made.refused.items()}
    assert set(refused) == {"Student_id", "Student_email", "First_name", "Last_name"}
    assert refused["Student_id"] == "it tells which row is meant"
    assert refused["Last_name"] == "it holds names"
    assert refused["Student_email"] == "it holds e-mail addresses"
