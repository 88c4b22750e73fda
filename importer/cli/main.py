"""``importer``: the command group. It imports a command's module only when the command is used.

Even click's own lazy loading would import every command to print its one-line help, and with it
polars (0.2 s); so those lines stand here, and a test compares them with the commands.
"""

import atexit
import gc
import importlib
import json
import os
import sys
import traceback
from pathlib import Path

import click

from importer import __version__
from importer.cli import outcome
from importer.model.errors import EXIT_CODES, ImporterError

# What polars gives back goes back to the system at once: a tenth less memory, in the same time.
os.environ.setdefault("_RJEM_MALLOC_CONF", "muzzy_decay_ms:0")

COMMANDS = {
    "check": "Check a file, folder or zip and report every fault.",
    "map": "Show which header is read as which column, and why; confirm what nobody knows.",
    "fix": "Write a corrected copy of what was sent, with the fixes that you accept.",
    "presets": "List the exports of student information systems that are taken as they are.",
    "template": "Write the blank sheet that a coordinator fills in.",
    "demo": "Take the sample district's Monday and Tuesday through the whole way.",
    "init": "Make a workspace for a district.",
    "sync": "Check a drop, plan it, and commit it if nothing needs a person's word.",
    "fetch": "Fetch what has come to rest on a district's server into the inbox.",
    "intake": "Take over what has arrived in a workspace's inbox: check, plan, commit or hold.",
    "run": "Do a district's whole unattended turn.",
    "watch": "Do districts' unattended turns whenever something has arrived.",
    "run-all": "Do the unattended turns of all workspaces in a folder.",
    "sftp-setup": "Write what makes a machine an SFTP server to which districts push.",
    "doctor": "Look whether this machine, a workspace and an SFTP server are as they must be.",
    "plan": "Check a drop and plan it against the newest commit; commit nothing.",
    "whatif": "Show what a drop would change under other settings.",
    "approve": "Release what a run is on hold for, with a reason.",
    "review": "Look at what a run would change, and leave changes out.",
    "commit": "Commit a planned run.",
    "undo": "Take a commit back, of any age, by a new commit.",
    "rekey": "Give records the ids that a file says, or say that two are two.",
    "merge": "Make one person of two.",
    "status": "Show how districts stand: what needs somebody, the most urgent first.",
    "history": "List commits and runs.",
    "diff": "Show what changed between two commits.",
    "show": "Show a run, a commit, or a person, section or school.",
    "why": "Say why a person or section is, or isn't, in the roster.",
    "overview": "Show what the roster holds: totals, schools, and lists.",
    "config": "Show the settings of a district, or check them for mistakes.",
    "roster": "Show the committed roster, or one of its tables.",
    "align": "Pair the platform's groups with the sections of the roster.",
    "readiness": "Say whether a district should sync its SIS or import by hand, and why.",
    "verify": "Hash everything again that a commit names.",
    "audit": "List who did what in a workspace, and when.",
    "purge": "Remove what retention no longer keeps, and prove it.",
    "explain": "Explain a check by its code, with a right and a wrong example.",
}

BUG = 70


class Commands(click.Group):
    """Commands found by name, in the order in which a person meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        # What is imported stays: to search it for garbage again and again is a tenth of the start.
        gc.disable()
        command: click.Command = importlib.import_module(f"importer.cli.{module}").command
        gc.freeze()
        gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for --help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="importer")
def cli() -> None:
    """Check school rosters, plan what they change, and commit it safely."""


def main() -> None:
    """Run the command line; every failure ends in words and an exit code, never in a traceback."""
    as_json = "--json" in sys.argv
    atexit.register(gc.freeze)  # what is left need not be searched for garbage: it all goes
    outcome.begin()
    try:
        code = cli.main(standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except SystemExit as error:
        # A pipe that was closed ends in click's own exit code; the work has one already.
        done = outcome.settled()
        sys.exit(error.code if done is None else done)
    except ImporterError as error:
        _say(as_json, str(error), error.fix, error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.UsageError as error:
        context = error.ctx.command_path if error.ctx else "importer"
        _say(as_json, error.format_message(), f"See: {context} --help", 2)
    except click.ClickException as error:
        _say(as_json, error.format_message(), "", 2)
    except (click.Abort, KeyboardInterrupt):
        _say(as_json, "Stopped.", "", 4)
    except OSError as error:
        if outcome.settled() is not None:
            told = f"It is done, but could not be told: {_os_words(error)}"
            _say(as_json, told, "", outcome.CLEAN_UP_FAILED)
        _say(as_json, _os_words(error), "Look at the path, the rights and the free space.", 4)
    except Exception as error:
        _bug(as_json, error)


def _os_words(error: OSError) -> str:
    name = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or type(error).__name__}{name}."


def _say(as_json: bool, message: str, fix: str, code: int) -> None:
    if as_json:
        click.echo(json.dumps({"error": message, "fix": fix, "exit_code": code}))
    else:
        safe = message.encode("unicode_escape").decode() if not message.isprintable() else message
        click.echo(f"importer: {safe}", err=True)
        if fix:
            click.echo(f"  {fix}", err=True)
    sys.exit(code)


def _bug(as_json: bool, error: Exception) -> None:
    """Where it happened goes to a file; what the library said does not, it may quote a pupil."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{f.filename}:{f.lineno} {f.name}" for f in frames]
    log = Path("importer-bug.log")
    text = "\n".join([f"importer {__version__}", type(error).__name__, *lines, ""])
    try:
        log.write_text(text, "utf-8")
        told = f"Please send {log} to the makers; it holds no data of yours."
    except OSError:
        told = f"It happened at {lines[-1]}."
    _say(as_json, f"This is a bug in importer ({type(error).__name__}).", told, BUG)
