"""The pages and lines of the directory: hostile names stay text, long lists are cut and say so."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from directory_rosters import Rows, bulk_and_deltas, monday_tuesday, person, role, roster, taking
from report_summaries import EVIL, HOSTILE
from test_report_browser import chromium, needs_axe, needs_chromium, probed
from test_report_page import ALLOWED, ATTRIBUTES, Walk

from importer.report.directory import LastCommit, directory
from importer.report.directory_lines import card_lines, listing_lines, overview_lines
from importer.report.directory_page import LISTED, ROWS, overview_page, record_page
from importer.report.directory_words import PRIVATE
from importer.report.lines import Told
from importer.report.listing import listing
from importer.report.lookup import find
from importer.report.record_card import Card, details, parts
from importer.report.safe import for_terminal
from importer.resources import TEMPLATES
from importer.roster_view import RosterView, open_view

COMMIT = LastCommit(number=7, at="2026-11-24T06:00:00Z", actor=EVIL, drop="ab" * 32, label=EVIL)
EVILS: Rows = {
    "schools": [{"school_id": HOSTILE[0], "name": EVIL, "type": EVIL, "parent_id": EVIL}],
    "people": [person("S1", f"{EVIL} x", email=EVIL, grades=[EVIL])],
    "roles": [role("S1", HOSTILE[0], "student"), role("S1", EVIL, "teacher")],
    "sections": [{"section_id": "M", "title": EVIL, "school_id": HOSTILE[0]}],
    "enrollments": [taking("M", "S1")],
}


def _overview(view: RosterView) -> str:
    return overview_page(view.overview(), [view.listing(name, (), ROWS) for name in LISTED])


def _record(view: RosterView, wanted: str) -> str:
    return record_page(view.card(view.find(wanted)[0], ROWS), view.last())


def _evil_card() -> Card:
    tables = roster(EVILS)
    [match] = find(tables, "S1")
    found, origin = details(tables, match)
    step = {
        "commit": 7, "at": COMMIT["at"], "actor": EVIL, "drop": EVIL, "action": "edit",
        "table": "people", "key": EVIL, "label": EVIL, "because": EVIL, "file": EVIL, "row": 3,
        "columns": [{"name": "email", "before": EVIL, "after": None}],
    }  # fmt: skip
    return Card(
        commit=7, kind="person", id="S1", name=match["name"], status="active",
        origin={**origin, "file": EVIL, "label": EVIL}, organisation=EVIL, counts=None,
        details=found, parts=parts(tables, match, None), history=[step],  # type: ignore[list-item]
        tallies=[], untold=[{"commit": 6, "at": COMMIT["at"], "why": EVIL}],
    )  # fmt: skip


def _evil_overview() -> str:
    tables = roster(EVILS)
    told = directory(tables, COMMIT, [EVIL], (), {HOSTILE[0]: EVIL})
    return overview_page(told, [listing(tables, name, (), ROWS) for name in LISTED])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every kind of page of both sample districts, and two pages of hostile text."""
    folder = tmp_path_factory.mktemp("pages")
    clever = open_view(monday_tuesday(folder / "clever"))
    clever = replace(clever, organisations={"0101": "Lakeview portal"})
    oneroster = open_view(bulk_and_deltas(folder / "oneroster"))
    return {
        "overview": _overview(clever),
        "district": _overview(oneroster),
        "person": _record(clever, "304683"),
        "renamed": _record(clever, "305857"),
        "section": _record(clever, "33003"),
        "school": _record(clever, "0101"),
        "hostile": _evil_overview(),
        "hostile record": record_page(_evil_card(), COMMIT),
    }


KINDS = ("overview", "district", "person", "renamed", "section", "school", "hostile",
         "hostile record")  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_page_is_our_own_markup_and_asks_nobody(name: str, pages: dict[str, str]) -> None:
    html = pages[name]
    walk = Walk(html)
    assert walk.open == []
    assert {tag for tag, _ in walk.elements} <= ALLOWED
    for _, attributes in walk.elements:
        assert set(attributes) <= ATTRIBUTES
        assert (attributes.get("href") or "#").startswith("#")
    assert "default-src 'none'" in html and "url(" not in html and "@import" not in html
    assert all(walk.captions)
    assert all("scope" in attributes for tag, attributes in walk.elements if tag == "th")
    assert walk.text.count(PRIVATE) == 2


