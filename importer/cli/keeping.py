"""What was answered is kept at once: whoever is cut off loses nothing that was said."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import click

from importer.cli import common
from importer.model.errors import BusyError, StorageError, UsageError
from importer.model.history import Who
from importer.model.readiness import Profile
from importer.readiness import answers as written
from importer.readiness.answers import Answers
from importer.readiness.rules import Rules
from importer.store.folder import FolderStore

_PATIENCE = 30
"""Seconds that the end waits for another run in the workspace."""

_FAILS = (BusyError, StorageError, UsageError)
"""Another run is there, the disk is full or read-only, somebody left the file half-written."""

T = TypeVar("T")


@dataclass
class Keeping:
    """Writes answers where they belong: into ``place``, else into the workspace.

    ``begun``: the answers before anything was asked. What somebody else writes into the file
    meanwhile stays, but for what was answered here.
    """

    rules: Rules
    begun: Answers
    place: Path | None
    store: FolderStore | None
    who: Who
    _said: Answers = field(init=False)
    _kept: Answers = field(init=False)

    def __post_init__(self) -> None:
        self._said = self._kept = self.begun

    def keep(self, said: Answers) -> None:
        """Write what was said so far; what can't be written now comes with the next answer."""
        self._said = said
        with contextlib.suppress(*_FAILS):
            self._write()

    def finish(self) -> Answers:
        """Write what isn't written yet, and tell so; all answers as they count now.

        ``BusyError``, ``StorageError``, ``UsageError`` if it can't be kept: then it is printed, to
        be put in by hand.
        """
        if self._said == self.begun:
            return self.begun
        try:
            self._patiently()
        except _FAILS as error:
            place = self.place or "answers.toml of the workspace"
            click.echo(f"\nWhat you said could NOT be kept: {error}")
            click.echo(f"So that it isn't lost, here it is; put it into {place}:\n")
            click.echo(written.text(self._said))
            raise
        click.echo("\nWhat you said is kept.")
        return self._kept

    def _patiently(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._write()
            except BusyError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def _write(self) -> None:
        if self.place is not None:
            there = self.place.read_text("utf-8-sig") if self.place.exists() else ""
            if (told := self._joined(there)) is not None:
                common.write(self.place, written.text(told).encode())
        elif self.store is not None:
            with self.store.lock():
                if (told := self._joined(self.store.answers_text())) is not None:
                    self.store.put_answers(written.text(told), self.who)

    def _joined(self, text: str) -> Answers | None:
        """What is in the file, and what was said here; None if nothing is new."""
        there = written.read(text, self.rules)
        profile = _newer(asdict(self.begun.profile), asdict(self._said.profile))
        by_name = _newer(self.begun.by_name, self._said.by_name)
        told = {**there.by_name, **by_name}
        order = [question.name for question in self.rules.question if question.name in told]
        self._kept = Answers(
            Profile(**{**asdict(there.profile), **profile}), {name: told[name] for name in order}
        )
        return None if self._kept == there else self._kept


def _newer(before: Mapping[str, T], now: Mapping[str, T]) -> dict[str, T]:
    return {name: value for name, value in now.items() if before.get(name) != value}
