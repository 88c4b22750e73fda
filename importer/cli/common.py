"""What the commands share: options, who acts and when, printing."""

import functools
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import polars as pl

from importer.cli import options
from importer.contracts import confirmed_file
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.contracts.load import contracts
from importer.fleet.acting import who
from importer.model.errors import StorageError, UsageError
from importer.model.history import Asked
from importer.report.lines import lines
from importer.report.records import summary_json
from importer.report.redact import FOREIGN_HEADERS, redacted
from importer.report.reported import Reported
from importer.report.safe import shape
from importer.report.summary import Summary

__all__ = ["who"]

F = TypeVar("F", bound=Callable[..., Any])

as_json = options.as_json
workspace = click.option(
    "-w", "--workspace", "folder", required=True, type=options.place,
    help="The district's workspace (importer init).",
)  # fmt: skip
actor = click.option(
    "--actor", envvar="IMPORTER_ACTOR", default=None, metavar="NAME",
    help="Who acts; else IMPORTER_ACTOR, else the user of this machine.",
)  # fmt: skip
kind = click.option(
    "--kind", default="", metavar="KIND",
    help="The format (clever, oneroster-1.1), or of one file (clever/students). Else recognised.",
)  # fmt: skip

no_wait = click.option(
    "--no-wait", "wait", is_flag=True, flag_value=False, default=True,
    help="Don't wait for what is still arriving; look again later.",
)  # fmt: skip

_WAYS = (
    click.option(
        "--quick", is_flag=True,
        help="Only what the source changed since its last committed drop; the rest stays as it is.",
    ),
    click.option(
        "--since", type=click.IntRange(min=1), metavar="COMMIT",
        help="With --quick: since the drop of this commit.",
    ),
    click.option(
        "--school", "schools", multiple=True, metavar="ID",
        help="Only this school, in this run; may be given several times. Else all that are shared.",
    ),
    click.option(
        "--test", is_flag=True,
        help="A test run: check, plan and report; nothing is ever committed.",
    ),
    click.option(
        "--source", default="", metavar="NAME",
        help="Which of the district's sources sent it, where district.toml lists several.",
    ),
)  # fmt: skip


def ways(command: F) -> F:
    """The options of how a sync is asked for; they arrive as one value, ``asked``."""

    @functools.wraps(command)
    def with_asked(
        quick: bool,
        since: int | None,
        schools: tuple[str, ...],
        test: bool,
        source: str,
        **rest: Any,
    ) -> Any:
        asked = Asked(quick or since is not None, since or 0, schools, test, source)
        return command(asked=asked, **rest)

    for option in reversed(_WAYS):
        with_asked = option(with_asked)
    return with_asked  # type: ignore[return-value]


def confirmed(path: Path | None) -> Confirmed:
    """What people confirmed, of the mapping.toml at ``path``."""
    if path is None:
        return NOTHING
    try:
        return confirmed_file.read(path.read_text("utf-8-sig"), contracts(), str(path))
    except UnicodeDecodeError:
        raise StorageError(f"{path} is not UTF-8 text.", "Save it again as UTF-8.") from None


@contextmanager
def scratch() -> Iterator[Path]:
    """A private folder for the time of a command."""
    with tempfile.TemporaryDirectory(prefix="importer-") as name:
        yield Path(name)


def show(
    summary: Summary, to_json: bool, folder: Path | None = None, path: Path | None = None
) -> None:
    """Print a summary for a person, or as JSON.

    ``folder``, ``path``: the workspace and the drop in what to do next.
    """
    if folder:
        told = summary["verdict"]["next"].replace("-w DIR", f"-w {shlex.quote(str(folder))}")
        told = told.replace(" PATH ", f" {shlex.quote(str(path))} ") if path else told
        summary = {**summary, "verdict": {**summary["verdict"], "next": told}}
    if to_json:
        click.echo(summary_json(summary))
        return
    wide, colour = terminal()
    click.echo(lines(summary, width=wide, colour=colour), color=colour)


def terminal() -> tuple[int, bool]:
    """How wide the terminal is, and whether it may be coloured."""
    colour = bool(sys.stdout and sys.stdout.isatty()) and not os.environ.get("NO_COLOR")
    return min(shutil.get_terminal_size().columns, 100), colour


def write_reports(reported: Reported, folder: Path) -> list[Path]:
    """Write what a run keeps of its report into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write(folder / name, content) for name, content in reported.kept().items()]


def write(path: Path, content: bytes) -> Path:
    """Write a report so that only its owner can read it, whole or not at all."""
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise StorageError(f"{path} is a folder.", "Name a file.")
            path.write_bytes(content)  # a pipe or a device is written to, not replaced
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=".importer-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).replace(path)
    except OSError as error:
        raise StorageError(
            f"{path} could not be written ({error.strerror}).", "Choose another place for it."
        ) from None
    return path


def apart_from(target: Path, source: Path) -> None:
    """Refuse to write a report over what was sent."""
    if not target.name:
        raise UsageError("A report needs a file name.", "Name a file.")
    places = {target.resolve(), *target.resolve().parents}
    if source.resolve() in places:
        raise UsageError(
            f"{target} would overwrite what is checked.", "Choose another place for it."
        )


def apart_from_workspace(target: Path, folder: Path) -> None:
    """Refuse to write a page into a workspace, whose files are importer's own."""
    if not target.name:
        raise UsageError("A page needs a file name.", "Name a file.")
    if folder.resolve() in {target.resolve(), *target.resolve().parents}:
        raise UsageError(f"{target} is inside the workspace.", "Choose another place for it.")


def masked(reported: Reported) -> Reported:
    """The same without names, ids and values."""
    values = reported.findings["value"].map_elements(shape, return_dtype=pl.String)
    foreign = pl.col("code").is_in(FOREIGN_HEADERS)
    blank = reported.findings.with_columns(
        pl.when(~foreign).then("column").alias("column"),
        value=values,
        message=pl.lit("(redacted)"),
    )
    return Reported(redacted(reported.summary), blank, reported.held)
