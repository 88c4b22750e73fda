"""What could be corrected, and what was, for a terminal."""

from collections.abc import Iterator, Sequence

from importer.mending.mend import Mended
from importer.mending.offers import Case, Offer
from importer.mending.rules import Remembered
from importer.report.lines import Told
from importer.report.words import count, cut, number

_MOST = 5  # causes of a code that are shown; --json has more
_LONGEST = 60  # characters of a value
_MEND = {"safe": "safe", "ask": "look at it first"}
_BOLD, _GREEN, _YELLOW = "1", "32", "33"
_COLOURS = {"safe": _GREEN, "ask": _YELLOW}


def offered(offers: Sequence[Offer], command: str, told: Told) -> Iterator[str]:
    """The offers and the commands that accept them; ``command`` without its options."""
    if not offers:
        yield from told.wrapped("There is nothing here that a machine could correct.", code=_BOLD)
        yield from told.wrapped("importer check shows what only the sender can.")
        return
    yield from told.wrapped("This can be corrected; nothing was changed yet.", code=_BOLD)
    for offer in offers:
        yield ""
        head = f"{offer.code}  {_MEND[offer.mend]}: "
        text = f"{offer.name}, {count(offer.places, 'place')}"
        yield from told.wrapped(text, head, _COLOURS[offer.mend], indent=4)
        for case in offer.cases[:_MOST]:
            yield from told.wrapped(_case(case), "    ", indent=8)
        if offer.causes > _MOST:
            yield from told.wrapped(
                f"and {count(offer.causes - _MOST, 'more')}".rstrip("s"), "    "
            )
    yield ""
    yield from told.wrapped("Accept what you agree with:", code=_BOLD)
    yield f"  {command} --accept {','.join(offer.code for offer in offers)}"
    if any(offer.mend == "safe" for offer in offers):
        yield f"  {command} --accept-all-safe"


def _case(case: Case) -> str:
    places = f" ({count(case.places, 'place')})" if case.places > 1 else ""
    row = f" row {case.row}" if case.row is not None else ""
    spot = ", ".join(filter(None, (f"{case.file}{row}", case.column)))
    if case.before is not None and case.after is not None:
        return f"{spot}: “{cut(case.before, _LONGEST)}” → “{cut(case.after, _LONGEST)}”{places}"
    if case.after:
        return f"{spot}: → {cut(case.after, 2 * _LONGEST)}{places}"
    return f"{spot}{places}"


def done(mended: Mended, wrote: Sequence[str], told: Told) -> Iterator[str]:
    """What was corrected and written, what is blank in it, what a check says of it."""
    total = sum(mended.done.values())
    yield from told.wrapped(f"Corrected {count(total, 'place')}.", code=_BOLD)
    for code, places in mended.done.items():
        yield from told.wrapped(f"{code}: {number(places)}", "  ")
    for code, places in mended.left.items():
        text = f"{code}: {count(places, 'place')} left as before, where a formula gives the value."
        yield from told.wrapped(text, "  ")
    for file, column in mended.blanked:
        text = (
            f"{file}: the column {column} is blank in the copy, since importer writes no passwords "
            "anywhere. Where the copy is imported elsewhere, take them over from your own file."
        )
        yield from told.wrapped(text, "Note: ", _YELLOW)
    for file, why in mended.apart.items():
        yield from told.wrapped(f"{file} was not copied: {why}.", "Note: ", _YELLOW)
    for place in wrote:
        yield from told.wrapped(f"Wrote {place}.")
    counts = dict(mended.findings.group_by("severity").len().iter_rows())
    faults = counts.get("ERROR", 0) + counts.get("BLOCK", 0)
    checked = f"{count(faults, 'error')}, {count(counts.get('WARNING', 0), 'warning')}"
    yield from told.wrapped(f"Checked again, the copy has {checked} left.")


def kept(made: Remembered, told: Told) -> Iterator[str]:
    """What is read so from now on, and of which columns nothing is remembered, with the reason."""
    yield from told.wrapped(f"Remembered {count(len(made.rules), 'value')} (mapping.toml).")
    for (_, column), why in made.refused.items():
        yield from told.wrapped(f"{column}: nothing is remembered, since {why}.", "  ")
