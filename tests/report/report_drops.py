"""Small Clever drops, and what importer reports of them."""

from pathlib import Path

from importer import flow
from importer.checks.catalogue import clever
from importer.model.history import Who
from importer.report.reported import Reported

HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade,DOB,Password"
PASSWORD = "kestrel-"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def reported(folder: Path, **files: str | bytes) -> Reported:
    """What a check of a Clever drop reports; the files stay where they are."""
    return check(write(folder, clever(**files)))


def check(folder: Path) -> Reported:
    """What a check of a folder reports."""
    return flow.check(folder, folder, Who("test", "2026-11-22T01:14:00Z"))


def students(*rows: str, header: str = HEADER) -> str:
    """students.csv with these rows."""
    return "\n".join([header, *rows, ""])
