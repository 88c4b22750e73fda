"""The status page and a mail in a real browser: accessible in light and dark, at any width."""

from collections.abc import Callable
from pathlib import Path

import pytest
from nightly_servers import Mailbox
from nightly_statuses import every_state, hostile, status
from nightly_turns import told, turn
from test_nightly_mail import page as mail_page
from test_report_browser import needs_axe, needs_chromium, probed

from importer.report.status_page import status_page

pytest_plugins = ("nightly_fixtures",)

AT = "2026-11-23T13:00:00Z"
PAGES: dict[str, Callable[[], str]] = {
    "all": lambda: status_page(every_state(), AT),
    "hostile": lambda: status_page(hostile(), AT),
    "good": lambda: status_page([status("oak"), status("elm")], AT),
}


@needs_chromium
@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_the_status_page(name: str, scheme: str, tmp_path: Path) -> None:
    setting = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    found = probed(PAGES[name](), tmp_path, setting, "--window-size=1300,900")
    assert found["dark"] is (scheme == "dark")
    assert found["ran"] > 20 and found["violations"] == []


@needs_chromium
@needs_axe
@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_window_never_scrolls_the_status_page(name: str, tmp_path: Path) -> None:
    found = probed(PAGES[name](), tmp_path, "--window-size=500,900")
    assert found["overflow"] <= 0 and found["violations"] == []


@needs_chromium
@needs_axe
def test_axe_finds_nothing_in_a_mail(mailed: Path, box: Mailbox, tmp_path: Path) -> None:
    policy = mailed / "district.toml"
    told(mailed, turn("rejected", says="It is no zip.", fix="Send it again."))
    policy.write_text(policy.read_text() + 'digest = "06:10"\n')
    told(mailed, turn("held", 1, "d2", run="r1"))
    told(mailed, minutes=20)
    one, day = map(mail_page, box.mails())
    for html in (one, day):
        found = probed(html, tmp_path, "--window-size=500,900")
        assert found["overflow"] <= 0 and found["violations"] == []
