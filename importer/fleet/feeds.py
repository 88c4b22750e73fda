"""Where the drops of a district come from: its inbox, folders of it, or servers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from importer.intake.inbox import Inbox
from importer.intake.limits import Limits
from importer.intake.place import Place
from importer.settings import Policy, Source

INBOX = "inbox"


@dataclass(frozen=True)
class Feed:
    """A source of a district, and the folder ``inbox`` where its drops arrive."""

    source: Source
    inbox: Path
    own: frozenset[str]  # folders in there that are other sources' inboxes
    keep: bool
    remote: bool = False  # its server is meant, not the inbox

    def places(self) -> Iterator["Feed"]:
        """Where its drops may lie: on its server, if it has one, and in the inbox."""
        if self.source.remote.host:
            yield replace(self, remote=True)
        yield self

    def place(self, root: Path) -> AbstractContextManager[Place]:
        """The place; ``root`` is the workspace, where its keys lie."""
        if not self.remote:
            return self.local()
        # paramiko takes a fifth of a second to load, which most turns can do without.
        from importer.intake.remote import RemotePlace  # noqa: PLC0415
        from importer.intake.ssh import Server  # noqa: PLC0415

        return RemotePlace(Server(self.source.remote, root, self.source.name))

    def local(self) -> AbstractContextManager[Place]:
        """The inbox as a place; a source's own folder in there is made where it isn't yet."""
        below = bool(self.source.folder)
        if below and self.inbox.parent.is_dir():
            with suppress(FileExistsError):  # also a file or a link, which the inbox refuses
                self.inbox.mkdir(0o700)
        return nullcontext(Inbox(self.inbox, Limits(), keep=self.keep, own=self.own, below=below))


def astray(root: Path, policy: Policy) -> list[str]:
    """The names of files in the inbox itself where each source has a folder of its own in there."""
    folders = [source.folder for source in policy.sources]
    if not policy.sources or not all(folders):
        return []
    entries = Inbox(root / INBOX, Limits(), own=folders).listing().entries
    return sorted({entry.group or entry.name for entry in entries} - set(folders))


def feeds(root: Path, policy: Policy, only: str = "") -> Iterator[Feed]:
    """The sources of a district in the order of its settings; one without a name if it lists none.

    ``only``: the source of this name.
    """
    keep = policy.arrivals.taken == "keep"
    if not policy.sources:
        yield Feed(Source("", policy.format, "", policy.remote), root / INBOX, frozenset(), keep)
        return
    folders = frozenset(source.folder for source in policy.sources if source.folder)
    for source in policy.sources:
        if only in ("", source.name):
            own = frozenset() if source.folder else folders
            yield Feed(source, root / INBOX / source.folder, own, keep)
