"""People who don't belong here: another district's or year's file, and test data."""

from collections.abc import Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.ids import keys
from importer.planning.guards.stop import ALL, Stop

FEWEST, MOST = 5, 0.5
FEWEST_TESTS = 3
_WORDS = "test|tests|testing|tester|demo|dummy|sample|fake|example|delete|donotuse"
_TRIAL = rf"(?i)^({_WORDS})[\s_-]*[0-9]*$"
_WHOM = "student|teacher|user|pupil|account|parent|person|school|[0-9]+"
_TRIAL_PARTS = rf"(?i)(^|[\s_.-])(test|demo|dummy|fake|sample|training)[\s_-]?({_WHOM})"


def other_people(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-551: hardly any id of a file is known, and it isn't that ids changed."""
    stops = []
    for ids in keys(case):
        if ids.table == "sections" or ids.there < FEWEST or not ids.strange:
            continue
        said = any(stop.reaches(ids.table, ids.kind) and stop.school == ALL for stop in found)
        if said or len(ids.missing) < MOST * ids.there:
            continue
        known = ids.there - len(ids.missing)
        says = f"{known:,} of {ids.there:,} {ids.what} are known, {len(ids.new):,} are others:"
        says += " this looks like the file of another district or year"
        stops.append(Stop("PLAN-551", ALL, ids.table, says, len(ids.missing), kind=ids.kind))
    return stops


def test_data(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-555: new people with names that nobody has but tests."""
    new = case.newcomers
    if new.is_empty():
        return []
    names = [pl.col(c).fill_null("") for c in ("given_name", "family_name")]
    whole = pl.concat_str(names, separator=" ")
    tried = pl.any_horizontal(n.str.contains(_TRIAL) for n in names)
    tests = new.filter(tried | whole.str.contains(_TRIAL_PARTS)).height
    if tests < FEWEST_TESTS:
        return []
    says = f"{tests:,} of {new.height:,} new people have names that only tests have"
    return [Stop("PLAN-555", ALL, "people", says, tests)]
