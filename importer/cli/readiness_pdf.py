"""A page printed to PDF by the Chromium or Chrome of this machine, which importer doesn't bring."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from importer.cli import common
from importer.model.errors import ImporterError

PAPERS = ("A4", "Letter")
BROWSER = "IMPORTER_BROWSER"
SECONDS = 60
"""A page takes about one second; a machine that is busy, or a first start, has time."""

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge",
)  # fmt: skip
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the page asks for nothing; nor may the browser
    "--no-pdf-header-footer",
)


def write_pdf(html: str, target: Path, paper: str = "A4", seconds: float = SECONDS) -> Path:
    """Print a self-contained page to ``target``, whole or not at all.

    ``paper``: one of ``PAPERS``. ``ImporterError`` (exit 4) where no browser is found or it makes
    no PDF within ``seconds``; ``StorageError`` where ``target`` can't be written.
    """
    program = browser()
    with common.scratch() as folder:
        return common.write(target, _printed(program, html, folder, paper, seconds))


def browser() -> str:
    """The program that prints: IMPORTER_BROWSER, else the first that is found."""
    if named := os.environ.get(BROWSER, ""):
        if found := shutil.which(named):
            return found
        raise ImporterError(
            f"{BROWSER} names {named}, which is not a program here.",
            "Give the whole path of Chromium or Chrome, or unset it.",
        )
    on_path = filter(None, map(shutil.which, _NAMES))
    places = (str(place) for place in _places() if place.is_file())
    if found := next(on_path, None) or next(places, None):
        return found
    raise ImporterError(
        "No Chromium, Chrome or Edge was found, and only these print the PDF.",
        f"Install one, or name it in {BROWSER}; or open the HTML page and print it there.",
    )


def _places() -> list[Path]:
    if sys.platform == "darwin":
        roots = (Path("/Applications"), Path.home() / "Applications")
        return [root / app for root in roots for app in _MAC]
    if sys.platform == "win32":
        named = filter(None, map(os.environ.get, _WINDOWS_ROOTS))
        return [Path(root) / app for root in named for app in _WINDOWS]
    return []


def _printed(program: str, html: str, folder: Path, paper: str, seconds: float) -> bytes:
    assert paper in PAPERS
    source, made = folder / "page.html", folder / "page.pdf"
    size = f"<style>@page {{ size: {paper}; }}</style></head>"
    source.write_text(html.replace("</head>", size, 1), encoding="utf-8")
    command = [
        program, *_FLAGS, *_as_root(), f"--user-data-dir={folder / 'profile'}",
        f"--print-to-pdf={made}", source.as_uri(),
    ]  # fmt: skip
    code = _run(command, seconds)
    content = made.read_bytes() if made.is_file() else b""
    if code == 0 and content.startswith(b"%PDF") and b"%%EOF" in content[-32:]:
        return content
    raise ImporterError(
        f"{program} made no PDF of the page (exit code {code}).",
        f"Open the HTML page and print it there, or name another browser in {BROWSER}.",
    )


def _as_root() -> tuple[str, ...]:
    """Chromium refuses to sandbox itself for root; the page is our own and runs nothing."""
    return ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()


def _run(command: list[str], seconds: float) -> int:
    """The exit code; all processes of the browser are ended when the time is over."""
    quiet = subprocess.DEVNULL  # it chats about buses and screens that are not there
    try:
        with subprocess.Popen(  # noqa: S603 - an installed browser, or what IMPORTER_BROWSER names
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        ) as running:
            try:
                return running.wait(seconds)
            except subprocess.TimeoutExpired:
                raise ImporterError(
                    f"{command[0]} did not print the page within {seconds:g} seconds.",
                    "Try again, or open the HTML page and print it there.",
                ) from None
            finally:
                _end(running)
    except OSError as error:
        raise ImporterError(
            f"{command[0]} could not be started ({error.strerror}).",
            f"Name another browser in {BROWSER}.",
        ) from None


def _end(running: "subprocess.Popen[bytes]") -> None:
    """Kill the browser and, where that is known, all that it has started."""
    running.kill()
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(running.pid, signal.SIGKILL)
