"""The limits that count: those of the policy, or what a feed's own history makes of them."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import comb
from statistics import median

from importer.model.history import Commit
from importer.settings import Guards

FEWEST, LOOKED_AT = 5, 20
"""Commits of a feed that are needed to learn from (docs/guards.md), and how many are looked at."""
SPREADS = 6.0
"""What is usual ends so many spreads (1.48 × the median distance from the median) above it."""
LOSS = (0.02, 0.10)
"""A learned district loss stays between the leavers of a start of term (2 % a day, docs/guards.md)
and what Clever and Edlink publish (10 %)."""
GROWTH = (0.10, 0.50)
"""A learned growth stays between these."""
STARTING = 0.02
"""Leavers a day at the start of term, the most that chance is asked about (docs/guards.md)."""
RARE = 1e-4
_FEWEST = 3


@dataclass(frozen=True)
class Limit:
    """A share of the active rows, and where it comes from ("" = the settings)."""

    share: float
    source: str = ""

    @property
    def words(self) -> str:
        """What a message adds: nothing for a limit of the settings."""
        return f" (usual is up to {self.share:.1%}: {self.source})" if self.source else ""


@dataclass(frozen=True)
class Limits:
    """``guards``: the settings; ``losses`` and ``growths``: canonical table → a learned limit."""

    guards: Guards = field(default_factory=Guards)
    losses: Mapping[str, Limit] = field(default_factory=dict)
    growths: Mapping[str, Limit] = field(default_factory=dict)

    def loss(self, table: str) -> Limit:
        """What the whole district may lose of a kind of record in one drop."""
        return self.losses.get(table, Limit(self.guards.district_loss))

    def growth(self, table: str) -> Limit:
        """What the whole district may grow by."""
        return self.growths.get(table, Limit(self.guards.growth))

    def floor(self, rows: int) -> int:
        """The fewest rows that a district of ``rows`` loses by anything but chance.

        At 2 % leavers on one day, so many go by chance less than once in 10,000 days (binomial);
        never more than ``district_floor``.
        """
        for count in range(_FEWEST, self.guards.district_floor):
            if _chance(rows, count) < RARE:
                return count
        return self.guards.district_floor


def _chance(rows: int, count: int) -> float:
    """How likely ``count`` or more of ``rows`` leave on one day at the start of term."""
    if rows > 2_000:  # far beyond what any floor of 25 means
        return 1.0
    below = sum(comb(rows, k) * STARTING**k * (1 - STARTING) ** (rows - k) for k in range(count))
    return max(0.0, 1.0 - below)


def learned(guards: Guards, commits: Sequence[Commit]) -> Limits:
    """The limits of a feed. ``commits``: those of this source that nobody had to release, in order.

    A limit that the district set itself is kept. With fewer than five commits after the first,
    the published defaults count.
    """
    usual = {f.name: f.default for f in fields(Guards)}
    steps = list(itertools.pairwise(commits))[-LOOKED_AT:]
    if len(steps) < FEWEST or not guards.learn:
        return Limits(guards)
    losses: dict[str, Limit] = {}
    growths: dict[str, Limit] = {}
    for table in commits[-1].tables:
        nets = [_net(before, after, table) for before, after in steps]
        source = f"the last {len(steps)} drops"
        if guards.district_loss == usual["district_loss"]:
            share = _beyond([max(0.0, net) for net in nets], *LOSS)
            losses[table] = Limit(share, source)
        if guards.growth == usual["growth"]:
            share = _beyond([max(0.0, -net) for net in nets], *GROWTH)
            growths[table] = Limit(share, source)
    return Limits(guards, losses, growths)


def _net(before: Commit, after: Commit, table: str) -> float:
    """The share of a table's active rows that a commit took away (below 0: added)."""
    there = before.tables[table].active if table in before.tables else 0
    did = after.counts.get(table, {})
    net = did.get("archive", 0) - did.get("add", 0) - did.get("reactivate", 0)
    return net / there if there else 0.0


def _beyond(shares: Sequence[float], lowest: float, highest: float) -> float:
    middle = median(shares)
    spread = 1.4826 * median(abs(share - middle) for share in shares)
    return min(highest, max(lowest, middle + SPREADS * spread))
