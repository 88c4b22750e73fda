"""What becomes of files on the server once their drop was committed."""

import time
from pathlib import Path

import pytest
import servers

pytestmark = servers.needs_sshd


def _there(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_they_are_kept_unless_the_district_asked(sftp_host: servers.Host, tmp_path: Path) -> None:
    account = sftp_host.accounts[0]
    sftp_host.put(account, students__csv=b"a")
    with sftp_host.place(tmp_path, account) as place:
        assert place.take_away(place.listing().entries) == []
    assert _there(sftp_host.incoming(account)) == {"students.csv": b"a"}


@pytest.mark.parametrize("taken", ["delete", "move"])
def test_only_what_was_not_touched_since_goes(
    sftp_host: servers.Host, tmp_path: Path, taken: str
) -> None:
    account, incoming = sftp_host.accounts[0], sftp_host.incoming(sftp_host.accounts[0])
    sftp_host.put(account, students__csv=b"a", teachers__csv=b"b", schools__csv=b"c")
    moved_to = "done" if taken == "move" else ""
    with sftp_host.place(tmp_path, account, taken=taken, moved_to=moved_to) as place:
        entries = place.listing().entries
        sftp_host.put(account, teachers__csv=b"newer")
        (incoming / "schools.csv").unlink()
        assert place.take_away(entries) == []
        again = place.listing()
        assert [entry.name for entry in again.entries] == ["teachers.csv"]
        assert again.rejected == (), "our own folder is nothing to tell of"
    assert _there(incoming) == {"teachers.csv": b"newer"}
    if moved_to:
        assert _there(incoming / "done") == {"students.csv": b"a"}


def test_what_was_moved_is_never_written_over(sftp_host: servers.Host, tmp_path: Path) -> None:
    account, incoming = sftp_host.accounts[0], sftp_host.incoming(sftp_host.accounts[0])
    for day in (b"monday", b"tuesday", b"wednesday"):
        sftp_host.put(account, students__csv=day)
        with sftp_host.place(tmp_path, account, taken="move", moved_to="done") as place:
            assert place.take_away(place.listing().entries) == []
    assert sorted(_there(incoming / "done").values()) == [b"monday", b"tuesday", b"wednesday"]


def test_a_file_that_could_not_go_is_named(sftp_host: servers.Host, tmp_path: Path) -> None:
    account, incoming = sftp_host.accounts[0], sftp_host.incoming(sftp_host.accounts[0])
    sftp_host.put(account, students__csv=b"a", teachers__csv=b"b")
    incoming.chmod(0o550)
    try:
        for how in ({"taken": "delete"}, {"taken": "move", "moved_to": "/done"}):
            with sftp_host.place(tmp_path, account, **how) as place:
                entries = place.listing().entries
                assert place.take_away(entries) == ["students.csv", "teachers.csv"]
    finally:
        incoming.chmod(0o2770)
    assert len(_there(incoming)) == 2


def test_a_server_that_is_gone_loses_nothing(sftp_host: servers.Host, tmp_path: Path) -> None:
    account = sftp_host.accounts[0]
    sftp_host.put(account, students__csv=b"a")
    with sftp_host.place(tmp_path, account, taken="delete") as place:
        entries = place.listing().entries
        sftp_host.stop()
        begun = time.monotonic()
        assert place.take_away(entries) == ["students.csv"]
        assert time.monotonic() - begun < 5
    assert _there(sftp_host.incoming(account)) == {"students.csv": b"a"}
