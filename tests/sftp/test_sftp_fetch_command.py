"""``importer fetch``: what has come to rest on a server is in the inbox, whole, with its list."""

import hashlib
import subprocess
from pathlib import Path

import pytest
import servers
from cli_runs import run, workspace

from importer.checks.catalogue import clever
from importer.intake import remote

pytestmark = servers.needs_sshd


@pytest.fixture(autouse=True)
def awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "REST", 0.0)


def _space(host: servers.Host, folder: Path, account: str, more: str = "") -> Path:
    """A workspace that fetches from an account; its server isn't pinned yet."""
    workspace(folder)
    told = (folder / "district.toml").read_text()
    for name, value in {
        "host": "127.0.0.1",
        "user": account,
        "folder": "/incoming",
        "key": str(host.keys[account]),
    }.items():
        head, _, tail = told.partition("[remote]")
        old = f'{name} = "."' if name == "folder" else f'{name} = ""'
        told = head + "[remote]" + tail.replace(old, f'{name} = "{value}"', 1)
    told = told.replace("port = 22", f"port = {host.hosting.port}")
    (folder / "district.toml").write_text(told + more)
    return folder


def _push(host: servers.Host, account: str, files: "dict[str, str | bytes] | None" = None) -> None:
    for name, content in (files or clever()).items():
        host.lay(account, name, content if isinstance(content, bytes) else content.encode())


def test_the_whole_way_from_an_unknown_server_to_a_commit(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    space = _space(sftp_host, tmp_path / "w", account)
    _push(sftp_host, account)
    sftp_host.lay(account, b"bad\xff.csv", b"x")
    there = ["-w", str(space), "--quiet", "0"]

    refused = run("fetch", *there)
    assert refused.code == 6 and sftp_host.fingerprint in refused.err
    command = refused.err.split("If it is the same: importer ")[1].split()
    wrong = run("fetch", *there, "--pin", "SHA256:" + "A" * 43)
    assert wrong.code == 6 and not (space / "known_hosts").exists()
    assert run(*command).code == 0
    assert (space / "known_hosts").stat().st_mode & 0o777 == 0o600

    fetched = run("fetch", *there, "--json").data()
    [drop] = fetched["fetched"]
    folder = Path(drop["path"])
    assert folder.parent == space / "inbox" and folder.name == f"fetched-{drop['drop'][:12]}"
    assert [p["name"] for p in drop["passed_over"]] == [r"bad\udcff.csv"]
    assert sorted(p.name for p in folder.iterdir()) == sorted([*clever(), "SHA256SUMS"])
    proved = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=False)
    assert proved.returncode == 0
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}

    again = run("fetch", *there, "--json").data()
    assert [one["outcome"] for one in again["fetched"]] == ["nothing"]
    done = run("intake", space, "--no-wait")  # it is proved: nobody waits
    assert done.code == 0 and "Committed" in done.out
    assert run("fetch", *there).out.startswith("= Nothing new")
    assert len(list(sftp_host.incoming(account).iterdir())) == len(clever()) + 1, "nothing went"


