"""Help is quick, complete, and says the same everywhere."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_runs import run
from commands_page import help_of

from importer.checks.catalogue import clever
from importer.cli.main import COMMANDS, cli
from importer.model.errors import EXIT_CODES

PACKAGE = Path(__file__).parents[2] / "importer" / "cli"
LOADED = """
import sys
import importer.cli.main as main
try:
    main.main()
except SystemExit as end:
    assert end.code == 0, end.code
print("\\n", *sys.modules)
"""
HEAVY = ["pandera", "paramiko", "openpyxl", "python_calamine", "jinja2", "ftfy"]


def _loaded(args: list[str], heavy: list[str]) -> list[str]:
    """Which of the heavy modules a process of its own loads."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *args], capture_output=True, text=True, check=True
    )
    return [name for name in heavy if name in ran.stdout.splitlines()[-1].split()]


def _command(name: str) -> click.Command:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return command


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["explain", "CELL-201"]])
def test_light_commands_leave_heavy_libraries_alone(args: list[str]) -> None:
    assert _loaded(args, ["polars", *HEAVY]) == []


def test_a_check_of_csv_leaves_alone_what_only_others_need(tmp_path: Path) -> None:
    for name, content in clever().items():
        (tmp_path / name).write_text(str(content), "utf-8")
    other = ["importer.store", "importer.planning.plan", "importer.planning.guard"]
    assert _loaded(["check", str(tmp_path)], ["polars", *HEAVY, *other]) == ["polars"]


def test_every_module_with_a_command_is_listed() -> None:
    with_command = {
        path.stem.replace("_", "-")
        for path in PACKAGE.glob("*.py")
        if "@click.command(" in path.read_text("utf-8")
    }
    assert with_command == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_is_the_first_sentence_of_the_help(name: str) -> None:
    told = " ".join((_command(name).help or "").split())
    assert re.split(r"(?<=\.)(?: |$)", told)[0] == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_json_and_the_exit_codes(name: str) -> None:
    command = _command(name)
    assert command.name == name
    assert "--json" in {opt for param in command.params for opt in param.opts}
    assert command.epilog == EXIT_CODES
    assert "70 a bug in importer" in " ".join(help_of(name).split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    options = [param for param in _command(name).params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_help_and_version_are_no_errors() -> None:
    assert run("--help").code == 0
    assert run("--version").out.startswith("importer, version ")
    assert all(line in " ".join(run("--help").out.split()) for line in COMMANDS.values())
