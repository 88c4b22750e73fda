"""Who is trusted: only a server whose key a person pinned, by a key that nobody else can read."""

import logging
import socket
import threading
import time
from pathlib import Path

import paramiko
import pytest
import servers

from importer.intake import keys, ssh
from importer.intake.remote import RemotePlace
from importer.intake.ssh import Server
from importer.model.errors import ImporterError, RemoteError, StorageError
from importer.settings import Remote

pytestmark = servers.needs_sshd


def _refusal(server: Server) -> ImporterError:
    """What listing a server ends in, at once: nothing of this is tried again."""
    begun = time.monotonic()
    with pytest.raises(ImporterError) as caught, RemotePlace(server) as place:  # usual patience
        place.listing()
    assert time.monotonic() - begun < 2, "it was tried again"
    return caught.value


def test_an_unknown_key_is_refused_with_the_command_that_pins_it(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    server = Server(sftp_host.remote(sftp_host.accounts[0]), tmp_path, source="sis")
    error = _refusal(server)
    assert isinstance(error, RemoteError) and error.exit_code == 6
    assert sftp_host.fingerprint in str(error)
    pin = f"importer fetch -w {tmp_path} --source sis --pin {sftp_host.fingerprint}"
    assert error.fix.endswith(pin)
    assert not (tmp_path / "known_hosts").exists()


@pytest.mark.parametrize("kind", [("-t", "ed25519"), ("-t", "rsa", "-b", "2048")])
def test_a_changed_key_is_an_alarm_and_never_tried_again(
    sftp_host: servers.Host, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    server = sftp_host.server(tmp_path, sftp_host.accounts[0])
    other = servers.new_key(tmp_path / "other", *kind)
    public = " ".join(other.with_suffix(".pub").read_text().split()[:2])
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{sftp_host.hosting.port} {public}\n")
    error = _refusal(server)
    assert isinstance(error, RemoteError) and str(error).startswith("ALARM")
    assert sftp_host.fingerprint in str(error) and "--pin FINGERPRINT" in error.fix
    assert sftp_host.fingerprint not in error.fix, "nobody pins a changed key by copying a line"


def test_a_key_is_pinned_in_place_of_the_old_one_of_this_server_alone(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    port, path = sftp_host.hosting.port, tmp_path / "known_hosts"
    others = "other.example ssh-ed25519 " + sftp_host.known.split()[2] + "\n"
    old = paramiko.RSAKey.generate(2048)
    hashed = paramiko.HostKeys.hash_host(f"[127.0.0.1]:{port}")
    path.write_text(
        f"{others}[127.0.0.1]:{port} ssh-rsa {old.get_base64()}\n"
        f"{hashed} ssh-rsa {old.get_base64()}"
    )
    shown = ssh.shown_key(Server(sftp_host.remote(sftp_host.accounts[0]), tmp_path))
    assert shown.fingerprint == sftp_host.fingerprint
    keys.pin(path, "127.0.0.1", port, shown)
    assert path.read_text() == others + sftp_host.known
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_pinned_keys_that_others_can_change_is_refused(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    server = sftp_host.server(tmp_path, sftp_host.accounts[0])
    (tmp_path / "known_hosts").chmod(0o666)
    assert isinstance(_refusal(server), StorageError)


def test_a_private_key_that_others_can_read_is_refused(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    account = sftp_host.accounts[0]
    mine = tmp_path / "id"
    mine.write_bytes(sftp_host.keys[account].read_bytes())
    mine.chmod(0o640)
    error = _refusal(sftp_host.server(tmp_path, account, key="id"))  # relative to the workspace
    assert isinstance(error, StorageError) and "chmod 600" in error.fix
    mine.chmod(0o600)
    with sftp_host.place(tmp_path, account, key="id") as place:
        assert place.listing().entries == ()


@pytest.mark.parametrize("content", ["", "no key at all", "-----BEGIN OPENSSH PRIVATE KEY-----\n"])
def test_a_key_that_is_none_is_said_so(
    sftp_host: servers.Host, tmp_path: Path, content: str
) -> None:
    (tmp_path / "id").write_text(content)
    (tmp_path / "id").chmod(0o600)
    assert isinstance(
        _refusal(sftp_host.server(tmp_path, sftp_host.accounts[0], key="id")), StorageError
    )


def test_a_wrong_key_a_wrong_account_and_a_password_are_refused(
    sftp_host: servers.Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha, beta = sftp_host.accounts
    wrong = _refusal(sftp_host.server(tmp_path, beta, key=str(sftp_host.keys[alpha])))
    nobody = _refusal(sftp_host.server(tmp_path, "nobody", key=str(sftp_host.keys[alpha])))
    monkeypatch.setenv("OAK_PASSWORD", "canary-4711")
    word = _refusal(sftp_host.server(tmp_path, alpha, key="", password_from="OAK_PASSWORD"))
    for error in (wrong, nobody, word):
        assert isinstance(error, RemoteError) and error.exit_code == 6
        assert "canary" not in str(error) + error.fix
    assert "takes publickey" in str(word)
    monkeypatch.delenv("OAK_PASSWORD")
    unset = _refusal(sftp_host.server(tmp_path, alpha, key="", password_from="OAK_PASSWORD"))
    assert isinstance(unset, StorageError) and "OAK_PASSWORD" in str(unset)


@pytest.mark.parametrize(
    ("offer", "use"),
    [
        ("Ciphers=aes128-cbc,aes256-cbc,3des-cbc", "cipher: aes128-cbc, aes256-cbc, 3des-cbc"),
        ("MACs=hmac-sha1,hmac-md5", "integrity: hmac-sha1, hmac-md5"),
        ("KexAlgorithms=diffie-hellman-group14-sha1", "key exchange: diffie-hellman-group14-sha1"),
        ("HostKeyAlgorithms=ssh-rsa", "host key: ssh-rsa"),
    ],
)
def test_a_server_with_weak_algorithms_only_is_refused_and_told_what_to_enable(
    sftp_host: servers.Host, tmp_path: Path, offer: str, use: str
) -> None:
    rsa = servers.new_key(tmp_path / "rsa", "-t", "rsa", "-b", "2048")
    sftp_host.restart(offer, f"HostKey={rsa}")
    try:
        error = _refusal(sftp_host.server(tmp_path, sftp_host.accounts[0]))
    finally:
        sftp_host.restart()
    assert isinstance(error, RemoteError)
    assert use in str(error) and "too old" in str(error)
    assert error.fix.startswith("Ask its owners to enable – " + use.partition(":")[0])


def test_nothing_weak_is_offered_and_the_strict_exchange_is_used(
    sftp_host: servers.Host, tmp_path: Path
) -> None:
    with ssh.session(sftp_host.server(tmp_path, sftp_host.accounts[0])) as sftp:
        channel = sftp.get_channel()
        assert channel is not None
        transport = channel.get_transport()
        offered = [*transport.preferred_ciphers, *transport.preferred_macs]
        offered += [*transport.preferred_kex, *transport.preferred_keys]
        assert transport.agreed_on_strict_kex  # type: ignore[attr-defined]
    weak = [n for n in offered if "cbc" in n or "md5" in n or "sha1" in n or n == "ssh-rsa"]
    assert weak == [] and len(offered) > 10


def test_a_name_that_nobody_has_is_said_so(tmp_path: Path) -> None:
    for name in ("no-such-sftp_host.invalid", "x" * 70 + ".invalid"):
        remote = Remote(host=name, user="x", password_from="HOME")
        assert isinstance(_refusal(Server(remote, tmp_path)), RemoteError)


def test_a_closed_port_is_tried_again_and_then_told(tmp_path: Path) -> None:
    remote = Remote(host="127.0.0.1", port=servers.free_port(), user="x", password_from="HOME")
    with (
        RemotePlace(Server(remote, tmp_path), servers.QUICK) as place,
        pytest.raises(RemoteError, match="4 times"),
    ):
        place.listing()


def test_a_server_that_says_nothing_ends_in_time(tmp_path: Path) -> None:
    called = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    called.append(listening.accept())  # and never a word
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        port = listening.getsockname()[1]
        remote = Remote(host="127.0.0.1", port=port, user="x", password_from="HOME")
        soon = ssh.Timeouts(connect=0.5, banner=0.5, login=0.5, idle=0.5)
        begun = time.monotonic()
        with (
            RemotePlace(Server(remote, tmp_path, timeouts=soon), servers.QUICK) as place,
            pytest.raises(RemoteError, match="4 times"),
        ):
            place.listing()
        assert time.monotonic() - begun < 10
        assert len(called) == 4
        listening.shutdown(socket.SHUT_RDWR)


def test_paramiko_says_nothing_of_its_own(
    sftp_host: servers.Host, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("paramiko").setLevel(logging.DEBUG)
    sftp_host.put(sftp_host.accounts[0], students__csv=b"x")
    with sftp_host.place(tmp_path, sftp_host.accounts[0]) as place:
        place.listing()
        sftp_host.kill_sessions()
        place.listing()
    assert capfd.readouterr() == ("", "")
