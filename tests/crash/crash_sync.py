"""The whole of ``importer sync`` as a workload: the command line, polars, the report, all of it."""

import contextlib
import importlib
import io
import sys
from pathlib import Path
from unittest import mock

from crash_work import Seen, Workload, opened

from importer.cli import main as command_line

FILES = {
    "schools.csv": "School_id,School_name,School_number\n0101,Oak,101\n",
    "students.csv": "School_id,Student_id,Student_email,First_name,Last_name,Grade\n"
    "0101,S1,bo@oak.example,Bo,Lind,3\n0101,S2,ada@oak.example,Ada,Ode,3\n",
    "teachers.csv": "School_id,Teacher_id,Teacher_email,First_name,Last_name\n"
    "0101,T1,kim@oak.example,Kim,Ode\n",
    "sections.csv": "School_id,Section_id,Teacher_id,Section_number\n0101,C1,T1,1\n",
    "enrollments.csv": "School_id,Section_id,Student_id\n0101,C1,S1\n0101,C1,S2\n",
}


def load() -> None:
    """Import what the command needs, once for all forks."""
    for name in ("importer.cli.sync", "importer.cli.init", "importer.flow"):
        importlib.import_module(name)


def run(*args: str) -> None:
    """``importer ARGS``; ``SystemExit`` with its code, unless that is 0."""
    quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with mock.patch.object(sys, "argv", ["importer", *args]), quiet[0], quiet[1]:
        try:
            command_line.main()
        except SystemExit as end:
            if end.code:
                raise


def _drop(folder: Path, more: str = "") -> Path:
    place = folder / "sent"
    place.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (place / name).write_text(text + (more if name == "students.csv" else ""))
    return place


def base(folder: Path) -> None:
    for args in (["init", str(folder / "district")], _sync(folder)):
        _drop(folder)
        with contextlib.suppress(SystemExit):
            run(*args)
    _drop(folder, "0101,S3,eve@oak.example,Eve,Ash,4\n")


def _sync(folder: Path) -> list[str]:
    return ["sync", str(folder / "sent"), "-w", str(folder / "district"), "--actor", "Zoë"]


def seen(folder: Path) -> Seen:
    head = opened(folder).head()
    assert head
    return str((head.number, sorted(head.tables.items())))


WORKLOADS = {w.name: w for w in (Workload("importer sync", base, lambda f: run(*_sync(f)), seen),)}
