"""Mail, by a real server: what people read, who gets it, and what becomes of it when it is down."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from nightly_servers import Mailbox, certificate, free_port, mail_server
from nightly_turns import NIGHT, later, taken, told, turn

from importer.checks.catalogue import STUDENTS, clever
from importer.store import notices

pytest_plugins = ("nightly_fixtures",)

MANY = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(60))


def drop(folder: Path, students: str = STUDENTS) -> Path:
    """A small right Clever drop with these students."""
    folder.mkdir()
    for name, content in clever(students=students).items():
        (folder / name).write_text(str(content), "utf-8")
    return folder


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def page(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


HELD = """\
A drop is on hold. Nothing was changed, the roster is as it was.

  * PLAN-501 school loses too much (60 rows): 0101:people

See all of it:
    importer show {run} -w {space}

If it is right all the same, release it:
    importer approve {run} -w {space} --override 0101:people --reason '…' --actor 'your name'

and commit it:
    importer commit {run} -w {space}

If it is not: have the files sent again. A good drop goes through by itself.

Who can: whoever works on importer's machine as the owner of this workspace.
Name and reason are kept with the decision.

District:   lakeview
When:       Monday, 2026-11-23 06:13 (-06:00)
Run:        {run}
Workspace:  {space}

--\x20
Written by importer. It holds no names, ids or values of anybody; nobody
reads replies.
"""


def test_a_hold_is_told_with_what_to_do(mailed: Path, box: Mailbox, tmp_path: Path) -> None:
    good = taken(mailed, drop(tmp_path / "monday", STUDENTS + MANY))
    assert good.outcome == "committed" and told(mailed, good) == []
    assert box.taken == []  # success is told only where it is asked for
    held = taken(mailed, drop(tmp_path / "tuesday"), 10)
    assert told(mailed, held) == told(mailed, held, minutes=11) == []
    [mail] = box.mails()
    assert plain(mail) == HELD.format(run=held.run, space=mailed.resolve())
    assert mail["Subject"] == "[importer] lakeview: on hold, a person must decide"
    assert box.to == [["it@oak.example", "head@oak.example"]]


def test_what_a_mail_says_of_itself(mailed: Path, box: Mailbox) -> None:
    told(mailed, turn("rejected", says="It is no zip.", fix="Send it again."))
    [mail] = box.mails()
    assert mail["From"] == "importer@oak.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NIGHT
    assert mail["Message-ID"].endswith("@oak.example>")
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert max(map(len, box.taken[0].split(b"\r\n"))) <= 998  # RFC 5322
    for text in (plain(mail), page(mail)):
        assert "could not be read as a drop" in text
        assert "It is no zip." in text and "Send it again." in text
    assert not any(found in page(mail) for found in ("<script", "<img", "<link", "http", "url("))


TOLD = {
    "missed": "No push came by Monday, 2026-11-23 06:00 (-06:00). The roster is as it was.",
    "failed": "3 turns in a row failed, since Monday, 2026-11-23 06:03 (-06:00). Nothing\n"
    "was committed; it is tried again.",
    "recovered": "What failed works again. Committed as number 7: 2 added, 1 archived.",
}


def test_what_the_other_mails_say(mailed: Path, box: Mailbox) -> None:
    policy = mailed / "district.toml"
    policy.write_text(policy.read_text().replace("[schedule]", '[schedule]\nexpected = "06:00"'))
    told(mailed, minutes=-30)
    down = [turn("failed", at, says="The server sftp.oak.example can't be reached.")
            for at in range(3)]  # fmt: skip
    counts = {"people": {"add": 2}, "enrollments": {"archive": 1}}
    told(mailed, minutes=0)
    told(mailed, *down)
    told(mailed, turn("committed", 9, commit=7, counts=counts))
    texts = dict(zip(("missed", "failed", "recovered"), map(plain, box.mails()), strict=True))
    for kind, words in TOLD.items():
        assert texts[kind].startswith(words), texts[kind]
    assert "  * The server sftp.oak.example can't be reached.\n" in texts["failed"]
    assert f"importer run {mailed.resolve()}\n" in texts["failed"]
    assert f"importer show 7 -w {mailed.resolve()}\n" in texts["recovered"]


def test_the_server_is_down_and_comes_back(mailed: Path, box: Mailbox) -> None:
    """What could not be sent waits, sealed and for its owner alone, and is sent once."""
    port, policy = free_port(), mailed / "district.toml"
    policy.write_text(policy.read_text().replace(str(box.port), str(port)))
    [said] = told(mailed, turn("held", run="r1"))
    assert said == (
        "1 notice by e-mail could not be sent yet. "
        f"The mail server 127.0.0.1:{port} can't be reached (Connection refused)."
    )
    [waiting] = list((mailed / "notices").glob("*.json"))
    assert waiting.stat().st_mode & 0o777 == 0o600
    assert waiting.parent.stat().st_mode & 0o777 == 0o700
    assert "check" in waiting.read_text()
    assert told(mailed, turn("held", 0.5, run="r1")) == [said]  # too soon to try again
    with mail_server(port) as later_box:
        assert told(mailed, turn("held", 2, run="r1")) == []
        assert told(mailed, turn("held", 4, run="r1")) == []
        assert len(later_box.taken) == 1
    assert notices.waiting(mailed) == []


@pytest.mark.parametrize(
    ("answer", "said"), [("451 busy", "refused the mail (451)"), ("554 no", "refused the mail")]
)
def test_a_server_that_refuses_is_asked_again(
    mailed: Path, box: Mailbox, answer: str, said: str
) -> None:
    box.refuse = answer
    [sentence] = told(mailed, turn("held"))
    assert said in sentence
    box.refuse = ""
    assert told(mailed, turn("nothing", 5)) == []
    assert len(box.taken) == 1


def test_an_address_that_nobody_has_keeps_the_others_from_nothing(
    mailed: Path, box: Mailbox
) -> None:
    box.strangers = ("head@oak.example",)
    assert told(mailed, turn("held")) == [
        f"The mail server 127.0.0.1:{box.port} refused 1 address."
    ]
    assert box.to == [["it@oak.example"]]
    box.strangers = ("head@oak.example", "it@oak.example")
    [said] = told(mailed, turn("held", 5, "d2"))
    assert "takes mail for none of the addresses (550)" in said
    assert "canary" not in said  # what a server answers is not repeated
    assert len(notices.waiting(mailed)) == 1


# --- TLS and login -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


@contextmanager
def secured(
    mailed: Path, made: tuple[ssl.SSLContext, Path], how: str, password: str = ""
) -> Iterator[Mailbox]:
    """A server with TLS, and settings that lead there."""
    with mail_server(tls=made[0], how=how, password=password) as box:
        user = 'user = "importer"\n' if password else ""
        (mailed / "district.toml").write_text(
            f'[smtp]\nhost = "localhost"\nport = {box.port}\nsecurity = "{how}"\n{user}'
            'sender = "importer@oak.example"\n[notify]\nemail = ["it@oak.example"]\n'
        )
        yield box


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_mail_over_tls_with_a_login(
    mailed: Path, made: tuple[ssl.SSLContext, Path], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(made[1]))
    monkeypatch.setenv("IMPORTER_SMTP_PASSWORD", "canary-pass")
    with secured(mailed, made, how, "canary-pass") as box:
        assert told(mailed, turn("held")) == []
        assert len(box.taken) == 1
        assert box.logins == [("importer", "canary-pass")]
        assert b"canary-pass" not in box.taken[0]


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    mailed: Path, made: tuple[ssl.SSLContext, Path], how: str
) -> None:
    with secured(mailed, made, how) as box:
        [said] = told(mailed, turn("held"))
        assert said.endswith(f"The certificate of localhost:{box.port} is not to be trusted.")
        assert box.taken == []


def test_where_tls_is_asked_for_nothing_goes_in_the_open(mailed: Path, box: Mailbox) -> None:
    policy = mailed / "district.toml"
    policy.write_text(policy.read_text().replace('"none"', '"starttls"'))
    [said] = told(mailed, turn("held"))
    assert "has no STARTTLS" in said and "nothing was sent in the open" in said
    assert box.taken == []


@pytest.mark.parametrize(
    ("password", "why"), [("wrong-pass", "refused the login (535)"), ("", "is missing")]
)
def test_a_login_that_fails_tells_no_password(
    mailed: Path,
    made: tuple[ssl.SSLContext, Path],
    password: str,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(made[1]))
    monkeypatch.setenv("IMPORTER_SMTP_PASSWORD", password)
    with secured(mailed, made, "starttls", "canary-pass") as box:
        [said] = told(mailed, turn("held"))
        assert why in said and "pass" not in said.replace("password", "")
        assert "IMPORTER_SMTP_PASSWORD" in said or password
        assert box.taken == []


# --- strangers' texts ----------------------------------------------------------------------------

EVIL = 'a\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script>"><img src=x>\x1b[2J\u202e'


def test_hostile_texts_stay_texts(mailed: Path, box: Mailbox) -> None:
    policy = mailed / "district.toml"
    name = 'district_id = "Oak\\r\\nBcc: all@evil.example <script>"\n'
    policy.write_text(name + policy.read_text())
    told(mailed, turn("rejected", says=EVIL, fix=EVIL, source=EVIL))
    [mail] = box.mails()
    assert mail["Bcc"] is None and box.to == [["it@oak.example", "head@oak.example"]]
    assert "\n" not in mail["Subject"] and "evil" in mail["Subject"]
    text, html = plain(mail), page(mail)
    assert not any(found in text + html for found in ("\x1b", "\u202e", "\nBcc"))
    assert "<script" not in html and "<img" not in html and "&lt;script&gt;" in html
    assert "\\x0d\\x0aBcc: all@evil.example" in text


def test_a_hostile_school_cannot_write_the_command_that_people_copy(
    mailed: Path, box: Mailbox, tmp_path: Path
) -> None:
    school = "0'; rm -rf ~ #"
    rows = MANY.splitlines(keepends=True)
    few = "".join(row for n, row in enumerate(rows) if n * n * n % 31 < 20)  # here and there
    for day, students in (("mon", STUDENTS + MANY), ("tue", STUDENTS + few)):
        (tmp_path / day).mkdir()
        for name, content in clever(students=students).items():
            (tmp_path / day / name).write_text(str(content).replace("0101", school))
    turns = [taken(mailed, tmp_path / "mon"), taken(mailed, tmp_path / "tue", 5)]
    assert [one.outcome for one in turns] == ["committed", "held"]
    assert told(mailed, *turns) == []
    [line] = [one for one in plain(box.mails()[0]).splitlines() if "importer approve" in one]
    assert """--override '0'"'"'; rm -rf ~ #:people'""" in line


# --- one mail a day ------------------------------------------------------------------------------

DAILY = """\
lakeview, until Monday, 2026-11-23 08:03 (-06:00)

