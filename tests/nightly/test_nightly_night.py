"""The whole night: drops arrive, ``importer run`` takes them over, people are told."""

import json
from pathlib import Path

import pytest
from cli_runs import MANY, run
from nightly_servers import Hook, Mailbox, free_port
from test_nightly_mail import plain

from importer.checks.catalogue import STUDENTS, clever
from importer.store import notices
from importer.store.folder import FolderStore

pytest_plugins = ("nightly_fixtures",)

AT_ONCE = "[arrivals]\nquiet = 0\nlate = 0\n"


def _send(space: Path, students: str = STUDENTS + MANY) -> None:
    for name, content in clever(students=students).items():
        (space / "inbox" / name).write_text(str(content), "utf-8")


def _night(space: Path) -> tuple[int, list[str]]:
    """One turn: its exit code and the outcomes."""
    ran = run("run", space, "--no-wait", "--json")
    data = json.loads(ran.out)
    return ran.code, [turn["outcome"] for one in data["districts"] for turn in one["turns"]]


@pytest.fixture
def nights(mailed: Path, hook: Hook) -> Path:
    """A district that takes over at once, and tells by mail and webhook."""
    policy = mailed / "district.toml"
    policy.write_text(policy.read_text() + f'[webhook]\nurl = "{hook.url}/in"\n' + AT_ONCE)
    return mailed


def test_a_week_of_a_district(nights: Path, box: Mailbox, hook: Hook) -> None:
    _send(nights)
    assert _night(nights) == (0, ["committed"])
    assert _night(nights) == (0, ["nothing"])
    _send(nights, STUDENTS)  # nearly everybody is missing
    assert _night(nights) == (3, ["held"])
    assert _night(nights) == (0, ["nothing"])
    (nights / "inbox" / "roster.csv").write_text("a;b\n1;2\n")
    assert _night(nights) == (1, ["rejected"])
    _send(nights, STUDENTS + MANY + "0101,S9,di@oak.example,Di,Fox,3\n")
    assert _night(nights) == (0, ["committed"])
    subjects = [mail["Subject"].partition(": ")[2] for mail in box.mails()]
    assert subjects == ["on hold, a person must decide", "rejected", "good again"]
    kinds = [json.loads(body)["type"] for _, body in hook.got]
    assert kinds == ["importer.held", "importer.rejected", "importer.recovered"]
    assert "Committed as number 2: " in plain(box.mails()[2])
    [district] = run("status", nights, "--json").data()["districts"]
    assert (district["state"], district["commit"], district["unsent"]) == ("good", 2, 0)


def test_the_command_of_the_mail_releases_the_hold(nights: Path, box: Mailbox) -> None:
    for students in (STUDENTS + MANY, STUDENTS):
        _send(nights, students)
        _night(nights)
    text = plain(box.mails()[0])
    lines = [line.strip() for line in text.splitlines() if line.startswith("    importer ")]
    assert [line.split()[1] for line in lines] == ["show", "approve", "commit"]
    for line in lines:
        words = line.replace("'…'", "closed").replace("'your name'", "kim").split()[1:]
        assert run(*words).code == 0
    assert _night(nights) == (0, ["nothing"])
    assert [mail["Subject"].partition(": ")[2] for mail in box.mails()][1:] == ["good again"]


def test_half_a_drop_is_told_once_and_seen_in_status(nights: Path, box: Mailbox) -> None:
    policy = nights / "district.toml"
    policy.write_text(policy.read_text() + 'sentinel = "done.txt"\n')
    _send(nights)
    assert _night(nights) == _night(nights) == (3, ["held"])
    [mail] = box.mails()
    assert "done.txt has not come" in plain(mail)
    [district] = run("status", nights, "--json").data()["districts"]
    assert district["state"] == "held" and "done.txt has not come" in district["says"]


@pytest.mark.parametrize(("students", "code"), [(STUDENTS + MANY, 0), (STUDENTS, 3)])
def test_servers_that_are_down_change_no_exit_code(
    nights: Path, box: Mailbox, hook: Hook, students: str, code: int
) -> None:
    _send(nights)
    assert _night(nights) == (0, ["committed"])
    policy = nights / "district.toml"
    text = policy.read_text().replace(str(box.port), str(free_port()))
    text = text.replace(hook.url, f"http://127.0.0.1:{free_port()}")
    policy.write_text(text.replace("[notify]", '[notify]\non = ["held", "committed"]'))
    _send(nights, students + "0101,S9,di@oak.example,Di,Fox,3\n")
    ran = run("run", nights, "--no-wait")
    assert ran.code == code
    assert ran.err.count("could not be sent yet") == 2
    assert len(notices.waiting(nights)) == 2
    head = FolderStore(nights).head()
    assert head is not None and head.number == (2 if code == 0 else 1)


def test_paused_and_switched_off_districts_are_told_nothing(nights: Path, box: Mailbox) -> None:
    policy, text = nights / "district.toml", (nights / "district.toml").read_text()
    _send(nights)
    policy.write_text(text + "[[schedule.pauses]]\nfirst = 2020-01-01\nlast = 2099-12-31\n")
    assert _night(nights) == (0, ["paused"])
    policy.write_text("active = false\n" + text)
    assert _night(nights) == (0, ["off"])
    policy.write_text(text)
    assert _night(nights) == (0, ["committed"])
    assert box.taken == []
