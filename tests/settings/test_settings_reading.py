"""district.toml: what may stand there, and what every mistake is told."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from importer import settings
from importer.model.errors import UsageError
from importer.settings import (
    Absent,
    Arrivals,
    Calendar,
    Deliver,
    Guards,
    Local,
    Match,
    Notify,
    Pause,
    Policy,
    Ready,
    Remote,
    Retention,
    Schedule,
    Semester,
    Share,
    Smtp,
    Source,
    Sync,
    Webhook,
)

EVERYTHING = """
district_id = "lakeview"
active = false
test_run = true
format = "clever"
profile = "certification"
never_sent = ["staff.csv"]
may_be_empty = ["enrollments.csv"]
skip_errors = false
drop_fields = ["people.birth_date", "sections.periods"]
portal = "single"
auto_create_organisations = false
[organisations]
"0101" = "Oak School"
[calendar]
school_year = "2026-27"
school_year_start = 2026-08-17
school_year_end = 2027-06-11
[[calendar.semesters]]
name = "Spring"
start = 2027-01-04
end = 2027-06-11
[[calendar.semesters]]
name = "Fall"
start = 2026-08-17
end = 2026-12-18
[share]
schools = ["0101"]
lowest_grade = "KG"
highest_grade = "5"
subjects = ["math"]
[sync]
items = ["users"]
changes = ["add", "edit"]
blanks = "replace"
future = "now"
keep_section_names = true
parent_child = false
match_sessions = "code"
self_paced = false
blended = true
[match]
students = ["sis_id", "email"]
teachers = []
sections = ["sis_id"]
confirmed = ["email"]
sections_days_apart = 0
student_id_onto = "sis_id"
teacher_id_onto = "sis_id"
[absent]
people = "suspend"
sections = "keep"
enrollments = "complete-last"
terms = ["T1"]
[local]
locks = ["people.email"]
wins = "sis"
[guards]
school_loss = 1
school_floor = 6
new_holders = ["N4"]
[retention]
drops_days = 7
runs_days = 90
rosters_days = 800
[readiness]
product = "student"
country = "GB"
sis = "veracross"
needs = ["students", "sign-on"]
whole_district = true
minutes_each = 3.5
weeks = 39
[arrivals]
quiet = 0
late = 60
sentinel = "done.txt"
taken = "keep"
[[sources]]
name = "sis"
format = "clever"
folder = "sis"
[[sources]]
name = "staff"
[sources.remote]
host = "sftp.oak.example"
port = 2222
user = "district"
folder = "out"
key = "id_ed25519"
known_hosts = "pinned"
taken = "move"
moved_to = "taken"
[deliver]
folder = "outgoing"
keep = 3
[schedule]
time_zone = "America/Chicago"
expected = "06:30"
days = ["mon", "sat"]
sources = ["sis"]
blackouts = [2026-11-26]
[[schedule.pauses]]
first = 2026-12-21
last = 2027-01-03
reason = "winter break"
[notify]
email = ["it@oak.example"]
on = ["held", "every"]
digest = "07:30"
[smtp]
host = "smtp.oak.example"
port = 465
security = "tls"
user = "importer"
password_from = "OAK_SMTP"
sender = "importer@oak.example"
[webhook]
url = "https://hooks.oak.example/importer"
secret_from = "OAK_HOOK"
"""
READ = Policy(
    district_id="lakeview", active=False, test_run=True,
    format="clever", profile="certification", never_sent=("staff.csv",),
    may_be_empty=("enrollments.csv",), skip_errors=False,
    drop_fields=("people.birth_date", "sections.periods"), portal="single",
    auto_create_organisations=False, organisations={"0101": "Oak School"},
    calendar=Calendar(
        "2026-27", date(2026, 8, 17), date(2027, 6, 11),
        (
            Semester("Spring", date(2027, 1, 4), date(2027, 6, 11)),
            Semester("Fall", date(2026, 8, 17), date(2026, 12, 18)),
        ),
    ),
    share=Share(("0101",), "KG", "5", ("math",)),
    sync=Sync(("users",), ("add", "edit"), "replace", "now", True, False, "code", False, True),
    match=Match(("sis_id", "email"), (), ("sis_id",), ("email",), 0, "sis_id", "sis_id"),
    absent=Absent("suspend", "keep", "complete-last", ("T1",)),
    local=Local(("people.email",), "sis"),
    guards=Guards(school_loss=1.0, school_floor=6, new_holders=("N4",)),
    retention=Retention(7, 90, 800),
    readiness=Ready("student", "GB", "veracross", ("students", "sign-on"), True, 3.5, 39),
    arrivals=Arrivals(0, 60, "done.txt", "keep"),
    deliver=Deliver("outgoing", 3),
    sources=(
        Source("sis", "clever", "sis"),
        Source("staff", remote=Remote(
            "sftp.oak.example", 2222, "district", "out", "id_ed25519", "pinned", "", "move", "taken"
        )),
    ),
    schedule=Schedule(
        "America/Chicago", "06:30", ("mon", "sat"), ("sis",),
        (Pause(date(2026, 12, 21), date(2027, 1, 3), "winter break"),), (date(2026, 11, 26),),
    ),
    notify=Notify(("it@oak.example",), ("held", "every"), "07:30"),
    smtp=Smtp("smtp.oak.example", 465, "tls", "importer", "OAK_SMTP", "importer@oak.example"),
    webhook=Webhook("https://hooks.oak.example/importer", "OAK_HOOK"),
)  # fmt: skip

YEAR = "[calendar]\nschool_year_start = 2026-08-17\nschool_year_end = 2027-06-11\n"


def _semester(name: str, start: str, end: str) -> str:
    return f'[[calendar.semesters]]\nname = "{name}"\nstart = {start}\nend = {end}\n'


def test_the_template_says_the_defaults() -> None:
    assert settings.read(settings.TEMPLATE) == settings.read("") == Policy()


def test_the_template_names_every_setting() -> None:
    named = set(re.findall(r"^(?:# )?\[*([a-z_]+)(?: = |\])", settings.TEMPLATE, re.M))
    wanted = {name.rpartition(".")[2] for name in settings.flat(Policy())}
    assert wanted - named == {"semesters", "pauses"}  # sections of their own
    assert "# [[calendar.semesters]]" in settings.TEMPLATE
    assert "# [[schedule.pauses]]" in settings.TEMPLATE


def test_what_the_template_shows_as_examples_can_be_read() -> None:
    text = re.sub(
        r"^# (\[\[?[a-z._]+\]\]?|[a-z_\"0-9]+ = .+)$", r"\1", settings.TEMPLATE, flags=re.M
    )
    policy = settings.read(text)
    assert policy.organisations == {"0101": "Oak School"}
    assert policy.calendar.school_year_end == date(2027, 6, 11)
    assert [semester.name for semester in policy.calendar.semesters] == ["Fall"]


def test_every_setting_is_read() -> None:
    assert settings.read(EVERYTHING) == READ
    usual, now = settings.flat(Policy()), settings.flat(READ)
    same = {name for name, value in now.items() if value == usual[name]}
    assert same == {n for n in usual if n.startswith(("guards.", "remote."))} - {
        "guards.school_loss",
        "guards.school_floor",
        "guards.new_holders",
    }  # fmt: skip; with several sources each has a remote of its own


COMING_IN = (
    "arrivals",
    "remote",
    "sources",
    "deliver",
    "schedule",
    "notify",
    "smtp",
    "webhook",
    "retention",
    "readiness",
)
JUDGING = [n for n in settings.flat(Policy()) if n.partition(".")[0] not in COMING_IN]


@pytest.mark.parametrize("name", JUDGING)
def test_another_setting_is_another_policy(name: str) -> None:
    """The same drop under a changed setting is planned again."""
    section, _, key = name.rpartition(".")
    if section:
        theirs = getattr(Policy(), section)
        old = getattr(theirs, key)
        value = getattr(getattr(READ, section), key)
        value = old + 1 if value == old else value
        other = replace(Policy(), **{section: replace(theirs, **{key: value})})
    else:
        other = replace(Policy(), **{key: getattr(READ, key)})
    assert other.id() != Policy().id()
    assert other.id() == replace(other).id()


def test_how_drops_come_in_says_nothing_of_what_they_mean() -> None:
    coming = {name: getattr(READ, name) for name in COMING_IN}
    assert replace(Policy(), **coming).id() == Policy().id()


MAIL = '[smtp]\nhost = "h"\nsender = "a@b.example"'


@pytest.mark.parametrize(
    "text",
    [
        f'{MAIL}\nsecurity = "none"',
        '[smtp]\nhost = "127.0.0.1"\nsender = "a@b.example"\nsecurity = "none"\nuser = "u"',
        '[webhook]\nurl = "http://127.0.0.1:8080/x"',
        '[webhook]\nurl = "http://[::1]:8080/x"',
        '[schedule]\ntime_zone = "America/Argentina/Buenos_Aires"',
        '[schedule]\ntime_zone = "Etc/GMT+12"',
    ],
)
def test_what_is_no_mistake_in_who_is_told_and_when(text: str) -> None:
    assert settings.problems(text) == []


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    text = (
        f'{MAIL}\npassword_from = "hunter2!"\n'
        '[webhook]\nurl = "https://me:hunter2!@h/"\nsecret_from = "hunter2!"'
    )
    found = settings.problems(text)
    assert len(found) == 3
    assert "hunter2" not in "".join(problem.says + problem.fix for problem in found)


def test_zones_are_known_on_a_machine_without_any() -> None:
    """A slim container has no /usr/share/zoneinfo; the dependency tzdata stands in."""
    code = "from importer.settings.schedule import zone; print(zone('Asia/Kolkata'))"
    environment = {**os.environ, "PYTHONTZPATH": ""}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert ran.stdout.strip() == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[arrivals]\nsentinel = "../done"', "arrivals.sentinel"),
        ('[remote]\nhost = "h"\nkey = "k"', "remote.user"),
        ('[remote]\nhost = "h"\nuser = "u"', "remote.key"),
        ('[remote]\nhost = "h"\nuser = "u"\npassword_from = "s3cret!"', "remote.password_from"),
        ('[remote]\nhost = "h"\nuser = "u"\nkey = "k"\ntaken = "move"', "remote.moved_to"),
        ('[[sources]]\nname = "a"', "sources 1.folder"),
        ('[[sources]]\nname = "A B"\nfolder = "a"', "sources 1.name"),
        ('[[sources]]\nname = "a"\nfolder = "../b"', "sources 1.folder"),
        ('[remote]\nhost="h"\nuser="u"\nkey="k"\n[[sources]]\nname="a"\nfolder="a"', "remote.host"),
        ('[schedule]\ntime_zone = "Chicago"', "schedule.time_zone"),
        ('[schedule]\ntime_zone = "Europe"', "schedule.time_zone"),
        ('[schedule]\ntime_zone = "../../etc/passwd"', "schedule.time_zone"),
        ('[schedule]\ntime_zone = ""', "schedule.time_zone"),
        ('[schedule]\nexpected = "6:00"', "schedule.expected"),
        ('[schedule]\nexpected = "24:00"', "schedule.expected"),
        ('[schedule]\nexpected = "06:00"\ndays = []', "schedule.days"),
        ('[schedule]\ndays = ["monday"]', "schedule.days"),
        ('[schedule]\nsources = ["sis"]', "schedule.sources"),
        ("[schedule]\nblackouts = [2026-11-26T00:00:00]", "schedule.blackouts"),
        ('[schedule]\nblackouts = ["2026-11-26"]', "schedule.blackouts"),
        ("[[schedule.pauses]]\nfirst = 2026-12-21", "schedule.pauses 1"),
        (
            "[[schedule.pauses]]\nfirst = 2026-12-21\nlast = 2026-12-20",
            "schedule.pauses 1.last",
        ),
        (f'{MAIL}\n[notify]\nemail = ["it at oak"]', "notify.email"),
        (f'{MAIL}\n[notify]\nemail = ["a@b.example\\nBcc: c@d.example"]', "notify.email"),
        ('[notify]\nemail = ["a@b.example"]', "notify.email"),
        ('[notify]\non = ["always"]', "notify.on"),
        ('[notify]\ndigest = "daily"', "notify.digest"),
        ('[smtp]\nhost = "h"', "smtp.sender"),
        ('[smtp]\nhost = "h\\r\\nx"\nsender = "a@b.example"', "smtp.host"),
        (f'{MAIL}\npassword_from = "hunter2"', "smtp.password_from"),
        (f'{MAIL}\nsecurity = "none"\nuser = "u"', "smtp.security"),
        ('[webhook]\nurl = "http://hooks.oak.example/"', "webhook.url"),
        ('[webhook]\nurl = "ftp://hooks.oak.example/"', "webhook.url"),
        ('[webhook]\nurl = "https://u:p@hooks.oak.example/"', "webhook.url"),
        ('[webhook]\nurl = "https://h:99999/"', "webhook.url"),
        ('[webhook]\nurl = "https://h/"\nsecret_from = "whsec_abc"', "webhook.secret_from"),
    ],
)
def test_what_does_not_fit_together_in_how_drops_come_in(text: str, key: str) -> None:
    assert [problem.key for problem in settings.problems(text)] == [key]


@pytest.mark.parametrize(
    ("text", "line", "says", "fix"),
    [
        ("\nnever_send = []", 2, "no setting never_send", "Did you mean never_sent?"),
        ("[gards]\nx = 1", 1, "no setting gards", "Did you mean guards?"),
        ("[guards]\nschool_los = 1", 2, "no setting guards.school_los", "mean school_loss?"),
        ("[guards]\n\nportal = 'multi'", 3, "no setting guards.portal", "top of the file"),
        ("schools = ['0101']", 1, "no setting schools", "in the section [share]"),
        ("growth = 1", 1, "no setting growth", "in the section [guards]"),
        ("guards = 3", 1, "guards must be a section, [guards]", ""),
        ("district_id = 12", 1, "must be a text", 'district_id = "…"'),
        ("skip_errors = 'no'", 1, "must be true or false", "skip_errors = true"),
        ("skip_errors = 0", 1, "must be true or false", ""),
        ("never_sent = 'staff.csv'", 1, "must be a list of texts", 'never_sent = ["…"]'),
        ("never_sent = [1]", 1, "must be a list of texts", ""),
        ("portal = 'singel'", 1, "portal can't be “singel”", "Did you mean single?"),
        ("profile = 'x'", 1, "profile can't be “x”", "standard, certification"),
        ("drop_fields = ['people.birthdate']", 1, "people.birthdate", "people.birth_date?"),
        ("drop_fields = ['people.person_id']", 1, "people.person_id", ""),
        ("organisations = 'x'", 1, "organisations must be a section of texts", ""),
        ("[organisations]\n0101 = 3", 1, "organisations must be a section of texts", ""),
        ("[organisations]\n'0101' = ' '", 2, "organisations.0101: it has no name", ""),
        ("[calendar]\nschool_year = 2026", 2, "must be a text", ""),
        ("[calendar]\nschool_year_start = '2026-08-17'", 2, "must be a date", "2026-08-17"),
        ("[calendar]\nschool_year_start = 2026-08-17T00:00:00", 2, "must be a date", ""),
        (YEAR.replace("2027", "2025"), 3, "must be after school_year_start", ""),
        ("[calendar]\nsemesters = 3", 2, "[[calendar.semesters]]", ""),
        ("[[calendar.semesters]]\nname = 'Fall'", 1, "semesters 1 has no start, end", "name,"),
        (YEAR + _semester("Fall", "2026-08-17", "2026-08-17"), 7, "end after it starts", ""),
        (YEAR + _semester("Fall", "2026-08-16", "2026-12-18"), 4, "not inside the school", ""),
        (YEAR + _semester("Late", "2027-05-01", "2027-06-12"), 4, "not inside the school", ""),
        (
            _semester("B", "2026-12-18", "2027-02-01") + _semester("A", "2026-08-17", "2026-12-18"),
            1, "“A” and “B” overlap", "last day",
        ),
        ("[share]\nlowest_grade = 'Grade 3'", 2, "“Grade 3” is no grade", "Kindergarten"),
        ("[share]\nlowest_grade = 'Ungraded'", 2, "“Ungraded” is no grade", ""),
        ("[share]\nlowest_grade = '5'\nhighest_grade = 'KG'", 3, "below lowest_grade", "Swap"),
        ("portal = 'single'\n[share]\nschools = ['1', '2']", 3, "only one school", ""),
        ("[sync]\nitems = ['user']", 2, "can't be “user”", "Did you mean users?"),
        ("[sync]\nitems = []", 2, "must name at least one", ""),
        ("[sync]\nchanges = ['delete']", 2, "can't be “delete”", "archive"),
        ("[guards]\nschool_loss = 10", 2, "a number from 0 to 1.", "0.1 is ten per cent"),
        ("[guards]\ngrowth = -0.1", 2, "a number from 0 to 1,000,000", ""),
        ("[guards]\ngrowth = nan", 2, "a number from 0", ""),
        ("[guards]\nschool_floor = 2.5", 2, "a whole number from 0", "school_floor = 5"),
        ("[guards]\nschool_floor = true", 2, "a whole number", ""),
        ("a = 1\na = 2\n", 2, "can't be read", "Correct it"),
        ("x = [1,\ny", 2, "can't be read", "Correct it"),
        ("x = " + "[" * 100_000, 0, "can't be read: it is nested too deep", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_words(text: str, line: int, says: str, fix: str) -> None:
    [problem] = settings.problems(text)
    assert says in problem.says
    assert fix in problem.fix
    assert problem.line == line
    assert problem.says[-1] == "." and problem.fix
    with pytest.raises(UsageError) as caught:
        settings.read(text, "lakeview.toml")
    place = f"lakeview.toml line {line}: " if line else "lakeview.toml: "
    assert (str(caught.value), caught.value.fix) == (place + problem.says, problem.fix)


def test_all_mistakes_are_told_not_only_the_first() -> None:
    text = (
        'portl = "multi"\nskip_errors = 3\n[guards]\ngrowth = "a lot"\nheld_rows = 7\n'
        "[share]\nlowest_grade = '9'\nhighest_grade = '3'\n"
    )
    told = [(problem.line, problem.key) for problem in settings.problems(text)]
    assert told == [
        (1, "portl"), (2, "skip_errors"), (4, "guards.growth"), (5, "guards.held_rows"),
        (8, "share.highest_grade"),
    ]  # fmt: skip


def test_formats_are_looked_at_where_they_are_known() -> None:
    [problem] = settings.problems('\nformat = "clevr"', ["clever"])
    assert (problem.line, problem.says) == (2, "there is no format “clevr”.")
    assert settings.problems('format = "clever/students"', ["clever"]) == []


VALUES = st.recursive(
    st.booleans() | st.integers(-5, 50) | st.sampled_from(["", "x", "0101", "single", "3"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@examples(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from([*settings.flat(Policy()), "portl", "a.b.c"]), VALUES))
def test_whatever_stands_there_is_read_or_told(given_values: dict[str, Any]) -> None:
    text = "\n".join(f"{key} = {_toml(value)}" for key, value in given_values.items())
    tomllib.loads(text)
    found = settings.problems(text)
    for problem in found:
        assert problem.says and problem.fix
        assert 1 <= problem.line <= len(given_values)
    if not found:
        assert settings.flat(settings.read(text)).keys() == settings.flat(Policy()).keys()
    assert not found or "portl" not in given_values or "portl" in {p.key for p in found}


@examples(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text_gives_words_never_a_traceback(text: str) -> None:
    assert all(problem.says and problem.fix for problem in settings.problems(text))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