On hold since Monday, 2026-11-23 06:03 (-06:00), run r1.

On hold, a person must decide
=============================
"""


def test_one_mail_a_day(mailed: Path, box: Mailbox) -> None:
    policy = mailed / "district.toml"
    policy.write_text(policy.read_text() + 'digest = "07:30"\non = ["held", "committed"]\n')
    told(mailed, turn("held", 0, run="r1"), turn("held", 1, "d2", run="r1"))
    told(mailed, turn("nothing", 60))
    assert box.taken == []
    told(mailed, turn("nothing", 120))
    [first] = box.mails()
    assert first["Subject"] == "[importer] lakeview: 2 notices"
    assert plain(first).startswith(DAILY)
    told(mailed, turn("nothing", 180))
    assert len(box.taken) == 1
    told(mailed, turn("nothing", 120 + 24 * 60))  # nothing new, and still on hold
    assert box.mails()[1]["Subject"] == "[importer] lakeview: still to be settled"
    told(mailed, turn("committed", 130 + 24 * 60, "d3", commit=2))
    told(mailed, turn("nothing", 120 + 48 * 60))
    assert box.mails()[2]["Subject"] == "[importer] lakeview: 1 notice"
    told(mailed, turn("nothing", 120 + 72 * 60))  # a day on which nothing happened
    assert len(box.taken) == 3 and notices.waiting(mailed) == []


def test_what_was_kept_for_the_day_goes_out_when_it_is_no_longer_asked_for(
    mailed: Path, box: Mailbox
) -> None:
    policy = mailed / "district.toml"
    text = policy.read_text()
    policy.write_text(text + 'digest = "07:30"\n')
    told(mailed, turn("held"))
    policy.write_text(text)
    assert told(mailed, minutes=1) == [] and len(box.taken) == 1
    assert told(mailed, minutes=later(0).minute) == [] and len(box.taken) == 1


def test_a_server_that_says_nothing_keeps_nobody_waiting(
    mailed: Path, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.fleet.mail.TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        policy, port = mailed / "district.toml", silent.getsockname()[1]
        policy.write_text(policy.read_text().replace(str(box.port), str(port)))
        [said] = told(mailed, turn("held"))
        assert f"127.0.0.1:{port} did not answer as expected" in said
