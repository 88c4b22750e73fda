"""Guards: what stops a drop that would change too much, and says what and where.

Small judges, one idea each, in ``guards/``; this page is their order: root causes first. What
follows from a cause that was found (the people of a school that vanished, the enrollments of a
section that is gone) makes no stop of its own. docs/guards.md says what is watched and why.
"""

from collections.abc import Callable, Sequence

from importer.planning.guards import (
    columns,
    doubled,
    groups,
    ids,
    leak,
    losses,
    order,
    people,
    roles,
    schools,
    strangers,
    terms,
)
from importer.planning.guards.case import Case
from importer.planning.guards.stop import ALL, Stop, told

__all__ = ["ALL", "REVIEW", "Case", "Stop", "guard"]

REVIEW = f"{ALL}:review"
"""What a run waits for that a person has begun to look at."""

JUDGES: tuple[Callable[[Case, Sequence[Stop]], list[Stop]], ...] = (
    roles.exchanged,
    columns.misplaced,
    ids.misplaced,
    people.given_to_others,
    columns.last_year,
    ids.changed,
    order.cut_off,
    order.unended,
    schools.vanished,
    terms.new_term,
    doubled.twice,
    strangers.other_people,
    strangers.test_data,
    order.every_nth,
    schools.crossed,
    groups.missing,
    columns.changed,
    losses.counted,
    roles.one_for_all,
    leak.slow,
)


def guard(case: Case) -> list[Stop]:
    """Judge a plan; roots first, what passes and is only named last.

    A first load (nothing active before) is free.
    """
    found: list[Stop] = []
    for judge in JUDGES if case.began else ():
        found += [stop for stop in judge(case, found) if not told(found, stop)]
    return sorted(found, key=lambda stop: stop.severity != "BLOCK")
