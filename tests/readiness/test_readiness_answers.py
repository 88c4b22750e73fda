"""answers.toml: read strictly, written as it is read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readiness_answers import RULES

from importer.model.errors import UsageError
from importer.model.readiness import ANSWERS, NEEDS, Answer, Profile
from importer.readiness.answers import Answers, merged, read, text

WHOLE = """\
[district]
name = "Northfield"
product = "student"
country = "US"
sis = "powerschool"
needs = ["students", "groups"]

[mobile]
answer = "no"
note = "Farm work in autumn"
who = "A. Lopez"
when = 2026-11-20
override = "Most come back within a week"

[sis_change]
answer = "yes"
on = 2026-08-01
"""


def test_a_file_as_people_write_it() -> None:
    answers = read(WHOLE, RULES)
    needs = ("students", "groups")
    assert answers.profile == Profile("Northfield", "student", "US", "powerschool", needs)
    mobile = answers.by_name["mobile"]
    assert (mobile.answer, mobile.when, mobile.note) == ("no", "2026-11-20", "Farm work in autumn")
    assert answers.by_name["sis_change"].on == "2026-08-01"
    assert set(answers.by_name) == {"mobile", "sis_change"}


def test_nothing_answered() -> None:
    assert read("", RULES) == Answers()


@pytest.mark.parametrize(
    ("wrong", "says", "fix"),
    [
        ('[mobil]\nanswer = "no"', "there is no setting mobil.", "Did you mean mobile?"),
        (
            '[mobile]\nanswer = "maybe"',
            "mobile.answer can't be “maybe”.",
            "Known are yes, no, unsure",
        ),
        ('[mobile]\nanser = "yes"', "there is no setting mobile.anser.", "Did you mean answer?"),
        ('[mobile]\nwhen = "today"', "mobile.when must be a date.", "when = 2026-08-17"),
        ('mobile = "yes"', "mobile must be a section, [mobile].", ""),
        (
            '[mobile]\nanswer = "no"\noverride = "so"',
            "nobody who answers for it",
            'Write who = "…"',
        ),
        (
            '[district]\nproduct = "maths"',
            "there is no product “maths”.",
            "Known are student, staff.",
        ),
        ('[district]\ncountry = "USA"', "can’t be “USA”", "two letters"),
        ('[district]\nneeds = ["rosters"]', "district.needs can't be “rosters”.", ""),
        ('[district]\ncountry = "UK"', "the United Kingdom is GB", 'country = "GB"'),
        ('[district]\ncountry = "ÄÖ"', "can’t be “ÄÖ”", "two letters"),
        ('[mobile]\nanswer = "yes"\nwhen = 9999-12-31', "a day of the year 9999", "2000 to 2199"),
        ('[sis_change]\nanswer = "yes"\non = 9999-12-31', "a day of the year 9999", "2000"),
        ("[mobile]\nwhen = 2026-11-02\nuntil = 2026-11-01", "before it was answered", "Correct"),
        ("[mobile", "it can't be read", "Correct it."),
    ],
)
def test_what_cannot_be_meant_is_told(wrong: str, says: str, fix: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(wrong, RULES)
    assert "answers.toml" in str(raised.value)
    assert says in str(raised.value)
    assert fix in raised.value.fix


TEXTS = st.text(max_size=12)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(str) | st.just("")
LATER = st.dates(date(2100, 1, 1), date(2199, 12, 31)).map(str) | st.just("")
ANSWER = st.builds(
    Answer,
    answer=st.sampled_from(ANSWERS),
    note=TEXTS,
    who=TEXTS.map(lambda text: f"A{text}"),
    when=DAYS,
    until=LATER,
    override=TEXTS,
    on=DAYS,
)
PROFILES = st.builds(
    Profile,
    name=TEXTS,
    product=st.sampled_from(["", "student", "staff"]),
    country=st.sampled_from(["", "US", "GB"]),
    sis=TEXTS,
    needs=st.lists(st.sampled_from(NEEDS), unique=True).map(tuple),
)


@given(PROFILES, st.dictionaries(st.sampled_from([q.name for q in RULES.question]), ANSWER))
def test_what_is_written_is_read_again(profile: Profile, by_name: dict[str, Answer]) -> None:
    assert read(text(Answers(profile, by_name)), RULES) == Answers(profile, by_name)


def test_what_people_say_of_their_district_goes_before_what_drops_tell() -> None:
    said, hints = Profile(sis="veracross"), Profile("Oak", "", "US", "powerschool", ("students",))
    assert merged(said, hints) == Profile("Oak", "", "US", "veracross", ("students",))
