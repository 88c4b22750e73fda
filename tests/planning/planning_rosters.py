"""How often laws are tried, and new workspaces to try them on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, settings
from planning_districts import Roster

# More examples for a night: IMPORTER_EXAMPLES=300 pytest tests/planning
_MANY = os.environ.get("IMPORTER_EXAMPLES")
LAWS = settings(
    max_examples=int(_MANY or 5),
    derandomize=not _MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # a drop costs a tenth of a second: no shrinking
)

FEW = settings(LAWS, max_examples=int(_MANY or 3))  # of laws that take several drops each


@contextmanager
def rosters(count: int = 1) -> Iterator[list[Roster]]:
    """Some new workspaces."""
    with TemporaryDirectory() as folder:
        yield [Roster(Path(folder) / str(number)) for number in range(count)]
