"""What a hostile or clumsy sender, or a broken machine, can do to a turn: nothing that counts."""

import os
from pathlib import Path

import pytest
from arrivals_districts import AT_ONCE, MONDAY, district, go, lying, outcomes, send

SIS = AT_ONCE + '[[sources]]\nname = "sis"\nfolder = "sis"\n'


def test_a_source_folder_that_became_a_link_leads_nowhere(tmp_path: Path) -> None:
    """Who may write into the inbox could have another district's drops taken from there."""
    other = district(tmp_path / "elm")
    send(other.root / "inbox", MONDAY)
    store = district(tmp_path / "oak", SIS)
    (store.root / "inbox" / "sis").symlink_to(other.root / "inbox")
    (turn,) = go(store)
    assert (turn.outcome, turn.exit_code) == ("failed", 4)
    assert lying(other) == sorted(MONDAY)
    assert store.head() is None


@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_a_source_folder_that_is_none_fails_alone(tmp_path: Path, kind: str) -> None:
    store = district(tmp_path / "oak", SIS + '[[sources]]\nname = "hr"\nfolder = "hr"\n')
    sis = store.root / "inbox" / "sis"
    sis.write_text("") if kind == "file" else sis.symlink_to("nowhere")
    send(store.root / "inbox" / "hr", MONDAY)
    assert outcomes(store) == ["failed", "committed"]
