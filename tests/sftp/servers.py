"""Real OpenSSH servers on loopback, set up by what ``importer sftp-setup`` writes.

Each worker of the tests has its own folder below /srv (root must own a cage and all above it),
its own group and accounts; everything is taken away at the end.
"""

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest

from importer.hosting.plan import Hosting, Sender
from importer.hosting.setup import written
from importer.intake.patience import Patience
from importer.intake.remote import RemotePlace
from importer.intake.ssh import Server, Timeouts
from importer.settings import Remote

SSHD = "/usr/sbin/sshd"
PLACE = Path("/srv")
QUICK = Patience(tries=3, first=0.05, longest=0.1)
SOON = Timeouts(connect=5, banner=5, login=5, idle=1.5)


def why_not() -> str:
    """Why no server can be run here; empty if one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "a real sshd with cages needs root on Linux"
    missing = [
        name for name in ("sftp", "ssh-keygen", "useradd", "userdel") if not shutil.which(name)
    ]
    if missing or not Path(SSHD).exists():
        return "openssh-server, openssh-client and useradd are not installed"
    return ""


_OURS = re.compile(r"impt(\d+)[a-z]+\b")  # the process that made an account


needs_sshd = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


@dataclass
class Host:
    """A running server with two districts. ``keys``: account → its private key."""

    root: Path
    hosting: Hosting
    keys: dict[str, Path]
    process: "subprocess.Popen[bytes] | None" = None
    extra: str = ""

    @property
    def accounts(self) -> list[str]:
        """The accounts that may push."""
        return [sender.account for sender in self.hosting.senders]

    def incoming(self, account: str) -> Path:
        """Where the files of an account arrive."""
        return Path(self.hosting.drops / account / "incoming")

    @property
    def fingerprint(self) -> str:
        """What ssh-keygen says of the host key."""
        told = _run("ssh-keygen", "-lf", f"{self.hosting.etc}/hostkey.pub")
        return told.split()[1]

    @property
    def known(self) -> str:
        """The line of known_hosts for it."""
        kind, key, *_ = Path(self.hosting.etc / "hostkey.pub").read_text().split()
        return f"[127.0.0.1]:{self.hosting.port} {kind} {key}\n"

    def start(self, *options: str) -> None:
        """Start the server; ``options`` as ``-o Ciphers=…`` takes them."""
        more = [word for option in options for word in ("-o", option)]
        log = self.root / "sshd.log"
        self.process = subprocess.Popen(
            [SSHD, "-D", "-f", str(self.hosting.config), "-E", str(log), *more],
            start_new_session=True,
        )
        _await_port(self.hosting.port)

    def stop(self) -> None:
        """Stop it, with the sessions that are open."""
        if self.process is not None:
            for child in [*self.sessions(), self.process.pid]:
                _signal(child, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def sessions(self) -> list[int]:
        """The processes below the server: those that wait, and one with the rights of a user."""
        assert self.process is not None
        found, fresh = [], [self.process.pid]
        while fresh:
            fresh = [child for parent in fresh for child in _children(parent)]
            found += fresh
        return found

    def kill_sessions(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to all sessions; the server itself goes on."""
        for child in self.sessions():
            _signal(child, number)

    def restart(self, *options: str) -> None:
        """Stop and start with other options."""
        self.stop()
        self.start(*options)

    def remote(self, account: str, **how: object) -> Remote:
        """The settings with which an account is fetched from."""
        told = {
            "host": "127.0.0.1",
            "port": self.hosting.port,
            "user": account,
            "key": str(self.keys.get(account, "")),
            "folder": "/incoming",
            **how,
        }
        return Remote(**told)  # type: ignore[arg-type]

    def server(self, space: Path, account: str, **how: object) -> Server:
        """A server whose key is pinned in ``space``."""
        space.mkdir(exist_ok=True)
        (space / "known_hosts").write_text(self.known)
        return Server(self.remote(account, **how), space, timeouts=SOON)

    def place(self, space: Path, account: str, **how: object) -> RemotePlace:
        """The folder of an account as a place, with little patience."""
        return RemotePlace(self.server(space, account, **how), QUICK)

    def sftp(
        self, account: str, batch: str, key: Path | None = None, check: bool = True
    ) -> "subprocess.CompletedProcess[str]":
        """Run commands with OpenSSH's own client."""
        return subprocess.run(
            [*self.client("sftp", account, key), "-b", "-", f"{account}@127.0.0.1"],
            input=batch,
            capture_output=True,
            text=True,
            check=check,
            timeout=30,
        )

    def client(self, program: str, account: str, key: Path | None = None) -> list[str]:
        """The beginning of a command of OpenSSH's clients."""
        options = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "LogLevel=ERROR",
        ]
        chosen = str(key or self.keys[account])
        port = ["-P" if program == "sftp" else "-p", str(self.hosting.port)]
        return [program, "-F", "/dev/null", "-i", chosen, *port] + [
            word for option in options for word in ("-o", option)
        ]

    def put(self, account: str, **files: bytes) -> None:
        """Lay files straight into an account's folder; dots of names as ``__``."""
        for name, content in files.items():
            self.lay(account, name.replace("__", "."), content)

    def lay(self, account: str, name: "str | bytes", content: bytes) -> None:
        """Lay one file of any name straight into an account's folder."""
        path = os.path.join(os.fsencode(self.incoming(account)), os.fsencode(name))  # noqa: PTH118
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(content)
        shutil.chown(path, account)

    def clear(self) -> None:
        """Empty all folders."""
        for account in self.accounts:
            for entry in self.incoming(account).iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()


