"""Usernames for accounts that come without one: by the published convention, never given twice."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uit_sheets import LAWS, Office, educator, offices, sheets, student


@pytest.mark.parametrize(
    ("grade", "username"),
    [("PK", "annas"), ("TK", "annas"), ("K", "annas"), ("0", "annas"), ("2", "annas"),
     ("3", "asmith"), ("12", "asmith")],
)  # fmt: skip
def test_by_grade(grade: str, username: str) -> None:
    with offices() as [office]:
        office.send(sheets([student("Anna", "Smith", Grade=grade)]))
        assert office.logins() == {"Anna Smith": username}


def test_educators_and_other_letters(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = [student("Zoë", "Müller-O'Neil", Grade="K"), student("Åsa", "de la Cruz")]
    rows += [student("李", "小龙", UserID="1"), student("王", "芳", UserID="2")]
    office.send(sheets(rows, [educator("José", "Núñez")]))
    assert office.logins() == {
        "Zoë Müller-O'Neil": "zoem", "Åsa de la Cruz": "adelacruz", "José Núñez": "jnunez",
        "李 小龙": "user", "王 芳": "user2",
    }  # fmt: skip


def test_the_plan_says_what_was_made(tmp_path: Path) -> None:
    sent = Office(tmp_path).send(sheets([student(UserID="1")]))
    (added,) = [c for c in sent.changes if c["table"] == "people"]
    assert added["because"].endswith("username blind was made")


def test_a_username_on_the_sheet_wins(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(
        sheets([student(UserID="1", Username="Bo.L-1"), student("Bea", "Lind", UserID="2")])
    )
    office.send(sheets([student("Ben", "Lind", UserID="3", Username="blind2")]))
    office.send(sheets([student("Bob", "Lind", UserID="4")]))
    assert office.logins() == {
        "Bo Lind": "Bo.L-1", "Bea Lind": "blind", "Ben Lind": "blind2", "Bob Lind": "blind3"
    }  # fmt: skip


def test_one_that_the_sheet_gives_to_another_is_not_made(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = [student("Ben", "Lind", UserID="1"), student("Ida", "Ek", UserID="2", Username="BLIND")]
    office.send(sheets(rows))
    assert office.logins() == {"Ben Lind": "blind2", "Ida Ek": "BLIND"}


def test_one_of_an_archived_account_is_not_given_again(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(sheets([student(UserID="1")]))
    office.send(sheets([student(UserID="1", Action="X")]), release=True)
    office.send(sheets([student("Bea", "Lind", UserID="2")]))
    assert office.logins() == {"Bea Lind": "blind2"}


def test_naming_an_archived_account_brings_it_back(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(sheets([student(UserID="1")]))
    office.send(sheets([student(UserID="1", Action="X")]), release=True)
    sent = office.send(sheets([student(Username="BLind", Grade="4")]))
    assert sent.of("reactivate", "people") == {"1"}
    assert sent.of("add") == set()


def test_a_stored_username_stays_when_the_grade_changes(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(sheets([student("Anna", "Smith", Grade="2", UserID="1")]))
    office.send(sheets([student("Anna", "Smith", Grade="3", UserID="1")]))
    assert office.logins() == {"Anna Smith": "annas"}


@LAWS
@given(st.lists(st.tuples(st.sampled_from(["Al", "Ana", "Áine"]), st.sampled_from(["Ek", "Éks"]),
                          st.sampled_from(["K", "3"])), min_size=2, max_size=12),
       st.randoms(use_true_random=False))  # fmt: skip
def test_the_same_people_get_the_same_usernames(
    people: list[tuple[str, str, str]], order: random.Random
) -> None:
    rows = [student(f, l, Grade=g, UserID=str(i)) for i, (f, l, g) in enumerate(people)]  # noqa: E741
    mixed = order.sample(rows, len(rows))
    with offices(2) as [one, other]:
        one.send(sheets(rows))
        other.send(sheets(mixed))
        given_ = [p["username"] for p in one.rows("people")]
        assert len({name.casefold() for name in given_}) == len(rows)
        assert one.content() == other.content()
