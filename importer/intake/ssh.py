"""A connection by SSH to a server whose key a person pinned: nothing is trusted at first sight."""

import logging
import os
import shlex
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import paramiko
from paramiko.ssh_exception import NoValidConnectionsError

from importer.intake import refusals
from importer.intake.keys import pinned, private_key
from importer.intake.offered import Transport
from importer.intake.sftp import Lost, Session
from importer.model.errors import ImporterError, RemoteError
from importer.settings import Remote

# Its words may hold file names and what a server says; without a handler they go to stderr.
logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False

WEAK = {
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1", "hmac-sha1-96"],
}
"""What paramiko 5.1 still offers and nobody should take. Its defence against Terrapin is on."""

KEEP_ALIVE = 15  # seconds


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for the connection, the first line, the login, and then for any byte."""

    connect: float = 10
    banner: float = 15
    login: float = 15
    idle: float = 30


@dataclass(frozen=True)
class Server:
    """A server of a district. ``root``: the workspace; ``source``: whose server ("" = the only)."""

    remote: Remote
    root: Path
    source: str = ""
    timeouts: Timeouts = Timeouts()

    @property
    def name(self) -> str:
        """The server as people say it."""
        other = (
            f" (port {self.remote.port})" if self.remote.port != paramiko.config.SSH_PORT else ""
        )
        return f"{self.remote.host}{other}"

    @property
    def known_hosts(self) -> Path:
        """The file with its pinned key."""
        return self.root / self.remote.known_hosts

    def command(self, pin: str = "") -> str:
        """The command that fetches from it, or pins its key."""
        words = ["importer", "fetch", "-w", str(self.root)]
        words += ["--source", self.source] if self.source else []
        return shlex.join(words + (["--pin", pin] if pin else []))


@contextmanager
def session(server: Server) -> Iterator[Session]:
    """Log in and speak SFTP. ``RemoteError``, ``StorageError``; ``Lost`` if a try may help."""
    with paramiko.SSHClient() as client:
        client.get_host_keys().update(pinned(server.known_hosts))
        client.set_missing_host_key_policy(_Refuse(server))
        _connect(client, server, **_login(server))
        transport = client.get_transport()
        assert transport is not None
        transport.set_keepalive(KEEP_ALIVE)
        yield _subsystem(transport, server)


def shown_key(server: Server) -> paramiko.PKey:
    """The key that a server shows, before anybody logs in; faults as of ``session``."""
    with paramiko.SSHClient() as client:
        look = _Look()
        client.set_missing_host_key_policy(look)
        try:
            _connect(client, server, password="")
        except _Seen:
            assert look.key is not None
            return look.key
    raise AssertionError("a server without a key")


class _Refuse(paramiko.RejectPolicy):
    """Nobody is let in by default: a person compares the key and pins it."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> NoReturn:
        command = self.server.command(key.fingerprint)
        raise refusals.unknown_key(self.server.name, key.get_name(), key.fingerprint, command)


class _Seen(Exception):  # noqa: N818 - it ends a connection on purpose
    pass


class _Look(paramiko.MissingHostKeyPolicy):
    """Takes the key down and goes no further."""

    key: paramiko.PKey | None = None

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        self.key = key
        raise _Seen


def _login(server: Server) -> dict[str, paramiko.PKey | str]:
    """The private key, or the password from the environment."""
    remote = server.remote
    if remote.key:
        return {"pkey": private_key(server.root / remote.key)}
    password = os.environ.get(remote.password_from, "")
    if not password:
        raise refusals.no_password(remote.password_from, server.name)
    return {"password": password}


def _connect(client: paramiko.SSHClient, server: Server, **login: paramiko.PKey | str) -> None:
    remote, timeouts = server.remote, server.timeouts
    transports: list[Transport] = []

    def transport(sock: socket.socket, **how: Any) -> Transport:
        transports.append(Transport(sock, **how))
        options = transports[-1].get_security_options()
        # AES-GCM checks while it decrypts: a fifth faster than AES-CTR with an HMAC.
        options.ciphers = sorted(options.ciphers, key=lambda name: "-gcm@" not in name)
        return transports[-1]

    try:
        client.connect(
            remote.host,
            remote.port,
            remote.user,
            timeout=timeouts.connect,
            banner_timeout=timeouts.banner,
            auth_timeout=timeouts.login,
            channel_timeout=timeouts.idle,
            look_for_keys=False,
            allow_agent=False,
            disabled_algorithms=WEAK,
            transport_factory=transport,  # type: ignore[arg-type]
            **login,  # type: ignore[arg-type]
        )
    except (ImporterError, _Seen):
        raise
    except paramiko.BadHostKeyException as error:
        expected, shown = error.expected_key.fingerprint, error.key.fingerprint
        raise refusals.changed_key(server.name, expected, shown, server.command()) from None
    except paramiko.ssh_exception.IncompatiblePeer:
        raise refusals.too_old(server.name, transports[-1].wanting()) from None
    except paramiko.AuthenticationException as error:
        if "timeout" in str(error) or "saw EOF" in str(error):
            raise Lost from None
        raise refusals.wrong_login(server.name, remote, error) from None
    except (socket.gaierror, UnicodeError) as error:
        if getattr(error, "errno", 0) == socket.EAI_AGAIN:
            raise Lost from None
        raise refusals.unknown_name(server.name) from None
    except (paramiko.SSHException, NoValidConnectionsError, OSError, EOFError):
        raise Lost from None


def _subsystem(transport: paramiko.Transport, server: Server) -> Session:
    """SFTP on a channel of its own. paramiko waits for the answer to this for ever."""
    idle = server.timeouts.idle
    watch = threading.Timer(idle, transport.close)
    watch.daemon = True
    watch.start()
    try:
        channel = transport.open_session(timeout=idle)
        channel.settimeout(idle)
        channel.invoke_subsystem("sftp")
        return Session(channel)
    except (paramiko.SSHException, OSError, EOFError):
        if transport.is_active():
            raise RemoteError(
                f"{server.name} let importer in, but it doesn't speak SFTP with this account.",
                "Ask its owners to switch SFTP on for it.",
            ) from None
        raise Lost from None
    finally:
        watch.cancel()
