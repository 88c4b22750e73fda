"""A page for each recommendation, word for word; they are there to be read."""

import pytest
from readiness_goldens import DROPS, FOLDER, goldens, made

from importer.readiness.rules import CATEGORIES


def test_there_is_a_district_for_each_recommendation() -> None:
    assert {made(name).verdict.category for name in DROPS} == set(CATEGORIES)
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(DROPS)


@pytest.mark.parametrize("name", DROPS)
def test_the_folder_says_which_recommendation_it_is(name: str) -> None:
    assert made(name).verdict.category == name.replace("_", "-")


@pytest.mark.parametrize("name", DROPS)
def test_what_is_said_is_what_it_was(name: str) -> None:
    told = goldens(name)
    there = {path.name: path.read_text("utf-8") for path in (FOLDER / name / "golden").iterdir()}
    assert told == there
