"""A district's workspace, its inboxes, and the keys of its servers."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from importer import settings
from importer.fleet.doctor import machine
from importer.fleet.doctor.check import Looked, advice, no, yes
from importer.fleet.feeds import Feed, feeds
from importer.model.errors import ImporterError
from importer.settings import Policy, Remote
from importer.store.folder import FolderStore

_OTHERS = 0o077
_SHOWN = 3  # names of files in one line


def looked_at(root: Path) -> Iterator[Looked]:
    """Everything about a workspace, the most important first."""
    try:
        store = FolderStore.open(root)
        policy = settings.read(store.policy_text())
    except ImporterError as error:
        yield no("workspace", str(error), error.fix)
        return
    yield yes("workspace", str(root))
    yield _private(root)
    yield machine.disk(root)
    yield machine.room(root)
    yield machine.clock(_newest(root))
    yield from _feeds(root, policy)


def _newest(root: Path) -> float:
    """When something was last committed, by the disk."""
    return max((path.stat().st_mtime for path in (root / "commits").iterdir()), default=0)


def _private(root: Path) -> Looked:
    """Whether only the owner can look into the workspace. What arrives there is told apart."""
    if root.stat().st_mode & _OTHERS:
        fix = f"chmod 700 {root}"
        return no("privacy", "Other accounts of this computer may look into the workspace.", fix)
    if root.stat().st_uid != os.geteuid() and os.geteuid() != 0:
        return no("privacy", "The workspace is another account's.", "Start importer as its owner.")
    wide = [path for path in _files(root) if path.lstat().st_mode & _OTHERS]
    if wide:
        names = ", ".join(str(path.relative_to(root)) for path in wide[:_SHOWN])
        says = f"{len(wide)} file(s) have wider rights than their folder, such as {names}."
        return advice("privacy", says, f"chmod -R go= {root}")
    return yes("privacy", "only its owner can read it")


def _files(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        if folder == str(root):
            names[:] = [name for name in names if name != "inbox"]
        inside = (Path(folder) / name for name in (*names, *files))
        yield from (path for path in inside if not path.is_symlink())


def _feeds(root: Path, policy: Policy) -> Iterator[Looked]:
    for feed in feeds(root, policy):
        name = f" of {feed.source.name}" if feed.source.name else ""
        if feed.source.remote.host:
            yield from _server(root, feed.source.remote, name)
        else:
            yield _inbox(feed, f"inbox{name}")


def _inbox(feed: Feed, what: str) -> Looked:
    """Whether importer can list, read and take away what arrives."""
    folder = feed.inbox
    if not folder.is_dir():
        return no(what, f"There is no folder {folder}.", f"mkdir {folder}")
    if not os.access(folder, os.R_OK | os.X_OK):
        return no(what, f"{folder} can't be read by this account.", "See docs/sftp.md, “Hosting”.")
    if not feed.keep and not os.access(folder, os.W_OK):
        says = f"Files can't be taken away from {folder} by this account."
        return no(what, says, 'Give it that right, or set arrivals.taken = "keep".')
    unread = [name for name in os.listdir(folder) if not _readable(folder / name)]  # noqa: PTH208
    if unread:
        says = f"{len(unread)} file(s) in {folder} can't be read by this account."
        return no(what, says, "Give the service CAP_DAC_READ_SEARCH: docs/sftp.md, “Hosting”.")
    return yes(what, f"{folder} can be read and emptied")


def _readable(path: Path) -> bool:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return True  # it is passed over
        os.close(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK))
    except FileNotFoundError:
        return True  # it is gone meanwhile
    except OSError:
        return False
    return True


def _server(root: Path, remote: Remote, name: str) -> Iterator[Looked]:
    """Whether the keys for a server are there, and private."""
    from importer.intake import keys  # noqa: PLC0415 - it loads paramiko, which few need

    what = f"server{name}"
    try:
        if remote.key:
            keys.private_key(root / remote.key)
        elif not os.environ.get(remote.password_from):
            says = f"The environment variable {remote.password_from} is not set here."
            yield no(what, says, "Set it where importer is started.")
            return
        known = keys.pinned(root / remote.known_hosts)
    except ImporterError as error:
        yield no(what, str(error), error.fix)
        return
    host = remote.host if remote.port == 22 else f"[{remote.host}]:{remote.port}"
    if known.lookup(host) is None:
        says = f"No key of {remote.host} is pinned yet."
        yield no(what, says, "importer fetch -w DIR says what to compare and how to pin it.")
        return
    yield yes(what, f"the key of {remote.host} is pinned, ours is private")
