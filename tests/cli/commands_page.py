"""Prints docs/commands.md: python tests/cli/commands_page.py > docs/commands.md."""

import click
from click.testing import CliRunner

from importer.cli.main import COMMANDS, cli


def help_of(*command: str) -> str:
    """What ``--help`` prints on a terminal of 80 columns."""
    ran = CliRunner().invoke(cli, [*command, "--help"], prog_name="importer", terminal_width=80)
    assert ran.exit_code == 0, ran.output
    return ran.output.rstrip()


def page() -> str:
    parts = [
        "# Commands\n",
        "<!-- Written by: python tests/cli/commands_page.py > docs/commands.md -->\n",
        "What `--help` prints. Every command takes `--json` and then prints one JSON object, for",
        "errors too: `error`, `fix`, `exit_code`.\n",
        _block(help_of()),
    ]
    parts += [f"\n## importer {name}\n\n{_block(help_of(name))}" for name in COMMANDS]
    return "\n".join(parts)


def _block(text: str) -> str:
    return f"```text\n{text}\n```"


if __name__ == "__main__":
    click.echo(page())
