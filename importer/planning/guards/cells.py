"""What happened to a column, told from its cells before and after."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

NEARLY_ALL = 0.9
MOST = 0.8
_FEW = 20_000  # cells that are looked at: more tell nothing new

Cells = pl.DataFrame
"""``before`` and ``after`` as text, rows whose value changed only."""

_TRIAL = re.compile(
    r"(^|[.\-@_])(test|testing|sandbox|staging|dev|demo|dummy|localhost|invalid)([.\-_]|$)"
)


def shares(cells: Cells, says: Callable[[str, str], bool]) -> float:
    """The share of cells of which something is true, asked once per pair of values."""
    pairs = cells.head(_FEW).group_by("before", "after").len().iter_rows()
    fits: int = sum(count for before, after, count in pairs if says(before, after))
    return fits / min(cells.height, _FEW) if cells.height else 0.0


def one_value(cells: Cells) -> str:
    """The value that nearly all cells have now, where they had several; else empty."""
    top = cells["after"].value_counts(sort=True).row(0) if cells.height else ("", 0)
    varied = cells["before"].n_unique() >= min(3, cells.height)
    return str(top[0]) if varied and top[1] >= 0.95 * cells.height else ""


def respelled(cells: Cells) -> bool:
    """Whether only capitals, spaces and punctuation changed."""
    return shares(cells, lambda b, a: _bare(b) == _bare(a)) >= 0.95


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def new_domain(cells: Cells) -> tuple[str, str] | None:
    """The old and the new domain, where addresses moved from one to another and kept the rest.

    A domain that speaks of a trial system is none that people move to.
    """
    kept = shares(
        cells, lambda b, a: "@" in b and b.split("@")[0].lower() == a.split("@")[0].lower()
    )
    if kept < 0.97:
        return None
    olds, news = (
        Counter(cells[side].str.split("@").list.last().to_list()) for side in ("before", "after")
    )
    (old, _), (new, count) = olds.most_common(1)[0], news.most_common(1)[0]
    real = new != old and "." in new and not _TRIAL.search(new.lower())
    return (old, new) if real and count >= 0.95 * cells.height else None


def dates(cells: Cells) -> str:
    """What happened to dates: day and month swapped, or all moved alike; else empty."""
    if shares(cells, lambda b, a: _date(b) is not None and _date(a) is not None) < NEARLY_ALL:
        return ""
    if shares(cells, _swapped) >= 0.5:
        return "day and month are swapped"
    steps = Counter(_step(b, a) for b, a in cells.select("before", "after").head(1000).iter_rows())
    step, count = steps.most_common(1)[0]
    if step and count >= MOST * min(cells.height, 1000):
        return f"all dates moved by {step.days} day(s)"
    return ""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _swapped(before: str, after: str) -> bool:
    one, other = _date(before), _date(after)
    return (
        one is not None
        and other is not None
        and ((one.year, one.month, one.day) == (other.year, other.day, other.month))
    )


def _step(before: str, after: str) -> timedelta | None:
    one, other = _date(before), _date(after)
    return other - one if one and other else None


def garbled(before: str, after: str) -> bool:
    """Whether a text lost its letters to a wrong encoding."""
    if before.isascii():
        return False
    if "\ufffd" in after or ("?" in after and "?" not in before):
        return True
    for spoken in ("cp1252", "latin-1", "mac_roman", "cp850", "cp437"):
        try:
            if before.encode("utf-8").decode(spoken) == after:
                return True
        except UnicodeError:
            pass
        for read in ("utf-8", "cp1252", "latin-1", "mac_roman", "cp850", "cp437"):
            if before.encode(spoken, "replace").decode(read, "replace") == after:
                return True
    pattern = "".join("." if not c.isascii() else re.escape(c) for c in before)
    squeezed = re.sub(r"[^\x00-\x7f]+", "", before)
    return after == squeezed or (
        not after.isascii()
        and len(after) > len(before)
        and bool(re.fullmatch(pattern.replace(".", "[^a-zA-Z]{1,6}"), after))
    )


def shape(text: str) -> str:
    """The shape of a value: ``aa@aa.aa`` → ``a@a.a``, ``12345`` → ``9``, ``A-1`` → ``a-9``."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))


def drifted(cells: Cells) -> str:
    """Another shape than before, nearly everywhere: “a@a.a” became “a”; else empty."""
    part = cells.head(2000)
    if part.height < 5:
        return ""
    old, new = (Counter(shape(v) for v in part[side].to_list()) for side in ("before", "after"))
    (was, n_was), (now, n_now) = old.most_common(1)[0], new.most_common(1)[0]
    clear = n_was >= MOST * part.height and n_now >= MOST * part.height
    return f"“{was}” became “{now}”" if clear and was != now else ""


def of_other_rows(cells: Cells, values: pl.Series) -> bool:
    """Whether the values are those of other rows: the column slipped against the rest."""
    known = cells["after"].is_in(values.implode()).sum()
    varied = cells["after"].n_unique() >= 0.5 * cells["before"].n_unique()
    telling = cells["before"].n_unique() >= 0.6 * cells.height
    return bool(varied and telling and known >= NEARLY_ALL * cells.height)
