"""Each sample district's story gives what its golden files say (``update.py`` rewrites them)."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from story_runs import DROPS, SAMPLES, STORIES, Told, goldens, stories


@cache
def _told(story: str) -> dict[str, Told]:
    with TemporaryDirectory() as scratch:
        return stories(story, Path(scratch) / "workspace")


@pytest.mark.parametrize(("story", "drop"), DROPS)
def test_golden(story: str, drop: str) -> None:
    folder = SAMPLES / story / "golden"
    for name, text in goldens(drop, _told(story)[drop]).items():
        assert text.splitlines() == (folder / name).read_text("utf-8").splitlines(), name


def test_no_golden_file_too_many() -> None:
    for story, drops in STORIES.items():
        wanted = {
            f"{drop}.{part}"
            for drop in drops
            for part in ("findings.csv", "changes.csv", "outcome.txt")
        }
        assert {path.name for path in (SAMPLES / story / "golden").iterdir()} == wanted
