"""``importer readiness``: should a district sync its SIS or import by hand."""

import json
import shlex
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import click

from importer import measured, readying, settings
from importer.cli import common, options
from importer.cli.asking import Asking
from importer.cli.keeping import Keeping
from importer.cli.readiness_pdf import write_pdf
from importer.model.errors import EXIT_CODES, StorageError, UsageError
from importer.model.history import Who
from importer.model.readiness import Profile, Readiness, Shown
from importer.readiness import answers as written
from importer.readiness.answers import Answers
from importer.readiness.rules import QUESTIONS, ROUTES, Rules, read, shipped
from importer.readying import Asked
from importer.report.lines import Told
from importer.report.readiness import readiness_page
from importer.report.readiness_lines import explain_lines, readiness_lines
from importer.settings import Policy
from importer.store.folder import FolderStore

Found = tuple[Shown, Profile]


@click.command("readiness", epilog=EXIT_CODES)
@click.argument("path", type=options.place, required=False)
@click.option(
    "-w", "--workspace", "folder", type=options.place,
    help="A district's workspace: all its drops speak, and the report is kept.",
)  # fmt: skip
@click.option(
    "--answers", "answers_file", type=options.place, metavar="FILE",
    help="The answers; else answers.toml of the workspace. --ask writes them here.",
)  # fmt: skip
@click.option("--ask", is_flag=True, help="Ask in the terminal, what matters most first.")
@click.option(
    "--groups", type=options.place, metavar="FILE",
    help="With -w: the groups in use, as for importer align; shows whether classes match.",
)  # fmt: skip
@click.option("--html", type=options.place, help="Write the report here, as one page.")
@click.option(
    "--pdf", type=options.place,
    help="Print it here as PDF, by a Chromium or Chrome of this machine.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Print the calculation, line by line.")
