"""``importer sftp-setup``: the files that make a machine an SFTP server for districts."""

import json
from pathlib import Path, PurePosixPath

import click

from importer import settings
from importer.cli import common, options
from importer.fleet.districts import workspaces
from importer.hosting.plan import Hosting, Sender
from importer.hosting.setup import written
from importer.model.errors import EXIT_CODES, UsageError
from importer.store.folder import FolderStore


@click.command("sftp-setup", epilog=EXIT_CODES)
@click.argument("roots", metavar="ROOT…", nargs=-1, required=True, type=options.place)
@click.option("--to", default="sftp-setup", type=options.place, help="The folder to write into.")
@click.option(
    "--key", "keys", multiple=True, metavar="ACCOUNT=FILE",
    help="A district's public key (.pub); may be given several times.",
)  # fmt: skip
@click.option("--port", default=22_022, type=click.IntRange(1, 65_535), help="Default 22022.")
@click.option("--listen", default="0.0.0.0", metavar="ADDRESS", help="Default: all addresses.")  # noqa: S104
@click.option(
    "--drops", default="/srv/drop", metavar="DIR",
    help="Where the uploads lie; root must own it and all above it. Default /srv/drop.",
)  # fmt: skip
@click.option(
    "--owner", default="importer", metavar="ACCOUNT",
    help="The account that importer runs under. Default importer.",
)  # fmt: skip
@click.option("--outgoing", is_flag=True, help="A folder too from which reports can be fetched.")
@common.as_json
def command(
    roots: tuple[Path, ...],
    to: Path,
    keys: tuple[str, ...],
    port: int,
    listen: str,
    drops: str,
    owner: str,
    outgoing: bool,
    as_json: bool,
) -> int:
    """Write what makes a machine an SFTP server to which districts push.

    ROOT is a workspace, or a folder of workspaces. Nothing is changed on this machine: read what
    was written, then run setup.sh as root. docs/sftp.md tells what each file is for.
    """
    senders = tuple(_senders(roots, _keys(keys)))
    hosting = Hosting(
        senders,
        drops=_absolute(drops),
        port=port,
        listen=listen,
        owner=owner,
        outgoing=outgoing,
    )
    told = written(hosting)
    pasted = {s.account for s in senders if not s.keys and _holds_key(to / "keys" / s.account)}
    for name, text in told.files.items():
        if name.removeprefix("keys/") not in pasted:
            common.write(to / name, text.encode())
    for name in told.runnable:
        (to / name).chmod(0o700)
    without = [s.account for s in senders if not s.keys and s.account not in pasted]
    if as_json:
        accounts = [sender.account for sender in senders]
        files = sorted(told.files)
        click.echo(json.dumps({"to": str(to), "files": files, "accounts": accounts}))
        return 0
    click.echo(f"Wrote {to}: accounts {', '.join(s.account for s in senders)}.")
    for account in without:
        click.echo(f"  Paste the district's public key into {to / 'keys' / account}")
    click.echo(f"Next, as root: sh {to / 'setup.sh'}")
    click.echo(f"Then: importer doctor --sftp {hosting.config}")
    return 0


def _senders(roots: tuple[Path, ...], keys: dict[str, str]) -> list[Sender]:
    """One account for each inbox: of a workspace, or of each of its sources without a server."""
    found: list[Sender] = []
    for space in [space for root in roots for space in workspaces(root)]:
        store = FolderStore.open(space)
        policy = settings.read(store.policy_text())
        name = space.resolve().name
        inbox = PurePosixPath(space.resolve() / "inbox")
        pushed = [source for source in policy.sources if not source.remote.host]
        if policy.sources:
            found += [_sender(f"{name}-{s.name}", inbox / s.folder, keys) for s in pushed]
        else:
            found.append(_sender(name, inbox, keys))
    if unknown := set(keys) - {sender.account for sender in found}:
        known = ", ".join(sender.account for sender in found)
        raise UsageError(f"There is no account {min(unknown)}.", f"Accounts are: {known}.")
    return found


def _sender(account: str, inbox: PurePosixPath, keys: dict[str, str]) -> Sender:
    return Sender(account, inbox, keys.get(account, ""))


def _keys(given: tuple[str, ...]) -> dict[str, str]:
    """Account → public keys."""
    found: dict[str, str] = {}
    for one in given:
        account, equals, name = one.partition("=")
        if not equals:
            raise UsageError(f"“{one}” names no file.", "Write --key ACCOUNT=FILE.pub")
        try:
            text = Path(name).read_text("utf-8")
        except (OSError, UnicodeError):
            raise UsageError(f"{name} can't be read.", "Name a public key file.") from None
        if "PRIVATE KEY" in text:
            raise UsageError(
                f"{name} is a private key: nobody but the district may have it.",
                "Ask the district for the public one (.pub), and to make a new pair.",
            )
        found[account] = found.get(account, "") + text.strip() + "\n"
    return found


def _holds_key(path: Path) -> bool:
    """Whether somebody pasted a key into a file that was written before."""
    if not path.is_file():
        return False
    lines = path.read_text("utf-8", "replace").splitlines()
    return any(line.strip() and not line.startswith("#") for line in lines)


def _absolute(folder: str) -> PurePosixPath:
    path = PurePosixPath(folder)
    if not path.is_absolute() or {" ", '"', "%", "\n"} & set(folder):
        raise UsageError(
            f"{folder} can't be where uploads lie.", "Name it from the root: /srv/drop"
        )
    return path
