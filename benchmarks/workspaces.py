"""A workspace for every run that needs one, in the state that it needs, outside of the time."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.contenders import FRESH, environment


@dataclass(frozen=True)
class Workspaces:
    """Workspaces below `place` for one folder; `importer` are the words that start it."""

    importer: Sequence[str]
    folder: Path
    place: Path

    @contextmanager
    def lend(self, state: str) -> Iterator[Path | None]:
        """A workspace for one run, gone afterwards; None where no state is asked for.

        Files of a workspace are written once and never changed (but for the text in its lock), so
        a copy is made of links.
        """
        if not state:
            yield None
            return
        lent = self.place / "lent"
        base = self._fresh if state == FRESH else self._synced
        shutil.copytree(base, lent, copy_function=os.link)
        try:
            yield lent
        finally:
            shutil.rmtree(lent)

    @cached_property
    def _fresh(self) -> Path:
        base = self.place / "fresh"
        self._run("init", str(base))
        return base

    @cached_property
    def _synced(self) -> Path:
        base = self.place / "synced"
        self._run("init", str(base))
        self._run("sync", str(self.folder), "-w", str(base))
        return base

    def _run(self, *words: str) -> None:
        command = [*self.importer, *words]
        done = subprocess.run(
            command, env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"importer {words[0]} ended with {done.returncode}: {done.stderr}")
