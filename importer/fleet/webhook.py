"""Letters as signed HTTP requests, as the Standard Webhooks specification says.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import os
import ssl
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

from importer.fleet.letter import Letter
from importer.fleet.unsent import NotSent
from importer.fleet.words import told
from importer.settings import Policy

TIMEOUT = 15.0
"""Seconds; the specification recommends 15 to 30."""

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
"""Bytes of a secret, as the specification says."""

_LATER = (408, 425, 429)  # the receiver is busy: it would not take another letter either


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is signed goes to the address that the district named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def send(letter: Letter, policy: Policy, now: datetime) -> str:
    """Post a letter; ``NotSent`` unless the receiver answers 2xx. It has no more to say: "".

    A letter that is sent again keeps its id, so that a receiver can tell.
    """
    secret = os.environ.get(policy.webhook.secret_from, "")
    keys = [key(one) for one in secret.split()]
    if not keys:
        told = f"The secret of the webhook is missing: set {policy.webhook.secret_from}."
        raise NotSent(told)
    content, stamp, name = body(letter, policy), int(now.timestamp()), f"msg_{letter.id}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "importer",
        "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(sign(one, name, stamp, content) for one in keys),
    }
    url = policy.webhook.url  # settings take https alone, or http to this machine
    request = urllib.request.Request(url, content, headers, method="POST")  # noqa: S310
    _post(request, direct=url.startswith("http:"))
    return ""


def _post(request: urllib.request.Request, direct: bool) -> None:
    proxies = [urllib.request.ProxyHandler({})] if direct else []
    opener = urllib.request.build_opener(_Stay, *proxies)
    receiver = f"The webhook at {request.host}"
    try:
        opener.open(request, timeout=TIMEOUT).close()
    except urllib.error.HTTPError as error:
        error.close()
        alone = 400 <= error.code < 500 and error.code not in _LATER
        raise NotSent(f"{receiver} answered {error.code}.", alone) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise NotSent(f"The certificate of {request.host} is not to be trusted.") from None
        why = getattr(error.reason, "strerror", None) or "no answer"
        raise NotSent(f"{receiver} can't be reached ({why}).") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NotSent(f"{receiver} did not answer as expected.") from None


def key(secret: str) -> bytes:
    """The key of a secret like ``whsec_…``; ``NotSent`` if it is none."""
    try:
        found = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not _SHORTEST <= len(found) <= _LONGEST:
        raise NotSent(
            f"The secret of the webhook is none: {_PREFIX} and base64 of "
            f"{_SHORTEST} to {_LONGEST} bytes."
        )
    return found


def sign(secret: bytes, name: str, stamp: int, content: bytes) -> str:
    """The signature of a request: version 1, HMAC-SHA256 of id, seconds since 1970 and body."""
    digest = hmac.new(secret, f"{name}.{stamp}.".encode() + content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def body(letter: Letter, policy: Policy) -> bytes:
    """What is posted: type, timestamp of the event, and its facts with the words of the mail."""
    [notice] = letter.notices
    words = told(notice, policy.schedule.zone)
    facts = notice.record()
    said = {
        "event": facts.pop("event"),
        "title": words.title,
        "says": words.says,
        "why": list(words.why),
        "steps": [{"do": do, "command": command} for do, command in words.steps],
    }
    for name in ("says", "fix", "at"):  # they stand in the words
        del facts[name]
    data = {"type": f"importer.{said['event']}", "timestamp": notice.at, "data": {**facts, **said}}
    return json.dumps(data, separators=(",", ":")).encode()
