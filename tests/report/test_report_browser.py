"""The page in a real browser: accessible in light and dark, at any width, and on paper."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from report_summaries import SUMMARIES, typical

from importer.report.page import page
from importer.report.redact import redacted
from importer.report.summary import Summary

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PAGES: dict[str, Callable[[], Summary]] = {
    **SUMMARIES,
    "redacted": lambda: redacted(typical()),
}

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="needs axe-core: npm install --no-save --prefix . axe-core"
)

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Opens all details, so that axe sees what they hide, and writes what it finds into the page.
PROBE = """
document.querySelectorAll("details").forEach(d => { d.open = true; });
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then(result => {
  const out = document.createElement("pre");
  out.id = "axe";
  out.textContent = JSON.stringify({
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    ground: getComputedStyle(document.body).backgroundColor,
    overflow: document.documentElement.scrollWidth - innerWidth,
    ran: result.passes.length,
    violations: result.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]),
  });
  document.body.append(out);
});
"""


def chromium(tmp_path: Path, *arguments: str) -> str:
    """One run with an empty profile; what it prints."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *arguments]
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=True, env=environment
    )
    return done.stdout


def probed(html: str, tmp_path: Path, *arguments: str) -> dict[str, Any]:
    """What axe says about a copy of the page that may run scripts."""
    copy = re.sub(r"<meta http-equiv[^>]*>", "", html)
    script = f"<script>{AXE.read_text(encoding='utf-8')}</script><script>{PROBE}</script>"
    source = tmp_path / "copy.html"
    source.write_text(copy.replace("</body>", script + "</body>"), encoding="utf-8")
    dom = chromium(
        tmp_path, "--virtual-time-budget=60000", *arguments, "--dump-dom", source.as_uri()
    )
    found = re.search(r'<pre id="axe">(.*?)</pre>', dom, re.DOTALL)
    assert found, "axe wrote nothing"
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


@needs_chromium
@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, scheme: str, tmp_path: Path) -> None:
    setting = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    told = probed(page(PAGES[name]()), tmp_path, setting)
    assert told["dark"] is (scheme == "dark")  # the switch really switches
    assert told["ground"] == ("rgb(17, 22, 28)" if scheme == "dark" else "rgb(244, 246, 248)")
    assert told["ran"] > 20 and told["violations"] == []


@needs_chromium
@needs_axe
@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_window_scrolls_tables_and_never_the_page(name: str, tmp_path: Path) -> None:
    told = probed(page(PAGES[name]()), tmp_path, "--window-size=500,900")
    assert told["overflow"] <= 0 and told["violations"] == []


@needs_chromium
@needs_axe
def test_axe_is_not_blind(tmp_path: Path) -> None:
    broken = page(typical()).replace('lang="en"', "").replace('tabindex="0"', "")
    broken = broken.replace("--muted: #4f5b69", "--muted: #c0c6cc")
    found = {rule for rule, _ in probed(broken, tmp_path, "--window-size=500,900")["violations"]}
    assert {"html-has-lang", "color-contrast", "scrollable-region-focusable"} <= found


@needs_chromium
def test_it_prints(tmp_path: Path) -> None:
    source, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    source.write_text(page(typical()), encoding="utf-8")
    chromium(tmp_path, f"--print-to-pdf={paper}", "--no-pdf-header-footer", source.as_uri())
    written = paper.read_bytes()
    assert written.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", written)) >= 1
