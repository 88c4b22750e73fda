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
        "… SIS sync, with conditions Sync by Clever, if",
        "The answers and the data point to a sync",
        "Only if whoever runs the student database helps",
        "How sure this is: medium.",
        "Do these first 1. Name who starts the sync in Clever. (District: Clever administrator)",
        "Answer and data disagree Q6 Can the district push its files by SFTP every day?",
        "You said: No. The data shows: Yes. A complete set came on 19 of the last 20 school days.",
        "Conflict: the data counts. Q2",
        "The most useful questions ? Will whoever runs the student database help to set up",
        "What would change this answer",
        "Part by SIS sync, part by import tool",
        "Who starts it: The district’s Clever administrator",
        "Time to set up: 1 to 2 business days",
        "Time by hand: About 42 changes a week",
    )
    assert text.startswith(order[0])
    for part in order:
        assert part in text[at:], part
        at = text.index(part, at)


def test_what_fails_a_day_to_look_again_and_a_reason_are_said() -> None:
    failing = _flat(readiness_lines(fix_then_sync(), Told(80, False)))
    assert "D2 People with an e-mail address: 91.2 %, needed: at least 99 %. Fill in 546" in failing
    assert "Look again on 15 September 2027." in readiness_lines(revisit(), Told(80, False))
    assert "with a reason. Since the two former" in _flat(readiness_lines(worst(), Told(80, False)))
    short = readiness_lines(not_enough(), Told(80, False))
    assert "Time by hand" not in short and "What would change" not in short


def test_the_calculation_names_each_question_check_and_way_once() -> None:
    text = explain_lines(gated())
    readiness = gated()
    for one in readiness.questions:
        assert len(re.findall(rf"^  {one.id} +{one.name} \({one.kind}\): ", text, re.M)) == 1
    for check in readiness.checks:
        assert len(re.findall(rf"^  {check.id} ", text, re.M)) == 1
    assert all(f"  {route.title}: " in text for route in readiness.routes)
    flat = _flat(text)
    assert text.startswith("User Import Tool (import-tool), by rules 2026.11")
    assert "Points: 22 for sync, 3 for the import tool, 0 not known Score: 88" in flat
    assert "3 points for Import tool: it decides alone; said: No" in flat
    assert flat.count("this decided") == 1 and "The answer counts; this decided" in flat
    assert (
        text.index("Gates, in their order") < text.index("  Q11 ") < text.index("Other questions")
    )
    assert "Score: none, since nothing is known" in explain_lines(not_enough())
