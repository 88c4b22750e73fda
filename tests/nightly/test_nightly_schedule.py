"""When a push should have come: days, pauses, clocks that change, zones with odd offsets."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from importer import schedule, settings
from importer.settings import Policy, Schedule
from importer.settings.schedule import DAYS

ZONES = sorted(set(available_timezones()) - {"localtime", "Factory"})
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST, LAST = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2037-01-01")
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))


def of(zone: str, expected: str, days: tuple[str, ...] = DAYS) -> Policy:
    return Policy(schedule=Schedule(zone, expected, days))


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "last", "coming"),
    [
        ("2026-11-23 06:00", "2026-11-23 06:00", "2026-11-24 06:00"),  # right now it is over
        ("2026-11-23 05:59", "2026-11-20 06:00", "2026-11-23 06:00"),  # a Monday; before it Friday
        ("2026-11-25 12:00", "2026-11-25 06:00", "2026-11-30 06:00"),  # two days are left out
        ("2026-12-24 12:00", "2026-12-18 06:00", "2027-01-04 06:00"),  # a pause
        ("2026-07-01 12:00", None, "2026-08-17 06:00"),  # before the school year
        ("2027-07-01 12:00", "2027-06-11 06:00", None),  # after it
    ],
)
def test_the_last_and_the_next_deadline(now: str, last: str | None, coming: str | None) -> None:
    policy = settings.read(
        "[calendar]\nschool_year_start = 2026-08-17\nschool_year_end = 2027-06-11\n"
        '[schedule]\ntime_zone = "America/Chicago"\nexpected = "06:00"\n'
        "blackouts = [2026-11-26, 2026-11-27]\n"
        "[[schedule.pauses]]\nfirst = 2026-12-21\nlast = 2027-01-03\n"
    )
    due = schedule.due(policy, at(now, "America/Chicago"))
    assert due.last == (last and at(last, "America/Chicago"))
    assert due.next == (coming and at(coming, "America/Chicago"))


def test_where_no_push_is_expected_none_is_missing() -> None:
    now = at("2026-11-23 12:00")
    off = replace(of("UTC", "06:00"), active=False)
    for policy in (Policy(), off, of("UTC", "06:00", ("sun",))):
        assert schedule.missed(policy, now, now - timedelta(hours=30)) is None
    assert schedule.due(off, now) == schedule.due(Policy(), now) == schedule.Due(None, None)


@pytest.mark.parametrize(
    ("arrived", "missing"),
    [
        ("2026-11-23 05:00", False),
        ("2026-11-22 06:01", False),  # since the same time of the day before
        ("2026-11-22 06:00", True),
        ("2026-11-20 06:05", True),  # Friday's came late; that is none of Monday's
        ("2026-11-23 09:00", False),  # late, but there
        (None, True),
    ],
)
def test_which_push_counts(arrived: str | None, missing: bool) -> None:
    policy, now = of("UTC", "06:00", DAYS[:5]), at("2026-11-23 10:00")
    found = schedule.missed(policy, now, at(arrived) if arrived else None)
    assert found == (at("2026-11-23 06:00") if missing else None)


@pytest.mark.parametrize(
    ("zone", "expected", "day", "told"),
    [
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08 07:30"),  # 3:30: 2:30 is skipped
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01 06:30"),  # the second 1:30
        ("Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-04 15:15"),  # half an hour twice
        ("Asia/Kolkata", "06:00", "2026-11-23", "2026-11-23 00:30"),
        ("Asia/Kathmandu", "06:00", "2026-11-23", "2026-11-23 00:15"),
        ("Pacific/Chatham", "06:00", "2026-11-23", "2026-11-22 16:15"),
        ("Pacific/Kiritimati", "06:00", "2026-11-23", "2026-11-22 16:00"),  # 14 hours ahead
        ("Etc/GMT+12", "06:00", "2026-11-23", "2026-11-23 18:00"),  # 12 hours behind
        ("America/Nuuk", "23:30", "2025-03-29", "2025-03-30 01:30"),  # skipped into the next day
    ],
)
def test_clocks_that_change_and_odd_offsets(zone: str, expected: str, day: str, told: str) -> None:
    deadline = at(told)
    moment = schedule.instant(date.fromisoformat(day), time.fromisoformat(expected), ZoneInfo(zone))
    assert moment == deadline
    policy = of(zone, expected)
    assert schedule.due(policy, deadline).last == deadline
    assert schedule.due(policy, deadline - MINUTE).next == deadline
    assert schedule.missed(policy, deadline, deadline - DAY * 2) == deadline
    assert schedule.missed(policy, deadline, deadline - timedelta(hours=20)) is None


def test_a_day_that_a_zone_skipped_asks_for_no_push_of_its_own() -> None:
    """Samoa went from Thursday, 29 December 2011, to Saturday, the 31st."""
    policy = of("Pacific/Apia", "06:00")
    thursday, saturday = at("2011-12-29 16:00"), at("2011-12-30 16:00")
    assert schedule.due(policy, thursday) == schedule.Due(thursday, saturday)
    assert schedule.due(policy, saturday) == schedule.Due(saturday, saturday + DAY)
    assert schedule.missed(policy, saturday, thursday) == saturday
    assert schedule.missed(policy, saturday, thursday + MINUTE) is None


def _by_walking(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """From when on the clock on the wall no longer shows an earlier moment: minute by minute."""
    moment = datetime.combine(day, clock, UTC) + timedelta(hours=40)
    while moment.astimezone(zone).replace(tzinfo=None) >= datetime.combine(day, clock):
        moment -= MINUTE
    return moment + MINUTE


@examples(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(ZONES), MOMENTS, TIMES)
def test_a_time_of_day_is_when_the_clock_on_the_wall_has_shown_it(
    name: str, moment: datetime, clock: time
) -> None:
    zone, day = ZoneInfo(name), moment.date()
    if zone.utcoffset(moment.replace(tzinfo=None)).seconds % 60:  # type: ignore[union-attr]
        return  # local mean time; the walk goes by minutes
    reading, walked = schedule.instant(day, clock, zone), _by_walking(day, clock, zone)
    shown = walked.astimezone(zone).replace(tzinfo=None)
    skipped = shown - datetime.combine(day, clock)  # how far into a gap the time of day lies
    assert timedelta() <= skipped < DAY + MINUTE
    assert walked <= reading <= walked + DAY
    if not skipped:
        assert reading == walked


@examples(max_examples=300, deadline=None, derandomize=True)
@given(
    st.sampled_from(ZONES),
    MOMENTS,
    TIMES,
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.timedeltas(-DAY * 9, timedelta()),
)
def test_laws_of_deadlines(
    zone: str, now: datetime, clock: time, days: set[str], ago: timedelta
) -> None:
    policy = of(zone, f"{clock:%H:%M}", tuple(d for d in DAYS if d in days))
    due = schedule.due(policy, now)
    assert due.last is not None and due.next is not None
    assert due.last <= now < due.next
    assert due.next - due.last <= DAY * 8 + timedelta(hours=25)
    assert schedule.due(policy, due.last).last == due.last  # nothing lies between the two
    assert schedule.due(policy, due.next - timedelta(microseconds=1)).last == due.last
    told = schedule.missed(policy, now, now + ago)
    assert told in (None, due.last)
    if now + ago > due.last - timedelta(hours=21):
        assert told is None
    if now + ago <= due.last - timedelta(hours=51):
        assert told == due.last
    every = schedule.passed(policy, f"{clock:%H:%M}", now)
    assert now - DAY * 2 - timedelta(hours=2) < every <= now
    assert due.last <= every


PAUSED = settings.read(
    '[schedule]\ntime_zone = "Pacific/Auckland"\nblackouts = [2026-11-26]\n'
    '[[schedule.pauses]]\nfirst = 2026-12-21\nlast = 2027-01-03\nreason = "summer"\n'
)


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ("2026-11-25 23:59", ""),
        ("2026-11-26 00:00", "2026-11-26 is left out"),
        ("2026-11-27 00:00", ""),
        ("2026-12-21 00:00", "paused until 2027-01-03: summer"),
        ("2027-01-03 23:59", "paused until 2027-01-03: summer"),
        ("2027-01-04 00:00", ""),
    ],
)
def test_pauses_are_days_of_the_district(now: str, reason: str) -> None:
    assert schedule.paused(PAUSED, at(now, "Pacific/Auckland")) == reason


@examples(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(ZONES), MOMENTS, st.integers(0, 30))
def test_a_paused_day_has_no_deadline_and_others_no_reason(
    zone: str, now: datetime, days: int
) -> None:
    local = now.astimezone(ZoneInfo(zone)).date()
    pause = settings.Pause(local - DAY, local + DAY * days)
    policy = Policy(schedule=Schedule(zone, "12:00", DAYS, pauses=(pause,)))
    due = schedule.due(policy, now)
    assert schedule.paused(policy, now) and not schedule.paused(policy, now - DAY * 4)
    assert due.last is not None and due.next is not None
    for moment in (due.last, due.next):
        day = moment.astimezone(ZoneInfo(zone)).date()
        assert not pause.first <= day <= pause.last
