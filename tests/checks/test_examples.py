"""Every check is found in its wrong example and not in its right one; its words are whole."""

import csv
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import pytest
from check_drops import District, reports

from importer.checks.catalogue import (
    CATALOGUE,
    STUDENTS,
    USERS_1,
    Check,
    Files,
    clever,
    oneroster,
)
from importer.contracts.load import contracts
from importer.report.redact import redacted
from importer.report.reported import Reported
from importer.report.summary import Cause


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_example(code: str, tmp_path: Path) -> None:
    check = CATALOGUE[code]
    right, wrong = reports(check, tmp_path)
    _is_found_in_the_wrong_example_alone(check, right, wrong)
    _has_the_severity_promised(check, wrong)
    _nothing_else_is_wrong_with_the_right_example(check, right)
    _words_are_filled_in(check, wrong)
    _redacted_words_hold_no_value(check, wrong)


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A district of each format that has committed a right drop, a little other than the right
    examples.
    """
    more = USERS_1.splitlines()[1].replace("U1", "U8") + "\n"
    drops = {
        "clever": clever(students=STUDENTS + "0101,S8,di@oak.example,Di,Fox,3\n"),
        "oneroster": oneroster(users=USERS_1 + more.replace("bo@", "di@")),
    }
    folders = {name: tmp_path_factory.mktemp(name) for name in drops}
    for name, folder in folders.items():
        District(folder).commit(drops[name])
    return folders


@pytest.mark.parametrize(
    "code",
    [c for c in sorted(CATALOGUE) if not c.startswith("PLAN") and CATALOGUE[c].before is None],
)
def test_a_wrong_example_can_be_planned(
    code: str, started: Mapping[str, Path], tmp_path: Path
) -> None:
    check = CATALOGUE[code]
    known = started["oneroster" if "manifest.csv" in check.right else "clever"]
    district = District(shutil.copytree(known, tmp_path / "district"))
    assert code in _codes(district.plan(check.wrong))


def _is_found_in_the_wrong_example_alone(check: Check, right: Reported, wrong: Reported) -> None:
    assert check.code in _codes(wrong)
    assert check.code not in _codes(right)


def _has_the_severity_promised(check: Check, wrong: Reported) -> None:
    allowed = {check.severity, *_severities_of_links(check.code)}
    assert set(_found(check, wrong)["severity"]) <= allowed


def _nothing_else_is_wrong_with_the_right_example(check: Check, right: Reported) -> None:
    if check.before is None:
        faults = right.findings.filter(pl.col("severity").is_in(["ERROR", "BLOCK"]))
        assert faults.is_empty(), _codes(right)


def _words_are_filled_in(check: Check, wrong: Reported) -> None:
    found = _found(check, wrong)
    for text in (*found["message"], *found["fix"], *_texts(_cause(check, wrong))):
        assert not re.search(r"\{\w*\}", text), text
        assert text[-1] in ".?", f"no sentence: {text}"
        assert not re.search(r"  |\(\)|“”| [,;)]| \.$", text), f"a gap in: {text}"


def _redacted_words_hold_no_value(check: Check, wrong: Reported) -> None:
    plain, hidden = _cause(check, wrong), _cause(check, wrong, hide=True)
    texts = (plain["says_redacted"], hidden["says"], hidden["says_redacted"], hidden["fix"])
    for value in _values(check.wrong) - _words_of_formats():
        for text in texts:
            assert not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text), (value, text)


def _found(check: Check, reported: Reported) -> pl.DataFrame:
    return reported.findings.filter(pl.col("code") == check.code)


def _codes(reported: Reported) -> list[str]:
    return sorted(set(reported.findings["code"]))


def _cause(check: Check, reported: Reported, *, hide: bool = False) -> Cause:
    summary = redacted(reported.summary) if hide else reported.summary
    return next(cause for cause in summary["causes"] if cause["code"] == check.code)


def _texts(cause: Cause) -> list[str]:
    return [cause["says"], cause["says_redacted"], cause["fix"], cause["why"]]


def _severities_of_links(code: str) -> set[str]:
    """A broken reference is an ERROR only where the contract can't do without the value."""
    columns = (
        c for k in contracts().values() for t in k.tables.values() for c in t.columns.values()
    )
    return {column.dangling_severity for column in columns if column.link == code}


def _values(files: Files) -> set[str]:
    """All values of a drop; headers, manifests, settings and short numbers (grades) are none."""
    apart = ("manifest", "district.toml", "mapping.toml")
    texts = [c for n, c in files.items() if isinstance(c, str) and not n.startswith(apart)]
    values = {cell.strip() for text in texts for cell in _cells(text)}
    return {value for value in values if value and not (value.isdigit() and len(value) < 3)}


def _cells(text: str) -> Iterator[str]:
    rows = list(csv.reader(text.replace("\0", "").splitlines()))
    for row in rows[1:]:
        yield from (cell for cell in row if cell not in rows[0])


def _words_of_formats() -> set[str]:
    """Words that importer says itself, because a format fixes them."""
    lists = (words.list for contract in contracts().values() for words in contract.words.values())
    nothing = {contract.null_word for contract in contracts().values()}
    return {word for words in lists for word in words} | nothing
