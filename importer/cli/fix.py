"""``importer fix``: a corrected copy of what was sent."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import polars as pl

from importer import replay, settings
from importer.checks.catalogue import CATALOGUE
from importer.cli import common, options
from importer.contracts import confirmed_file
from importer.contracts.load import contracts
from importer.intake.drops import is_zip
from importer.mending import lines
from importer.mending.mend import Judge, Mended, look_at, mend
from importer.mending.offers import Offer, offers
from importer.mending.places import places, tables
from importer.mending.rules import Remembered, remembered
from importer.model.errors import EXIT_CODES, UsageError
from importer.model.likeness import closest
from importer.report.lines import Told
from importer.settings import Policy
from importer.store.folder import FolderStore


@click.command("fix", epilog=EXIT_CODES)
@click.argument("path", type=options.place)
@click.option(
    "-o", "--output", "target", type=options.place,
    help="Write the copy here: a file, or a folder if PATH is a folder or zip. Else beside PATH.",
)  # fmt: skip
@click.option(
    "--accept", multiple=True, metavar="CODE,…",
    help="Make these fixes. Without any, what could be fixed is listed.",
)  # fmt: skip
@click.option("--accept-all-safe", "safe", is_flag=True, help="Make all fixes that lose nothing.")
@click.option("--list", "only_list", is_flag=True, help="List what could be fixed; write nothing.")
@click.option("--only-changed", is_flag=True, help="Leave files without a fix out of the copy.")
@click.option(
    "-w", "--workspace", "folder", type=options.place,
    help="Judge by the settings and the roster of this workspace.",
)  # fmt: skip
@click.option(
    "--remember", is_flag=True,
    help="Keep corrected values as rules of the workspace: they are read so from now on.",
)  # fmt: skip
@common.kind
@common.actor
@common.as_json
def command(
    path: Path, target: Path | None, accept: tuple[str, ...], safe: bool, only_list: bool,
    only_changed: bool, folder: Path | None, remember: bool, kind: str, actor: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Write a corrected copy of what was sent, with the fixes that you accept.

    PATH is what a school sent: a CSV file, an Excel workbook, a folder of them, or a zip. Without
    --accept it is told what a machine could correct, with an example of each. The copy has the
    sender's columns, order and sheets; only what you accept changes. What was sent stays as it is.
    With --remember the workspace reads such values so from now on (mapping.toml); never ids, names
    or e-mail addresses.
    """
    if remember and folder is None:
        raise UsageError(
            "Rules are kept in a workspace.", "Name it: -w DIR (importer init makes one)"
        )
    wanted = _codes(accept)
    judge = _judge(folder, kind)
    with common.scratch() as scratch:
        sent = look_at(path, scratch / "sent", judge)
        headers = {table.file: table.sheet.header for table in tables(sent)}
        offered = offers(places(sent), headers)
        there = {offer.code: offer.mend for offer in offered}
        wanted |= {code for code, how in there.items() if safe and how == "safe"}
        if only_list or not (wanted & set(there)):
            _list(path, offered, wanted, as_json)
            return 0
        place = _place(path, target)
        mended = mend(sent, path, scratch, judge, frozenset(wanted))
        said = places(sent).filter(pl.col("code").is_in(list(wanted)))
        who = common.who(actor)
        made = remembered(sent, said, who)
    kept = [n for n in mended.files if not only_changed or n in mended.changed]
    wrote = [
        common.write(
            place if path.is_file() and not is_zip(path) else place / name, mended.files[name]
        )
        for name in kept
    ]
    if folder and remember:
        store = FolderStore.open(folder)
        with store.lock():
            text = confirmed_file.added(store.mapping_text(), made.rules)
            store.put_mapping(text, who)
    _tell(mended, wrote, made if remember else None, as_json)
    return 0


def _codes(accept: tuple[str, ...]) -> set[str]:
    """The accepted codes; UsageError for one that no machine can mend."""
    codes = {code.strip().upper() for text in accept for code in text.split(",") if code.strip()}
    for code in sorted(codes):
        if code not in CATALOGUE:
            near = closest(code, [c for c, k in CATALOGUE.items() if k.mend])
            fix = f"Did you mean {near[0]}?" if near else "Leave --accept out for a list."
            raise UsageError(f"There is no check {code}.", fix)
        if not CATALOGUE[code].mend:
            raise UsageError(
                f"{code} ({CATALOGUE[code].name}) is nothing that a machine can correct.",
                f"Only the sender can: importer explain {code}",
            )
    return codes


def _judge(folder: Path | None, kind: str) -> Judge:
    if folder is None:
        return Judge(Policy(format=kind))
    store = FolderStore.open(folder)
    policy = settings.read(store.policy_text())
    policy = replace(policy, format=kind or policy.format)
    confirmed = confirmed_file.read(store.mapping_text(), contracts())
    return Judge(policy, replay.committed(store, store.head(), policy), confirmed)


def _place(path: Path, target: Path | None) -> Path:
    """Where the copy goes: a new file of the same kind, or a new folder."""
    single = path.is_file() and not is_zip(path)
    if target is None:
        stem = path.resolve().stem if path.is_file() else path.resolve().name
        target = path.resolve().parent / f"{stem}-fixed{path.suffix if single else ''}"
        target = path.parent / target.name if path.name else target
    elif single and target.is_dir():
        target /= path.name
    if single and target.suffix.casefold() != path.suffix.casefold():
        raise UsageError(f"{target} doesn't end in {path.suffix}.", "The copy is of the same kind.")
    common.apart_from(target, path)
    if target.exists():
        raise UsageError(f"There is {target} already.", "Choose another place with -o.")
    return target


def _list(path: Path, offered: Sequence[Offer], wanted: set[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"offers": [offer.record() for offer in offered]}))
        return
    wide, colour = common.terminal()
    told = Told(wide, colour)
    if missing := sorted(wanted - {offer.code for offer in offered}):
        click.echo(f"Nothing to correct here for {', '.join(missing)}.")
    shown = lines.offered(offered, f"importer fix {shlex.quote(str(path))}", told)
    click.echo("\n".join(shown), color=colour)


def _tell(mended: Mended, wrote: Sequence[Path], made: Remembered | None, as_json: bool) -> None:
    if as_json:
        counts = dict(mended.findings.group_by("severity").len().iter_rows())
        record = {
            "wrote": [str(path) for path in wrote],
            "done": mended.done,
            "left": mended.left,
            "blanked": [{"file": file, "column": column} for file, column in mended.blanked],
            "not_copied": mended.apart,
            "findings": counts,
            "remembered": len(made.rules) if made else 0,
            "not_remembered": {f"{t} {c}": why for (t, c), why in made.refused.items()}
            if made
            else {},
        }
        click.echo(json.dumps(record))
        return
    wide, colour = common.terminal()
    told = Told(wide, colour)
    shown = [*lines.done(mended, [str(path) for path in wrote], told)]
    shown += lines.kept(made, told) if made else []
    click.echo("\n".join(shown), color=colour)
