"""A district that pushes is in a cage: twelve attacks, none of which may succeed."""

import subprocess
import time
from pathlib import Path

import paramiko
import pytest
import servers

from importer.intake.ssh import session
from importer.model.errors import RemoteError

pytestmark = servers.needs_sshd

SECRET = "canary-9fd1"


@pytest.fixture
def caged(sftp_host: servers.Host) -> servers.Host:
    """A server on which the other district has a file, and root has one above the cages."""
    sftp_host.put(sftp_host.accounts[1], secret__csv=SECRET.encode())
    above = sftp_host.root / "drop" / "above.txt"
    above.write_text(SECRET)
    above.chmod(0o644)
    return sftp_host


ATTACKS = {
    "read a file of the machine": "get ../../etc/passwd {out}/p",
    "read above the cage": "get ../../above.txt {out}/p",
    "read the other district's": "get ../../{other}/incoming/secret.csv {out}/p",
    "see the other district": "ls ../../{other}",
    "make a folder in the root": "mkdir /evil",
    "put a file into the root": "put {out}/mine /evil",
    "put a file into outgoing": "put {out}/mine /outgoing/evil",
    "make a symbolic link": "symlink /etc/passwd link",
    "make a hard link": "ln own.csv link",
    "open the cage for others": "chmod 777 /",
    "rename the cage's folder": "rename /incoming /evil",
    "take the folder away": "rmdir /outgoing",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_by_sftp_fail(caged: servers.Host, tmp_path: Path, attack: str) -> None:
    alpha, beta = caged.accounts
    (tmp_path / "mine").write_text("mine")
    caged.lay(alpha, "own.csv", b"own")
    cage = Path(caged.hosting.drops) / alpha
    before = _look(cage)
    command = ATTACKS[attack].format(out=tmp_path, other=beta)
    ran = caged.sftp(alpha, command + "\n", check=False)
    assert ran.returncode != 0, ran.stdout
    assert not (tmp_path / "p").exists() and SECRET not in ran.stdout + ran.stderr
    assert _look(cage) == before


def _look(folder: Path) -> list[tuple[str, int, int]]:
    inside = sorted([folder, *folder.rglob("*")])
    told = [(str(path), path.lstat()) for path in inside]
    return [(name, found.st_mode, found.st_uid) for name, found in told]


def test_above_is_only_the_own_cage(caged: servers.Host) -> None:
    ran = caged.sftp(caged.accounts[0], "cd ../../../..\nls\n")
    assert ran.stdout.split("sftp> ls")[1].split() == ["incoming", "outgoing"]


@pytest.mark.parametrize("command", [[], ["id"], ["cat", "/etc/passwd"], ["scp", "-f", "/etc"]])
def test_there_is_no_shell(caged: servers.Host, command: list[str]) -> None:
    account = caged.accounts[0]
    ran = subprocess.run(
        [*caged.client("ssh", account), f"{account}@127.0.0.1", *command],
        input="id\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert "uid=" not in ran.stdout and "root" not in ran.stdout
    assert ran.returncode != 0


def test_there_is_no_forwarding(caged: servers.Host, tmp_path: Path) -> None:
    server = caged.server(tmp_path, caged.accounts[0])
    with session(server) as sftp:
        channel = sftp.get_channel()
        assert channel is not None
        transport = channel.get_transport()
        with pytest.raises(paramiko.ChannelException, match="Administratively prohibited"):
            transport.open_channel("direct-tcpip", ("127.0.0.1", 22), ("127.0.0.1", 1))
        with pytest.raises(paramiko.SSHException):
            transport.request_port_forward("127.0.0.1", 0)


def test_a_key_opens_its_own_account_only_and_never_root(
    caged: servers.Host, tmp_path: Path
) -> None:
    alpha, beta = caged.accounts
    for account in (beta, "root", "daemon"):
        server = caged.server(tmp_path, account, key=str(caged.keys[alpha]))
        with pytest.raises(RemoteError, match="refused the login"), session(server):
            pass


def test_nobody_else_of_the_machine_sees_a_districts_files(caged: servers.Host) -> None:
    alpha, beta = caged.accounts
    secret = caged.incoming(beta) / "secret.csv"
    for account, may in ((alpha, False), ("nobody", False), (caged.hosting.owner, True)):
        listed = _as(account, "ls", str(caged.incoming(beta)))
        assert (listed.returncode == 0) is may, account
    read = _as(alpha, "cat", str(secret))
    assert read.returncode != 0 and SECRET not in read.stdout


def _as(account: str, *command: str) -> "subprocess.CompletedProcess[str]":
    prefix = ["setpriv", f"--reuid={account}", "--regid=nogroup", "--init-groups"]
    return subprocess.run([*prefix, *command], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("mode", "how"), [(0o644, "put"), (0o640, "put -p"), (0o600, "put -p")])
def test_uploads_can_be_read_and_taken_away_by_importer_alone(
    sftp_host: servers.Host, tmp_path: Path, mode: int, how: str
) -> None:
    """Also what a sender keeps to himself: inbox.conf gives importer the right to read it."""
    account, owner = sftp_host.accounts[0], sftp_host.hosting.owner
    sent = tmp_path / "students.csv"
    sent.write_text(SECRET)
    sent.chmod(mode)
    sftp_host.sftp(account, f"{how} {sent}\n")
    there = sftp_host.incoming(account) / "students.csv"
    assert there.stat().st_mode & 0o007 == 0
    plain = _as(owner, "cat", str(there))
    assert (plain.stdout == SECRET) is bool(mode & 0o040)
    may = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    prefix = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--init-groups", *may]
    told = subprocess.run([*prefix, "cat", str(there)], capture_output=True, text=True, check=False)
    assert told.stdout == SECRET, told.stderr
    assert _as(owner, "rm", str(there)).returncode == 0


def test_times_may_be_set_since_many_clients_insist(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    sent = tmp_path / "students.csv"
    sent.write_text("x")
    ran = sftp_host.sftp(sftp_host.accounts[0], f"put -p {sent}\nrename students.csv s.csv\n")
    assert ran.returncode == 0
    found = (sftp_host.incoming(sftp_host.accounts[0]) / "s.csv").stat()
    assert abs(found.st_mtime - time.time()) < 5


def test_a_report_in_outgoing_can_be_fetched_but_not_changed(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    outgoing = Path(sftp_host.hosting.drops) / account / "outgoing"
    ran = _as_owner_writes(sftp_host, outgoing / "report.html")
    assert ran.returncode == 0
    sftp_host.sftp(account, f"get /outgoing/report.html {tmp_path}/report.html\n")
    assert (tmp_path / "report.html").read_text() == "report"
    assert sftp_host.sftp(account, "rm /outgoing/report.html\n", check=False).returncode != 0
    (outgoing / "report.html").unlink()


def _as_owner_writes(host: servers.Host, path: Path) -> "subprocess.CompletedProcess[str]":
    command = f"umask 027; printf report > {path}"
    return _as(host.hosting.owner, "sh", "-c", command)


def test_the_setup_can_be_run_again_and_refuses_an_account_for_something_else(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    setup = sftp_host.root / "setup" / "setup.sh"
    before = sftp_host.fingerprint
    again = subprocess.run(["sh", setup], capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert sftp_host.fingerprint == before and before in again.stdout
    text = setup.read_text().replace(f"account {sftp_host.accounts[0]}\n", "account daemon\n")
    other = tmp_path / "setup.sh"
    other.write_text(text)
    (tmp_path / "sshd_config").write_text((setup.parent / "sshd_config").read_text())
    refused = subprocess.run(["sh", other], capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and "daemon is an account for something else" in refused.stderr
