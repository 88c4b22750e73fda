"""An SFTP server to which districts push: what sshd itself says that it would do."""

import grp
import os
import pwd
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from importer.fleet.doctor.check import Looked, no, yes

SSHD = "/usr/sbin/sshd"
_OTHERS_MAY_WRITE = 0o022
_MUST = {
    "passwordauthentication": "no",
    "kbdinteractiveauthentication": "no",
    "permitrootlogin": "no",
    "allowtcpforwarding": "no",
    "allowstreamlocalforwarding": "no",
    "allowagentforwarding": "no",
    "x11forwarding": "no",
    "permittunnel": "no",
    "permittty": "no",
}


def looked_at(config: Path) -> Iterator[Looked]:
    """Everything about a server; most of it only root can see."""
    if not Path(SSHD).exists():
        yield no("sshd", f"There is no {SSHD}.", "Install it: apt-get install openssh-server")
        return
    if os.geteuid() != 0:
        yield no("rights", "Only root can look at this.", "Start importer doctor --sftp as root.")
        return
    told = _sshd("-t", "-f", str(config))
    if told.returncode:
        yield no("configuration", _first(told.stderr), f"Correct {config}, or write it anew.")
        return
    yield yes("configuration", f"{config} is taken by sshd")
    general = _effective(config, "nobody")
    yield from (_host_key(Path(name)) for name in general.get("hostkey", []))
    accounts = _accounts(general.get("allowgroups", []))
    if not accounts:
        yield no("accounts", "No account may push.", "Run setup.sh, which makes them.")
    for account in accounts:
        yield _account(config, account)


def _sshd(*args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([SSHD, *args], capture_output=True, text=True, check=False)  # noqa: S603


def _first(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if not line.startswith("@")]
    return lines[0] if lines else "sshd refuses it and says nothing"


def _effective(config: Path, account: str) -> dict[str, list[str]]:
    """What holds for an account: setting → its values."""
    who = f"user={account},host=localhost,addr=127.0.0.1"
    found: dict[str, list[str]] = {}
    for line in _sshd("-T", "-f", str(config), "-C", who).stdout.splitlines():
        name, _, value = line.partition(" ")
        found.setdefault(name, []).append(value)
    return found


def _accounts(groups: list[str]) -> list[str]:
    found: set[str] = set()
    for name in groups:
        try:
            group = grp.getgrnam(name)
        except KeyError:
            continue
        found |= set(group.gr_mem)
        found |= {user.pw_name for user in pwd.getpwall() if user.pw_gid == group.gr_gid}
    return sorted(found)


def _host_key(path: Path) -> Looked:
    if not path.exists():
        return no("host key", f"There is no {path}.", "Run setup.sh, which makes it.")
    if path.stat().st_mode & 0o077 or path.stat().st_uid != 0:
        return no("host key", f"Others may read {path}.", f"chown root {path}; chmod 600 {path}")
    return yes("host key", str(path))


def _account(config: Path, account: str) -> Looked:
    """The first thing that is not as it must be with an account."""
    what, held = f"account {account}", _effective(config, account)
    for name, value in _MUST.items():
        if held.get(name) != [value]:
            return no(what, f"{name} is not {value}.", "Write the configuration anew.")
    if not held.get("forcecommand", [""])[0].startswith("internal-sftp"):
        return no(what, "It may do more than SFTP.", "Write the configuration anew.")
    user = pwd.getpwnam(account)
    cage = Path(held["chrootdirectory"][0].replace("%u", account).replace("%h", user.pw_dir))
    if says := _open_cage(cage):
        return no(what, says, "Run setup.sh again: root must own the cage and all above it.")
    keys = Path(held["authorizedkeysfile"][0].replace("%u", account).replace("%h", user.pw_dir))
    if says := _open_keys(keys):
        return no(what, says, f"chown root {keys}; chmod 644 {keys}, one public key per line")
    if says := _open_folder(cage / "incoming", user.pw_uid):
        return no(what, says, "Run setup.sh again.")
    return yes(what, f"caged in {cage}, keys only")


def _open_cage(cage: Path) -> str:
    """Why a cage doesn't hold; "" if it does. A path without a cage is "none"."""
    if not cage.is_absolute():
        return "It is in no cage: it could see the whole machine."
    for folder in (cage, *cage.parents):
        try:
            found = folder.lstat()
        except OSError:
            return f"There is no {folder}."
        if not stat.S_ISDIR(found.st_mode):
            return f"{folder} is not a folder."
        if found.st_uid != 0 or found.st_mode & _OTHERS_MAY_WRITE:
            return f"Others than root may change {folder}."
    return ""


def _open_keys(path: Path) -> str:
    if not path.exists():
        return f"There is no {path}."
    found = path.stat()
    if found.st_uid != 0 or found.st_mode & _OTHERS_MAY_WRITE:
        return f"Others than root may change {path}."
    lines = path.read_text("utf-8", "replace").splitlines()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return f"There is no public key in {path}."
    return ""


def _open_folder(path: Path, owner: int) -> str:
    if not path.is_dir():
        return f"There is no {path}."
    if path.stat().st_uid != owner or path.stat().st_mode & 0o007:
        return f"Others may look into {path}, or it is another account's."
    return ""