@dataclass
class _Made:
    """What has to be taken away again."""

    root: Path
    accounts: list[str] = field(default_factory=list)


@contextmanager
def host(names: tuple[str, ...] = ("a", "b"), workspaces: Path | None = None) -> Iterator[Host]:
    """A running server with one account for each name; see ``made``."""
    with made(names, workspaces) as ready:
        ready.start()
        try:
            yield ready
        finally:
            ready.stop()


_tags = (f"impt{os.getpid()}{a}{b}" for a, b in itertools.product("jklmnopqrstuvwxyz", repeat=2))


@contextmanager
def made(names: tuple[str, ...], workspaces: Path | None = None) -> Iterator[Host]:
    """A server that is set up; ``workspaces``: the inboxes that uploads go to lie there."""
    _sweep()
    tag = next(_tags)
    things = _Made(Path(tempfile.mkdtemp(prefix=f"{tag}-", dir=PLACE)))
    things.root.chmod(0o755)
    try:
        yield _set_up(things, tag, names, workspaces)
    finally:
        for account in [*things.accounts, f"{tag}own"]:
            _run("userdel", account, check=False)
            _run("groupdel", account, check=False)
        _run("groupdel", f"{tag}grp", check=False)
        shutil.rmtree(things.root)


def _set_up(made: _Made, tag: str, names: tuple[str, ...], workspaces: Path | None) -> Host:
    keys, senders = {}, []
    for name in names:
        account = f"{tag}{name}"
        keys[account] = new_key(made.root / f"key-{name}")
        inbox = PurePosixPath((workspaces or made.root / "nowhere") / name / "inbox")
        senders.append(Sender(account, inbox, keys[account].with_suffix(".pub").read_text()))
        made.accounts.append(account)
    hosting = Hosting(
        tuple(senders),
        drops=PurePosixPath(made.root / "drop"),
        etc=PurePosixPath(made.root / "etc"),
        port=free_port(),
        listen="127.0.0.1",
        owner=f"{tag}own",
        group=f"{tag}grp",
        outgoing=True,
    )
    setup = made.root / "setup"
    for name, text in written(hosting).files.items():
        (setup / name).parent.mkdir(parents=True, exist_ok=True)
        (setup / name).write_text(text)
    _run("sh", str(setup / "setup.sh"))
    return Host(made.root, hosting, keys)


def new_key(path: Path, *options: str) -> Path:
    """A new private key, and ``.pub`` beside it."""
    kind = options or ("-t", "ed25519")
    _run("ssh-keygen", "-q", *kind, "-N", "", "-C", "test", "-f", str(path))
    return path


def age(path: Path, seconds: int) -> None:
    """Give a file a time that tells it from others of the same second."""
    os.utime(path, (1_700_000_000 + seconds, 1_700_000_000 + seconds))


def free_port() -> int:
    """A port of loopback that nobody listens at now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _await_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as calling:
            if calling.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("sshd does not listen")


def _children(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in told.split()]


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _run(*command: str, check: bool = True) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not check or ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
    return ran.stdout


def _sweep() -> None:
    """Take away what tests that were killed left behind."""
    for what, command in (("passwd", "userdel"), ("group", "groupdel")):
        for line in Path(f"/etc/{what}").read_text().splitlines():
            if (found := _OURS.match(line)) and not Path(f"/proc/{found[1]}").exists():
                _run(command, line.partition(":")[0], check=False)
    for left in PLACE.glob("impt*-*"):
        if (found := _OURS.match(left.name)) and not Path(f"/proc/{found[1]}").exists():
            shutil.rmtree(left, ignore_errors=True)
