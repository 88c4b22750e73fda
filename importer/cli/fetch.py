"""``importer fetch``: drops of a server into the inbox."""

import json
from collections.abc import Callable
from pathlib import Path

import click

from importer.cli import common
from importer.fleet import acting
from importer.fleet.feeds import Feed
from importer.fleet.fetching import Fetched, fetch
from importer.fleet.turn import District
from importer.intake import keys, refusals, ssh
from importer.intake.remote import RemotePlace
from importer.intake.sftp import Lost
from importer.intake.ssh import Server
from importer.model.errors import EXIT_CODES, ImporterError, UsageError
from importer.report.safe import for_terminal

_SIGNS = {"fetched": "+", "same": "=", "nothing": "=", "waiting": "…"}


@click.command("fetch", epilog=EXIT_CODES)
@common.workspace
@click.option("--source", default="", metavar="NAME", help="Only from the server of this source.")
@click.option(
    "--quiet", type=click.IntRange(min=0), metavar="SECONDS",
    help="How long nothing may have changed there; else as district.toml says.",
)  # fmt: skip
@common.no_wait
@click.option(
    "--pin", default="", metavar="FINGERPRINT",
    help="Trust the server from now on if its key has this fingerprint; fetch nothing.",
)  # fmt: skip
@common.as_json
def command(
    folder: Path, source: str, quiet: int | None, wait: bool, pin: str, as_json: bool
) -> int:
    """Fetch what has come to rest on a district's server into the inbox.

    Each drop becomes a folder in inbox/ with a list of checksums, SHA256SUMS. Nothing is taken away
    on the server. A server is trusted only once a person has pinned its key.
    """
    district = District.open(folder, lambda: acting.who(automatic=None))
    feeds = [feed for feed in district.feeds(source) if feed.source.remote.host]
    if not feeds:
        named = f" of the source “{source}”" if source else ""
        raise UsageError(
            f"district.toml names no server{named}.", "Set host, user and key in [remote]."
        )
    if pin:
        return _pin(feeds, folder, pin, as_json)
    done, failed = _all(district, feeds, quiet, _waiting(wait, as_json))
    if failed and len(feeds) == 1:
        raise failed[0][1]
    code = max((error.exit_code for _, error in failed), default=0)
    if as_json:
        click.echo(json.dumps(_record(done, failed, code), ensure_ascii=False))
    else:
        _show(done, failed, folder)
    return code


_Failed = list[tuple[str, ImporterError]]


def _all(
    district: District, feeds: list[Feed], quiet: int | None, wait: Callable[[str], bool]
) -> tuple[list[Fetched], _Failed]:
    """Fetch from every server; one that fails takes no other along."""
    done: list[Fetched] = []
    failed: _Failed = []
    for feed in feeds:
        try:
            with RemotePlace(_server(feed, district.store.root)) as place:
                done += fetch(district, feed, place, quiet, wait)
        except ImporterError as error:
            failed.append((feed.source.name, error))
    return done, failed


def _server(feed: Feed, root: Path) -> Server:
    return Server(feed.source.remote, root, feed.source.name)


def _waiting(wanted: bool, silent: bool) -> Callable[[str], bool]:
    """Says on a terminal what is waited for, if anybody wants to wait."""

    def wait(why: str) -> bool:
        if wanted and not silent:
            click.echo(for_terminal(f"… {why}"), err=True)
        return wanted

    return wait


def _pin(feeds: list[Feed], folder: Path, wanted: str, as_json: bool) -> int:
    if len(feeds) > 1:
        names = ", ".join(feed.source.name for feed in feeds)
        raise UsageError(f"There are servers of {names}.", "Say which: --source NAME")
    server = _server(feeds[0], folder)
    try:
        key = ssh.shown_key(server)
    except Lost:
        raise refusals.out_of_reach(server.name, 1) from None
    if key.fingerprint != wanted:
        raise refusals.other_key(server.name, for_terminal(wanted), key.get_name(), key.fingerprint)
    keys.pin(server.known_hosts, server.remote.host, server.remote.port, key)
    if as_json:
        click.echo(json.dumps({"pinned": wanted, "known_hosts": str(server.known_hosts)}))
    else:
        click.echo(f"Pinned. {server.name} is trusted from now on ({server.known_hosts}).")
        click.echo(f"Next: {server.command()}")
    return 0


def _record(done: list[Fetched], failed: _Failed, code: int) -> dict[str, object]:
    errors = [
        {"source": source, "error": str(error), "fix": error.fix, "exit_code": error.exit_code}
        for source, error in failed
    ]
    return {"fetched": [one.record() for one in done], "failed": errors, "exit_code": code}


def _show(done: list[Fetched], failed: _Failed, folder: Path) -> None:
    for one in done:
        lead = f"{one.source}: " if one.source else ""
        click.echo(for_terminal(f"{_SIGNS[one.outcome]} {lead}{one.says}"))
        for passed in one.passed_over:
            click.echo(for_terminal(f"    passed over: {passed.name} ({passed.detail})"))
    for source, error in failed:
        click.echo(for_terminal(f"! {source}: {error}"))
        click.echo(for_terminal(f"    {error.fix}"))
    if any(one.outcome == "fetched" for one in done):
        click.echo(f"Next: importer intake {folder}")
