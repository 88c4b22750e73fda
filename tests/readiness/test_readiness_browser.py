"""The page of readiness in a real browser: accessible, narrow, and page 1 is one sheet of paper."""

import json
import os
import re
import shutil
import stat
import subprocess
import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from readiness_samples import (
    READINESS,
    just_fitting,
    just_fitting_large,
    sync,
    worst,
    worst_of_large,
)
from test_report_browser import AXE, CHROMIUM, chromium, needs_axe, needs_chromium

from importer.cli.readiness_pdf import BROWSER, PAPERS, browser, write_pdf
from importer.model.errors import ImporterError, StorageError
from importer.model.readiness import Readiness
from importer.report.readiness import readiness_page
from importer.report.readiness_fit import too_long

needs_poppler = pytest.mark.skipif(
    not (shutil.which("pdfinfo") and shutil.which("pdftotext")), reason="needs poppler-utils"
)

ALL_PAGES = """
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
(async () => {
  const told = {};
  for (const [name, html] of Object.entries(PAGES)) {
    const page = new DOMParser().parseFromString(html, "text/html");
    document.replaceChild(document.adoptNode(page.documentElement), document.documentElement);
    document.querySelectorAll("details").forEach(d => { d.open = true; });
    const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
    told[name] = {
      dark: matchMedia("(prefers-color-scheme: dark)").matches,
      ground: getComputedStyle(document.body).backgroundColor,
      ran: found.passes.length,
      violations: found.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]),
    };
  }
  document.body.innerHTML = "";
  const out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify(told);
  document.body.append(out);
})();
"""
"""Puts each page in place of the document, so that one start of the browser does for all."""


def _unlocked(html: str) -> str:
    """A copy of the page that may run the script of a test."""
    return re.sub(r"<meta http-equiv[^>]*>", "", html)


def _told(folder: Path, html: str, *arguments: str) -> Any:
    source = folder / "all.html"
    source.write_text(html, encoding="utf-8")
    budget = "--virtual-time-budget=120000"
    dom = chromium(folder, budget, *arguments, "--dump-dom", source.as_uri())
    found = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert found, "the script wrote nothing"
    return json.loads(unescape(found[1]))


def _axed(pages: dict[str, str], folder: Path, *arguments: str) -> Any:
    sent = json.dumps({name: _unlocked(html) for name, html in pages.items()})
    script = "const PAGES = " + sent.replace("</", "<\\/") + f";{ALL_PAGES}"
    html = (
        f"<!doctype html><html lang=en><title>all</title><body><script>{AXE.read_text('utf-8')}"
        f"</script><script>{script}</script></body></html>"
    )
    return _told(folder, html, *arguments)


@needs_chromium
@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, tmp_path: Path) -> None:
    pages = {name: readiness_page(made()) for name, made in READINESS.items()}
    setting = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    told = _axed(pages, tmp_path, setting)
    assert set(told) == set(READINESS)
    for name, one in told.items():
        assert one["dark"] is (scheme == "dark")
        assert one["ground"] == ("rgb(17, 22, 28)" if scheme == "dark" else "rgb(244, 246, 248)")
        assert one["ran"] > 20 and one["violations"] == [], name


@needs_chromium
@needs_axe
def test_axe_is_not_blind_for_pages_that_are_put_in_place(tmp_path: Path) -> None:
    html = readiness_page(sync())
    broken = {
        "lang": html.replace('<html lang="en">', "<html>"),
        "grey": html.replace("--muted: #4f5b69", "--muted: #c0c6cc"),
        "headings": html.replace("<h1", "<h2").replace("</h1>", "</h2>"),
        "whole": html,
    }
    told = _axed(broken, tmp_path, "--blink-settings=preferredColorScheme=1")
    found = {name: {rule for rule, _ in one["violations"]} for name, one in told.items()}
    assert "html-has-lang" in found["lang"] and "color-contrast" in found["grey"]
    assert "page-has-heading-one" in found["headings"] and found["whole"] == set()


