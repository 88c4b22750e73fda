"""Readiness in a terminal: the answer first, both sides of each conflict, and every step of it."""

import re

import pytest
from readiness_samples import READINESS, fix_then_sync, gated, not_enough, revisit, sync_if, worst

from importer.report.lines import Told
from importer.report.readiness_lines import explain_lines, readiness_lines

CONTROLS = set(map(chr, {*range(32), *range(0x7F, 0xA0), 0x202E, 0x200B, 0xFEFF})) - {"\n"}


@pytest.mark.parametrize("name", READINESS)
def test_it_fits_and_obeys_nobody(name: str) -> None:
    readiness = READINESS[name]()
    for width in (40, 80):
        lines = readiness_lines(readiness, Told(width, False)).splitlines()
        assert max(map(len, lines)) <= width
    told = readiness_lines(readiness, Told(80, False)) + explain_lines(readiness)
    assert not set(told) & CONTROLS
    assert "\x1b[1;" in readiness_lines(readiness, Told(80, True))


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_the_answer_comes_first_and_all_that_follows_from_it() -> None:
    text, at = _flat(readiness_lines(sync_if(), Told(80, False))), 0
    order = (
        "… SIS sync, if Go for a SIS sync, if your database manager helps to set it up",
        "- 22 of 22 known points speak for a sync",
        "How sure this is: high. 88 %",
        "Do these first 1. Settle: Does your district have 5,000 students or more?",
        "3. Make sure that your database manager helps to set it up. (Database manager)",
        "Answer and data disagree",
        "Can your district send files by SFTP every day?",
        "You said: No. The data shows: Yes. A complete set came on 19 of the last 20 school days.",
        "Conflict: the data counts.",
        "The most useful questions ? Will your database manager help",
        "What would change this answer",
        "Both: accounts by sync, the rest by import tool",
        "Who starts it: Your district’s Clever administrator",
        "Time to set up: Typically 1 to 2 business days",
        "Time by hand: About 42 changes",
    )
    assert text.startswith(order[0])
    for part in order:
        assert part in text[at:], part
        at = text.index(part, at)


def test_what_fails_a_day_to_look_again_and_a_reason_are_said() -> None:
    failing = _flat(readiness_lines(fix_then_sync(), Told(80, False)))
    assert "Data checks that fail D2 E-mail filled in, where sign-on needs it: 91.2 %;" in failing
    assert "Look again on 1 July 2027." in readiness_lines(revisit(), Told(80, False))
    assert "with a reason. Since the two former" in _flat(readiness_lines(worst(), Told(80, False)))
    short = readiness_lines(not_enough(), Told(80, False))
    assert "Answer and data disagree" not in short and "Data checks" not in short


def test_the_calculation_and_each_question_with_its_weight_and_side() -> None:
    text, readiness = explain_lines(gated()), gated()
    assert text.startswith("User Import Tool (import-tool), by rules 2026-11")
    assert all(line in text.splitlines() for line in readiness.lines)
    for one in readiness.questions:
        assert len(re.findall(rf"^  {one.id} +{one.name} \({one.kind}\): ", text, re.M)) == 1
    flat = _flat(text)
    assert "Q11 dbm_maintain (gate): no; said: No, data: Neither yes nor no; " in flat
    assert "The answer counts; Decides alone (3 points)" in flat
    assert "P1 product (gate): yes; said: Yes, data: nothing" in flat and "(no points)" in flat
