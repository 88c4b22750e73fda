"""Who is told what happened: e-mail and webhook. Secrets stand in environment variables only."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from importer.settings.faults import Fault
from importer.settings.schedule import clock

TROUBLE = ("rejected", "held", "recovered", "missed", "failed")
"""What people are told of unless they say otherwise."""

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_NO_SECRET = "it must be the name of an environment variable, never the secret itself"  # noqa: S105


def _of(choices: tuple[str, ...], default: Any) -> Any:
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True)
class Notify:
    """Who gets mail, of what, and when. ``digest``: a local time; one mail a day instead of each.

    ``on``: ``committed`` is each commit, ``every`` each turn that saw a drop.
    """

    email: tuple[str, ...] = ()
    on: tuple[str, ...] = _of((*TROUBLE, "committed", "every"), TROUBLE)
    digest: str = ""


@dataclass(frozen=True)
class Smtp:
    """The server that takes our mail. ``password_from``: the variable with the password."""

    host: str = ""
    port: int = field(default=587, metadata={"most": 65_535})
    security: str = _of(("starttls", "tls", "none"), "starttls")
    user: str = ""
    password_from: str = "IMPORTER_SMTP_PASSWORD"  # noqa: S105 - a name
    sender: str = ""


@dataclass(frozen=True)
class Webhook:
    """An address that gets each event as JSON, signed with the secret in ``secret_from``."""

    url: str = ""
    secret_from: str = "IMPORTER_WEBHOOK_SECRET"  # noqa: S105 - a name


def faults(notify: Notify, smtp: Smtp, webhook: Webhook) -> Iterator[Fault]:
    """What can't be an address, a time or a server, and what would send a secret in the open."""
    wrong = [address for address in notify.email if not _ADDRESS.fullmatch(address)]
    if wrong:
        yield "notify.email", f"“{wrong[0]}” is no e-mail address", 'Such as ["it@oak.example"].'
    if notify.digest and clock(notify.digest) is None:
        told = f"“{notify.digest}” is no time of day"
        yield "notify.digest", told, 'Write hours and minutes, such as "07:30".'
    if notify.email and not smtp.host:
        told = "mail needs a server that takes it, and [smtp] names none"
        yield "notify.email", told, 'For instance host = "smtp.oak.example" in [smtp].'
    if smtp.host:
        yield from _server(smtp)
    if webhook.url:
        yield from _address(webhook)


def _server(smtp: Smtp) -> Iterator[Fault]:
    if not _HOST.fullmatch(smtp.host):
        yield "smtp.host", f"“{smtp.host}” is no name of a server", 'Such as "smtp.oak.example".'
    if not _ADDRESS.fullmatch(smtp.sender):
        told = "it must be the address that mail comes from"
        yield "smtp.sender", told, 'For instance sender = "importer@oak.example".'
    if not _VARIABLE.fullmatch(smtp.password_from):
        yield "smtp.password_from", _NO_SECRET, 'For instance "OAK_SMTP_PASSWORD".'
    if smtp.user and smtp.security == "none" and not _is_loopback(smtp.host):
        told = "a password would be sent in the open"
        yield "smtp.security", told, 'Use "starttls" or "tls", or no user.'


def _address(webhook: Webhook) -> Iterator[Fault]:
    parts = _split(webhook.url)
    if parts is None or not parts.hostname or parts.username or not webhook.url.isprintable():
        told = "it must be a whole address, without a user in it"
        yield "webhook.url", told, 'For instance "https://hooks.oak.example/importer".'
    elif parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        told = "it must begin with https://, or with http:// and lead to this machine"
        yield "webhook.url", told, 'For instance "https://hooks.oak.example/importer".'
    if not _VARIABLE.fullmatch(webhook.secret_from):
        yield "webhook.secret_from", _NO_SECRET, 'For instance "OAK_WEBHOOK_SECRET".'


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return None
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
