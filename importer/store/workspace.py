"""What a folder must be to become a workspace, and to be opened as one."""

from pathlib import Path

from importer.model.errors import StorageError
from importer.store import audit, durable

POLICY = "district.toml"
FOLDERS = ("inbox", "drops", "runs", "rosters", "commits", "staging")

_OTHERS_MAY_WRITE = 0o022


def text(path: Path) -> str:
    """The content of a file that people write."""
    with durable.plain_errors(f"{path.name} could not be read"):
        try:
            return path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise StorageError(
                f"{path.name} is not UTF-8 text.", "Save it again with the encoding UTF-8."
            ) from None


def refuse_used(path: Path) -> None:
    """Only an empty folder may become a workspace; what a broken-off ``create`` left is ours."""
    if not path.is_dir():
        raise StorageError(f"{path} is a file, not a folder.", "Name a new or empty folder.")
    if (path / POLICY).exists():
        raise is_one_already(path)
    for entry in path.iterdir():
        if not entry.name.startswith(".") and not _is_ours(entry):
            raise StorageError(f"The folder {path} is not empty.", "Name a new or empty folder.")


def _is_ours(entry: Path) -> bool:
    if entry.name in (audit.NAME, audit.HEAD):
        return True
    if entry.name not in FOLDERS or not entry.is_dir():
        return False
    begun = all(inside.name.startswith(durable.UNFINISHED) for inside in entry.iterdir())
    return begun if entry.name == "staging" else not any(entry.iterdir())


def is_one_already(path: Path) -> StorageError:
    """The error for a folder that is a workspace already."""
    return StorageError(
        f"{path} is a workspace already.", "Use it as it is, or name a new or empty folder."
    )


def refuse_writable(path: Path) -> None:
    """``StorageError`` if others may write here; an upload account may, into the inbox."""
    for folder in (path, *(path / name for name in FOLDERS if name != "inbox")):
        if folder.stat().st_mode & _OTHERS_MAY_WRITE:
            raise StorageError(
                f"Other accounts of this computer may write to {folder}.",
                f"Take that right away: chmod 700 {folder}",
            )
