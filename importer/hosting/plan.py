"""Who may push: one account of the machine for each sender, and where things lie."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from importer.model.errors import UsageError

_ACCOUNT = re.compile(r"[a-z][a-z0-9-]{0,30}")  # what useradd takes everywhere
_DROPS = PurePosixPath("/srv/drop")
_ETC = PurePosixPath("/etc/ssh/importer")


@dataclass(frozen=True)
class Sender:
    """An account that pushes: the inbox its files are for, and its public keys (one per line)."""

    account: str
    inbox: PurePosixPath
    keys: str = ""

    def __post_init__(self) -> None:
        if not _ACCOUNT.fullmatch(self.account):
            raise UsageError(
                f"“{self.account}” can't be the name of an account.",
                "Name the workspace's folder with small letters, digits and hyphens only.",
            )


@dataclass(frozen=True)
class Hosting:
    """An SFTP server of one machine.

    ``owner``: the account that importer runs under; ``group``: of all accounts that push;
    ``drops``: below it each account's cage; ``etc``: configuration, host key and public keys.
    ``outgoing``: whether each account gets a folder from which it fetches reports.
    """

    senders: tuple[Sender, ...]
    drops: PurePosixPath = _DROPS
    etc: PurePosixPath = _ETC
    port: int = 22_022
    listen: str = "0.0.0.0"  # noqa: S104 - districts come from outside
    owner: str = "importer"
    group: str = "sftponly"
    outgoing: bool = False

    def __post_init__(self) -> None:
        accounts = [sender.account for sender in self.senders]
        for account in accounts:
            if accounts.count(account) > 1:
                raise UsageError(
                    f"Two senders would get the account {account}.",
                    "Give the folders of the workspaces different names.",
                )

    @property
    def config(self) -> PurePosixPath:
        """The configuration of the server."""
        return self.etc / "sshd_config"

    def cage(self, sender: Sender) -> PurePosixPath:
        """What an account sees as the root of all."""
        return self.drops / sender.account


@dataclass(frozen=True)
class Written:
    """The files to write: name → text; ``runnable``: those that are programs."""

    files: dict[str, str] = field(default_factory=dict)
    runnable: tuple[str, ...] = ()