FRAMES = """
addEventListener("load", () => {
  const told = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    page.querySelectorAll("details").forEach(d => { d.open = true; });
    const root = page.documentElement;
    const out = [...page.querySelectorAll("main *, header *, footer *")].filter(
      e => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest(".scroll, svg"));
    told[frame.name] = {
      width: root.clientWidth, over: root.scrollWidth - root.clientWidth,
      out: out.map(e => e.outerHTML.slice(0, 120)),
    };
  }
  const pre = document.createElement("pre");
  pre.id = "told"; pre.textContent = JSON.stringify(told);
  document.body.replaceChildren(pre);
});
"""


@needs_chromium
@pytest.mark.parametrize("width", [320, 640])
def test_a_narrow_window_scrolls_tables_and_never_the_page(width: int, tmp_path: Path) -> None:
    frames = []
    for name, made in READINESS.items():
        (tmp_path / f"{name}.html").write_text(readiness_page(made()), encoding="utf-8")
        frames.append(
            f'<iframe name="{name}" src="{name}.html" width="{width}" height="900"></iframe>'
        )
    html = f"<!doctype html><body><script>{FRAMES}</script>{''.join(frames)}"
    told = _told(tmp_path, html, "--allow-file-access-from-files")
    assert set(told) == set(READINESS)
    for name, one in told.items():
        assert one["width"] > width - 20 and one["over"] <= 0 and one["out"] == [], name


WIDEST = "body, .chart text { font-family: 'DejaVu Sans', Verdana, sans-serif !important; }"


def _pages(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\f")[:-1]


SHEETS = [(name, "Letter") for name in READINESS]  # the lower one, where less fits
SHEETS += [(name, "A4") for name in ("sync", "not-enough", "worst", "worst-of-large")]


@needs_chromium
@needs_poppler
@pytest.mark.parametrize(("name", "paper"), SHEETS)
def test_page_1_is_one_sheet_and_the_rest_begins_on_the_second(
    name: str, paper: str, tmp_path: Path
) -> None:
    html = readiness_page(READINESS[name]())
    if name.startswith("worst"):
        html = html.replace("</style>", f"{WIDEST}</style>", 1)
    first, second, *_ = pages = _pages(write_pdf(html, tmp_path / "page.pdf", paper))
    last_of_it, first_of_the_rest = "The next pages:", ("Page 1 in full", "All questions")
    assert last_of_it in first and not any(last_of_it in page for page in pages[1:])
    assert second.strip().startswith(first_of_the_rest)
    assert not any(part in first for part in first_of_the_rest)
    assert "About this page" in pages[-1]
    info = subprocess.run(
        ["pdfinfo", str(tmp_path / "page.pdf")], capture_output=True, text=True, check=True
    ).stdout
    size = {"A4": "(A4)", "Letter": "(letter)"}[paper]
    assert (
        size in info and re.search(r"Tagged:\s+yes", info) and re.search(r"JavaScript:\s+no", info)
    )


PAPER_ROOM = {"A4": (186, 277), "Letter": (191.9, 259.4)}
"""Millimetres inside the margins of the style: 10 above and below, 12 at the sides."""

MEASURE = """
addEventListener("load", () => {
  const mm = 96 / 25.4;
  document.documentElement.style.width = document.body.style.width = WIDTH * mm + "px";
  const bottom = document.querySelector(".turn").getBoundingClientRect().bottom;
  const cut = [...document.querySelectorAll(".sheet .clip-1, .sheet .clip-2, .sheet .clip-3")]
    .filter(e => e.scrollHeight > e.clientHeight + 1)
    .map(e => [!e.closest("table"), e.className, e.textContent.length]);
  const pre = document.createElement("pre");
  pre.id = "told"; pre.textContent = JSON.stringify({room: HEIGHT * mm - bottom, cut});
  document.body.replaceChildren(pre);
});
"""


def _on_paper(html: str, paper: str, folder: Path) -> Any:
    """The page on the screen as it would be on paper: room left on page 1, and texts cut there."""
    width, height = PAPER_ROOM[paper]
    script = MEASURE.replace("WIDTH", str(width)).replace("HEIGHT", str(height))
    html = (
        _unlocked(html)
        .replace("@media print", "@media all")
        .replace("@media screen", "@media speech")
    )
    html = html.replace("</style>", f"{WIDEST}</style>", 1)
    html = html.replace("</head>", f"<script>{script}</script></head>")
    return _told(folder, html)


@needs_chromium
@pytest.mark.parametrize("paper", PAPERS)
def test_even_the_longest_texts_in_the_widest_letters_leave_room(
    paper: str, tmp_path: Path
) -> None:
    for longest in (worst(), worst_of_large()):
        told = _on_paper(readiness_page(longest), paper, tmp_path)
        assert told["room"] >= 8 and len(told["cut"]) > 20


@needs_chromium
@pytest.mark.parametrize(
    "made", [just_fitting(3, 5), just_fitting(2, 4), just_fitting_large()], ids=["3", "2", "large"]
)
def test_nothing_is_cut_on_paper_that_is_not_told_in_full_later(
    made: Readiness, tmp_path: Path
) -> None:
    """Texts of the length that is said to fit do, in the widest font on the narrower paper."""
    assert not too_long(made)
    told = _on_paper(readiness_page(made), "A4", tmp_path)
    assert [cut for beside_the_table, *cut in told["cut"] if beside_the_table] == []


@needs_chromium
def test_a_pdf_is_written_whole_and_private(tmp_path: Path) -> None:
    target = tmp_path / "new" / "page.pdf"
    assert write_pdf(readiness_page(sync()), target) == target
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["page.pdf"]


def _fake(folder: Path, script: str) -> str:
    program = folder / "browser"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    "script",
    [
        "exit 3",
        "exit 0",  # says that all went well, and made nothing
        'for a; do case $a in --print-to-pdf=*) printf "%%PDF-1.4 cut" > "${a#*=}";; esac; done',
    ],
)
def test_a_browser_that_fails_leaves_what_was_there(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BROWSER, _fake(tmp_path, script))
    target = tmp_path / "page.pdf"
    target.write_bytes(b"the one of yesterday")
    with pytest.raises(ImporterError, match="made no PDF") as caught:
        write_pdf("<html><head></head></html>", target)
    assert caught.value.exit_code == 4 and BROWSER in caught.value.fix
    assert target.read_bytes() == b"the one of yesterday"


