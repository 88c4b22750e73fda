"""Laws of planning, on small generated Clever districts that go the whole way to a roster."""

from copy import deepcopy

from hypothesis import assume, given
from hypothesis import strategies as st
from planning_districts import (
    BAD_EDITS,
    CLEVER,
    GOOD_EDITS,
    District,
    Row,
    Sent,
    changed,
    clever,
    districts,
    edited,
    ids,
    student,
)
from planning_rosters import LAWS, rosters
from planning_settings import set_policy

# Where a blank cell keeps what is stored, a roster remembers more than its newest drop says.
_REPLACE = '[sync]\nblanks = "replace"\n'


@st.composite
def pairs(
    draw: st.DrawFn, kinds: tuple[str, ...] = GOOD_EDITS, most: int = 4
) -> tuple[District, District]:
    """Two states of a district, the second made from the first by some edits."""
    before = draw(districts())
    return before, draw(edited(before, kinds, most))


@st.composite
def shuffled(draw: st.DrawFn, district: District) -> District:
    """The same district, rows in another order."""
    return {table: draw(st.permutations(rows)) for table, rows in district.items()}


Held = tuple[set[str], set[str]]  # ids that are held, and source tables with rows without an id


def _held(sent: Sent, district: District) -> Held:
    """The ids on rows that were left out, with those of their contacts."""
    found: set[str] = set()
    keyless: set[str] = set()
    for file, line in sent.held:
        table = file.removesuffix(".csv")
        row = district[table][line - 2]
        if table == "enrollments":
            found.add(f"{row['Section_id']} / {row['Student_id']}")
            continue
        key = row[{"schools": "School_id", "teachers": "Teacher_id", "staff": "Staff_id",
                   "students": "Student_id", "sections": "Section_id"}[table]]  # fmt: skip
        (found if key else keyless).add(key or table)
    return found, keyless


def _touches(table: str, key: str, held: Held) -> bool:
    found, keyless = held
    if table in ("courses", "terms"):  # they come from sections
        return bool(found or keyless)
    parts = key.split(" / ")
    contact = {part.split(":")[1] for part in parts if part.startswith("contact:")}
    return bool(found & ({*parts, " / ".join(parts[:2])} | contact))


@LAWS
@given(districts())
def test_an_equal_drop_with_a_blank_line_more_changes_nothing(district: District) -> None:
    with rosters() as [roster]:
        roster.give(district)
        before = roster.content(), roster.hashes()
        files = clever(district)
        again = roster.send({**files, "students.csv": files["students.csv"] + "\n"}, release=True)
        assert again.changes == []
        assert again.committed
        assert not again.nothing_new
        assert (roster.content(), roster.hashes()) == before


@LAWS
@given(districts())
def test_the_same_drop_again_is_nothing_new(district: District) -> None:
    with rosters() as [roster]:
        first = roster.give(district)
        assert first.committed
        again = roster.give(district)
        assert again.nothing_new
        assert not again.committed
        assert len(roster.store.commits()) == 1


@LAWS
@given(pairs())
def test_after_a_commit_the_roster_is_what_the_drop_says(pair: tuple[District, District]) -> None:
    """apply(a, diff(a, b)) = b."""
    before, after = pair
    with rosters(2) as [roster, fresh]:
        set_policy(roster, _REPLACE)
        roster.give(before)
        sent = roster.give(after)
        loaded = fresh.give(after)
        assert not sent.held
        assert loaded.committed
        assert roster.content() == fresh.content()


@LAWS
@given(pairs(GOOD_EDITS + BAD_EDITS))
def test_but_for_what_is_held(pair: tuple[District, District]) -> None:
    """apply(a, diff(a, b)) = b where nothing is held; what is held stays as it was."""
    before, after = pair
    with rosters(2) as [roster, fresh]:
        set_policy(roster, _REPLACE)
        roster.give(before)
        was = roster.content()
        sent = roster.give(after)
        fresh.give(after)
        held = _held(sent, after)
        now, loaded = roster.content(), fresh.content()
        for table in now:
            for key in now[table].keys() | loaded[table].keys():
                if _touches(table, key, held):
                    continue
                if held[1] and key not in loaded[table]:
                    # Rows whose id can't be read: nobody of that file is archived.
                    assert now[table][key] == was[table][key]
                    continue
                assert now[table].get(key) == loaded[table].get(key), (table, key)


@LAWS
@given(st.data())
def test_a_person_whose_row_has_an_error_stays_as_they_are(data: st.DataObject) -> None:
    """Neither the person nor roles, enrollments, contacts and links are edited or archived."""
    before = data.draw(districts())
    who = data.draw(st.sampled_from(ids(before, "students", "Student_id")))
    after = deepcopy(before)
    kind = data.draw(st.sampled_from(["Last_name", "School_id", "Grade"]))
    theirs = [row for row in after["students"] if row["Student_id"] == who]
    for row in theirs[: data.draw(st.integers(1, len(theirs)))]:
        row[kind] = {"Last_name": "", "School_id": "nowhere", "Grade": "Grade 3"}[kind]
    theirs[0]["First_name"] = "Changed"
    if data.draw(st.booleans()):
        after["enrollments"] = [e for e in after["enrollments"] if e["Student_id"] != who]
    with rosters() as [roster]:
        roster.give(before)
        was = roster.content()
        sent = roster.give(after)
        now = roster.content()
        assert not _of(sent, who)
        for table in ("people", "roles", "relationships"):
            assert _theirs(now[table], who) == _theirs(was[table], who), table
        if all(e in after["enrollments"] for e in before["enrollments"]):
            assert _theirs(now["enrollments"], who) == _theirs(was["enrollments"], who)


