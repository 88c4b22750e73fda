"""What the commands of unattended turns print."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from importer.model.turn import Turn
from importer.report.safe import for_terminal

_SIGNS = {
    "committed": "+",
    "same": "=",
    "nothing": "=",
    "test": "=",
    "waiting": "…",
    "paused": "=",
    "off": "=",
    "held": "!",
    "rejected": "!",
    "failed": "!",
}


def show(turns: Sequence[Turn], folder: Path, *, name: str = "") -> None:
    """Each turn in its line, and what to do below it."""
    for turn in turns:
        lead = ": ".join(filter(None, [name, turn.source]))
        says = f"{lead}: {turn.says}" if lead else turn.says
        click.echo(for_terminal(f"{_SIGNS[turn.outcome]} {says}"))
        if turn.fix:
            click.echo(for_terminal(f"  {turn.fix.replace('-w DIR', f'-w {folder}')}"))


def show_untold(untold: Sequence[str]) -> None:
    """Whom nobody could tell, which changes nothing of what was done."""
    for sentence in untold:
        click.echo(for_terminal(f"! {sentence}"), err=True)


def as_json(turns: Mapping[Path, Sequence[Turn]], code: int, untold: Sequence[str] = ()) -> str:
    """The turns of districts as one JSON object. ``untold``: notices that could not be sent."""
    told = [
        {"district": str(path), "turns": [turn.record() for turn in done]}
        for path, done in turns.items()
    ]
    data = {"districts": told, "untold": list(untold), "exit_code": code}
    return json.dumps(data, ensure_ascii=False)