def test_a_browser_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "child"
    monkeypatch.setenv(BROWSER, _fake(tmp_path, f"sleep 600 & echo $! > {left}; wait"))
    began = time.monotonic()
    with pytest.raises(ImporterError, match="within 1 seconds"):
        write_pdf("<html><head></head></html>", tmp_path / "page.pdf", seconds=1)
    assert time.monotonic() - began < 20
    child = int(left.read_text())
    for _ in range(50):
        if not _alive(child):
            break
        time.sleep(0.1)
    assert not _alive(child) and not (tmp_path / "page.pdf").exists()


def _alive(process: int) -> bool:
    """Running; one that ended and that nobody has asked after doesn't."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def test_no_browser_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BROWSER, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ImporterError, match="No Chromium, Chrome or Edge was found") as caught:
        browser()
    assert caught.value.exit_code == 4 and "print it there" in caught.value.fix
    monkeypatch.setenv(BROWSER, "no-such-program")
    with pytest.raises(ImporterError, match="names no-such-program"):
        browser()


def test_a_browser_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BROWSER, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "google-chrome-stable"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert browser() == str(program)
    monkeypatch.setenv(BROWSER, _fake(tmp_path, "exit 0"))
    assert browser() == os.environ[BROWSER]


@needs_chromium
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        write_pdf(readiness_page(sync()), tmp_path / "file" / "page.pdf")


def test_the_browser_of_the_tests_is_the_one_that_the_command_finds() -> None:
    if CHROMIUM is not None and BROWSER not in os.environ:
        assert browser() == CHROMIUM
