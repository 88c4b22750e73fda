"""Where the drops of a district come from: its inbox, folders of it, or servers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
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

    def local(self) -> AbstractContextManager[Place]:
        """The inbox as a place."""
        return nullcontext(Inbox(self.inbox, Limits(), keep=self.keep, own=self.own))


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
