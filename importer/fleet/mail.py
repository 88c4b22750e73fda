"""Letters as e-mail: written as text and HTML, and handed to the district's server."""

import contextlib
import os
import smtplib
import ssl
import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from email.message import EmailMessage
from email.policy import SMTP as AS_SMTP
from email.utils import format_datetime

from importer.fleet.letter import Letter
from importer.fleet.unsent import NotSent
from importer.fleet.words import Told, local, safe, told
from importer.report.page import environment
from importer.report.words import count
from importer.settings import Policy, Smtp

TIMEOUT = 15.0
"""Seconds that each step of a connection may take."""

_WIDTH = 76
_CODING = "quoted-printable"  # every server takes it
_FOOT = "Written by importer. It holds no names, ids or values of anybody; nobody reads replies."


def send(letter: Letter, policy: Policy, now: datetime) -> str:
    """Hand a letter to the mail server; ``NotSent`` if it can't be. Says who was refused, or ""."""
    smtp = policy.smtp
    message = written(letter, policy, now)
    server = f"The mail server {smtp.host}:{smtp.port}"
    try:
        session = _connected(smtp)
        try:
            refused = session.send_message(message, smtp.sender, list(policy.notify.email))
        finally:  # however it says good-bye, a mail that was taken was taken
            with contextlib.suppress(OSError):
                session.quit()
            session.close()
    except smtplib.SMTPRecipientsRefused as error:
        code = next((code for code, _ in error.recipients.values()), 0)
        raise NotSent(f"{server} takes mail for none of the addresses ({code}).", True) from None
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(f"{server} refused the login ({error.smtp_code}).") from None
    except smtplib.SMTPNotSupportedError:
        told = "has no login" if smtp.security == "none" else "has no STARTTLS or no login"
        raise NotSent(f"{server} {told}; nothing was sent in the open.") from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"{server} refused the mail ({error.smtp_code}).", True) from None
    except smtplib.SMTPException:
        raise NotSent(f"{server} did not answer as expected.") from None
    except ssl.SSLCertVerificationError:
        raise NotSent(f"The certificate of {smtp.host}:{smtp.port} is not to be trusted.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no answer"
        raise NotSent(f"{server} can't be reached ({why}).") from None
    return f"{server} refused {count(len(refused), 'address')}." if refused else ""


def _connected(smtp: Smtp) -> smtplib.SMTP:
    """A session in which mail may be sent; whoever asked for it closes it."""
    password = os.environ.get(smtp.password_from, "")
    if smtp.user and not password:
        raise NotSent(f"The password of the mail server is missing: set {smtp.password_from}.")
    context = ssl.create_default_context()
    if smtp.security == "tls":
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            smtp.host, smtp.port, timeout=TIMEOUT, context=context
        )
    else:
        session = smtplib.SMTP(smtp.host, smtp.port, timeout=TIMEOUT)
    try:
        if smtp.security == "starttls":
            session.starttls(context=context)
        if smtp.user:
            session.login(smtp.user, password)
    except BaseException:
        session.close()
        raise
    return session


def written(letter: Letter, policy: Policy, now: datetime) -> EmailMessage:
    """The mail of a letter, to all addresses of the policy."""
    zone = policy.schedule.zone
    parts = [told(notice, zone) for notice in letter.notices]
    subject = f"[importer] {safe(letter.district, 60)}: {_about(letter, parts)}"
    message = EmailMessage(policy=AS_SMTP)
    message["From"] = policy.smtp.sender
    message["To"] = ", ".join(policy.notify.email)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.id}@{policy.smtp.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notes in return
    message.set_content("\n".join(_lines(letter, parts, zone)) + "\n", cte=_CODING)
    page = (
        environment()
        .get_template("notice.html.j2")
        .render(
            subject=subject,
            head=_head(letter, zone),
            many=letter.daily,
            still=letter.still,
            parts=parts,
            foot=_FOOT,
        )
    )
    message.add_alternative(page, subtype="html", cte=_CODING)
    return message


def _about(letter: Letter, parts: Sequence[Told]) -> str:
    """The subject, in words of our own alone."""
    if not letter.daily:
        return parts[0].title
    return count(len(parts), "notice") if parts else "still to be settled"


def _head(letter: Letter, zone: tzinfo) -> str:
    return f"{letter.district}, until {local(letter.at, zone)}"


def _lines(letter: Letter, parts: Sequence[Told], zone: tzinfo) -> Iterator[str]:
    if letter.daily:
        yield from (*_wrapped(_head(letter, zone)), "")
        for text in letter.still:
            yield from (*_wrapped(text), "")
    for part in parts:
        yield from _part(part, letter.daily)
    yield "-- "
    yield from _wrapped(_FOOT)


def _part(part: Told, titled: bool) -> Iterator[str]:
    if titled:
        title = safe(part.title).capitalize()
        yield from (title, "=" * len(title), "")
    yield from (*_wrapped(part.says), "")
    for line in part.why:
        yield from _wrapped(line, "  * ")
    if part.why:
        yield ""
    for words, command in part.steps:
        yield from _wrapped(words)
        yield from ([f"    {safe(command, 2000)}", ""] if command else [""])
    if part.who:
        yield from (*_wrapped(part.who), "")
    for label, text in part.facts:
        yield f"{label + ':':<11} {safe(text)}"
    yield ""


def _wrapped(text: str, head: str = "") -> list[str]:
    indent = " " * len(head)
    return textwrap.wrap(
        safe(text), _WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False
    )
