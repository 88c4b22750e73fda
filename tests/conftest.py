"""What holds for all tests."""

import os
from pathlib import Path

import pytest

STORE = Path(__file__).parent / "store"


@pytest.fixture(autouse=True)
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the disk, which each sync asks forty times to keep its word.

    The store's own tests do wait, and so does every process of its own.
    """
    if STORE not in request.path.parents:
        monkeypatch.setattr(os, "fsync", lambda fd: None)
