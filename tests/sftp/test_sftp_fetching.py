"""Files are fetched from a real server, whole or not at all."""

import hashlib
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
import servers

from importer.intake import remote, sftp
from importer.intake.place import ChangedError, Entry
from importer.intake.remote import RemotePlace
from importer.intake.ssh import session
from importer.model.errors import RemoteError

pytestmark = servers.needs_sshd

LARGE = bytes(range(256)) * 4096 * 24  # 24 MiB: far more than all buffers on the way


@pytest.fixture(autouse=True)
def awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read at once here, but for the tests of rest."""
    monkeypatch.setattr(remote, "REST", 0.0)


def _entry(place: RemotePlace, name: str = "students.csv") -> Entry:
    return next(entry for entry in place.listing().entries if entry.name == name)


def test_files_are_fetched_as_they_are(sftp_host: servers.Host, tmp_path: Path) -> None:
    account = sftp_host.accounts[0]
    sent = tmp_path / "students.csv"
    sent.write_bytes(LARGE + b"end")
    sftp_host.sftp(account, f"put {sent}\n")
    sftp_host.lay(account, "empty.csv", b"")
    sftp_host.lay(account, "small.csv", b"a,b\n1,2\n")
    with sftp_host.place(tmp_path / "w", account) as place:
        listing = place.listing()
        told = [(entry.name, entry.size, entry.group) for entry in listing.entries]
        assert told == [
            ("empty.csv", 0, ""),
            ("small.csv", 8, ""),
            ("students.csv", len(LARGE) + 3, ""),
        ]
        shas = [place.copy(e, tmp_path / f"got-{e.name}") for e in listing.entries]
    assert shas[2] == hashlib.sha256(LARGE + b"end").hexdigest()
    assert (tmp_path / "got-students.csv").read_bytes() == LARGE + b"end"
    assert (tmp_path / "got-students.csv").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "got-empty.csv").read_bytes() == b""


def test_paramikos_own_uploads_are_fetched_too(sftp_host: servers.Host, tmp_path: Path) -> None:
    server = sftp_host.server(tmp_path / "w", sftp_host.accounts[0])
    with session(server) as client:
        sent = tmp_path / "drop.zip"
        sent.write_bytes(b"PK" * 40_000)
        client.put(str(sent), "drop.zip")
    with sftp_host.place(tmp_path / "w", sftp_host.accounts[0]) as place:
        entry = _entry(place, "drop.zip")
        assert entry.group == "drop.zip", "a zip is a drop of its own"
        place.copy(entry, tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == sent.read_bytes()


def test_a_file_is_never_written_over_another(sftp_host: servers.Host, tmp_path: Path) -> None:
    sftp_host.put(sftp_host.accounts[0], students__csv=b"new")
    (tmp_path / "there").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with sftp_host.place(tmp_path / "w", sftp_host.accounts[0]) as place:
        entry = _entry(place)
        for target in (tmp_path / "there", tmp_path / "link"):
            with pytest.raises(FileExistsError):
                place.copy(entry, target)
    assert (tmp_path / "there").read_text() == "old"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("at", [0, 1, 300, 767])
def test_a_session_that_is_killed_goes_on_where_it_stopped(
    sftp_host: servers.Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    sftp_host.put(sftp_host.accounts[0], students__csv=LARGE)
    starts = _killed_once(sftp_host, monkeypatch, at)
    with sftp_host.place(tmp_path / "w", sftp_host.accounts[0]) as place:
        sha = place.copy(_entry(place), tmp_path / "got")
    assert sha == hashlib.sha256(LARGE).hexdigest()
    assert (tmp_path / "got").read_bytes() == LARGE
    assert len(starts) == 2 and starts[0] == 0
    assert starts[1] >= at * sftp.PIECE, "what had come was not fetched again"


def test_a_file_that_changed_while_the_connection_was_down_is_not_mixed(
    sftp_host: servers.Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sftp_host.accounts[0]
    sftp_host.put(account, students__csv=LARGE)

    def change() -> None:
        time.sleep(1.1)  # a server tells times in whole seconds
        sftp_host.put(account, students__csv=bytes(len(LARGE)))

    _killed_once(sftp_host, monkeypatch, 300, change)
    with sftp_host.place(tmp_path / "w", account) as place:
        entry = _entry(place)
        with pytest.raises(ChangedError):
            place.copy(entry, tmp_path / "got")


def _killed_once(
    sftp_host: servers.Host,
    monkeypatch: pytest.MonkeyPatch,
    at: int,
    also: "object" = None,
) -> list[int]:
    """Kill all sessions after so many pieces of the first transfer; where each transfer began."""
    starts: list[int] = []
    pieces = sftp.Session.pieces

    def killed(
        self: sftp.Session, file: paramiko.SFTPFile, start: int, end: int
    ) -> Iterator[bytes]:
        starts.append(start)
        for number, piece in enumerate(pieces(self, file, start, end)):
            if number == at and len(starts) == 1:
                sftp_host.kill_sessions()
                if callable(also):
                    also()
                channel = self.get_channel()
                assert channel is not None
                while not channel.closed:  # what is under way still arrives
                    time.sleep(0.01)
            yield piece

    monkeypatch.setattr(sftp.Session, "pieces", killed)
    return starts


def test_a_server_that_always_breaks_is_given_up_in_words(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    sftp_host.put(sftp_host.accounts[0], students__csv=b"x")
    with sftp_host.place(tmp_path / "w", sftp_host.accounts[0]) as place:
        entry = _entry(place)
        sftp_host.stop()
        with pytest.raises(RemoteError, match="4 times"):
            place.copy(entry, tmp_path / "got")


def test_a_stalled_server_is_not_waited_for_longer_than_the_timeout(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    sftp_host.put(sftp_host.accounts[0], students__csv=b"x" * 1000)
    with sftp_host.place(tmp_path / "w", sftp_host.accounts[0]) as place:
        entry = _entry(place)
        stopped = sftp_host.sessions()
        sftp_host.kill_sessions(signal.SIGSTOP)
        begun = time.monotonic()
        sha = place.copy(entry, tmp_path / "got")  # by a new connection
        assert 1 < time.monotonic() - begun < 6
    assert sha == hashlib.sha256(b"x" * 1000).hexdigest()
    assert set(stopped) & set(sftp_host.sessions()), "the stalled session was still there"
    sftp_host.kill_sessions(signal.SIGCONT)


@pytest.mark.parametrize("content", [LARGE[: len(LARGE) // 2], LARGE + b"more", b""])
def test_a_file_that_is_overwritten_while_it_is_read_is_not_taken(
    sftp_host: servers.Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    account = sftp_host.accounts[0]
    sftp_host.put(account, students__csv=LARGE)
    pieces = sftp.Session.pieces

    def disturbed(
        self: sftp.Session, file: paramiko.SFTPFile, start: int, end: int
    ) -> Iterator[bytes]:
        for number, piece in enumerate(pieces(self, file, start, end)):
            if number == 50:
                sftp_host.put(account, students__csv=content)
            yield piece

    monkeypatch.setattr(sftp.Session, "pieces", disturbed)
    with sftp_host.place(tmp_path / "w", account) as place:
        entry = _entry(place)
        with pytest.raises(ChangedError):
            place.copy(entry, tmp_path / "got")


def test_a_file_that_is_touched_replaced_or_gone_before_it_is_read_is_not_taken(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    path = sftp_host.incoming(account) / "students.csv"
    with sftp_host.place(tmp_path / "w", account) as place:
        for number, change in enumerate(("content", "link", "gone")):
            sftp_host.put(account, students__csv=b"abc", other__csv=b"abc")
            entry = _entry(place)
            if change == "content":
                sftp_host.put(account, students__csv=b"abcd")
            else:
                path.unlink()
            if change == "link":
                path.symlink_to("/etc/passwd")
            with pytest.raises(ChangedError):
                place.copy(entry, tmp_path / f"got{number}")
            path.unlink(missing_ok=True)


def test_a_file_rests_two_seconds_before_it_is_read(
    sftp_host: servers.Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "REST", 2.0)
    account = sftp_host.accounts[0]
    sftp_host.put(account, students__csv=b"a" * 100)
    with sftp_host.place(tmp_path / "w", account) as place:
        begun = time.monotonic()
        entry = _entry(place)
        overwrite = threading.Timer(0.3, lambda: sftp_host.put(account, students__csv=b"b" * 100))
        overwrite.start()
        try:
            sha = place.copy(entry, tmp_path / "got")
        except ChangedError:
            return  # the second has turned: it can be seen
        overwrite.join()
        assert time.monotonic() - begun >= 2
    assert sha == hashlib.sha256(b"b" * 100).hexdigest(), "the whole old one or the whole new one"


def test_a_folder_that_is_not_there_and_a_file_that_is_forbidden(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    with (
        sftp_host.place(tmp_path / "w", account, folder="/nowhere") as place,
        pytest.raises(RemoteError, match="no folder /nowhere"),
    ):
        place.listing()
    sftp_host.put(account, students__csv=b"x")
    (sftp_host.incoming(account) / "students.csv").chmod(0)
    with (
        sftp_host.place(tmp_path / "w", account) as place,
        pytest.raises(RemoteError, match="refused to let the file"),
    ):
        place.copy(_entry(place), tmp_path / "got")


def test_a_full_disk_here_is_not_the_servers_fault(sftp_host: servers.Host, tmp_path: Path) -> None:
    sftp_host.put(sftp_host.accounts[0], students__csv=b"x")
    with (
        sftp_host.place(tmp_path / "w", sftp_host.accounts[0]) as place,
        pytest.raises(FileNotFoundError),
    ):
        place.copy(_entry(place), tmp_path / "nowhere" / "got")
