"""Wherever the work ends, by kill, by a failing disk or by a power cut: old or new, nothing lost.

Here a sample of the places; ``python tests/crash/full.py`` tries all of them.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_run import SHARED_MEMORY, run
from crash_seeds import SEEDS
from crash_shim import NO_COMPILER, WAYS, build, has_compiler
from crash_work import WORKLOADS

pytestmark = pytest.mark.skipif(not has_compiler(), reason=NO_COMPILER)

SHOWN_BY = {
    "roster file written in place": {"ways": ["torn write"], "every": 2},
    "commit record before the roster files": {"ways": ["killed before"], "every": 4},
    "drop taken away before the commit": {"ways": ["killed before"], "every": 5},
    "commit record renamed over another": {"ways": [], "race": True},
}
POWER_CUT = {"ways": [], "states": 1, "reruns": 1_000}


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    if not SHARED_MEMORY.is_dir():
        yield tmp_path
        return
    made = Path(tempfile.mkdtemp(dir=SHARED_MEMORY))
    yield made
    shutil.rmtree(made)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_sample_of_all_places_is_old_or_new(shim: Path, folder: Path, workload: str) -> None:
    first = sum(map(ord, workload))  # another sample of each workload, the same one every time
    asked = {"most": 1, "first": first, "states": 15, "race": True}
    found = run(shim, folder, workload=workload, **asked)
    assert found["bad"] == []
    assert len(found["by_way"]) >= len(WAYS)
    assert found["states"] >= 1


def test_a_whole_sync_of_the_command_line_is_old_or_new(shim: Path, folder: Path) -> None:
    ways = ["killed before", "ENOSPC from there on"]
    asked = {"ways": ways, "most": 2, "states": 800, "first": 30}
    found = run(shim, folder, workload="importer sync", **asked)
    assert found["bad"] == []
    assert found["points"] > 100
    assert found["runs"] >= 3


@pytest.mark.parametrize("mistake", SEEDS)
def test_each_seeded_mistake_is_found(shim: Path, folder: Path, mistake: str) -> None:
    """The workloads above are the same ones without the mistake, and show nothing."""
    found = run(shim, folder, seed=mistake, **SHOWN_BY.get(mistake, POWER_CUT))
    assert found["wrong"] > 0


def test_there_are_eight_mistakes() -> None:
    assert len(SEEDS) == 8
