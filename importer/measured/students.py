"""Students who came, left or got another id: from the changes of each commit, and today's roster.

Nothing but the changes of a year and the rows of those who are in them is read: a student who was
there all the time stands in no change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from importer import schedule
from importer.contracts.load import contracts
from importer.measured.past import Past
from importer.measured.roster import NO_USERS
from importer.model.errors import ImporterError
from importer.model.history import Commit
from importer.model.tables import ID_SEPARATOR
from importer.readiness.facts import Part, Rekeyed
from importer.readiness.mobility import Mobility, Moves, mobility
from importer.readiness.same_people import EVENTS, ONE, same_people
from importer.settings import Policy
from importer.store.port import Store

_YEAR = timedelta(days=365)
_SETTLED = timedelta(days=14)
"""After the first day of school those are taken out who were expected and never came. Colorado
counts from October on; Clever has a sync run from two weeks before to two days before the end."""

_SHAPED = 0.5
_ANOTHER = (("given_name", "family_name", "birth_date"), ("given_name", "family_name", "email"))
"""What changes at once where an id went to somebody else."""


@dataclass(frozen=True)
class Students:
    """What became of students and ids; ``why`` says, by question or check, why one is None."""

    mobility: Mobility | None = None
    rekeyed: Rekeyed | None = None
    steady: Part | None = None
    since: str = ""
    reused: int | None = None
    sections_reused: int | None = None
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    """Changes of the last year, after that of the day ``first``. ``days``: run → day.

    ``lost``: the changes of that day and before are no longer kept.
    """

    first: date
    last: date
    days: Mapping[str, date]
    lost: bool
    changes: pl.LazyFrame


def students(past: Past, head: Commit, users: int) -> Students:
    """What the changes of the last year say, up to the newest commit ``head``.

    ``users``: students and staff of today.
    """
    kept = _kept(past)
    if isinstance(kept, str):
        return Students(why=dict.fromkeys(("mobile", "D5", "D6"), kept))
    store, rules = past.store, past.rules
    events = _events(kept)
    known = _known(store.table("people", head), events)
    found = same_people(events, known, int(rules["mobile"].thresholds["gap_days"]))
    roles = _active(store, head)
    one = pl.concat([_rekeys(kept, roles), found])
    since = kept.last - timedelta(days=int(rules["sis_change"].thresholds["days"]))
    late = one.filter(pl.col("day") >= since)
    apart = int(rules.check("D6").thresholds["days_apart"])
    why = _not_told(past.policy, head)
    return Students(
        None if why else _mobility(past, kept, events, one),
        _most(late, users),
        Part(users - min(users, late["new"].n_unique()), users),
        max(kept.first, since).isoformat(),
        _reused(kept) + _refused(past),
        _sections(kept, store.table("terms", head), apart),
        {"mobile": why} if why else {},
    )


def _mobility(past: Past, kept: _Kept, events: pl.DataFrame, one: pl.DataFrame) -> Mobility:
    first = _settled(kept.first, past.policy)
    days = schedule.school_days(past.policy, first, kept.last)
    here = events.filter(pl.col("day") > first)
    roles = _active(past.store, past.head).filter(pl.col("role") == "student")
    places = roles.select("person_id", "school_id")
    limits = past.rules["mobile"].thresholds
    found = mobility(Moves(first, kept.last, days, here, places, one), limits)
    if not found.why or not kept.lost:
        return found
    return replace(found, why=f"{found.why}; {_LOST} before {kept.first}")


def _kept(past: Past) -> _Kept | str:
    """The changes that are there without a gap, up to the newest commit; or why there are none."""
    last = past.day(past.commits[-1].at)
    by_id = {run.id: run for run in past.runs}
    late = [c for c in past.commits if past.day(c.at) >= last - _YEAR]
    listed = [by_id.get(commit.run) for commit in late[1:]]
    changes, faults = past.store.scan_run_frames([run for run in listed if run], "changes")
    lost = [n for n, run in enumerate(listed) if run is None or run.id in faults]
    begin = lost[-1] + 1 if lost else 0  # the place in late of the newest commit that is lost
    whole = late[begin + 1 :]
    if not whole or changes is None:
        return _LOST if lost else _NO_PAST
    days = {commit.run: past.day(commit.at) for commit in whole}
    changes = changes.filter(pl.col("run").is_in([*days]), pl.col("picked"))
    return _Kept(past.day(late[begin].at), last, days, lost=bool(lost), changes=changes)


_LOST = "retention removed the changes"
_NO_PAST = "not enough history: there is one commit"


def _settled(first: date, policy: Policy) -> date:
    """The day on which the counting begins: when this school year has settled."""
    begins = policy.calendar.school_year_start
    return max(first, begins + _SETTLED) if begins else first


def _not_told(policy: Policy, head: Commit) -> str:
    """Why nobody can be seen to leave, in words; "" if they can."""
    contract = contracts().get(head.kind)
    if policy.absent.people != "archive" or not {"add", "archive"} <= set(policy.sync.changes):
        return "the settings keep who is no longer sent, so nobody is seen to leave"
    if contract and contract.absence == "keep":
        return "sheets that people fill in don't say who left"
    return ""


def _events(kept: _Kept) -> pl.DataFrame:
    """Places of students that began or ended (``EVENTS``), under the schools' ids of today."""
    student = pl.col("key").str.ends_with(f"{ID_SEPARATOR}student")
    roles = kept.changes.filter(pl.col("table") == "roles", student)
    rows = roles.select("run", "action", "key", "from_key").collect(engine="streaming")
    rows = rows.with_columns(day=pl.col("run").replace_strict(kept.days, return_dtype=pl.Date))
    rows = rows.sort("run", maintain_order=True)
    waited = pl.col("action").shift(1).over("key") == "pending"
    never = (pl.col("action") == "withdraw") & waited.fill_null(value=False)
    rows = rows.filter(~never)
    came = rows.filter(pl.col("action").is_in(["add", "reactivate", "begin", "move"]))
    left = rows.filter(pl.col("action").is_in(["archive", "withdraw"]))
    moved = rows.filter(pl.col("action") == "move").with_columns(key="from_key")
    found = [_placed(came, 1), _placed(left, -1), _placed(moved, -1)]
    renamed = kept.changes.filter(pl.col("table") == "schools", pl.col("action") == "re-key")
    schools = dict(renamed.select("from_key", "key").collect().iter_rows())
    events = pl.concat(found)
    return events.with_columns(pl.col("school_id").replace(schools)) if schools else events


