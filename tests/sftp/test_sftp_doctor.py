"""``importer doctor`` says no where something is not as it must be, and what to do."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import servers
from cli_runs import run, workspace

from importer.fleet.doctor import machine


def _noes(*args: "str | Path") -> dict[str, str]:
    """What ``doctor`` says no to, and the exit code that goes with it."""
    ran = run("doctor", *args, "--json")
    told = ran.data()
    found = {one["what"]: one["says"] for one in told["looked"] if one["verdict"] == "no"}
    assert ran.code == told["exit_code"] == (4 if found else 0)
    assert all(one["fix"] for one in told["looked"] if one["verdict"] != "yes")
    return found


def test_all_is_well_with_a_new_workspace(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    assert _noes("-w", space) == {}
    assert "yes     inbox" in run("doctor", "-w", space).out


def _open_to_others(space: Path) -> None:
    space.chmod(0o755)


def _without_inbox(space: Path) -> None:
    (space / "inbox").rmdir()


def _wrong_setting(space: Path) -> None:
    (space / "district.toml").write_text("quite = 1\n")


def _committed_tomorrow(space: Path) -> None:
    (space / "commits" / "x").touch()
    os.utime(space / "commits" / "x", (4_000_000_000, 4_000_000_000))


def _server_without_key(space: Path) -> None:
    _set(space, key="id")


def _server_with_open_key(space: Path) -> None:
    servers.new_key(space / "id").chmod(0o644)
    _set(space, key="id")


def _server_not_pinned(space: Path) -> None:
    servers.new_key(space / "id")
    _set(space, key="id")


def _server_without_password(space: Path) -> None:
    _set(space, password_from="NO_SUCH_PASSWORD")


def _set(space: Path, **more: str) -> None:
    lines = "".join(f'{name} = "{value}"\n' for name, value in more.items())
    (space / "district.toml").write_text(f'[remote]\nhost = "h"\nuser = "u"\n{lines}')


@pytest.mark.parametrize(
    ("damage", "what", "says"),
    [
        (_open_to_others, "privacy", "Other accounts"),
        (_without_inbox, "workspace", "inbox"),
        (_wrong_setting, "workspace", "quite"),
        (_committed_tomorrow, "clock", "past"),
        (_server_without_key, "server", "No such file"),
        (_server_with_open_key, "server", "may read the private key"),
        (_server_not_pinned, "server", "No key of h is pinned"),
        (_server_without_password, "server", "NO_SUCH_PASSWORD"),
    ],
)
@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="openssh-client is not installed")
def test_what_is_wrong_with_a_workspace_is_said(
    tmp_path: Path, damage: Callable[[Path], None], what: str, says: str
) -> None:
    space = workspace(tmp_path / "w")
    damage(space)
    found = _noes("-w", space)
    assert list(found) == [what] and says in found[what]


def test_kinds_of_disks_are_told(tmp_path: Path) -> None:
    assert machine.disk(tmp_path).verdict in ("yes", "no")  # a temp folder may be in memory
    assert machine.kind_of(Path("/proc")) == "proc"


@servers.needs_sshd
def test_all_is_well_with_what_the_setup_made(sftp_host: servers.Host) -> None:
    told = run("doctor", "--sftp", str(sftp_host.hosting.config), "--json").data()["looked"]
    held = {one["what"]: one["verdict"] for one in told if one["what"].startswith("account")}
    assert held == {f"account {account}": "yes" for account in sftp_host.accounts}
    assert _noes("--sftp", str(sftp_host.hosting.config)) == {}


def _replaced(old: str, new: str) -> Callable[[servers.Host], Path]:
    def change(host: servers.Host) -> Path:
        text = Path(host.hosting.config).read_text()
        assert old in text
        path = host.root / "changed_config"
        path.write_text(text.replace(old, new))
        return path

    return change


def _mode(name: str, mode: int) -> Callable[[servers.Host], Path]:
    def change(host: servers.Host) -> Path:
        (host.root / name.format(host.accounts[0])).chmod(mode)
        return Path(host.hosting.config)

    return change


def _no_keys(host: servers.Host) -> Path:
    Path(host.hosting.etc / "keys" / host.accounts[0]).write_text("# none\n")
    return Path(host.hosting.config)


@pytest.mark.parametrize(
    ("change", "what", "says"),
    [
        (_replaced("Port ", "Prot "), "configuration", "Prot"),
        (_replaced("PasswordAuthentication no", "PasswordAuthentication yes"), "account", "pass"),
        (_replaced("AllowTcpForwarding no", "AllowTcpForwarding yes"), "account", "allowtcp"),
        (_replaced("ForceCommand internal-sftp", "ForceCommand /bin/sh"), "account", "more than"),
        (_replaced("  ChrootDirectory", "#"), "account", "no cage"),
        (_replaced("AllowGroups ", "AllowGroups no"), "accounts", "No account"),
        (_mode("drop/{}", 0o775), "account", "may change"),
        (_mode("drop/{}/incoming", 0o777), "account", "look into"),
        (_mode("etc/keys/{}", 0o666), "account", "may change"),
        (_mode("etc/hostkey", 0o644), "configuration", "too open"),
        (_no_keys, "account", "no public key"),
    ],
)
@servers.needs_sshd
def test_what_is_wrong_with_a_server_is_said(
    change: Callable[[servers.Host], Path], what: str, says: str
) -> None:
    with servers.made(("a",)) as host:
        found = _noes("--sftp", change(host))
    assert found and all(name.startswith(what) for name in found), found
    assert all(says in told for told in found.values()), found
