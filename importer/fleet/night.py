"""The whole unattended turn of one district: all its sources, then what people are told."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from importer import schedule, settings
from importer.fleet.feeds import Feed, astray
from importer.fleet.notices import tell
from importer.fleet.turn import District, turn
from importer.model.errors import BusyError, ImporterError
from importer.model.history import Who
from importer.model.turn import Turn
from importer.settings import Policy
from importer.store.folder import FolderStore

BUG = 70


def night(root: Path, who: Callable[[], Who], *, wait: bool) -> tuple[list[Turn], list[str]]:
    """Take over what has arrived from each source, in the order of the settings, and tell people.

    What it came to, and whom nobody could tell, in sentences. A source that fails takes no other
    along. ``StorageError`` if ``root`` is no workspace, UsageError if its settings are wrong,
    BusyError while another run works in it.
    """
    district = District.open(root, who)
    try:
        turns = _turns(district, wait=wait)
    except BusyError:
        raise
    except Exception as error:
        name, at = type(error).__name__, who().at
        says = f"This is a bug in importer ({name})."
        tell(root, district.policy, [Turn(at, "failed", BUG, ended=at, says=says)], _moment(who))
        raise
    return turns, tell(root, district.policy, turns, _moment(who))


def tell_of_death(root: Path, turn: Turn) -> None:
    """Tell people of a turn whose process could not do so any more."""
    with contextlib.suppress(ImporterError):  # without settings nobody knows whom
        policy = settings.read(FolderStore.open(root).policy_text())
        tell(root, policy, [turn], datetime.fromisoformat(turn.at))


def exit_code(turns: Sequence[Turn]) -> int:
    """The largest exit code of some turns (rulings: run-all ends with the largest)."""
    return max((one.exit_code for one in turns), default=0)


def _turns(district: District, *, wait: bool) -> list[Turn]:
    if idle := _idle(district.policy, district.who):
        return [idle]
    turns: list[Turn] = []
    for feed in district.feeds():
        for one in feed.places():
            turns += _of(district, one, wait=wait)
    return _without_empty(turns) + _astray(district)


def _astray(district: District) -> list[Turn]:
    """What nobody takes over, since it lies beside the folders of the sources."""
    at = district.who().at
    try:
        names = astray(district.store.root, district.policy)
    except ImporterError:
        return []  # the sources say it
    if not names:
        return []
    folders = ", ".join(f"inbox/{source.folder}" for source in district.policy.sources)
    says = f"{len(names)} file(s) or folder(s) lie in inbox/ itself and belong to no source."
    return [Turn(at, "held", 3, ended=at, says=says, fix=f"Put them where they belong: {folders}.")]


def _idle(policy: Policy, who: Callable[[], Who]) -> Turn | None:
    """The turn of a district that takes nothing over today; None if it does."""
    at = who().at
    if not policy.active:
        says = "The district is switched off (active = false)."
        return Turn(at, "off", ended=at, says=says)
    if reason := schedule.paused(policy, _moment(who)):
        says = f"Nothing is taken over today: {reason}."
        return Turn(at, "paused", ended=at, says=says)
    return None


def _of(district: District, feed: Feed, *, wait: bool) -> list[Turn]:
    try:
        with feed.place(district.store.root) as place:
            return turn(district, feed, place, wait=wait)
    except BusyError:
        raise
    except ImporterError as error:
        at, name = district.who().at, feed.source.name
        return [Turn(at, "failed", error.exit_code, name, at, says=str(error), fix=error.fix)]


def _without_empty(turns: list[Turn]) -> list[Turn]:
    """That nothing arrived is said of a source once, and only where that is all."""
    told = {one.source for one in turns if one.outcome != "nothing"}
    empty = {one.source: one for one in turns if one.outcome == "nothing"}
    return [
        one
        for one in turns
        if one.outcome != "nothing" or (one.source not in told and empty[one.source] is one)
    ]


def _moment(who: Callable[[], Who]) -> datetime:
    return datetime.fromisoformat(who().at)