@click.option(
    "--run", "number", type=click.IntRange(min=1), metavar="NUMBER",
    help="With -w: an earlier report, exactly as it was made.",
)  # fmt: skip
@click.option(
    "--rules", "rules_folder", type=options.place, metavar="FOLDER",
    help="Rules of your own: a folder with readiness.toml and readiness/routes.toml.",
)  # fmt: skip
@common.actor
@common.as_json
def command(
    path: Path | None, folder: Path | None, answers_file: Path | None, ask: bool,
    groups: Path | None, html: Path | None, pdf: Path | None, explain: bool, number: int | None,
    rules_folder: Path | None, actor: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Say whether a district should sync its SIS or import by hand, and why.

    It weighs what people answer against what files show: of a workspace (-w), or of one drop, PATH.
    Where both are known and differ, the report shows both. The page holds no names of pupils or
    teachers.
    """
    places = _Places(path, folder, answers_file, groups)
    _refuse_clash(places, number, ask)
    if ask and as_json:
        raise UsageError("--ask is for people, --json for programs.", "Leave one of them out.")
    for target in (html, pdf):
        if target is not None:
            _refuse_place(target, places)
    if number is not None and folder is not None:
        readiness = FolderStore.open(folder).assessment(number)
    else:
        readiness = _made(_rules(rules_folder), places, common.who(actor), ask)
    page = readiness_page(readiness) if html or pdf else ""
    if html:
        common.write(html, page.encode())
    if pdf:
        write_pdf(page, pdf, "Letter" if readiness.profile.country in ("US", "CA") else "A4")
    _show(readiness, explain, as_json)
    if not as_json:
        for name, target in (("Page", html), ("PDF", pdf)):
            if target:
                click.echo(f"{name}: {target}")
    return 0


@dataclass(frozen=True)
class _Places:
    """What the report is made from, as it was named."""

    path: Path | None
    folder: Path | None
    answers: Path | None
    groups: Path | None

    @property
    def command(self) -> str:
        """What makes the same report, by the names of files alone: their folders are nobody's."""
        parts = ["importer readiness"]
        parts += [shlex.quote(self.path.name)] if self.path else []
        named = {"-w": self.folder, "--answers": self.answers, "--groups": self.groups}
        parts += [f"{name} {shlex.quote(place.name)}" for name, place in named.items() if place]
        return " ".join(parts)


def _made(rules: Rules, places: _Places, who: Who, ask: bool) -> Readiness:
    store = FolderStore.open(places.folder) if places.folder else None
    policy = settings.read(store.policy_text()) if store else Policy()
    asked = Asked(who, _today(policy, who), places.command)
    answers = _answers(rules, places, store)
    policy = readying.told(policy, answers)
    found = _found(rules, places, store, policy, who)
    if ask:
        keeping = Keeping(rules, answers, places.answers, store, who)
        asking = Asking(rules, answers, who.actor, asked.today, keeping.keep)
        asking.all(lambda said: readying.of_answers(rules, said, found, asked))
        answers = keeping.finish()
    readiness = readying.of_answers(rules, answers, found, asked)
    if store is None:
        return readiness
    with store.lock():
        return readying.kept(store, readiness)


def _found(
    rules: Rules, places: _Places, store: FolderStore | None, policy: Policy, who: Who
) -> Found:
    if store:
        shown, profile = measured.of_workspace(store, policy, rules, who.at, places.groups)
        return shown, replace(profile, name=policy.district_id or store.root.resolve().name)
    if places.path is None:
        return Shown(), Profile()
    with common.scratch() as scratch:
        return measured.of_drop(places.path, scratch, who, rules, policy)


def _answers(rules: Rules, places: _Places, store: FolderStore | None) -> Answers:
    if places.answers is None:
        return written.read(store.answers_text() if store else "", rules)
    if not places.answers.exists():
        return Answers()  # only --ask comes here; it writes the file
    return written.read(_text(places.answers), rules, places.answers.name)


def _rules(folder: Path | None) -> Rules:
    if folder is None:
        return shipped()
    return read(_text(folder / QUESTIONS), _text(folder / ROUTES))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise StorageError(f"{path} is not UTF-8 text.", "Save it again as UTF-8.") from None


def _today(policy: Policy, who: Who) -> date:
    """The day it is in the district."""
    return datetime.fromisoformat(who.at).astimezone(policy.schedule.zone).date()


def _refuse_clash(places: _Places, number: int | None, ask: bool) -> None:
    if places.path and places.folder:
        raise UsageError(
            "A workspace or a drop: one of them speaks.",
            "Leave PATH out; the drops of the workspace count.",
        )
    if places.groups and not places.folder:
        raise UsageError("--groups needs a workspace.", "Name one: -w FOLDER")
    if number is not None and (not places.folder or ask or places.answers or places.groups):
        told = "--run shows a report of a workspace as it was made."
        raise UsageError(told, "Write importer readiness -w FOLDER --run NUMBER, nothing else.")
    if ask and not (places.folder or places.answers):
        raise UsageError(
            "There is no place to keep the answers.", "Name one: -w FOLDER or --answers FILE"
        )
    if not ask and not any((places.path, places.folder, places.answers)):
        raise UsageError(
            "There is nothing to judge by.", "Name a drop, -w FOLDER, --answers FILE, or --ask."
        )
    if places.answers and not ask and not places.answers.is_file():
        raise UsageError(f"There is no file {places.answers}.", "Write it, or let --ask do it.")


def _refuse_place(target: Path, places: _Places) -> None:
    if places.folder:
        common.apart_from_workspace(target, places.folder)
    for source in (places.path, places.answers, places.groups):
        if source:
            common.apart_from(target, source)


def _show(readiness: Readiness, explain: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(readiness.record()))
        return
    wide, colour = common.terminal()
    told = Told(wide, colour)
    shown = explain_lines(readiness) if explain else readiness_lines(readiness, told)
    click.echo(shown, color=colour, nl=False)
