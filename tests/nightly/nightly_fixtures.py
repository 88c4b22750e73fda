"""A workspace whose notices go to real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nightly_servers import Hook, Mailbox, mail_server, receiver

from importer.settings import TEMPLATE
from importer.store.folder import FolderStore

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("IMPORTER_WEBHOOK_SECRET", SECRET)
    with receiver() as hook:
        yield hook


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A new workspace; nobody is told anything."""
    FolderStore.create(tmp_path / "lakeview", TEMPLATE)
    return tmp_path / "lakeview"


@pytest.fixture
def mailed(space: Path, box: Mailbox) -> Path:
    """A workspace that tells by mail."""
    text = (
        f'[smtp]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n'
        'sender = "importer@oak.example"\n[schedule]\ntime_zone = "America/Chicago"\n'
        '[notify]\nemail = ["it@oak.example", "head@oak.example"]\n'
    )
    (space / "district.toml").write_text(text, "utf-8")
    return space
