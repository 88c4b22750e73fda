"""How districts stand, for a terminal: the worst first, what needs nobody on one line each."""

from collections.abc import Iterator, Sequence

from importer.report import status
from importer.report.lines import Told
from importer.report.safe import for_terminal
from importer.report.status import NEEDS_SOMEBODY, STATES, DistrictStatus
from importer.report.words import number

_COLOURS = {"bad": "31", "hold": "35", "warn": "33", "good": "32", "off": "2"}


def status_lines(districts: Sequence[DistrictStatus], told: Told) -> str:
    """All districts in their order, as lines that fit."""
    lines = list(told.wrapped(status.heading(districts) + ".", code="1"))
    if len(districts) > 1:
        found = status.states(districts)
        lines += told.wrapped(", ".join(f"{number(n)} {state}" for state, n in found.items()))
    for district in districts:
        lines += ["", *_district(district, told)]
    lines += ["", *told.wrapped("Times are those of each district.", code="2")]
    return "\n".join(lines) + "\n"


def _district(district: DistrictStatus, told: Told) -> Iterator[str]:
    sign, level, meaning = STATES[district["state"]]
    head = f"{sign} {district['name']}: "
    said = f"{district['state']} ({meaning})" if district["state"] != meaning else meaning
    yield from told.wrapped(said, head, _COLOURS[level], indent=4)
    zone = district["time_zone"]
    if district["says"]:
        yield from told.wrapped(district["says"], "    ")
    if district["fix"]:
        yield from told.wrapped(district["fix"], "    To do: ", indent=6)
    for one in district["holds"]:
        yield from told.wrapped(status.hold(one, zone), "    On hold: ", indent=6)
        if district["state"] in NEEDS_SOMEBODY:
            yield f"      {told.paint(for_terminal(one['next']), '1')}"
    if district["state"] == "unreadable":
        return
    facts = [
        f"last turn {status.last_turn(district)}",
        f"last arrival {status.when(district['arrival'], zone)}",
        f"last commit {status.last_commit(district)}",
    ]
    if district["next_expected"]:
        facts.append(f"next expected by {status.when(district['next_expected'], zone)}")
    yield from told.wrapped("; ".join(facts), "    ")
    if any(district["errors"]):
        trend = f"{status.bars(district['errors'])}  {status.errors(district)}"
        yield from told.wrapped(trend, "    Errors of the last drops: ", indent=6)
    for text in status.unsent(district):
        yield from told.wrapped(text, "    ")
