"""The command line run in this process, and small drops and workspaces for it."""

import contextlib
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from importer.checks.catalogue import clever
from importer.cli.main import main

MANY = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(60))


@dataclass(frozen=True)
class Ran:
    """What a command gave back. ``said`` is all of it."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    def data(self) -> dict[str, Any]:
        """The one JSON object that was printed."""
        assert self.err == ""
        parsed = json.loads(self.out)
        assert isinstance(parsed, dict)
        return parsed


def run(*args: str | Path, bug: bool = False) -> Ran:
    """``importer ARGS`` as its entry point runs it; never a traceback, a ``bug`` only if meant."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["importer", *map(str, args)]
    code = 0
    with (
        mock.patch.object(sys, "argv", argv),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            assert isinstance(end.code, int)
            code = end.code
    ran = Ran(code, out.getvalue(), err.getvalue())
    assert "Traceback" not in ran.said
    assert (ran.code == 70) is bug, ran.said
    return ran


def drop(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A folder with these files; without any a small right Clever drop."""
    folder.mkdir(parents=True)
    for name, content in (clever() if files is None else files).items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def workspace(folder: Path) -> Path:
    """A new workspace."""
    assert run("init", folder).code == 0
    return folder
