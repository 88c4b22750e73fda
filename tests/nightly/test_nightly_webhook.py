"""Webhooks, by a real receiver that checks signatures as the specification says."""

import base64
import hashlib
import hmac
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from nightly_fixtures import SECRET
from nightly_servers import Hook, certificate, free_port, receiver
from nightly_turns import NIGHT, later, settings_of, told, turn

from importer.fleet import webhook
from importer.fleet.unsent import NotSent
from importer.store import notices

pytest_plugins = ("nightly_fixtures",)


@pytest.fixture
def hooked(space: Path, hook: Hook) -> Path:
    """A workspace that tells by webhook."""
    return _pointed(space, hook.url)


def _pointed(space: Path, url: str) -> Path:
    text = f'[webhook]\nurl = "{url}/in"\n[schedule]\ntime_zone = "America/Chicago"\n'
    (space / "district.toml").write_text(text)
    return space


def _checked(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """A receiver's side, written from the text of the specification and not from ours."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = b".".join(
        [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
    )
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(s, wanted) for version, s in given)


def test_the_example_of_the_specification() -> None:
    """The vector that the libraries of standardwebhooks.com are tested with."""
    signature = webhook.sign(
        webhook.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": f"v1,Zm9v {signature}",
    }
    assert _checked(headers, b'{"test": 2432232314}', SECRET)
    assert not _checked(headers, b'{"test": 2432232315}', SECRET)


def test_an_event_is_posted_and_signed(hooked: Path, hook: Hook) -> None:
    assert told(hooked, turn("failed"), turn("failed", 1), turn("failed", 2, says="No disk.")) == []
    [(headers, body)] = hook.got
    assert _checked(headers, body, SECRET)
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"].startswith("msg_") and "." not in headers["webhook-id"]
    assert int(headers["webhook-timestamp"]) == int(later(2).timestamp())
    data: dict[str, Any] = json.loads(body)
    assert (data["type"], data["timestamp"]) == ("importer.failed", "2026-11-23T12:05:12Z")
    assert data["data"]["district"] == "lakeview" and data["data"]["times"] == 3
    assert data["data"]["why"] == ["No disk."]
    assert data["data"]["steps"][0]["command"] == f"importer run {hooked.resolve()}"
    assert len(body) < 20_000  # what the specification recommends


def test_both_secrets_sign_while_one_takes_the_place_of_the_other(
    hooked: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    monkeypatch.setenv("IMPORTER_WEBHOOK_SECRET", f"{SECRET} {other}")
    assert told(hooked, turn("held")) == []
    [(headers, body)] = hook.got
    assert _checked(headers, body, SECRET) and _checked(headers, body, other)
    assert not _checked(headers, body, "whsec_" + base64.b64encode(b"y" * 32).decode())


@pytest.mark.parametrize("answer", [301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
def test_whatever_is_not_2xx_is_sent_again_under_the_same_id(
    hooked: Path, hook: Hook, answer: int
) -> None:
    hook.answer = answer
    [said] = told(hooked, turn("held"))
    assert f"answered {answer}" in said and len(hook.got) == 1  # a redirect is not followed
    hook.answer = 204
    assert told(hooked, turn("nothing", 2)) == [] and notices.waiting(hooked) == []
    (first, body), (second, again) = hook.got
    assert body == again and first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]  # of the attempt
    assert _checked(second, again, SECRET)


def test_a_letter_that_is_refused_keeps_no_other_waiting(hooked: Path, hook: Hook) -> None:
    hook.answer = 404
    told(hooked, turn("held"), turn("held", 0, "d2"))
    assert len(hook.got) == 2  # both were tried
    hook.answer = 500
    told(hooked, turn("nothing", 5))
    assert len(hook.got) == 3  # it is down: the other need not try


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("", "The secret of the webhook is missing: set IMPORTER_WEBHOOK_SECRET."),
        ("whsec_c2hvcnQ=", "is none: whsec_ and base64 of 24 to 64 bytes"),
        ("hunter2-canary!", "is none"),
    ],
)
def test_nothing_is_sent_unsigned(
    hooked: Path, hook: Hook, secret: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPORTER_WEBHOOK_SECRET", secret)
    [sentence] = told(hooked, turn("held"))
    assert said in sentence and "canary" not in sentence
    assert hook.got == []
    with pytest.raises(NotSent):
        webhook.key(secret)


def test_https_needs_a_certificate_that_can_be_trusted(
    space: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPORTER_WEBHOOK_SECRET", SECRET)
    context, pem = certificate(tmp_path)
    with receiver(context) as hook:
        [said] = told(_pointed(space, hook.url), turn("held"))
        assert said.endswith("is not to be trusted.") and hook.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert told(space, turn("nothing", 5)) == []
        assert len(hook.got) == 1


def test_nobody_is_waited_for(space: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importer.fleet.webhook.TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        _pointed(space, f"http://127.0.0.1:{silent.getsockname()[1]}")
        [said] = told(space, turn("held"))
        assert "did not answer as expected" in said or "can't be reached" in said
    _pointed(space, f"http://127.0.0.1:{free_port()}")
    [said] = told(space, turn("nothing", 5))
    assert "can't be reached (Connection refused)" in said


def test_a_proxy_of_the_environment_gets_nothing_of_this_machine(
    hooked: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert told(hooked, turn("held")) == []
        assert len(hook.got) == 1 and proxy.got == []


def test_a_notice_has_one_body_however_often_it_is_made(hooked: Path, hook: Hook) -> None:
    told(hooked, turn("held"))
    assert settings_of(hooked).webhook.url.endswith("/in")
    assert json.loads(hook.got[0][1])["timestamp"] == NIGHT.isoformat()[:19] + "Z"
