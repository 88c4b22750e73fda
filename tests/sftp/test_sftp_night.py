"""The whole unattended turn over a real server: pulled from it, or pushed into an inbox there."""

import dataclasses
import signal
import threading
import time
from pathlib import Path

import pytest
import servers
from cli_runs import run

from importer.checks.catalogue import STUDENTS, clever
from importer.fleet.acting import who
from importer.fleet.night import night
from importer.intake import patience, remote, ssh
from importer.model.turn import Turn
from importer.store.folder import FolderStore

pytestmark = servers.needs_sshd

AT_ONCE = "[arrivals]\nquiet = 0\nlate = 0\n"
MONDAY = clever()
TUESDAY = clever(students=STUDENTS + "0101,S3,di@oak.example,Di,Fox,3\n")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience, so that a server that doesn't answer is told soon."""
    monkeypatch.setattr(remote, "REST", 0.0)
    for module, name, quick in (
        (patience.Patience, "__init__", servers.QUICK),
        (ssh.Timeouts, "__init__", servers.SOON),
    ):
        values = dataclasses.asdict(quick)

        def begun(self: object, values: dict[str, object] = values, **given: object) -> None:
            for key, value in {**values, **given}.items():
                object.__setattr__(self, key, value)

        monkeypatch.setattr(module, name, begun)


def pulling(host: servers.Host, root: Path, account: str, **how: str) -> FolderStore:
    """A workspace that fetches from an account of a server whose key is pinned."""
    told = {
        "host": "127.0.0.1", "user": account, "folder": "/incoming",
        "key": str(host.keys[account]), **how,
    }  # fmt: skip
    lines = "".join(f'{name} = "{value}"\n' for name, value in told.items())
    section = f"[remote]\nport = {host.hosting.port}\n{lines}"
    store = FolderStore.create(root, AT_ONCE + section)
    (root / "known_hosts").write_text(host.known)
    return store


def go(store: FolderStore) -> list[Turn]:
    turns, untold = night(store.root, lambda: who("nightly", automatic=True), wait=False)
    assert untold == []
    return turns


def push(host: servers.Host, account: str, files: "dict[str, str | bytes]") -> None:
    for name, content in files.items():
        host.lay(account, name, content if isinstance(content, bytes) else content.encode())


def there(host: servers.Host, account: str) -> list[str]:
    return sorted(path.name for path in host.incoming(account).iterdir())


def test_a_district_that_is_pulled_every_night(sftp_host: servers.Host, tmp_path: Path) -> None:
    account = sftp_host.accounts[0]
    store = pulling(sftp_host, tmp_path / "oak", account)
    assert [turn.outcome for turn in go(store)] == ["nothing"]
    push(sftp_host, account, MONDAY)
    (turn,) = go(store)
    assert (turn.outcome, turn.commit) == ("committed", 1)
    assert there(sftp_host, account) == sorted(MONDAY)
    assert [turn.outcome for turn in go(store)] == ["nothing"]
    push(sftp_host, account, TUESDAY)
    (turn,) = go(store)
    assert (turn.outcome, turn.commit, turn.counts["people"]) == ("committed", 2, {"add": 1})


@pytest.mark.parametrize(
    ("how", "left"),
    [({"taken": "delete"}, []), ({"taken": "move", "moved_to": "taken"}, ["taken"])],
)
def test_what_was_committed_is_taken_away_there(
    sftp_host: servers.Host, tmp_path: Path, how: dict[str, str], left: list[str]
) -> None:
    account = sftp_host.accounts[0]
    store = pulling(sftp_host, tmp_path / "oak", account, **how)
    push(sftp_host, account, MONDAY)
    (turn,) = go(store)
    assert turn.outcome == "committed"
    assert there(sftp_host, account) == left


def test_a_server_that_is_down_is_said_and_the_inbox_goes_on(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    store = pulling(sftp_host, tmp_path / "oak", account)
    for name, content in MONDAY.items():
        (store.root / "inbox" / name).write_text(str(content))
    sftp_host.stop()
    failed, done = go(store)
    assert (failed.outcome, failed.exit_code) == ("failed", 6)
    assert done.outcome == "committed"


def test_a_changed_key_stops_the_turn_at_once(sftp_host: servers.Host, tmp_path: Path) -> None:
    account = sftp_host.accounts[0]
    store = pulling(sftp_host, tmp_path / "oak", account)
    kind, key = sftp_host.known.split()[1:3]
    other = key[:-8] + ("A" * 8 if key[-8:] != "A" * 8 else "B" * 8)
    (store.root / "known_hosts").write_text(
        f"[127.0.0.1]:{sftp_host.hosting.port} {kind} {other}\n"
    )
    push(sftp_host, account, MONDAY)
    told = run("run", store.root, "--no-wait")
    assert told.code in (4, 6)
    assert store.head() is None
    assert there(sftp_host, account) == sorted(MONDAY)


def test_what_is_overwritten_while_it_is_fetched_is_no_drop(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    """A sender who never stops: nothing of it is taken over until it rests."""
    account = sftp_host.accounts[0]
    store = pulling(sftp_host, tmp_path / "oak", account)
    policy = store.policy_text().replace("quiet = 0", "quiet = 1")
    (store.root / "district.toml").write_text(policy)
    push(sftp_host, account, MONDAY)
    rows = "".join(f"0101,N{n},,Kim,Ode{n},3\n" for n in range(60_000))
    done = threading.Event()

    def overwrite() -> None:
        number = 0
        while not done.is_set():
            number += 1
            sftp_host.lay(account, "students.csv", (STUDENTS + rows[number:]).encode())

    sender = threading.Thread(target=overwrite, daemon=True)
    sender.start()
    try:
        end = time.monotonic() + 4
        turns = []
        while time.monotonic() < end:
            turns += go(store)
    finally:
        done.set()
        sender.join()
    assert {turn.outcome for turn in turns} == {"waiting"}
    assert store.runs() == []


def test_a_session_that_is_killed_is_tried_again(sftp_host: servers.Host, tmp_path: Path) -> None:
    account = sftp_host.accounts[0]
    store = pulling(sftp_host, tmp_path / "oak", account)
    rows = "".join(f"0101,N{n},,Kim,Ode{n},3\n" for n in range(100_000))
    push(sftp_host, account, {**MONDAY, "students.csv": STUDENTS + rows})
    killing = threading.Timer(0.6, sftp_host.kill_sessions, (signal.SIGKILL,))
    killing.start()
    (turn,) = go(store)
    killing.join()
    assert turn.outcome == "committed"
    head = store.head()
    assert head is not None
    assert head.tables["people"].rows == 100_002


def test_pushed_by_openssh_into_an_inbox(sftp_host: servers.Host, tmp_path: Path) -> None:
    """A district's own client uploads; the workspace's inbox is the folder where that arrives."""
    account = sftp_host.accounts[1]
    store = FolderStore.create(tmp_path / "elm", AT_ONCE)
    (store.root / "inbox").rmdir()
    (store.root / "inbox").symlink_to(sftp_host.incoming(account))
    sent = tmp_path / "sent"
    sent.mkdir()
    for number, files in enumerate((MONDAY, TUESDAY), start=1):
        for name, content in files.items():
            (sent / name).write_text(str(content))
        sftp_host.sftp(account, f"put {sent}/*.csv /incoming/\n")
        (turn,) = go(store)
        assert (turn.outcome, turn.commit) == ("committed", number)
        assert there(sftp_host, account) == []
