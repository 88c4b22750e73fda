"""When a drop counts as whole: by what lay there from look to look, and our own clock."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.intake.place import Entry, Listing
from importer.intake.settled import Arriving, Watch
from importer.settings import Arrivals

FILES = ("enrollments.csv", "schools.csv", "sections.csv", "students.csv", "teachers.csv")


def entry(name: str, changed: int = 0, size: int = 10, group: str = "") -> Entry:
    return Entry(group, name, size, (1, abs(hash(name)) % 1000, size, changed, changed))


def one(watch: Watch, now: float, *entries: Entry) -> Arriving:
    (found,) = watch.look(Listing(entries), now)
    return found


def test_nothing_is_whole_before_nothing_has_changed_for_so_long() -> None:
    watch = Watch(Arrivals(quiet=300))
    lying = entry("students.csv"), entry("teachers.csv")
    assert not one(watch, 0, *lying).whole
    assert not one(watch, 299, *lying).whole
    assert one(watch, 300, *lying).whole


def test_one_file_that_changes_starts_the_time_anew_for_all() -> None:
    watch = Watch(Arrivals(quiet=300))
    one(watch, 0, entry("students.csv"), entry("teachers.csv"))
    found = one(watch, 299, entry("students.csv", changed=5), entry("teachers.csv"))
    assert (found.whole, found.wait) == (False, 300)
    assert not one(watch, 598, entry("students.csv", changed=5), entry("teachers.csv")).whole
    assert one(watch, 599, entry("students.csv", changed=5), entry("teachers.csv")).whole


def test_the_same_size_and_another_content_is_a_change() -> None:
    watch = Watch(Arrivals(quiet=300))
    one(watch, 0, entry("students.csv", changed=1))
    assert not one(watch, 300, entry("students.csv", changed=2)).whole


def test_a_file_that_is_still_being_written_is_no_file_yet_and_keeps_the_others_waiting() -> None:
    watch = Watch(Arrivals(quiet=300))
    one(watch, 0, entry("students.csv"), entry("teachers.csv.part", size=1))
    assert not one(watch, 300, entry("students.csv"), entry("teachers.csv.part", size=2)).whole
    found = one(watch, 600, entry("students.csv"), entry("teachers.csv.part", size=2))
    assert (found.whole, [e.name for e in found.entries]) == (True, ["students.csv"])


def test_only_unfinished_files_are_no_drop() -> None:
    watch = Watch(Arrivals(quiet=0))
    assert not one(watch, 0, entry("students.csv.filepart")).whole


def test_a_file_that_came_last_time_is_waited_for_and_then_done_without() -> None:
    """What its absence means the checks know; here nobody decides on that."""
    watch = Watch(Arrivals(quiet=300, late=3600), expected=("students.csv", "Teachers.CSV"))
    one(watch, 0, entry("students.csv"))
    found = one(watch, 300, entry("students.csv"))
    assert (found.whole, found.why, found.wait) == (False, "Teachers.CSV has not come", 3300)
    assert one(watch, 3600, entry("students.csv")).whole


def test_a_date_in_a_name_is_not_waited_for() -> None:
    watch = Watch(Arrivals(quiet=300), expected=("students_2026-11-21.csv",))
    one(watch, 0, entry("students_2026-11-22.csv"))
    assert one(watch, 300, entry("students_2026-11-22.csv")).whole


def test_without_its_sentinel_a_drop_is_never_whole_and_is_overdue_in_the_end() -> None:
    watch = Watch(Arrivals(quiet=300, late=3600, sentinel="done.txt"))
    one(watch, 0, entry("students.csv"))
    found = one(watch, 3600, entry("students.csv"))
    assert (found.whole, found.overdue, found.why) == (False, True, "done.txt has not come")


def test_a_drop_with_its_own_list_is_looked_at_at_once_and_has_to_prove_itself() -> None:
    watch = Watch(Arrivals(quiet=300))
    found = one(watch, 0, entry("SHA256SUMS"), entry("students.csv"))
    assert (found.whole, found.surely) == (True, True)
    later = one(watch, 300, entry("SHA256SUMS"), entry("students.csv"))
    assert (later.whole, later.surely) == (True, False)


@pytest.mark.parametrize("chosen", range(5))
def test_with_a_sentinel_no_order_of_arrival_starts_too_early(chosen: int) -> None:
    """5,040 orders of six files and the sentinel, looked at after each arrival.

    The sentinel starts the turn only as the last; where it came earlier, the quiet period decides.
    """
    names = (*FILES, "terms.csv", "done.txt")
    wrong = 0
    for number, order in enumerate(itertools.permutations(names)):
        if number % 5 != chosen:
            continue
        watch = Watch(Arrivals(quiet=300, sentinel="done.txt"), expected=names[:-1])
        lying: list[Entry] = []
        for at, name in enumerate(order, start=1):
            lying.append(entry(name, changed=at))
            whole = one(watch, float(at), *lying).whole
            wrong += whole and len(lying) < len(names)
            assert whole == (len(lying) == len(names) and name == "done.txt")
        assert one(watch, 307.0, *lying).whole
    assert wrong == 0


def test_the_first_drop_of_all_waits_whatever_its_sentinel_says() -> None:
    watch = Watch(Arrivals(quiet=300, sentinel="done.txt"))
    lying = entry("students.csv", changed=1), entry("done.txt", changed=2)
    assert not one(watch, 2, *lying).whole
    assert one(watch, 302, *lying).whole


def test_a_zip_and_a_folder_are_drops_of_their_own_the_first_seen_first() -> None:
    watch = Watch(Arrivals(quiet=300))
    monday, tuesday = (entry(f"{n}.zip", group=f"{n}.zip") for n in ("monday", "tuesday"))
    loose = entry("students.csv")
    watch.look(Listing((tuesday,)), 0)
    watch.look(Listing((tuesday, loose)), 10)
    found = watch.look(Listing((monday, tuesday, loose)), 60)
    assert [(f.group, f.whole) for f in found] == [
        ("tuesday.zip", True), ("", False), ("monday.zip", False),
    ]  # fmt: skip


def test_what_was_taken_over_and_stays_is_new_only_when_it_changes() -> None:
    watch = Watch(Arrivals(quiet=0, taken="keep"))
    one(watch, 0, entry("students.csv"))
    watch.taken("")
    assert watch.look(Listing((entry("students.csv"),)), 9) == []
    assert one(watch, 10, entry("students.csv", changed=7)).whole


def test_what_was_seen_is_remembered_over_a_restart_of_importer_not_of_the_clock() -> None:
    first = Watch(Arrivals(quiet=300))
    one(first, 0, entry("students.csv"))
    again, booted = Watch(Arrivals(quiet=300)), Watch(Arrivals(quiet=300))
    again.recall(first.record(), same_clock=True)
    booted.recall(first.record(), same_clock=False)
    assert one(again, 300, entry("students.csv")).whole
    assert not one(booted, 300, entry("students.csv")).whole


def test_a_zip_may_be_whole_sooner_and_has_to_prove_it() -> None:
    watch = Watch(Arrivals(quiet=300))
    packed = entry("a.zip", group="a.zip")
    assert one(watch, 0, packed).wait == 60
    found = one(watch, 60, packed)
    assert (found.whole, found.surely) == (True, True)
    watch.doubt("a.zip")
    found = one(watch, 61, packed)
    assert (found.whole, found.wait) == (False, 239)
    found = one(watch, 300, packed)
    assert (found.whole, found.surely) == (True, False)


@given(seed=st.integers(0, 10_000), quiet=st.integers(1, 50))
def test_whatever_a_sender_does_a_drop_is_whole_only_after_rest(seed: int, quiet: int) -> None:
    """A sender writes, overwrites, renames and removes at random; the last touch is known here."""
    rng = random.Random(seed)
    watch = Watch(Arrivals(quiet=quiet, late=0))
    lying: dict[str, Entry] = {}
    touched = 0.0
    for now in range(200):
        if rng.random() < rng.choice((0.0, 0.02, 0.3)):
            name = rng.choice(FILES)
            if name in lying and rng.random() < 0.3:
                del lying[name]
            else:
                lying[name] = entry(name, changed=now, size=rng.choice((0, 10, 20)))
            touched = now
        for found in watch.look(Listing(tuple(lying.values())), float(now)):
            assert not found.whole or now - touched >= quiet
