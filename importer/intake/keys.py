"""Files with keys: our private one, and those of servers that a person pinned."""

import contextlib
import os
import tempfile
from pathlib import Path

import paramiko

from importer.model.errors import ImporterError, StorageError

_OTHERS = 0o077


def private_key(path: Path) -> paramiko.PKey:
    """The private key of a file that only its owner can read; ``StorageError`` if it is none."""
    try:
        mode = path.stat().st_mode
        if mode & _OTHERS:
            raise StorageError(
                f"Other accounts of this computer may read the private key {path}.",
                f"Take that right away: chmod 600 {path}",
            )
        return paramiko.PKey.from_path(path)
    except OSError as error:
        raise StorageError(
            f"The private key {path} could not be read: {error.strerror}.",
            "Correct the setting key in district.toml, or make one: ssh-keygen -t ed25519",
        ) from None
    except ImporterError:
        raise
    except Exception:  # it raises six kinds, and its words may quote the file
        raise StorageError(
            f"{path} is no private key that can be used without a passphrase.",
            "Name the private file (not .pub). One without a passphrase: ssh-keygen -p -f FILE",
        ) from None


def pinned(path: Path) -> paramiko.HostKeys:
    """The pinned keys of a known_hosts file; none if there is no such file."""
    keys = paramiko.HostKeys()
    try:
        if path.exists():
            if path.stat().st_mode & 0o022:
                raise StorageError(
                    f"Other accounts of this computer may change {path}.",
                    f"Take that right away: chmod 600 {path}",
                )
            keys.load(str(path))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise StorageError(f"{path} could not be read: {reason}.", "Correct it.") from None
    return keys


def pin(path: Path, host: str, port: int, key: paramiko.PKey) -> None:
    """Pin a server's key in place of the one that was pinned; ``StorageError`` if it can't be."""
    name = host if port == paramiko.config.SSH_PORT else f"[{host}]:{port}"
    line = f"{name} {key.get_name()} {key.get_base64()}\n"
    try:
        there = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        kept = [old for old in there if not _is_of(old.split(" ")[0], name)]
        if kept and not kept[-1].endswith("\n"):
            kept[-1] += "\n"
        fd, part = tempfile.mkstemp(prefix=".known_hosts-", dir=path.parent)  # 0600
        try:
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                file.write("".join([*kept, line]))
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(part).unlink()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise StorageError(f"{path} could not be written: {reason}.", "Correct it.") from None


def _is_of(hosts: str, name: str) -> bool:
    """Whether the first field of a line means this host; ssh may have written it as a hash."""
    if hosts.startswith("|1|"):
        return paramiko.HostKeys.hash_host(name, hosts) == hosts
    return name in hosts.split(",")
