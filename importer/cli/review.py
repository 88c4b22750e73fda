"""``importer review``: look at the changes of a run, uncheck some, send them out and read back."""

import json
import shlex
from pathlib import Path

import click

from importer.cli import common, options
from importer.model.drop import DropFile
from importer.model.errors import EXIT_CODES, StorageError, UsageError
from importer.model.history import Run
from importer.report.lines import Told
from importer.report.review_lines import review_lines
from importer.report.words import HASH
from importer.review_sheet import answers
from importer.review_view import ReviewView, open_review
from importer.reviews import Word, decide
from importer.store.folder import FolderStore

_FIRST, _SHOWN, _ALL = 5, 200, 10_000_000


@click.command("review", epilog=EXIT_CODES)
@click.argument("run", required=False)
@common.workspace
@click.option(
    "--list", "what", default="", metavar="KIND",
    help="Only one kind of change (archive, add …) or one table (people …), 200 of it.",
)  # fmt: skip
@click.option("--school", "schools", multiple=True, metavar="ID", help="Only of this school.")
@click.option(
    "--uncheck", multiple=True, metavar="SEL",
    help="Don't carry these out: 17, 17-40, archive, people, person=ID, section=ID, school=ID, "
    "grades=4, “archive and school=ID”. May be repeated.",
)  # fmt: skip
@click.option("--check", multiple=True, metavar="SEL", help="Carry these out after all.")
@click.option("--reason", default="", help="Why; kept beside the run. Needed to change anything.")
@click.option("--workbook", type=options.place, help="Write the changes here, to be answered.")
@click.option("--read", "sent_back", type=options.place, help="Read such a workbook, answered.")
@common.actor
@common.as_json
def command(
    run: str | None, folder: Path, what: str, schools: tuple[str, ...], uncheck: tuple[str, ...],
    check: tuple[str, ...], reason: str, workbook: Path | None, sent_back: Path | None,
    actor: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Look at what a run would change, and leave changes out.

    Without RUN the newest one. What hangs on an unchecked change goes along with it and is shown.
    The workbook has a column “Apply?”: send it out, and read it back with --read. Nothing is
    committed here.
    """
    store = FolderStore.open(folder)
    word = Word(list(uncheck), list(check), reason)
    with store.lock():
        chosen = _run(store, run)
        if sent_back is not None:
            word = _sent_back(store, chosen, sent_back, word)
        if word.uncheck or word.again:
            decide(store, chosen, word, common.who(actor))
        elif sent_back is not None and not as_json:
            click.echo("Nothing was answered otherwise than it stood.", err=True)
    view = open_review(store, chosen)
    if workbook is not None:
        _write(view, workbook, folder, what, schools)
    _tell(view, folder, what, schools, as_json)
    return 0


def _run(store: FolderStore, name: str | None) -> Run:
    runs = store.runs()
    if not runs:
        raise UsageError("There is no run to review.", "Plan a drop: importer plan PATH -w DIR")
    return store.run(name) if name else runs[-1]


def _sent_back(store: FolderStore, run: Run, path: Path, word: Word) -> Word:
    if word.uncheck or word.again:
        raise UsageError("--read goes without --uncheck and --check.", "Do one, then the other.")
    try:
        file = DropFile(path.name, path, path.stat().st_size)
    except OSError as error:
        raise StorageError(f"{path} could not be read ({error.strerror}).") from None
    view = open_review(store, run)
    read = answers(file, view.planned, view.mark())
    return Word(read.uncheck, read.again, word.reason or f"answered in {path.name}")


def _write(view: ReviewView, path: Path, folder: Path, what: str, schools: tuple[str, ...]) -> None:
    if path.suffix.casefold() != ".xlsx":
        raise UsageError(f"{path} doesn't end in .xlsx.", "Name it so.")
    common.apart_from_workspace(path, folder)
    common.write(path, view.workbook(what, schools))


def _tell(
    view: ReviewView, folder: Path, what: str, schools: tuple[str, ...], as_json: bool
) -> None:
    some = _ALL if what and as_json else _SHOWN if what else _FIRST
    told = view.review(what, schools, some)
    if as_json:
        click.echo(json.dumps(told))
        return
    wide, colour = common.terminal()
    click.echo(review_lines(told, Told(wide, colour)), color=colour)
    place = shlex.quote(str(folder))
    seen = told["preview"][:HASH]
    click.echo(f"Next: importer commit {view.run.id} -w {place} --preview {seen}")
