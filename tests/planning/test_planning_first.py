"""The first load of a OneRoster district: long tables are written once, and say what short ones do.

Rows that wait for their first day, were withdrawn, come twice or are wrong, as bulk and as delta.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_districts import Roster, Row, Sent, package
from planning_rosters import LAWS, rosters
from planning_settings import set_policy, share

from importer import reviews, settings
from importer.planning import shelf
from importer.store.rosters import Shelf, roster_path

_YEAR = {
    "sourcedId": "Y27", "title": "2026-27", "type": "schoolYear",
    "startDate": "2026-08-17", "endDate": "2027-06-12", "schoolYear": "2027",
}  # fmt: skip
_PEOPLE = {"U1": "student", "U2": "student", "U3": "student", "T1": "teacher"}
_TOMORROW = "2027-01-10"
_POLICIES = (
    settings.TEMPLATE,
    settings.TEMPLATE.replace('future = "pending"', 'future = "active"'),
    settings.TEMPLATE.replace("drop_fields = []", 'drop_fields = ["enrollments.source_id"]'),
    share(["O1"]),
)


def _user(user: str, role: str) -> Row:
    return {
        "sourcedId": user, "enabledUser": "true", "orgSourcedIds": "O1,O2", "role": role,
        "username": user.lower(), "givenName": "Bo", "familyName": f"Lind {user}",
    }  # fmt: skip


def _class(number: str, school: str) -> Row:
    return {
        "sourcedId": number, "title": f"Class {number}", "courseSourcedId": "C1",
        "classType": "scheduled", "schoolSourcedId": school, "termSourcedIds": "Y27",
    }  # fmt: skip


@st.composite
def _enrollments(draw: st.DrawFn) -> list[Row]:
    """Up to eight: now or later, and some that are withdrawn, come twice, or name nobody."""
    rows = []
    for number in range(draw(st.integers(1, 8))):
        of, user = draw(st.sampled_from(["K1", "K2"])), draw(st.sampled_from([*_PEOPLE, "U9"]))
        rows.append({
            "sourcedId": f"E{number}", "classSourcedId": of,
            "schoolSourcedId": {"K1": "O1", "K2": "O2"}[of], "userSourcedId": user,
            "role": _PEOPLE.get(user, "student"),
            "beginDate": draw(st.sampled_from(["", "2026-08-17", _TOMORROW])),
            "status": draw(st.sampled_from(["active", "active", "tobedeleted"])),
        })  # fmt: skip
    return rows


def _drop(mode: str, enrollments: list[Row]) -> dict[str, str]:
    tables: Mapping[str, list[Row]] = {
        "academicSessions": [_YEAR],
        "orgs": [{"sourcedId": o, "name": o, "type": "school"} for o in ("O1", "O2")],
        "courses": [{"sourcedId": "C1", "title": "Maths", "orgSourcedId": "O1"}],
        "classes": [_class("K1", "O1"), _class("K2", "O2")],
        "users": [_user(*person) for person in _PEOPLE.items()],
        "enrollments": enrollments,
    }
    said = {name: [_said(row, mode) for row in rows] for name, rows in tables.items()}
    return package(mode, said)


def _said(row: Row, mode: str) -> Row:
    if mode == "bulk":
        return {**row, "status": ""}
    return {"status": "active", **row, "dateLastModified": "2026-11-23T05:00:00.000Z"}


def _told(roster: Roster, sent: Sent) -> list[Any]:
    """All that a run did: its changes, what is stored then, and the new accounts."""
    listed = reviews.as_planned(roster.store, sent.run).changes.drop("id")
    head = roster.store.head()
    tables = [roster.store.table(name, head).collect() for name in (head.tables if head else {})]
    accounts = roster.store.root / "runs" / sent.run.id / "new-accounts.csv"
    return [
        *(sorted(tuple(map(str, row)) for row in frame.iter_rows()) for frame in (listed, *tables)),
        accounts.read_bytes() if accounts.exists() else b"",
        (sent.findings, sent.held, sent.committed, sent.waiting, sent.run.counts),
    ]


@LAWS
@given(
    st.lists(_enrollments(), min_size=2, max_size=2),
    st.sampled_from(["bulk", "delta"]),
    st.sampled_from(_POLICIES),
)
def test_a_long_first_load_gives_what_a_short_one_does(
    days: list[list[Row]], mode: str, policy: str
) -> None:
    with rosters(2) as both:
        for rows in days:
            told = []
            for roster, length in zip(both, (shelf.LONG, 0), strict=True):
                set_policy(roster, policy)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(shelf, "LONG", length)
                    told.append(_told(roster, roster.send(_drop(mode, rows), release=True)))
            assert told[0] == told[1]


# --- written once -------------------------------------------------------------------------------

_NOW = {"sourcedId": "E1", "classSourcedId": "K1", "schoolSourcedId": "O1", "userSourcedId": "U1",
        "role": "student", "beginDate": "2026-08-17"}  # fmt: skip
_LATER = {**_NOW, "sourcedId": "E2", "userSourcedId": "U2", "beginDate": _TOMORROW}
_WITHDRAWN = {**_NOW, "sourcedId": "E3", "userSourcedId": "U3", "status": "tobedeleted"}
_ELSEWHERE = {**_NOW, "sourcedId": "E4", "classSourcedId": "K2", "schoolSourcedId": "O2"}


@pytest.mark.parametrize(
    ("mode", "enrollments", "policy", "once"),
    [
        ("bulk", [_NOW, _LATER], settings.TEMPLATE, True),
        ("delta", [_NOW, _LATER], settings.TEMPLATE, True),
        ("delta", [_NOW, _LATER, _WITHDRAWN], settings.TEMPLATE, False),
        ("bulk", [_NOW, _LATER, _ELSEWHERE], share(["O1"]), False),
    ],
)
def test_rows_that_are_all_new_are_the_file_that_was_planned_with(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    enrollments: list[Row],
    policy: str,
    once: bool,
) -> None:
    laid: set[int] = set()
    lay = Shelf.lay

    def watched(on: Shelf, frame: pl.LazyFrame, lasting: bool) -> pl.LazyFrame:
        scan = lay(on, frame, lasting)
        laid.update(path.stat().st_ino for path in on.folder.iterdir())
        return scan

    monkeypatch.setattr(Shelf, "lay", watched)
    monkeypatch.setattr(shelf, "LONG", 0)
    roster = Roster(tmp_path, policy)
    sent = roster.send(_drop(mode, enrollments), release=True)
    head = roster.store.head()
    assert head is not None
    rows = roster.store.table("enrollments", head).select("person_id", "status").collect()
    assert dict(rows.iter_rows()) == {"U1": "active", "U2": "pending"}
    kept = roster.store.run_path(sent.run.id, "whole-enrollments.parquet")
    stored = roster_path(roster.store.root, head.tables["enrollments"].sha256)
    assert stored.stat().st_ino == kept.stat().st_ino
    assert (kept.stat().st_ino in laid) == once
    assert list((roster.store.root / "staging").iterdir()) == []
    assert roster.store.verify() == []