def _placed(rows: pl.DataFrame, step: int) -> pl.DataFrame:
    parts = pl.col("key").str.split(ID_SEPARATOR)
    placed = rows.select(
        "day", person_id=parts.list.get(0), school_id=parts.list.get(1), step=pl.lit(step)
    )
    return placed.cast(EVENTS)  # type: ignore[arg-type]


def _active(store: Store, head: Commit | None) -> pl.LazyFrame:
    """The roles of students and staff."""
    active = pl.col("status") == "active", ~pl.col("role").is_in(NO_USERS)
    return store.table("roles", head).filter(*active)


def _rekeys(kept: _Kept, roles: pl.LazyFrame) -> pl.DataFrame:
    """Ids that a person, or a file of re-keys, gave to users who stayed (``ONE``)."""
    people = kept.changes.filter(pl.col("table") == "people", pl.col("action") == "re-key")
    users = roles.select(key="person_id").unique()
    rows = people.select("run", "from_key", "key").join(users, on="key", how="semi").collect()
    day = pl.col("run").replace_strict(kept.days, return_dtype=pl.Date)
    return rows.select(old="from_key", new="key", day=day).cast(ONE)  # type: ignore[arg-type]


def _known(people: pl.LazyFrame, events: pl.DataFrame) -> pl.DataFrame:
    """By what those may be known who came or left (``KNOWN_BY``): the archived are still there."""
    own = people.join(events.lazy().select("person_id").unique(), on="person_id", how="semi")
    named = pl.all_horizontal(pl.col("given_name", "family_name").is_not_null())
    name = [pl.col(c).str.to_lowercase() for c in ("given_name", "family_name")]
    by = pl.struct(*name, "birth_date").hash()
    return own.select(
        "person_id",
        known_by=pl.when(named).then(by),
        sure=pl.col("birth_date").is_not_null(),
    ).collect(engine="streaming")


def _most(one: pl.DataFrame, users: int) -> Rekeyed | None:
    """The day on which most ids changed."""
    if one.is_empty():
        return None
    shape = [
        pl.col(name).str.replace_all("[0-9]+", "9").str.replace_all("[A-Za-z]+", "a")
        for name in ("old", "new")
    ]
    days = one.group_by("day").agg(n=pl.len(), other=(shape[0] != shape[1]).mean())
    day, n, other = days.sort("n", "day").row(-1)
    return Rekeyed(day.isoformat(), Part(n, max(users, n)), other >= _SHAPED)


def _reused(kept: _Kept) -> int:
    """Ids of people whose name and date of birth, or name and address, changed at once."""
    edits = kept.changes.filter(pl.col("table") == "people", pl.col("action") == "edit")
    # Who had no address before, and gets one with another name, may have married.
    every = [pl.all_horizontal(_value("before", c).is_not_null() for c in n) for n in _ANOTHER]
    other = edits.filter(pl.any_horizontal(every))
    return int(other.select(pl.col("key").n_unique()).collect().item())


def _value(side: str, column: str) -> pl.Expr:
    """The value of a column before or after a change; null where that column didn't change."""
    here = pl.col("columns").list.eval(pl.element() == column)
    value = pl.col(side).list.get(here.list.arg_max(), null_on_oob=True)
    return pl.when(pl.col("columns").list.contains(column)).then(value)


def _refused(past: Past) -> int:
    """Those that the newest run left out for it (PLAN-545)."""
    for run in reversed(past.runs):
        try:
            found = past.store.scan_run_frame(run.id, "findings")
            found = found.filter(pl.col("code") == "PLAN-545")
            return int(found.select(pl.col("value").n_unique()).collect().item())
        except ImporterError:
            continue
    return 0


def _sections(kept: _Kept, terms: pl.LazyFrame, apart: int) -> int:
    """Ids of sections that moved to a term that begins long after the one before had ended."""
    first = [_value(side, "term_ids").str.split(", ").list.first() for side in ("before", "after")]
    edits = kept.changes.filter(
        pl.col("table") == "sections",
        pl.col("action").is_in(["edit", "reactivate"]),
        pl.col("columns").list.contains("term_ids"),
    ).select("key", was=first[0], now=first[1])
    ends = terms.select(was="term_id", ended="end_date")
    starts = terms.select(now="term_id", began="start_date")
    told = edits.join(ends, on="was").join(starts, on="now")
    late = (pl.col("began") - pl.col("ended")).dt.total_days() > apart
    return int(told.filter(late).select(pl.col("key").n_unique()).collect().item())
