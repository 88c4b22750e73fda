"""A readiness report: what people answered, what files show, what follows; kept in a workspace."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from importer.model.errors import StorageError
from importer.model.history import Who
from importer.model.readiness import Profile, Readiness, Shown
from importer.readiness import answers as written
from importer.readiness.answers import Answers
from importer.readiness.assess import Made, assess
from importer.readiness.rules import Rules
from importer.settings import Policy
from importer.store.port import Store


@dataclass(frozen=True)
class Asked:
    """How a report is asked for: by whom and when, on which day there, by which command."""

    who: Who
    today: date
    command: str


def told(policy: Policy, answers: Answers) -> Policy:
    """The settings by which files are measured: what is said now goes before what was set once."""
    profile = written.merged(answers.profile, Profile(needs=policy.readiness.needs))
    return replace(policy, readiness=replace(policy.readiness, needs=profile.needs))


def of_answers(
    rules: Rules, answers: Answers, found: tuple[Shown, Profile], asked: Asked, id_: str = ""
) -> Readiness:
    """The report of answers and of what was found in files; it is not kept."""
    shown, hints = found
    profile = written.merged(answers.profile, hints)
    made = Made(id_, asked.who.actor, asked.who.at, asked.today, asked.command)
    return assess(rules, answers.by_name, shown, profile, made)


def kept(store: Store, readiness: Readiness) -> Readiness:
    """Keep a report in the workspace under the next number; the lock is held.

    One that says the same as the newest is that one: looking twice leaves no trace.
    """
    numbers = store.assessments()
    numbered = replace(readiness, id=str(max(numbers, default=0) + 1))
    if numbers:
        with contextlib.suppress(StorageError):  # a bad old report is verify's to tell
            newest = store.assessment(numbers[-1])
            if _told(newest) == _told(numbered):
                return newest
    store.add_assessment(numbered)
    return numbered


def _told(readiness: Readiness) -> Mapping[str, object]:
    """What a report says, apart from when it was asked for and by whom."""
    record = readiness.record()
    return {name: record[name] for name in record if name not in ("id", "at", "by", "command")}
