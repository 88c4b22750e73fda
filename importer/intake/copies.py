"""Files that importer made of a drop, laid out as a drop to be read again."""

import os
from collections.abc import Mapping
from pathlib import Path


def lay_out(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a new folder that only its owner can read; returns the folder.

    Names are those of a drop's files; ``OSError`` as it comes.
    """
    folder.mkdir(0o700, parents=True)
    for name, content in files.items():
        fd = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
    return folder