@pytest.mark.parametrize("name", KINDS)
def test_anchors_lead_somewhere_and_headings_come_in_order(
    name: str, pages: dict[str, str]
) -> None:
    elements = Walk(pages[name]).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(a["href"] or "")[1:] for _, a in elements if "href" in a}
    labels = {a["aria-labelledby"] for _, a in elements if "aria-labelledby" in a}
    assert targets | labels <= set(ids)
    levels = [int(tag[1]) for tag, _ in elements if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("name", ["hostile", "hostile record"])
def test_hostile_names_are_shown_and_not_obeyed(name: str, pages: dict[str, str]) -> None:
    html = pages[name]
    text = Walk(html).text
    assert "<script>alert(1)</script>" in text and "<U+202E>" in text
    assert " ".join(for_terminal(EVIL[:500]).split()) in text
    assert not {c for c in html if not c.isprintable()} - {"\n", "\xad"}


def test_hostile_names_do_not_move_the_cursor() -> None:
    tables = roster(EVILS)
    told = Told(80, colour=False)
    lines = (
        overview_lines(directory(tables, COMMIT, [EVIL], (), {HOSTILE[0]: EVIL}), told)
        + listing_lines(listing(tables, "students", (), None), told)
        + card_lines(_evil_card(), told)
    )
    assert not {c for c in lines if not c.isprintable()} - {"\n"}
    assert "<script>" in lines


def test_a_long_list_is_cut_and_says_how_to_get_the_rest() -> None:
    many: Rows = {
        "people": [person(f"S{n}", f"Bo Ray{n:04}") for n in range(ROWS + 3)],
        "roles": [role(f"S{n}", "1", "student") for n in range(ROWS + 3)],
    }
    tables = roster(many)
    html = overview_page(
        directory(tables, COMMIT, []), [listing(tables, name, (), ROWS) for name in LISTED]
    )
    text = Walk(html).text
    assert "… and 3 more: importer overview --list students --json" in text
    assert f"Ray{ROWS - 1:04}" in text and f"Ray{ROWS:04}" not in text
    assert "… and 3 more; all of them with --json." in listing_lines(
        listing(tables, "students", (), ROWS), Told(80, colour=False)
    )


@pytest.mark.parametrize("width", [40, 80, 100, 300])
def test_lines_fit_and_never_cut_an_id(width: int) -> None:
    long = "3f9e2f6a-7f0c-4f1e-9a51-0c1d2e3f4a5b"
    tables = roster(
        {
            "people": [person(long, "A" * 60 + " " + "B" * 60, email="c" * 50, username="d" * 40)],
            "roles": [role(long, "1", "teacher")],
        }
    )
    lines = listing_lines(listing(tables, "teachers", (), None), Told(width, colour=False))
    assert long in lines
    if width >= 80:
        assert max(map(len, lines.splitlines())) <= width
    assert ("Too wide for this line" in lines) is (width < 300)


def test_no_template_of_the_directory_switches_escaping_off() -> None:
    sources = [*(TEMPLATES / "directory").iterdir(), TEMPLATES / "overview.html.j2",
               TEMPLATES / "record.html.j2"]  # fmt: skip
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    assert "|safe" not in text.replace(" ", "") and "autoescape" not in text
    assert "<script" not in text


@needs_chromium
@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["district", "school", "hostile record"])
def test_axe_finds_nothing_in_the_directory(
    name: str, scheme: str, pages: dict[str, str], tmp_path: Path
) -> None:
    setting = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    told = probed(pages[name], tmp_path, setting)
    assert told["dark"] is (scheme == "dark")
    assert told["ran"] > 20 and told["violations"] == []


@needs_chromium
@needs_axe
@pytest.mark.parametrize("name", ["overview", "renamed", "section", "hostile"])
def test_a_narrow_window_never_scrolls_the_directory(
    name: str, pages: dict[str, str], tmp_path: Path
) -> None:
    told = probed(pages[name], tmp_path, "--window-size=500,900")
    assert told["overflow"] <= 0 and told["violations"] == []


@needs_chromium
def test_the_directory_prints(pages: dict[str, str], tmp_path: Path) -> None:
    source, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    source.write_text(pages["district"], encoding="utf-8")
    chromium(tmp_path, f"--print-to-pdf={paper}", "--no-pdf-header-footer", source.as_uri())
    assert paper.read_bytes().startswith(b"%PDF")
