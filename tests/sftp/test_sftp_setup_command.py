"""``importer sftp-setup`` writes, runs nothing, and never loses a district's key."""

import subprocess
from pathlib import Path

import pytest
import servers
from cli_runs import Ran, run, workspace

from importer.checks.catalogue import clever

PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq oak@example\n"


def _setup(tmp_path: Path, *more: str) -> Ran:
    return run("sftp-setup", tmp_path / "all", "--to", tmp_path / "out", *more)


@pytest.fixture
def spaces(tmp_path: Path) -> Path:
    """Two districts; one of them has two that send, and one from whom is fetched."""
    workspace(tmp_path / "all" / "oak")
    elm = workspace(tmp_path / "all" / "elm")
    more = '[[sources]]\nname = "sis"\nfolder = "sis"\n[[sources]]\nname = "staff"\n'
    more += 'folder = "staff"\n[[sources]]\nname = "old"\n[sources.remote]\nhost = "h"\n'
    more += 'user = "u"\nkey = "k"\n'
    (elm / "district.toml").write_text((elm / "district.toml").read_text() + more)
    return tmp_path / "all"


def test_each_sender_gets_an_account_of_its_own(spaces: Path, tmp_path: Path) -> None:
    told = _setup(tmp_path, "--json").data()
    assert told["accounts"] == ["elm-sis", "elm-staff", "oak"]
    setup = (tmp_path / "out" / "setup.sh").read_text()
    assert f"inbox elm-sis {spaces}/elm/inbox/sis" in setup
    assert f"inbox oak {spaces}/oak/inbox\n" in setup
    assert (tmp_path / "out" / "setup.sh").stat().st_mode & 0o777 == 0o700
    assert subprocess.run(["sh", "-n", tmp_path / "out" / "setup.sh"], check=False).returncode == 0


def test_a_key_that_was_given_or_pasted_stays(spaces: Path, tmp_path: Path) -> None:
    (tmp_path / "oak.pub").write_text(PUBLIC)
    first = _setup(tmp_path, "--key", f"oak={tmp_path / 'oak.pub'}")
    assert "elm-sis" in first.out and "keys/oak" not in first.out
    pasted = tmp_path / "out" / "keys" / "elm-sis"
    pasted.write_text(PUBLIC)
    again = _setup(tmp_path)
    assert pasted.read_text() == PUBLIC and PUBLIC in (pasted.parent / "oak").read_text()
    assert "keys/elm-sis" not in again.out and "keys/elm-staff" in again.out


@pytest.mark.parametrize(
    ("content", "account"),
    [("-----BEGIN OPENSSH PRIVATE KEY-----\n", "oak"), (PUBLIC, "nobody")],
)
def test_a_private_key_or_an_unknown_account_is_refused(
    spaces: Path, tmp_path: Path, content: str, account: str
) -> None:
    (tmp_path / "file").write_text(content)
    assert _setup(tmp_path, "--key", f"{account}={tmp_path / 'file'}").code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["Oak School", "0oak", "oak;reboot", "ö" * 3, "x" * 40])
def test_a_name_that_no_account_can_have_is_refused(tmp_path: Path, name: str) -> None:
    workspace(tmp_path / "all" / name)
    assert _setup(tmp_path).code == 2


@pytest.mark.parametrize("drops", ["drop", "/srv/a b", '/srv/"; reboot; "', "/srv/%u"])
def test_a_place_that_would_not_be_what_it_says_is_refused(
    spaces: Path, tmp_path: Path, drops: str
) -> None:
    assert _setup(tmp_path, "--drops", drops).code == 2


@servers.needs_sshd
def test_a_district_can_push_tonight(tmp_path: Path) -> None:
    """Uploads lie in the workspace's inbox, importer takes them over, the report can be fetched."""
    space = workspace(tmp_path / "a")
    with servers.host(("a",), workspaces=tmp_path) as host:
        [account] = host.accounts
        for name, content in clever().items():
            (tmp_path / name).write_text(str(content))
            host.sftp(account, f"put {tmp_path / name}\n")
        assert (space / "inbox").is_symlink()
        outgoing = f"{host.hosting.drops}/{account}/outgoing"
        toml = (space / "district.toml").read_text().replace("quiet = 300", "quiet = 1")
        head, deliver, tail = toml.partition("[deliver]")
        tail = tail.replace('folder = ""', f'folder = "{outgoing}"', 1)
        (space / "district.toml").write_text(head + deliver + tail)
        done = run("intake", space)
        assert done.code == 0 and done.out.startswith("+ Committed"), done.said
        assert list(host.incoming(account).iterdir()) == [], "it was taken away"
        host.sftp(account, f"get /outgoing/*/report.html {tmp_path}/report.html\n")
        assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")
