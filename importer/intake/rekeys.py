"""``rekey.csv`` beside the files of a drop: ids that changed (``rekey_file.py`` judges it)."""

from dataclasses import replace

from importer.model.drop import Drop, DropFile

NAME = "rekey.csv"


def apart(drop: Drop) -> tuple[Drop, DropFile | None]:
    """The drop without its re-key file, and that file."""
    own = [file for file in drop.files if file.name.casefold() == NAME]
    if not own or len(drop.files) == 1:
        return drop, None
    return replace(drop, files=tuple(file for file in drop.files if file not in own)), own[0]
