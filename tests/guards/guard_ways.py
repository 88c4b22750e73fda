"""Judged twice: by the rows that differ, as every drop is, and by all rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from importer import watched
from importer.planning import sieve
from importer.planning.guard import Case, Stop, guard
from importer.planning.guards import groups, order


@contextmanager
def both_ways() -> Iterator[list[list[Stop]]]:
    """Every drop that is judged meanwhile is judged the long way too; the stops are the same.

    Gives the stops of each. Rows alike are left out of the smallest tables, too.
    """
    told: list[list[Stop]] = []

    def judged(case: Case) -> list[Stop]:
        found = guard(case)
        with pytest.MonkeyPatch.context() as slow:
            slow.setattr(groups, "_any_emptied", lambda *_: True)
            slow.setattr(order, "_all_replaced", lambda *_: False)
            assert guard(replace(case, unlike={}, memo={})) == found
        told.append(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "FROM", 1)
        patch.setattr(watched, "guard", judged)
        yield told
