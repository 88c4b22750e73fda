"""What lies on a server may be called anything; nothing of it leads elsewhere or stops the poll."""

import os
import time
from pathlib import Path

import hostile_server
import pytest
import servers

from importer.intake.names import is_unfinished
from importer.intake.remote import RemotePlace
from importer.intake.ssh import Server
from importer.model.errors import RemoteError
from importer.settings import Remote

pytestmark = servers.needs_sshd

GOOD = "students.csv"
UNSHOWN = "its name holds characters that can't be shown"


def test_names_that_cannot_be_taken_are_passed_over_and_told(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    names = {
        b"bad\xff.csv": UNSHOWN,
        b"new\nline.csv": UNSHOWN,
        b"esc\x1b[2J.csv": UNSHOWN,
        "bidi\u202egpj.csv".encode(): UNSHOWN,
        b"a" * 97 + b".csv": "its name is longer than 100 characters",
        b"back\\slash.csv": "its name leads out of the folder",
        b"~$students.xlsx": "it is a lock file of Excel; the workbook is still open",
    }
    for name in [*names, GOOD.encode(), "Schüler (1).csv".encode(), b".hidden", b"Thumbs.db"]:
        sftp_host.lay(account, name, b"abc")
    for name in (b"half.csv.filepart", b"half.part", b"x.tmp", b"y.writing"):
        sftp_host.lay(account, name, b"abc")
    with sftp_host.place(tmp_path, account) as place:
        listing = place.listing()
    sent = [entry.name for entry in listing.entries if not is_unfinished(entry.name)]
    assert sent == ["Schüler (1).csv", GOOD]
    assert len(listing.entries) == 6, "what is still being written belongs to the drop"
    told = {rejected.name: rejected.detail for rejected in listing.rejected}
    assert len(told) == len(names)
    assert set(told.values()) == set(names.values())
    assert {rejected.code for rejected in listing.rejected} == {"FILE-107"}
    assert all(name.isprintable() for name in told)
    assert r"bad\udcff.csv" in told


def test_links_folders_and_pipes_are_passed_over(sftp_host: servers.Host, tmp_path: Path) -> None:
    incoming = sftp_host.incoming(sftp_host.accounts[0])
    sftp_host.put(sftp_host.accounts[0], students__csv=b"abc")
    (incoming / "link.csv").symlink_to("/etc/passwd")
    (incoming / "folder").mkdir()
    os.mkfifo(incoming / "pipe.csv")
    with sftp_host.place(tmp_path, sftp_host.accounts[0]) as place:
        listing = place.listing()
    assert [entry.name for entry in listing.entries] == [GOOD]
    assert {r.name: r.detail for r in listing.rejected} == {
        "folder": "it is a folder",
        "link.csv": "it is a symbolic link",
        "pipe.csv": "it is not a regular file",
    }


def test_a_lying_server_leads_nowhere(tmp_path: Path) -> None:
    names = ["../evil.csv", "../../../../tmp/evil.csv", "/etc/evil.csv", "a/b.csv", "", "..", GOOD]
    key = servers.new_key(tmp_path / "id")
    with hostile_server.liar(tmp_path, names) as (port, known):
        (tmp_path / "known_hosts").write_text(known)
        remote = Remote(host="127.0.0.1", port=port, user="x", key=str(key))
        with RemotePlace(Server(remote, tmp_path, timeouts=servers.SOON)) as place:
            listing = place.listing()
    assert [entry.name for entry in listing.entries] == [GOOD]
    assert {r.detail for r in listing.rejected} == {"its name leads out of the folder"}
    assert len(listing.rejected) == 5


def test_a_folder_with_too_many_files_is_refused_at_once(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    incoming = sftp_host.incoming(sftp_host.accounts[0])
    with sftp_host.place(tmp_path, sftp_host.accounts[0]) as place:
        for number in range(1_000):
            (incoming / f"{number:04}.csv").touch()
        assert len(place.listing().entries) == 1_000
        for number in range(1_000, 5_000):
            (incoming / f"{number:04}.csv").touch()
        begun = time.monotonic()
        with pytest.raises(RemoteError, match="more than 1,000 entries"):
            place.listing()
        assert time.monotonic() - begun < 1
