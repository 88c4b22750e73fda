"""Moving files of a server into its folder for taken ones; never over what is there."""

import contextlib
from datetime import UTC, datetime
from pathlib import PurePosixPath

from importer.intake.place import Entry
from importer.intake.sftp import Missing, Refused, Session

_MOST = 10


def put_away(sftp: Session, path: str, folder: str, entry: Entry) -> None:
    """Move a file into a folder, made if there is none; ``Refused`` if it can't be moved.

    A name that is taken gets the time of the file behind it, as the next day's does.
    """
    with contextlib.suppress(Refused):  # it is there, which a server calls a failure
        sftp.mkdir(folder, 0o700)
    for name in _names(entry):
        target = f"{folder}/{name}"
        if not _is_there(sftp, target):
            try:
                sftp.rename(path, target)  # fails if the name was taken meanwhile
            except Missing:
                raise Refused from None  # the folder could not be made
            return
    raise Refused


def _names(entry: Entry) -> list[str]:
    plain = PurePosixPath(entry.name)
    at = datetime.fromtimestamp(entry.stamp[-1] / 1e9, UTC)
    dated = f"{plain.stem}-{at:%Y%m%dT%H%M%SZ}"
    more = [f"{dated}-{number}{plain.suffix}" for number in range(2, _MOST)]
    return [entry.name, f"{dated}{plain.suffix}", *more]


def _is_there(sftp: Session, path: str) -> bool:
    try:
        sftp.lstat(path)
    except Missing:
        return False
    return True
