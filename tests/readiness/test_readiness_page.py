"""The page of readiness: it says what was found, shows hostile texts, and reads without colour."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from readiness_samples import (
    HOSTILE_NAME,
    LONG,
    READINESS,
    fix_then_sync,
    gated,
    hostile,
    not_enough,
    sync,
    sync_if,
    weeks,
    worst,
    worst_of_large,
)
from test_report_page import ALLOWED, ATTRIBUTES, Walk

from importer.model.readiness import NO, Flip, Readiness
from importer.report import readiness_words as words
from importer.report.readiness import readiness_page
from importer.report.readiness_chart import points_chart, tally, weeks_chart
from importer.report.readiness_fit import FITS, LARGER, large, too_long
from importer.report.safe import for_terminal
from importer.resources import TEMPLATES

DRAWN = {"defs", "pattern", "line", "text", "desc", "figure", "figcaption"}
DRAWN_ATTRIBUTES = {
    "patternunits", "patterntransform", "x1", "x2", "y1", "y2", "fill", "text-anchor", "data-label",
}  # fmt: skip


@pytest.fixture(params=READINESS)
def readiness(request: pytest.FixtureRequest) -> Readiness:
    return READINESS[request.param]()


def _walk(readiness: Readiness) -> Walk:
    """The page; the shapes of its drawings are empty elements, written as such."""
    html = readiness_page(readiness)
    return Walk(re.sub(r"<(path|circle|rect|line)\b([^>]*?)/?>", r"<\1\2/>", html))


def _sections(html: str) -> tuple[str, str]:
    """Page 1, and all that follows it."""
    first, mark, rest = html.partition('<nav aria-label="Parts')
    assert mark
    return first, rest


def test_nothing_but_our_own_markup(readiness: Readiness) -> None:
    walk = _walk(readiness)
    assert walk.open == []
    assert {tag for tag, _ in walk.elements} <= ALLOWED | DRAWN | {"pre"}
    for _, attributes in walk.elements:
        assert set(attributes) <= ATTRIBUTES | DRAWN_ATTRIBUTES
        assert (attributes.get("href") or "#").startswith("#")
        assert re.fullmatch(r"url\(#[a-z-]+\)", attributes.get("fill") or "url(#a)")


def test_no_request_can_leave_the_page(readiness: Readiness) -> None:
    html = readiness_page(readiness)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style and "@import" not in style
    assert "<script" not in html and "http:" not in html and "https:" not in html


def test_it_is_a_page_in_english_with_one_heading_and_landmarks(readiness: Readiness) -> None:
    elements = _walk(readiness).elements
    tags = [tag for tag, _ in elements]
    assert dict(elements)["html"]["lang"] == "en"
    assert [tags.count(tag) for tag in ("h1", "main", "nav", "header", "footer", "title")][:5] == [
        1
    ] * 5
    levels = [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_tables_have_captions_and_scopes_and_lists_only_what_the_head_names(
    readiness: Readiness,
) -> None:
    walk = _walk(readiness)
    assert walk.captions and all(walk.captions)
    assert all(a.get("scope") in {"col", "row"} for tag, a in walk.elements if tag == "th")
    for table in re.findall(r"<table.*?</table>", readiness_page(readiness), re.DOTALL):
        head = table.partition("</thead>")[0].count('scope="col"')
        rows = re.findall(r"<tr[ >].*?</tr>", table.partition("<tbody")[2], re.DOTALL)
        assert rows and {row.count("<td") + row.count("<th") for row in rows} == {head}


def test_every_drawing_has_a_name_and_says_its_numbers(readiness: Readiness) -> None:
    html = readiness_page(readiness)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    labels = {
        one for found in re.findall(r'aria-labelledby="([^"]+)"', html) for one in found.split()
    }
    anchors = set(re.findall(r'href="#([^"]+)"', html))
    patterns = set(re.findall(r"url\(#([^)]+)\)", html))
    assert labels | anchors | patterns <= set(ids)
    for drawing in re.findall(r"<svg [^>]*>", html):
        assert (
            'role="img"' in drawing
            or 'aria-hidden="true"' in drawing
            or drawing == '<svg y="18" width="100%" height="120">'
        )
    for image in re.findall(r'<svg [^>]*role="img".*?</figure>', html, re.DOTALL):
        assert re.search(r"<title id=[^>]*>[^<]+</title>", image)
        described = re.search(r"<desc id=[^>]*>([^<]+)</desc>", image)
        assert described
        legend = image.partition("<figcaption>")[2]
        shown = {
            int(one.replace(",", "")) for one in re.findall(r"<strong>([\d,]+)</strong>", legend)
        }
        said = {int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*\d|\d", described[1])}
        assert len(shown) >= 1 and shown <= said | {0}


def test_page_1_answers_and_the_rest_follows(readiness: Readiness) -> None:
    first, rest = _sections(readiness_page(readiness))
    text = Walk(re.sub(r"<(path|circle|rect|line)\b([^>]*?)/?>", r"<\1\2/>", first)).text
    for part in (
        words.category(readiness)[2],
        readiness.confidence,
        "The six questions that matter most",
    ):
        assert part in text
    assert first.count('role="rowheader"') == 6
    assert rest.count('role="rowheader"') == 19 + 6
    parts = ("The other 19 questions", 'id="checks"', 'id="flips"', 'id="work"', 'id="sources"')
    assert [*map(rest.index, parts)] == sorted(map(rest.index, parts))
    for check in readiness.checks:
        assert check.id in rest
    for part in (readiness.id, readiness.rules, "No names of pupils or teachers are on this page"):
        assert part in rest


TOLD = """\
SIS sync or User Import Tool? Lakeview Unified School District
22 November 2026
SIS sync, if Go for a SIS sync, if your database manager helps to set it up
Why
22 of 22 known points speak for a sync
How sure this is: high
Score 100
SIS sync 22 not known 3 import tool 0
Do these first
Settle: Does your district have 5,000 students or more?
Who A. Lopez Then Until then the report says both
On two questions the answer and the data disagree
Not in this table: Does your district have 5,000 students or more?
You said: No, the data shows: Yes.
Can your district send files by SFTP every day? ✗ No A. Lopez, 2 Nov 2026
✓ Yes A complete set came on 19 of the last 20 school days.
▶ SIS sync ! Conflict: the data counts
The other 19 questions
Does your district have 5,000 students or more? Q2 · 2 points ✗ No
Ask again after 1 May 2027
✓ Yes The files show 6,214 active students in 9 schools. 20 November
Keeping so many accounts by itself is worth the work
Source: Learning.com
Yes, as a hint
A hint counts: confirm it
P6 · gate – No answer ✗ No There are 6,571 students and teachers. ▶ SIS sync The data counts
The six questions of page 1
Q11 · 3 points · gate
Data checks
D10 ? Not measured no file of the groups in use was given
D1 ✓ Passes 99.8 % at least 99.5 %
Ways to sync
the best one here ✓ Open
Table of 1 November 2026
Wonde ✗ Closed
students, groups Wonde brings no staff
What would change this answer
↑ User Import Tool now, look again later
438 changes
In 40 weeks: 1,207 added, 863 moved, 557 archived.
the most, 438, came in the week of 24 August 2026
Who does what
Your district’s Clever administrator requests it
1 to 2 business days
84 minutes a week
The calculation
for a sync: 22 of 22 = 100 %
Known: 88 % of all weight
What was read
63 drops committed
2026-11-22 20:15 UTC, by A. Lopez
number 7
version 2026-11
importer readiness -w lakeview --html readiness.html
"""


def test_it_says_what_was_found() -> None:
    text = _walk(sync_if()).text
    order = TOLD.splitlines()
    at = 0
    for part in order:
        assert part in text[at:], part
        at = text.index(part, at)


def test_a_gate_is_named_beside_the_score() -> None:
    text = _walk(gated()).text
    assert "A gate decided, not the score." in text and "Score 88" in text
    assert "■ Decides alone" in text
    assert "A gate decided" not in _walk(sync()).text


def test_too_little_known_asks_and_draws_no_score() -> None:
    base = not_enough()
    little = replace(base, verdict=replace(base.verdict, score=33))
    assert "Score" not in _walk(little).text
    text = _walk(base).text
    first, _, rest = text.partition("Do these first")
    assert "Not enough information yet" in first and "Score" not in first
    assert "Answer: Will your database manager" in rest.partition("The six")[0]
    assert "not known 25" in first and "Report not kept" not in text
    assert "Changes by week" not in text and "No files were given" in text
    quiet = replace(not_enough(), flips=())
    assert "The answers to these, since little is known" in _walk(quiet).text


def test_a_report_that_is_not_kept_says_so() -> None:
    assert "not kept" in _walk(replace(sync(), id="")).text


def test_what_fails_comes_first_with_its_fix_and_owner() -> None:
    rows = re.findall(r'<span class="id">(D\d+)</span>', readiness_page(fix_then_sync()))
    assert rows[:3] == ["D2", "D7", "D10"] and len(rows) == 12
    text = _walk(fix_then_sync()).text
    failing = next(check for check in fix_then_sync().checks if check.id == "D7")
    assert f"188 rows at least 99 % {failing.fix} Who: {failing.owner}" in text


def test_conditions_that_the_sentence_tells_are_not_told_again() -> None:
    assert "Only if" not in _walk(sync_if()).text
    base = sync_if()
    more = replace(base.verdict, conditions=(*base.verdict.conditions, "the dates are given"))
    assert "Only if the dates are given" in _walk(replace(base, verdict=more)).text


def test_an_override_is_told_with_its_reason_and_name() -> None:
    text = _walk(worst()).text
    assert "Conflict: the answer counts, with a reason" in text
    assert f"It stands because: {' '.join(LONG.split())}" in text


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    html = readiness_page(worst())
    bad = set(map(chr, {*range(32), *range(0x7F, 0xA0), 0x202E, 0x200B, 0xFEFF})) - {"\n"}
    assert not set(html) & bad
    assert "&lt;script&gt;alert(1)" in html and "&lt;U+202E&gt;" in html and "{{7*7}}" in html
    assert "Northfield &lt;USD&gt; &amp; &#34;12&#34;" in readiness_page(hostile())
    assert for_terminal(HOSTILE_NAME) in _walk(hostile()).text


def test_no_template_switches_escaping_off() -> None:
    sources = [*(TEMPLATES / "readiness").iterdir(), TEMPLATES / "readiness.html.j2"]
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    assert "|safe" not in text.replace(" ", "") and "autoescape" not in text
    assert "<script" not in text


def test_a_text_that_paper_may_cut_is_told_in_full_later() -> None:
    _, rest = _sections(readiness_page(worst()))
    assert "Page 1 in full" in rest and rest.count("(5)") == 1
    long = "x" * (2 * FITS["why"] + 1)
    base = replace(sync(), steps=())
    assert not too_long(base)
    assert too_long(replace(base, verdict=replace(base.verdict, why=(long,) * 3)))
    assert too_long(replace(base, verdict=replace(base.verdict, why=("a", "b", "c", "d"))))
    assert "Page 1 in full" not in readiness_page(base)


def test_a_short_page_is_printed_larger() -> None:
    assert large(worst_of_large()) and not large(worst()) and large(not_enough())
    more = replace(worst_of_large(), steps=worst_of_large().steps[:2] * 2)
    assert not large(more) and 'class="sheet"' in readiness_page(more)
    assert 'class="sheet large"' in readiness_page(worst_of_large())
    assert f".large {{ zoom: {LARGER}; }}" in readiness_page(sync())


def test_the_days_bear_the_names_of_their_months(readiness: Readiness) -> None:
    text = _walk(readiness).text.partition("About this page")[0]
    assert not re.search(r"\b\d{1,2}/\d{1,2}\b", text)
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", text)
    assert words.day("2026-02-01") == "1 February 2026" and words.day("soon") == "soon"


def test_sides_results_and_states_differ_by_sign_and_word_not_only_by_colour() -> None:
    for table in (words.POINTS, words.RESULTS, words.ROUTES):
        told = [(sign, word) for sign, _, word in table.values()]
        assert len({word for _, word in told}) == len(told)
    for html in (readiness_page(worst()), readiness_page(sync_if())):
        badges = re.findall(
            r'<span class="badge [^"]*"><span aria-hidden="true">(.*?)</span> (.*?)</span>', html
        )
        assert badges and all(sign.strip() and word.strip() for sign, word in badges)
        assert html.count('class="badge') == len(badges)
    fills = re.findall(r'<rect class="bar (\w+)"([^>]*)>', readiness_page(sync_if()))
    plain = {kind for kind, rest in fills if "url(" not in rest}
    assert plain == {"sync", "added"}  # all others have a pattern of their own


def _schemes() -> list[dict[str, str]]:
    style = "".join(
        (TEMPLATES / part).read_text() for part in ("report/style.css", "readiness/style.css")
    )
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for block in re.finditer(r"(@media[^{]*dark\) \{\s*)?:root \{([^}]*)\}", style):
        into = dark if block[1] else light
        into.update(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block[2]))
    assert set(light) == set(dark)
    return [light, dark]


def _light(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", _schemes(), ids=["light", "dark"])
def test_text_and_drawings_have_contrast_in_both_schemes(scheme: dict[str, str]) -> None:
    assert _contrast("#000", "#fff") == pytest.approx(21)
    for text in ("ink", "muted", "link"):
        for ground in ("bg", "card", "soft"):
            assert _contrast(scheme[text], scheme[ground]) >= 4.5, (text, ground)
    for tone in ("good", "warn", "bad", "hold", "tool", "ask"):
        assert _contrast(scheme[tone], scheme[f"{tone}-bg"]) >= 4.5, tone
        assert _contrast(scheme[tone], scheme["card"]) >= 4.5, tone
        assert _contrast(scheme["ink"], scheme[f"{tone}-bg"]) >= 4.5, tone
    for bar in ("bar-sync", "bar-tool", "bar-none-2", "bar-old"):
        assert _contrast(scheme[bar], scheme["card"]) >= 3, bar


def test_points_fill_the_bar_and_the_score_lies_where_it_may_come_to_lie() -> None:
    for made in READINESS.values():
        readiness = made()
        chart = points_chart(readiness)
        assert chart
        assert sum(bar.width for bar in chart.bars) == pytest.approx(100, abs=0.05)
        told = tally(readiness.questions)
        assert told.all == 25 == sum(one.weight for one in readiness.questions)
        assert [n for _, _, n in chart.legend] == [told.sync, told.unknown, told.tool]
    nobody = replace(sync(), questions=tuple(replace(q, weight=0) for q in sync().questions))
    assert points_chart(nobody) is None and '<figure class="points">' not in readiness_page(nobody)


@pytest.mark.parametrize("many", [1, 2, 13, 40, 60])
def test_weeks_are_drawn_as_high_as_they_are(many: int) -> None:
    sent = weeks(many)
    chart = weeks_chart(sent)
    assert chart and chart.top == 438 and len(chart.bars) == 3 * many and len(chart.labels) <= 6
    tallest = [bar for bar in chart.bars if bar.x == chart.bars[0].x]
    assert sum(bar.height for bar in tallest) == pytest.approx(120)
    assert min(bar.y for bar in chart.bars) == pytest.approx(0)
    for bar, week in zip(chart.bars[::3], sent, strict=True):
        assert bar.height == pytest.approx(120 * week.added / 438, abs=0.01)
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 for bar in chart.bars)
    assert f"In {many} week" in chart.says and f"{sum(w.added for w in sent):,} added" in chart.says
    assert weeks_chart(()) is None


def test_an_old_run_of_a_category_that_is_gone_still_has_a_page() -> None:
    base = sync()
    old = replace(base, verdict=replace(base.verdict, category="ask-clever", title="Ask Clever"))
    assert "Ask Clever" in _walk(old).text
    flip = Flip("If it were so", "ask-clever", "Ask Clever", {"size": NO})
    assert "· Ask Clever" in _walk(replace(base, flips=(flip,))).text
