"""Notices are sent at least once, and never change what became of a drop."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from nightly_servers import Mailbox, free_port
from nightly_turns import told, turn

from importer.fleet import notices as telling
from importer.fleet import outbox
from importer.fleet.standing import NAME, Standing
from importer.model.turn import Turn
from importer.store import memory, notices
from importer.store.folder import FolderStore

pytest_plugins = ("nightly_fixtures",)


def _nowhere(mailed: Path, box: Mailbox) -> None:
    policy = mailed / "district.toml"
    policy.write_text(policy.read_text().replace(str(box.port), str(free_port())))


def _somewhere(mailed: Path, box: Mailbox) -> None:
    policy = mailed / "district.toml"
    lines = [f"port = {box.port}" if one.startswith("port") else one
             for one in policy.read_text().splitlines()]  # fmt: skip
    policy.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("module", "name", "sent"),
    [
        (notices, "add", (1, 1)),  # before anything was kept
        (memory, "write", (2, 2)),  # kept, and not remembered: told twice
        (telling, "send_all", (1, 1)),
        (notices, "remove", (2, 1)),  # sent, and not taken away: readers know it by its id
    ],
)
def test_whatever_breaks_off_it_is_told_at_least_once(
    mailed: Path, box: Mailbox, module: ModuleType, name: str, sent: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Broken off at each step from an event to its being forgotten: mails, and their ids."""

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(module, name, killed)
        with pytest.raises(Killed):
            told(mailed, turn("held"))
    told(mailed, turn("held", 2))
    told(mailed, turn("held", 4))
    assert (len(box.taken), len({mail["Message-ID"] for mail in box.mails()})) == sent
    assert notices.waiting(mailed) == []


def test_a_disk_that_refuses_is_said_and_nothing_more(mailed: Path, box: Mailbox) -> None:
    (mailed / "notices").write_text("in the way")
    [said] = told(mailed, turn("held"))
    assert said.startswith("Nobody could be told: ")
    (mailed / "notices").unlink()
    assert told(mailed, turn("held", 1)) == []
    assert len(box.taken) == 1


def test_a_bug_is_said_by_its_name_alone(
    mailed: Path, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> None:
        raise KeyError("canary")

    monkeypatch.setattr(telling, "decide", bug)
    assert told(mailed, turn("held")) == ["Nobody could be told: a bug in importer (KeyError)."]
    assert box.taken == []


def test_a_damaged_history_is_no_reason_not_to_tell(mailed: Path, box: Mailbox) -> None:
    (mailed / "commits" / "000002.json").write_text("{}")  # the first one is missing
    down = [turn("failed", at, says="commits/000001.json is missing.") for at in range(3)]
    assert told(mailed, *down) == []
    assert len(box.taken) == 1


def test_damaged_memories_and_notices_are_forgotten(mailed: Path, box: Mailbox) -> None:
    _nowhere(mailed, box)
    told(mailed, turn("held"), turn("held", 0, "d2"))
    first, second = sorted((mailed / "notices").glob("*.json"))
    first.write_text(first.read_text().replace("lakeview", "lakevieW"))
    (mailed / "memory" / "standing.json").write_text("damaged")
    _somewhere(mailed, box)
    said = told(mailed, turn("nothing", 5))
    assert said == [f"The notice {first.stem} was damaged and can't be sent."]
    assert len(box.taken) == 1 and notices.waiting(mailed) == []
    assert second.stem not in said[0]


def test_a_memory_of_another_version_is_begun_anew() -> None:
    assert Standing.of({"troubles": [{"what": 1}]}) == Standing.of({"x": 1}) == Standing()


def test_notices_are_given_up_after_three_days_and_that_is_said(mailed: Path, box: Mailbox) -> None:
    _nowhere(mailed, box)
    told(mailed, turn("held"))
    [said] = told(mailed, turn("nothing", 71 * 60))
    assert said.startswith("1 notice by e-mail could not be sent yet.")
    [said] = told(mailed, turn("nothing", 73 * 60))
    assert said == "Given up, since nobody took it: 1 notice by e-mail."
    assert outbox.ways(FolderStore(mailed))["email"].lost == 1
    assert notices.waiting(mailed) == []


def test_no_more_than_a_hundred_wait(mailed: Path, box: Mailbox) -> None:
    _nowhere(mailed, box)
    told(mailed, *[turn("held", at / 100, f"d{at}") for at in range(outbox.MOST + 7)])
    assert len(notices.waiting(mailed)) == outbox.MOST
    assert outbox.ways(FolderStore(mailed))["email"].lost == 7


def test_pauses_between_two_tries_grow_to_an_hour(mailed: Path, box: Mailbox) -> None:
    _nowhere(mailed, box)
    tried, after = [], ""
    for at in range(130):
        told(mailed, turn("held", at))
        now = outbox.ways(FolderStore(mailed))["email"].after
        if now != after:
            tried.append(at)
            after = now
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123]


def test_who_has_nobody_to_tell_keeps_nothing(space: Path) -> None:
    assert told(space, turn("held"), turn("rejected", 1)) == []
    assert notices.waiting(space) == []
    assert len(Standing.of(FolderStore(space).memory(NAME)).troubles) == 1


def test_several_at_once_tell_each_thing_once(mailed: Path, box: Mailbox) -> None:
    """Five drops, each seen by five turns at the same time; the locks are those of processes."""
    turns = [turn("held", at / 60, f"d{at % 5}") for at in range(25)]
    with ThreadPoolExecutor(25) as pool:
        said = list(pool.map(lambda one: told(mailed, one), turns))
    assert said == [[]] * 25
    assert told(mailed, turn("nothing", 5)) == []
    assert len(box.taken) == 5
    assert len({mail["Message-ID"] for mail in box.mails()}) == 5


def test_a_turn_is_what_its_record_says() -> None:
    one = turn("held", blocks=("*:people",), counts={"people": {"add": 1}})
    assert Turn.of(json.loads(json.dumps(one.record()))) == one
