"""How drops come in: the inbox, a server from which they are fetched, several sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from importer.settings.faults import Fault

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_OWN = {"inbox", "drops", "runs", "rosters", "commits", "staging", "memory", "notices", "purges"}
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


def _of(choices: tuple[str, ...], default: Any) -> Any:
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True)
class Arrivals:
    """When what lies in an inbox counts as a whole drop; times in seconds.

    ``quiet``: nothing may change for so long (Clever: “automatically, 5 minutes after last
    activity”). ``late``: how long a file that came last time is waited for. ``sentinel``: the name
    of the file that is sent last. ``taken``: what becomes of files that were taken over.
    """

    quiet: int = field(default=300, metadata={"most": 86_400})
    late: int = field(default=3_600, metadata={"most": 86_400})
    sentinel: str = ""
    taken: str = _of(("remove", "keep"), "remove")

    def faults(self) -> Iterator[Fault]:
        """A sentinel that could be no file of a folder."""
        if "/" in self.sentinel or self.sentinel.startswith("."):
            yield "arrivals.sentinel", "it must be the name of a file", 'For instance "done.txt".'


@dataclass(frozen=True)
class Remote:
    """A server from which drops are fetched by SFTP; no ``host`` = none.

    ``key``: the private key's file; ``known_hosts``: the file with the server's pinned key;
    ``password_from``: the environment variable with the password, for hosts that insist on one.
    """

    host: str = ""
    port: int = field(default=22, metadata={"most": 65_535})
    user: str = ""
    folder: str = "."
    key: str = ""
    known_hosts: str = "known_hosts"
    password_from: str = ""
    taken: str = _of(("keep", "delete", "move"), "keep")
    moved_to: str = ""

    def faults(self, where: str = "remote") -> Iterator[Fault]:
        """What a connection needs and isn't there."""
        if not self.host:
            return
        if not self.user:
            yield f"{where}.user", "it must say who logs in", 'For instance user = "district".'
        if bool(self.key) == bool(self.password_from):
            told = "it must name a key file, or the variable that holds a password"
            yield f"{where}.key", told, 'For instance key = "/etc/importer/id_ed25519".'
        if self.password_from and not _VARIABLE.fullmatch(self.password_from):
            told = "it must be the name of an environment variable, never a password"
            yield f"{where}.password_from", told, 'For instance "OAK_SFTP_PASSWORD".'
        if (self.taken == "move") != bool(self.moved_to):
            told = 'it is the folder for taken = "move" and for nothing else'
            yield f"{where}.moved_to", told, 'For instance moved_to = "taken".'


@dataclass(frozen=True)
class Deliver:
    """Where reports are laid out for the district: a folder, relative to the workspace; "" = none.

    ``keep``: how many of the newest stay.
    """

    folder: str = ""
    keep: int = 10

    def faults(self) -> Iterator[Fault]:
        """A folder whose content is importer's own: reports would be drops, old runs be removed."""
        parts = [part for part in self.folder.split("/") if part not in ("", ".")]
        if self.folder and not self.folder.startswith("/") and (not parts or parts[0] in _OWN):
            told = f"“{self.folder}” is a folder of importer's own"
            yield "deliver.folder", told, 'For instance folder = "outgoing".'


@dataclass(frozen=True)
class Source:
    """One of several senders of a district: who is absent from one is not absent from another.

    ``folder``: where its drops arrive, below inbox/; ``format`` as in the policy.
    """

    name: str
    format: str = ""
    folder: str = ""
    remote: Remote = field(default_factory=Remote)


def faults(arrivals: Arrivals, remote: Remote, sources: tuple[Source, ...]) -> Iterator[Fault]:
    """What doesn't fit together in how drops come in."""
    yield from arrivals.faults()
    yield from remote.faults()
    if sources and remote.host:
        fix = "Write it as [sources.remote] below the source that it is of."
        yield "remote.host", "with several sources, each has a server of its own", fix
    names = [source.name for source in sources]
    folders = [source.folder for source in sources]
    for number, source in enumerate(sources, start=1):
        here = f"sources.#{number}"
        if not _NAME.fullmatch(source.name) or names.count(source.name) > 1:
            told = f"“{source.name}” must be small letters and digits, and only one source's name"
            yield f"{here}.name", told, 'For instance name = "sis".'
        if "/" in source.folder or source.folder.startswith("."):
            told = "it must be the name of a folder in inbox/"
            yield f"{here}.folder", told, 'For instance folder = "sis".'
        elif not source.remote.host and (not source.folder or folders.count(source.folder) > 1):
            told = "each source without a server needs a folder of its own"
            yield f"{here}.folder", told, 'For instance folder = "sis".'
        yield from source.remote.faults(f"{here}.remote")
