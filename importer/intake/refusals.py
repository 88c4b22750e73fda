"""Why a server is not taken at its word, or doesn't take ours: in words, with what to do."""

from collections.abc import Mapping

import paramiko

from importer.model.errors import RemoteError, StorageError
from importer.settings import Remote


def unknown_key(server: str, kind: str, fingerprint: str, command: str) -> RemoteError:
    """A server of which no key is pinned yet."""
    return RemoteError(
        f"Nobody has confirmed yet that {server} is who it says it is. It shows the {kind} key"
        f" {fingerprint}",
        "Ask its owners for their fingerprint, not by this connection. If it is the same:"
        f" {command}",
    )


def changed_key(server: str, expected: str, shown: str, command: str) -> RemoteError:
    """A server that shows another key than the pinned one."""
    return RemoteError(
        f"ALARM: {server} shows another key than the one that was pinned. Somebody may be listening"
        f" in, or be somebody else. Pinned is {expected}, it shows {shown}. Nothing was sent.",
        "Ask its owners by telephone. Only if they say that they changed it, pin the fingerprint"
        f" that they tell you: {command} --pin FINGERPRINT",
    )


def other_key(server: str, wanted: str, kind: str, fingerprint: str) -> RemoteError:
    """A server that shows another key than the one that a person wanted to pin."""
    return RemoteError(
        f"{server} shows the {kind} key {fingerprint}, not {wanted}. Nothing was pinned.",
        f"Ask its owners for the fingerprint of their {kind} key, not by this connection.",
    )


def too_old(server: str, wanting: Mapping[str, tuple[str, str]]) -> RemoteError:
    """A server that has nothing that is safe enough. ``wanting``: use → offered, what would do."""
    offers = "; ".join(f"{use}: {offer}" for use, (offer, _) in wanting.items())
    enable = "; ".join(f"{use}: {good}" for use, (_, good) in wanting.items())
    return RemoteError(
        f"{server} is too old for today's SSH. It offers only – {offers}",
        f"Ask its owners to enable – {enable}",
    )


def wrong_login(
    server: str, remote: Remote, error: paramiko.AuthenticationException
) -> RemoteError:
    """A server that refuses the account, the key or the password."""
    if isinstance(error, paramiko.BadAuthenticationType):
        way = "keys" if remote.key else "passwords"
        taken = ", ".join(t for t in error.allowed_types if t.isascii() and t.isprintable())
        return RemoteError(
            f"{server} takes no {way} from {remote.user}; it takes {taken or 'nothing'}.",
            "Set remote.key, or remote.password_from, to what it takes.",
        )
    if remote.key:
        fix = f"Ask its owners to add the public key {remote.key}.pub to that account."
    else:
        fix = f"Look whether {remote.password_from} holds the right password."
    return RemoteError(f"{server} refused the login of {remote.user}.", fix)


def no_password(variable: str, server: str) -> StorageError:
    """The password is not in the environment."""
    return StorageError(
        f"The environment variable {variable} with the password for {server} is not set.",
        "Set it where importer is started; never write a password into a file of the workspace.",
    )


def unknown_name(server: str) -> RemoteError:
    """A host name that nobody knows."""
    return RemoteError(
        f"There is no server with the name {server}.", "Correct remote.host in district.toml."
    )


def out_of_reach(server: str, tries: int) -> RemoteError:
    """A connection that broke as often as it was tried."""
    return RemoteError(
        f"{server} could not be reached, or the connection broke, {tries} times.",
        "Look whether it is up and lets this machine in, then start again. Nothing was lost.",
    )


def no_folder(server: str, folder: str) -> RemoteError:
    """The folder with the files is not there."""
    return RemoteError(
        f"There is no folder {folder} on {server}, or it can't be seen by this account.",
        "Correct remote.folder in district.toml, or ask the owners of the server.",
    )


def refused(server: str, what: str) -> RemoteError:
    """The server says no."""
    return RemoteError(
        f"{server} refused to let {what} be read.",
        "Ask its owners to give this account the right to read it.",
    )


def too_many(server: str, folder: str, most: int) -> RemoteError:
    """A folder in which nobody can tell what a drop is; a part of it would look like losses."""
    return RemoteError(
        f"There are more than {most:,} entries in the folder {folder} on {server}."
        " Nothing was taken.",
        "Let old files be taken away (remote.taken), or name the folder with the newest export.",
    )
