"""importer config: what counts in a district, and every mistake in its settings."""

from pathlib import Path

import pytest
from cli_runs import run, workspace

WRONG = 'portl = "multi"\nformat = "clevr"\n[guards]\ngrowth = "a lot"\n'


def _file(folder: Path, text: str | bytes) -> Path:
    path = folder / "lakeview.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_new_workspace_has_only_defaults_and_no_mistakes(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    shown = run("config", "show", "-w", space)
    assert shown.code == 0
    assert [line for line in shown.out.splitlines() if line.startswith("* ")] == []
    assert '  portal                     "multi"' in shown.out.splitlines()
    assert run("config", "check", "-w", space).out == f"No mistakes in {space}/district.toml.\n"


def test_show_marks_what_differs_from_the_default(tmp_path: Path) -> None:
    path = _file(tmp_path, 'format = "clever"\n[share]\nschools = ["0101"]\n')
    lines = run("config", "show", path).out.splitlines()
    assert [line.split() for line in lines if line.startswith("* ")] == [
        ["*", "format", '"clever"', "(default:", '"")'],
        ["*", "share.schools", '["0101"]', "(default:", "[])"],
    ]
    listed = run("config", "show", path, "--json").data()["settings"]
    assert {s["name"] for s in listed if s["changed"]} == {"format", "share.schools"}
    assert {s["name"]: s["value"] for s in listed}["share.schools"] == ["0101"]


def test_check_tells_all_mistakes_with_their_lines(tmp_path: Path) -> None:
    path = _file(tmp_path, WRONG)
    told = run("config", "check", path)
    assert told.code == 2
    places = [line.partition(":")[0] for line in told.out.splitlines() if line[0] != " "]
    assert places == [f"{path} line 1", f"{path} line 2", f"{path} line 4", "3 mistakes."]
    problems = run("config", "check", path, "--json")
    assert problems.code == 2
    assert [p["line"] for p in problems.data()["problems"]] == [1, 2, 4]


def test_show_of_a_file_with_mistakes_tells_the_first(tmp_path: Path) -> None:
    told = run("config", "show", _file(tmp_path, WRONG))
    assert (told.code, told.out) == (2, "")
    assert "line 1: there is no setting portl." in told.err


def test_a_file_saved_by_notepad_is_fine(tmp_path: Path) -> None:
    path = _file(tmp_path, '\ufeffportal = "single"\r\n')
    assert run("config", "check", path).code == 0


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["check"], 2, "one of the two"),
        (["check", "a.toml", "-w", "w"], 2, "one of the two"),
        (["check", "nowhere.toml"], 2, "There is no file nowhere.toml."),
        (["check", "latin.toml"], 4, "not UTF-8"),
        (["show", "-w", "nowhere"], 4, "no workspace"),
        (["mend", "-w", "w"], 2, "mend"),
    ],
)
def test_what_can_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace(Path("w"))
    Path("latin.toml").write_bytes(b'district_id = "M\xfcller"')
    ran = run("config", *args)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
