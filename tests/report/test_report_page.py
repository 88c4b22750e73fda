"""The page: everything is said, nothing that was sent becomes markup."""

from html.parser import HTMLParser
from itertools import pairwise

import jinja2
import pytest
from report_summaries import EVIL, SUMMARIES, bad_date, clean, disaster, typical

from importer.report.page import page
from importer.report.safe import for_terminal
from importer.report.summary import Summary
from importer.resources import TEMPLATES

VOID = {"meta", "path", "circle", "rect"}  # of those that the templates use
_ALLOWED = """
html head meta title style body a header p main section svg path circle rect div h1 h2 h3
span code ul ol li nav strong bdi details summary table caption thead tbody tr th td
del ins footer dl dt dd
"""
_ATTRIBUTES = """
lang charset http-equiv content name class href id aria-labelledby aria-label aria-hidden
focusable viewbox width height d cx cy r x y rx start role tabindex scope
"""
ALLOWED, ATTRIBUTES = set(_ALLOWED.split()), set(_ATTRIBUTES.split())


class Walk(HTMLParser):
    """All elements with their attributes, the nesting, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.captions: list[bool] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.captions.append(False)
        if tag == "caption":
            assert self.open[-1] == "table"
            self.captions[-1] = True
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["title"]):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


@pytest.fixture(params=SUMMARIES)
def summary(request: pytest.FixtureRequest) -> Summary:
    return SUMMARIES[request.param]()


def test_nothing_but_our_own_markup(summary: Summary) -> None:
    walk = Walk(page(summary))
    assert walk.open == []
    assert {tag for tag, _ in walk.elements} <= ALLOWED
    for _, attributes in walk.elements:
        assert set(attributes) <= ATTRIBUTES
        assert (attributes.get("href") or "#").startswith("#")


def test_every_table_has_a_caption_and_scopes(summary: Summary) -> None:
    walk = Walk(page(summary))
    assert walk.captions and all(walk.captions)
    assert all("scope" in attributes for tag, attributes in walk.elements if tag == "th")


def test_ids_are_unique_and_anchors_lead_somewhere(summary: Summary) -> None:
    elements = Walk(page(summary)).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(a["href"] or "")[1:] for _, a in elements if "href" in a}
    labels = {a["aria-labelledby"] for _, a in elements if "aria-labelledby" in a}
    assert targets | labels <= set(ids)


def test_headings_come_in_order(summary: Summary) -> None:
    levels = [int(tag[1]) for tag, _ in Walk(page(summary)).elements if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    html = page(disaster())
    assert " ".join(for_terminal(EVIL[:500]).split()) in Walk(html).text
    assert not set(html) & set(
        map(chr, {*range(32), *range(0x7F, 0xA0), 0x202E, 0x200B, 0xFEFF})
    ) - {"\n"}
    assert "&lt;script&gt;alert(1)" in html and "<U+202E>" in Walk(html).text


@pytest.mark.parametrize("name", SUMMARIES)
def test_no_request_can_leave_the_page(name: str) -> None:
    html = page(SUMMARIES[name]())
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style and "@import" not in style


def test_the_verdict_comes_first_and_the_rest_is_all_there() -> None:
    text = Walk(page(typical())).text
    order = (
        "Needs fixing", "262 of 12,310 rows are held", "importer run monday --only-good",
        "What to fix, in this order", "No school has the School_id “101”.", "Add the school",
        "Holds 261 rows: 218 in enrollments.csv, 43 in students.csv.", "20 of 43 places",
        "CELL-204", "Worth a look", "One empty line", "Lakeside Elementary",
        "Compared with commit 41",
        "Edit people", "becomes Meyer", "61 more are not listed here.", "Not picked",
        "Re-key people",
        "LINK-410", "About this report", "3f786850e387550f",
    )  # fmt: skip
    at = 0
    for part in order:
        assert part in text[at:]
        at = text.index(part, at)


def test_a_clean_page_promises_no_more_than_was_checked() -> None:
    text = Walk(page(clean())).text
    assert "No check that ran found anything." in text
    assert "Planned changes" not in text and "Not checked" not in text


def test_a_flood_of_causes_and_endless_values_stay_readable() -> None:
    summary = clean()
    summary["causes"] = [{**bad_date(), "id": n, "value": "x" * 100_000} for n in range(1, 5001)]
    html = page(summary)
    assert html.count('class="card ERROR"') == 200
    assert "… and 4,800 more." in html and len(html) < 1_000_000


def test_a_missing_key_is_an_error_and_not_an_empty_place() -> None:
    broken = {k: v for k, v in typical().items() if k != "source"}
    with pytest.raises(jinja2.UndefinedError):
        page(broken)  # type: ignore[arg-type]


def test_no_template_switches_escaping_off() -> None:
    sources = [*(TEMPLATES / "report").iterdir(), TEMPLATES / "report.html.j2"]
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    assert "|safe" not in text.replace(" ", "") and "autoescape" not in text
    assert "<script" not in text and EVIL not in text
