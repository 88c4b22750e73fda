"""The command line run in this process."""

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from importer.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a command gave back. ``said`` is all of it."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def run(*args: str | Path) -> Ran:
    """``importer ARGS`` as its entry point runs it; never a traceback, never a bug."""
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
    assert ran.code != 70, ran.said
    return ran