def _of(sent: Sent, who: str) -> list[tuple[str, str]]:
    """Changes of a person, their roles, contacts and links."""
    return [
        (c["action"], c["key"])
        for c in sent.changes
        if c["table"] in ("people", "roles", "relationships") and _is(c["key"], who)
    ]


def _is(key: str, who: str) -> bool:
    parts = key.split(" / ")
    return who in parts or any(part.startswith(f"contact:{who}:") for part in parts)


def _theirs(rows: dict[str, Row], who: str) -> dict[str, Row]:
    return {key: row for key, row in rows.items() if _is(key, who)}


@LAWS
@given(st.data())
def test_the_order_of_rows_and_files_does_not_matter(data: st.DataObject) -> None:
    before, after = data.draw(pairs(GOOD_EDITS + BAD_EDITS))
    with rosters(2) as [one, other]:
        one.give(before)
        sent = one.give(after)
        other.give(data.draw(shuffled(before)))
        mixed = data.draw(shuffled(after))
        files = clever(mixed)
        again = other.send({name: files[name] for name in sorted(files, reverse=True)}, True)
        assert changed(sent) == changed(again)
        assert sent.waiting == again.waiting
        assert one.content() == other.content()
        assert one.content("archived") == other.content("archived")


@LAWS
@given(st.data())
def test_an_absent_file_never_archives(data: st.DataObject) -> None:
    before, after = data.draw(pairs())
    gone = data.draw(st.sampled_from([*CLEVER]))
    assume(gone != "schools")  # without schools every row is out of place
    with rosters() as [roster]:
        roster.give(before)
        was = roster.content()
        files = clever(after)
        files.pop(f"{gone}.csv", None)
        sent = roster.send(files)
        assert ("FILE-108" in sent.codes()) == (gone != "staff")
        if gone != "staff":
            assert not sent.committed
            assert roster.content() == was
            sent = roster.send(files, release=True)
        mine = {f"{gone}.csv"}
        absent = [c for c in sent.changes if c["source_file"] in mine and c["action"] == "archive"]
        assert [c for c in absent if "no longer in the file" in c["because"]] == []
        now = roster.content()
        if gone in ("staff", "teachers"):
            mine_ids = ids(before, gone, {"staff": "Staff_id", "teachers": "Teacher_id"}[gone])
            assert set(mine_ids) <= set(now["people"])


@LAWS
@given(st.data())
def test_a_file_without_rows_never_archives_unless_a_person_says_so(data: st.DataObject) -> None:
    district = data.draw(districts())
    bare = data.draw(st.sampled_from(["teachers", "students", "sections", "enrollments"]))
    assume(district[bare])
    with rosters() as [roster]:
        roster.give(district)
        was = roster.content()
        sent = roster.give({**district, bare: []}, release=False)
        assert not sent.committed
        assert f"*:{bare}" in sent.waiting
        assert "PLAN-505" in sent.codes()
        assert roster.content() == was


@LAWS
@given(st.data())
def test_rows_of_another_school_change_nothing_that_is_said_of_the_first(
    data: st.DataObject,
) -> None:
    """Findings are monotone: with another school's rows below, all that was found is found."""
    _, district = data.draw(pairs(BAD_EDITS))
    assume(district["students"])
    more = deepcopy(district)
    more["schools"].append(
        {"School_id": "0999", "School_name": "New School", "School_number": "0999"}
    )
    for number in ("N1", "N2"):
        more["students"] += student(data.draw, number, ["0999"])  # type: ignore[arg-type]
    with rosters(2) as [one, other]:
        found, wider = one.give(district, False), other.give(more, False)
        names = ["severity", "code", "file", "row", "column", "value", "detail"]

        def of(sent: Sent) -> set[tuple[str, ...]]:
            rows = [f for f in sent.findings if not f["code"].startswith("PLAN")]
            return {tuple(str(f.get(name)) for name in names) for f in rows}

        assert of(found) <= of(wider)


@LAWS
@given(pairs())
def test_archived_and_sent_again_is_reactivated(pair: tuple[District, District]) -> None:
    """a → b → a: everything that a had is there again, nothing is added twice."""
    before, after = pair
    with rosters() as [roster]:
        roster.give(before)
        was = roster.content()
        there = roster.give(after)
        files = clever(before)
        back = roster.send({**files, "schools.csv": files["schools.csv"] + "\n"}, release=True)
        assert roster.content() == was
        gone = there.of("archive") | {c["from_key"] for c in there.changes if c["from_key"]}
        assert back.of("add") & gone == set()
