"""importer readiness: on a workspace, on one drop, on answers alone; asked, kept, shown again."""

import io
import json
import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from cli_runs import Ran, drop, run, workspace

from importer.cli import keeping
from importer.readiness.rules import QUESTIONS, ROUTES
from importer.resources import SAMPLES, SCHEMAS
from importer.store.folder import FolderStore
from importer.store.sealed import read_sealed, seal

ANSWERS = SAMPLES / "readiness" / "sync" / "answers.toml"
DROP = SAMPLES / "clever_monday_tuesday" / "monday"


def _typed(text: str, *args: str | Path) -> Ran:
    """The command with a person at it who types these lines."""
    with mock.patch.object(sys, "stdin", io.StringIO(text)):
        return run("readiness", *args)


def test_one_drop_without_a_workspace(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = run("readiness", DROP, "--html", page)
    assert ran.code == 0
    assert "Not enough information yet" in ran.out
    assert f"Page: {page}" in ran.out
    assert "148 active students" in page.read_text("utf-8")
    assert page.stat().st_mode & 0o777 == 0o600


def test_answers_alone() -> None:
    told = run("readiness", "--answers", ANSWERS, "--json").data()
    assert told["verdict"]["category"] == "sync"
    assert told["id"] == ""


def test_answers_and_a_drop_side_by_side() -> None:
    told = run("readiness", DROP, "--answers", ANSWERS, "--json").data()
    size = next(one for one in told["questions"] if one["name"] == "size")
    assert (size["said"]["answer"], size["evidence"]["shows"], size["state"]) == (
        "no",
        "no",
        "agree",
    )
    assert told["verdict"]["category"] == "fix-then-sync"
    assert told["command"] == "importer readiness monday --answers answers.toml"


def test_a_workspace_keeps_reports_and_shows_old_ones_as_they_were(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    first, again = tmp_path / "first.html", tmp_path / "again.html"
    assert run("readiness", "-w", space, "--html", first).code == 0
    assert run("readiness", "-w", space).code == 0
    store = FolderStore.open(space)
    assert store.assessments() == [1], "looking twice says nothing new"
    assert store.assessment(1).profile.name == "w", "its folder, where nobody said a name"
    (space / "answers.toml").write_text('[dbm_setup]\nanswer = "no"\nwho = "B. Chen"\n', "utf-8")
    assert run("readiness", "-w", space, "--json").data()["verdict"]["gate"] == "dbm_setup"
    assert store.assessments() == [1, 2]
    assert run("readiness", "-w", space, "--run", "1", "--html", again).code == 0
    assert again.read_bytes() == first.read_bytes()
    assert run("verify", "-w", space).code == 0
    told = run("audit", "-w", space, "--json").data()["events"]
    assert [event["of"] for event in told if event["what"] == "readiness"] == [
        "readiness/000001.json", "readiness/000002.json",
    ]  # fmt: skip


def test_an_old_report_keeps_its_rules(tmp_path: Path) -> None:
    space, mine = workspace(tmp_path / "w"), tmp_path / "rules" / "readiness"
    mine.mkdir(parents=True)
    text = (SCHEMAS / QUESTIONS).read_text("utf-8").replace("sync_from = 60 ", "sync_from = 70 ")
    (mine.parent / QUESTIONS).write_text(text.replace('"2026-11"', '"ours-1"', 1), "utf-8")
    (mine.parent / ROUTES).write_bytes((SCHEMAS / ROUTES).read_bytes())
    ran = run("readiness", "-w", space, "--rules", mine.parent, "--json").data()
    assert (ran["rules"], ran["marks"]) == ("ours-1, tables 2026-11", [40, 70])
    assert run("readiness", "-w", space, "--json").data()["marks"] == [40, 60]
    assert run("readiness", "-w", space, "--run", "1", "--json").data() == ran


def test_a_report_that_was_changed_is_not_shown(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    run("readiness", "-w", space)
    record = space / "readiness" / "000001.json"
    record.write_text(record.read_text("utf-8").replace("not-enough", "sync"), "utf-8")
    ran = run("readiness", "-w", space, "--run", "1")
    assert (ran.code, "damaged" in ran.err) == (4, True)
    assert run("verify", "-w", space).code == 4


def test_asking_begins_with_the_six_that_matter_most(tmp_path: Path) -> None:
    kept = tmp_path / "answers.toml"
    yes = "y\n\n"  # the answer, and no note
    district = "student\nUS\npowerschool\nstudents, groups\n"
    typed = f"{yes}{yes}n\n\n{yes}{yes}{yes}{district}n\n"
    ran = _typed(typed, "--ask", "--answers", kept, "--actor", "A. Lopez")
    assert ran.code == 0, ran.said
    asked = [line for line in ran.out.splitlines() if " of 6  " in line]
    assert "keep the data right" in asked[0]
    assert len(asked) == 6
    told = run("readiness", "--answers", kept, "--json").data()
    assert told["profile"]["needs"] == ["students", "groups"]
    answered = {one["name"] for one in told["questions"] if one["said"]["answer"] != "unsure"}
    assert answered == {
        "dbm_maintain", "dbm_setup", "sis_change", "sis_clever", "daily_sftp", "classes",
    }  # fmt: skip
    assert all(one["said"]["who"] in ("", "A. Lopez") for one in told["questions"])


@pytest.mark.parametrize("end", ["q\n", ""])
def test_whoever_stops_keeps_what_was_said(tmp_path: Path, end: str) -> None:
    space = workspace(tmp_path / "w")
    ran = _typed(f"maybe\nn\nShe leaves in June.\n{end}", "--ask", "-w", space)
    assert ran.code == 0, ran.said
    assert "What you said is kept." in ran.out
    told = run("readiness", "-w", space, "--json").data()
    assert told["verdict"]["gate"] == "dbm_maintain"
    said = next(one["said"] for one in told["questions"] if one["name"] == "dbm_maintain")
    assert said["note"] == "She leaves in June."


def test_a_busy_workspace_gets_the_answers_as_soon_as_it_can(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    with FolderStore.open(space).lock(), mock.patch.object(keeping, "_PATIENCE", 0):
        ran = _typed("n\nShe leaves in June.\nq\n", "--ask", "-w", space)
    assert ran.code == 5
    assert "could NOT be kept" in ran.out
    assert "What you said is kept" not in ran.out
    assert 'note = "She leaves in June."' in ran.out, "typed once, never lost"
    assert not (space / "answers.toml").exists()


def test_each_answer_is_kept_when_it_is_given(tmp_path: Path) -> None:
    """Whoever closes the window has said what was said, and others may write meanwhile."""
    kept, seen = tmp_path / "answers.toml", []
    kept.write_text('[dbm_setup]\nanswer = "no"\nnote = "by hand"\nwho = "B"\n', "utf-8")

    def lines() -> Iterator[str]:
        yield from ("y\n", "a note\n")
        seen.append(kept.read_text("utf-8"))
        kept.write_text(seen[0] + '\n[desire]\nanswer = "yes"\nwho = "C"\n', "utf-8")
        yield from ("\n", "n\n")  # leaves dbm_setup as it is; then is cut off within an answer

    class Typed(io.StringIO):
        def readline(self, *_: object) -> str:  # type: ignore[override]
            return next(typed, "")

    typed = lines()
    with mock.patch.object(sys, "stdin", Typed()):
        run("readiness", "--ask", "--answers", kept)
    assert 'note = "a note"' in seen[0]
    told = run("readiness", "--answers", kept, "--json").data()
    answers = {one["name"]: one["said"] for one in told["questions"]}
    assert answers["dbm_setup"]["note"] == "by hand"
    assert answers["desire"]["who"] == "C", "written by somebody else meanwhile"
    assert answers["dbm_maintain"]["answer"] == "yes"
    assert answers["sis_change"]["answer"] == "no", "the note was never given, the answer was"


def test_an_answer_given_again_keeps_its_note(tmp_path: Path) -> None:
    kept = tmp_path / "answers.toml"
    kept.write_text(
        '[dbm_maintain]\nanswer = "yes"\nnote = "Mrs. B."\nwhen = 2025-01-01\n', "utf-8"
    )
    _typed("y\n\nq\n", "--ask", "--answers", kept)
    assert 'note = "Mrs. B."' in kept.read_text("utf-8")


def test_an_answer_against_the_files_is_asked_for_its_reason(tmp_path: Path) -> None:
    kept = tmp_path / "answers.toml"
    first = "\n" * 6 + "\n" * 4 + "y\n" + "\n"  # leave the six and the district; then mobile
    reason = "y\n\nSix more schools follow in January.\n"
    ran = _typed(f"{first}{reason}q\n", "--ask", "--answers", kept, DROP)
    assert ran.code == 0, ran.said
    assert "The files show no, and that counts." in ran.out
    told = run("readiness", DROP, "--answers", kept, "--json").data()
    size = next(one for one in told["questions"] if one["name"] == "size")
    assert (size["state"], size["counts"]) == ("overridden", "yes")


def test_the_calculation(tmp_path: Path) -> None:
    out = run("readiness", "--answers", ANSWERS, "--explain").out
    assert "for a sync: 20 of 25 = 80 %" in " ".join(out.split())


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([], "There is nothing to judge by."),
        ([DROP, "-w", "SPACE"], "A workspace or a drop"),
        ([DROP, "--groups", ANSWERS], "--groups needs a workspace."),
        (["--run", "1"], "--run shows a report of a workspace"),
        (["-w", "SPACE", "--run", "1", "--ask"], "--run shows a report of a workspace"),
        ([DROP, "--ask"], "no place to keep the answers"),
        (["-w", "SPACE", "--ask", "--json"], "--ask is for people"),
        (["--answers", "nothing.toml"], "There is no file nothing.toml."),
        ([DROP, "--html", DROP / "students.csv"], "Choose another place"),
        (["-w", "SPACE", "--html", "SPACE/page.html"], "is inside the workspace"),
        (["--answers", ANSWERS, "--html", ANSWERS], "Choose another place"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, args: list[str | Path], says: str) -> None:
    space = str(workspace(tmp_path / "w"))
    named = [str(arg).replace("SPACE", space) for arg in args]
    ran = run("readiness", *named)
    assert ran.code == 2
    assert says in f"{ran.said} {json.dumps(ran.said)}"


def test_a_report_that_is_not_there(tmp_path: Path) -> None:
    ran = run("readiness", "-w", workspace(tmp_path / "w"), "--run", "7")
    assert (ran.code, "Kept are: none." in ran.err) == (4, True)


def test_wrong_answers_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('[size]\nanswer = "perhaps"\n', "utf-8")
    ran = run("readiness", "--answers", path)
    assert (ran.code, "answers.toml line 2" in ran.err) == (2, True)


def test_a_drop_of_an_unknown_format_is_no_evidence(tmp_path: Path) -> None:
    path = drop(tmp_path / "odd", {"odd.csv": "a,b\n1,2\n"})
    told = run("readiness", path, "--json").data()
    assert told["verdict"]["category"] == "not-enough"


def test_a_delta_alone_is_not_taken_for_the_district() -> None:
    told = run("readiness", SAMPLES / "oneroster_bulk_then_delta" / "delta", "--json").data()
    results = {one["id"]: one["result"] for one in told["checks"]}
    assert [id_ for id_, result in results.items() if result not in ("unknown", "pass")] == []
    shown = {one["name"]: one["evidence"] for one in told["questions"] if one["evidence"]}
    assert {name for name, one in shown.items() if one["strong"] and one["shows"]} == {"oneroster"}
    assert "changes only" in shown["size"]["says"]


def test_a_spreadsheet_is_not_blamed_for_having_no_terms() -> None:
    told = run("readiness", SAMPLES / "spreadsheet_in_autumn" / "first", "--json").data()
    terms = next(one for one in told["checks"] if one["id"] == "D8")
    assert (terms["result"], "carries no terms" in terms["found"]) == ("unknown", True)


def test_what_a_table_says_can_come_is_no_proof() -> None:
    told = run("readiness", DROP, "--json").data()
    functions = next(one for one in told["questions"] if one["name"] == "functions")
    assert (functions["state"], functions["evidence"]["strong"]) == ("hint", False)


@pytest.mark.parametrize("change", ["missing", "more"])
def test_a_report_of_another_version_is_told_and_stops_no_new_one(
    tmp_path: Path, change: str
) -> None:
    space = workspace(tmp_path / "w")
    run("readiness", "-w", space)
    path = space / "readiness" / "000001.json"
    record = read_sealed(path)
    if change == "missing":
        del record["verdict"]
    else:
        record["colour"] = "green"
    path.write_bytes(seal(record))
    ran = run("readiness", "-w", space, "--run", "1")
    assert (ran.code, "another version of importer" in ran.err) == (4, True)
    assert run("readiness", "-w", space).code == 0
    assert FolderStore.open(space).assessments() == [1, 2]


def test_names_as_people_write_them(tmp_path: Path) -> None:
    kept = tmp_path / "answers.toml"
    district = "Student Product\nUK\nInfinite Campus\nstudents\n"
    _typed("\n" * 6 + district + "n\n", "--ask", "--answers", kept)
    told = run("readiness", "--answers", kept, "--json").data()["profile"]
    assert (told["product"], told["country"], told["sis"]) == ("student", "GB", "infinite-campus")


def test_ctrl_c_at_a_question_stops_at_once_and_keeps_what_was_said(tmp_path: Path) -> None:
    """At a real terminal, and after polars, which takes signals over, has worked."""
    space = workspace(tmp_path / "w")
    assert run("sync", DROP, "-w", space).code == 0
    child, terminal = pty.fork()
    if not child:
        command = [sys.executable, "-m", "importer", "readiness", "-w", str(space), "--ask"]
        os.execv(command[0], command)
    seen = ""
    try:
        answer, note = "Your answer (y, n, u, Enter, q): ", "Note (Enter for none): "
        for asked, typed in ((answer, "y\n"), (note, "by hand\n"), (answer, "")):
            seen = _until(terminal, seen, asked)
            os.write(terminal, typed.encode())
        time.sleep(1)  # as a person would: not in the instant before the prompt begins to read
        os.write(terminal, b"\x03")
        _until(terminal, seen, "What you said is kept.")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
    assert 'note = "by hand"' in (space / "answers.toml").read_text("utf-8")


def _until(terminal: int, seen: str, text: str) -> str:
    """What comes after a text; fails if nothing new is said for half a minute."""
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, f"waited for {text!r} after {seen!r}"
        seen += os.read(terminal, 4096).decode("utf-8", "replace")
    return seen.partition(text)[2]
