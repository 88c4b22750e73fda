"""The whole unattended turn of one district: all its sources, then what people are told."""

from collections.abc import Callable
from pathlib import Path

from importer.fleet.feeds import Feed
from importer.fleet.turn import District, turn
from importer.model.errors import BusyError, ImporterError
from importer.model.history import Who
from importer.model.turn import Turn


def night(root: Path, who: Callable[[], Who], *, wait: bool) -> list[Turn]:
    """Take over what has arrived from each source, in the order of the settings; what it came to.

    A source that fails takes no other along. ``StorageError`` if ``root`` is no workspace,
    UsageError if its settings are wrong, BusyError while another run works in it.
    """
    district = District.open(root, who)
    if not district.policy.active:
        at = who().at
        return [Turn(at, "off", ended=at, says="The district is switched off (active = false).")]
    turns: list[Turn] = []
    for feed in district.feeds():
        turns += _of(district, feed, wait=wait)
    return turns


def _of(district: District, feed: Feed, *, wait: bool) -> list[Turn]:
    try:
        with feed.local() as place:
            return turn(district, feed, place, wait=wait)
    except BusyError:
        raise
    except ImporterError as error:
        at, name = district.who().at, feed.source.name
        return [Turn(at, "failed", error.exit_code, name, at, says=str(error), fix=error.fix)]


def exit_code(turns: list[Turn]) -> int:
    """The largest exit code of some turns (rulings: run-all ends with the largest)."""
    return max((one.exit_code for one in turns), default=0)
