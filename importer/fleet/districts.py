"""The workspaces of a machine: one folder that is one, or the folders in it that are."""

from pathlib import Path

from importer.model.errors import UsageError


def workspaces(root: Path) -> list[Path]:
    """The workspace at ``root``, or all that lie in it, by name; UsageError if there is none.

    One that lost its settings or can't be entered is named all the same: somebody must be told.
    """
    if not root.is_dir():
        raise UsageError(f"There is no folder {root}.", "Name a workspace, or a folder of them.")
    if _is_one(root):
        return [root]
    found = sorted(entry for entry in root.iterdir() if _is_named(entry) and _is_one(entry))
    if not found:
        raise UsageError(
            f"There is no workspace in {root}.", f"Make one: importer init {root / 'district'}"
        )
    return found


def _is_one(path: Path) -> bool:
    try:
        return (path / "district.toml").is_file() or (path / "commits").is_dir()
    except PermissionError:
        return True


def _is_named(path: Path) -> bool:
    """Neither hidden nor what a file system makes for itself."""
    return not path.name.startswith(".") and path.name != "lost+found" and path.is_dir()
