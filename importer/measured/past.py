"""A workspace's records, read once, and the days that they are of."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from importer.model.history import DROPS, Commit, Run
from importer.readiness.rules import Rules
from importer.settings import Policy
from importer.store.port import Store


@dataclass(frozen=True)
class Past:
    """All commits and runs, ascending; ``now``: UTC, ISO 8601."""

    store: Store
    policy: Policy
    rules: Rules
    now: str
    commits: tuple[Commit, ...]
    runs: tuple[Run, ...]

    @cached_property
    def drops(self) -> list[Commit]:
        """The commits that drops brought."""
        return [commit for commit in self.commits if commit.sync in DROPS]

    @cached_property
    def made(self) -> frozenset[str]:
        """The runs that were committed."""
        return frozenset(commit.run for commit in self.commits)

    @property
    def head(self) -> Commit | None:
        """The newest commit."""
        return self.commits[-1] if self.commits else None

    @property
    def today(self) -> date:
        """The day of the district."""
        return self.day(self.now)

    def day(self, at: str) -> date:
        """The local day of a moment (UTC, ISO 8601)."""
        return datetime.fromisoformat(at).astimezone(self.policy.schedule.zone).date()
