"""A server that lies in its listings, which no honest one can; it speaks SSH by paramiko."""

import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from paramiko import SFTPAttributes, SFTPServerInterface


class _Anybody(paramiko.ServerInterface):
    """Lets everybody in."""

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return paramiko.common.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.common.OPEN_SUCCEEDED


class _Liar(SFTPServerInterface):
    """Lists names that lead elsewhere."""

    def __init__(self, server: paramiko.ServerInterface, names: list[str]) -> None:
        super().__init__(server)
        self.names = names

    def list_folder(self, path: str) -> list[SFTPAttributes]:
        return [_regular(name) for name in self.names]


def _regular(name: str) -> SFTPAttributes:
    entry = SFTPAttributes()
    entry.filename = name
    entry.st_mode = stat.S_IFREG | 0o644
    entry.st_size, entry.st_mtime, entry.st_atime = 3, 1_700_000_000, 1_700_000_000
    return entry


@contextmanager
def liar(folder: Path, names: list[str]) -> Iterator[tuple[int, str]]:
    """The port of such a server, and its line of known_hosts."""
    key = paramiko.RSAKey.generate(2048)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listening, key, names), daemon=True)
        thread.start()
        yield port, f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n"


def _serve(listening: socket.socket, key: paramiko.PKey, names: list[str]) -> None:
    connection, _ = listening.accept()
    transport = paramiko.Transport(connection)
    transport.add_server_key(key)
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Liar, names)
    transport.start_server(server=_Anybody())