def test_the_same_content_is_fetched_once_an_older_drop_again(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    space = _space(sftp_host, tmp_path / "w", account)
    (space / "known_hosts").write_text(sftp_host.known)
    told: list[str] = []
    for day in ("monday", "monday", "tuesday", "monday"):
        _push(sftp_host, account, {"students.csv": f"a\n{day}\n"})
        servers.age(sftp_host.incoming(account) / "students.csv", len(told))
        ran = run("fetch", "-w", space, "--quiet", "0", "--json").data()
        told.append(ran["fetched"][0]["outcome"])
        for path in (space / "inbox").iterdir():
            path.rename(tmp_path / f"{len(told)}")  # taken over
    assert told == ["fetched", "same", "fetched", "fetched"]


def test_a_zip_stays_a_zip_and_a_senders_own_list_stays(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    space = _space(sftp_host, tmp_path / "w", account)
    (space / "known_hosts").write_text(sftp_host.known)
    own = hashlib.sha256(b"a\n").hexdigest() + "  a.csv\n"
    _push(sftp_host, account, {"a.csv": "a\n", "SHA256SUMS": own, "drop.zip": b"PK\x05\x06"})
    done = run("fetch", "-w", space, "--quiet", "0", "--json").data()["fetched"]
    paths = sorted(Path(one["path"]) for one in done)
    assert {path.suffix for path in paths} == {"", ".zip"}
    [folder] = [path for path in paths if path.is_dir()]
    assert (folder / "SHA256SUMS").read_text() == own


def test_what_is_still_arriving_is_left_and_said(sftp_host: servers.Host, tmp_path: Path) -> None:
    account = sftp_host.accounts[0]
    space = _space(sftp_host, tmp_path / "w", account)
    (space / "known_hosts").write_text(sftp_host.known)
    _push(sftp_host, account)
    ran = run("fetch", "-w", space, "--no-wait", "--json").data()
    assert [one["outcome"] for one in ran["fetched"]] == ["waiting"]
    waited = run("fetch", "-w", space, "--quiet", "1")  # seen a moment ago: that counts
    assert waited.code == 0 and waited.out.startswith("+ Fetched")
    assert "is arriving" in waited.err


def test_of_several_servers_one_that_fails_takes_no_other_along(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    alpha, beta = sftp_host.accounts
    space = workspace(tmp_path / "w")
    sources = ""
    for name, account, port in (("sis", alpha, sftp_host.hosting.port), ("staff", beta, 1)):
        sources += (
            f'[[sources]]\nname = "{name}"\nfolder = "{name}"\n[sources.remote]\nhost = '
            f'"127.0.0.1"\nport = {port}\nuser = "{account}"\nkey = "{sftp_host.keys[account]}"\n'
            f'folder = "/incoming"\npassword_from = ""\n'
        )
    told = (space / "district.toml").read_text() + "\n" + sources
    (space / "district.toml").write_text(told)
    (space / "known_hosts").write_text(sftp_host.known)
    _push(sftp_host, alpha)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("importer.intake.remote.Patience", lambda: servers.QUICK)
        ran = run("fetch", "-w", space, "--quiet", "0", "--json").data()
    assert ran["exit_code"] == 6
    assert [one["source"] for one in ran["failed"]] == ["staff"]
    [one] = ran["fetched"]
    assert Path(one["path"]).parent == space / "inbox" / "sis"
    assert run("fetch", "-w", space, "--pin", "x").code == 2, "of which server?"
    only = run("fetch", "-w", space, "--source", "sis", "--quiet", "0")
    assert only.code == 0 and only.out.startswith("= sis: Nothing new")


def test_a_turn_fetches_commits_and_only_then_takes_away(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    space = _space(sftp_host, tmp_path / "w", account)
    (space / "known_hosts").write_text(sftp_host.known)
    toml = (space / "district.toml").read_text().replace("quiet = 300", "quiet = 1")
    head, here, tail = toml.partition("[remote]")
    tail = tail.replace('taken = "keep"', 'taken = "move"', 1)
    tail = tail.replace('moved_to = ""', 'moved_to = "done"', 1)
    (space / "district.toml").write_text(head + here + tail)
    _push(sftp_host, account)
    incoming = sftp_host.incoming(account)
    assert run("run", space, "--no-wait").out.startswith("…"), "it came a moment ago"
    assert len(list(incoming.iterdir())) == len(clever())
    assert run("run", space).out.startswith("+ Committed")
    assert [path.name for path in incoming.iterdir()] == ["done"]
    assert {path.name for path in (incoming / "done").iterdir()} == set(clever())
    assert run("history", "-w", space, "--json").data()["runs"][0]["commit"] == 1


def test_without_a_server_it_is_a_wrong_use(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    assert run("fetch", "-w", space).code == 2
    assert run("fetch", "-w", space, "--source", "nobody").code == 2
