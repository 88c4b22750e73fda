"""``importer status``: what is true of each district, the worst first, whatever lies there."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_runs import MANY, drop, run, workspace
from nightly_statuses import every_state, hostile, status
from nightly_turns import later, taken, told, turn

from importer.checks.catalogue import STUDENTS, clever
from importer.fleet.status import status_of
from importer.report import status as words
from importer.report.lines import Told
from importer.report.status_lines import status_lines
from importer.report.status_page import points, status_page

FULL = clever(students=STUDENTS + MANY)

LINES = """\
9 districts, 5 need somebody.
1 unreadable, 1 failing, 1 rejected, 1 held, 1 missed, 1 good, 1 new, 1 paused,
1 off

? unreadable: unreadable (can't be read)
    district.toml is missing.
    To do: Restore it from a backup.

✗ failing: failing (turns fail)
    The server sftp.oak.example can't be reached.
    To do: To try at once: importer run /srv/importer/failing
    last turn 2026-11-23 06:03, could not be done; nothing was committed; last
    arrival 2026-11-23 06:03; last commit 41, 2026-11-23 06:03; next expected by
    2026-11-24 06:00
    Errors of the last drops: ▁▁▃▁█▁▁▁▂▁  0 0 3 0 12 0 0 0 1 0
    2 notices could not be sent yet. The mail server smtp.oak.example:587 can't
    be reached (timed out).
    Given up, since nobody took it: 1 notice.

✗ rejected: rejected (what came can't be read)
    To do: importer show 000043-00112233 -w /srv/importer/rejected
    last turn 2026-11-23 06:03, could not be read as a drop at all; last arrival
    2026-11-23 06:03; last commit 41, 2026-11-23 06:03; next expected by
    2026-11-24 06:00
    Errors of the last drops: ▁▁▃▁█▁▁▁▂▁  0 0 3 0 12 0 0 0 1 0

‖ held: held (on hold, a person must decide)
    On hold: run 000042-ab12cd34 since 2026-11-23 06:03: PLAN-543 school is
      missing (0302:people); PLAN-508 column emptied
      importer show 000042-ab12cd34 -w /srv/importer/held
"""


def test_what_a_person_reads() -> None:
    text = status_lines(every_state(), Told(80, False))
    assert text.startswith(LINES)
    assert max(map(len, text.splitlines())) <= 80


def test_each_state_has_a_sign_and_is_told_without_colour() -> None:
    plain = status_lines(every_state(), Told(80, False))
    coloured = status_lines(every_state(), Told(80, True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain != coloured


def test_the_terminal_cannot_be_steered() -> None:
    text = status_lines(hostile(), Told(80, False))
    assert not any(found in text for found in ("\x1b", "\x07", "\x9b", "\u202e", "\r"))


def test_the_page_shows_every_district_and_asks_nobody() -> None:
    page = status_page(every_state(), "2026-11-23T13:00:00Z")
    for district in every_state():
        assert page.count(f"<bdi>{district['name']}</bdi>") >= 1
    assert "<script" not in page and "http://" not in page and "https://" not in page
    assert "default-src 'none'" in page
    rows = re.findall(r'<tr><th scope="row"><bdi>(\w+)</bdi>', page)
    assert rows == [district["name"] for district in every_state()]


def test_hostile_texts_stay_texts_on_the_page() -> None:
    page = status_page(hostile(), "2026-11-23T13:00:00Z")
    assert "<script" not in page and "<img" not in page and "<svg/onload" not in page
    assert "\x1b" not in page and "\u202e" not in page


def test_the_worst_comes_first() -> None:
    shuffled = sorted(every_state(), key=lambda d: d["name"])
    assert words.in_order(shuffled) == every_state()
    mute = status("b", "held", unsent=1)
    assert words.in_order([status("a", "held"), mute])[0] == mute  # nobody was told of it


@pytest.mark.parametrize(
    ("numbers", "told", "drawn"),
    [
        ([], "", ""),
        ([0, 0], "▁▁", "0.0,22.0 100.0,22.0"),
        ([5], "█", "0.0,2.0"),
        ([0, 1, 100], "▁▂█", "0.0,22.0 50.0,21.8 100.0,2.0"),
    ],
)
def test_a_trend_as_bars_and_as_a_line(numbers: list[int], told: str, drawn: str) -> None:
    assert words.bars(numbers) == told
    assert points(numbers) == drawn


# --- what is true of workspaces ------------------------------------------------------------------


def of(folder: Path) -> dict[str, dict[str, Any]]:
    """Name → status, in the order told."""
    districts = run("status", folder, "--json").data()["districts"]
    return {district["name"]: district for district in districts}


def test_the_states_of_real_districts(tmp_path: Path) -> None:
    root = tmp_path / "srv"
    for name in ("good", "new", "held", "rejected", "failing", "off", "broken", "wide"):
        workspace(root / name)
    whole, few = drop(tmp_path / "whole", FULL), drop(tmp_path / "few")
    for name in ("good", "held", "rejected", "failing"):
        told(root / name, taken(root / name, whole))
    held = taken(root / "held", few, 5)
    told(root / "held", held)
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk" / "x.csv").write_text("a,b\n1,2\n")
    told(root / "rejected", taken(root / "rejected", tmp_path / "junk", 5))
    told(root / "failing", turn("failed", 5, says="No disk."))
    (root / "off" / "district.toml").write_text("active = false\n")
    (root / "broken" / "district.toml").write_text("actve = false\n")
    (root / "wide").chmod(0o777)
    (root / "lost" / "commits").mkdir(parents=True)
    (root / "no workspace").mkdir()
    found = of(root)
    assert {name: one["state"] for name, one in found.items()} == {
        "broken": "unreadable", "lost": "unreadable", "wide": "unreadable", "failing": "failing",
        "rejected": "rejected", "held": "held", "good": "good", "new": "new", "off": "off",
    }  # fmt: skip
    assert "no setting actve" in str(found["broken"]["says"])
    assert found["lost"]["says"] == "district.toml is missing."
    assert found["failing"]["says"] == "No disk."
    assert (found["good"]["commit"], found["good"]["outcome"]) == (1, "committed")
    assert (found["good"]["arrival"], found["new"]["arrival"]) == ("2026-11-23T12:03:12Z", "")
    [hold] = found["held"]["holds"]
    assert hold["run"] == held.run and hold["since"] == held.at
    assert hold["why"] == ["PLAN-501 school loses too much"]
    assert run(*hold["next"].removeprefix("importer ").split()).code == 0


def test_a_hold_is_over_once_it_is_released_or_out_of_date(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    for name, files in (("whole", FULL), ("few", clever())):
        told(space, taken(space, drop(tmp_path / name, files)))
    [run_id] = [one["run"] for one in of(space)["w"]["holds"]]
    release = ["--override", "0101:people", "--reason", "they moved", "--actor", "kim"]
    assert run("approve", run_id, "-w", space, *release).code == 0
    assert of(space)["w"]["holds"] == []
    assert run("commit", run_id, "-w", space).code == 0
    assert (of(space)["w"]["state"], of(space)["w"]["commit"]) == ("good", 2)


def test_a_hold_that_another_drop_has_overtaken_waits_for_nobody(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    more = clever(students=STUDENTS + MANY + "0101,S2,,Cy,Ray,3\n")
    states = []
    for name, files in (("whole", FULL), ("few", clever()), ("more", more)):
        told(space, taken(space, drop(tmp_path / name, files)))
        states.append((of(space)["w"]["state"], len(of(space)["w"]["holds"])))
    assert states == [("good", 0), ("held", 1), ("good", 0)]


def test_missed_and_paused_are_seen_at_the_moment_of_looking(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    (space / "district.toml").write_text('[schedule]\nexpected = "12:30"\n')
    told(space, taken(space, drop(tmp_path / "d")))  # at 12:03
    tuesday, wednesday = "2026-11-24T12:30:00Z", "2026-11-25T12:30:00Z"
    seen = [status_of(space, later(minutes)) for minutes in (10, 25 * 60)]
    assert [one["state"] for one in seen] == ["good", "missed"]
    assert [one["next_expected"] for one in seen] == ["2026-11-23T12:30:00Z", wednesday]
    assert [one["missed"] for one in seen] == ["", tuesday]
    more = clever(students=STUDENTS + "0101,S2,,Cy,Ray,3\n")
    told(space, taken(space, drop(tmp_path / "e", more), 25 * 60))
    assert status_of(space, later(25 * 60))["state"] == "good"
    (space / "district.toml").write_text(
        '[[schedule.pauses]]\nfirst = 2026-11-20\nlast = 2026-11-30\nreason = "rest"\n'
    )
    paused = status_of(space, later(0))
    assert (paused["state"], paused["says"]) == ("paused", "Paused until 2026-11-30: rest.")


def test_damaged_records_are_one_line_and_never_the_end(tmp_path: Path) -> None:
    root = tmp_path / "srv"
    for name in ("a", "b", "c"):
        told(workspace(root / name), taken(root / name, drop(tmp_path / name)))
    (root / "a" / "commits" / "000001.json").write_text("{}")
    for record in (root / "b").glob("runs/*/run.json"):
        record.write_text("{}")
    (root / "b" / "memory" / "standing.json").write_text("\x00")
    shutil.rmtree(root / "c" / "memory")
    found = of(root)
    assert found["a"]["state"] == "unreadable" and "damaged" in str(found["a"]["says"])
    assert found["b"]["state"] == "good" and found["b"]["errors"] == []
    assert found["c"]["state"] == "good"


def test_what_is_no_place_for_districts(tmp_path: Path) -> None:
    assert run("status", tmp_path).code == 2
    assert run("status", tmp_path / "nowhere").code == 2
    space = workspace(tmp_path / "w")
    assert run("status", tmp_path, "--html", space / "page.html").code == 2
    page = tmp_path / "page.html"
    assert run("status", tmp_path, "--html", page).code == 0
    assert page.stat().st_mode & 0o777 == 0o600
