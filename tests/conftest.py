"""What holds for all tests."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

STORE = Path(__file__).parent / "store"


@pytest.fixture(autouse=True)
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the disk, which each sync asks forty times to keep its word.

    The store's own tests do wait, and so does every process of its own.
    """
    if STORE not in request.path.parents:
        monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture(scope="session")
def sftp_running() -> Iterator[Any]:
    """One real SFTP server with two districts for all tests of a worker (tests/sftp/servers.py)."""
    servers = importlib.import_module("servers")  # on use: it loads paramiko
    if servers.why_not():
        pytest.skip(servers.why_not())
    with servers.host() as host:
        yield host


@pytest.fixture
def sftp_host(sftp_running: Any) -> Iterator[Any]:
    """The server, with empty folders; it runs again afterwards."""
    sftp_running.clear()
    yield sftp_running
    if sftp_running.process is None:
        sftp_running.start()
