"""A letter: one notice, or the notices of a day, as it waits in ``notices/`` to be sent."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from importer.fleet.notice import Notice

EMAIL, WEBHOOK, DIGEST = "email", "webhook", "digest"
"""The ways on which letters wait; those of DIGEST wait for the day's one mail."""


@dataclass(frozen=True)
class Letter:
    """What is sent as one. ``way``: EMAIL, WEBHOOK or DIGEST. ``at``: when it was made, UTC.

    ``still``: of a day's mail what was wrong before and still is, in words.
    """

    way: str
    at: str
    district: str
    notices: Sequence[Notice] = ()
    still: Sequence[str] = ()
    daily: bool = False

    @property
    def id(self) -> str:
        """A short name: the same however often it is sent."""
        text = json.dumps(self.record(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def name(self) -> str:
        """The name that it waits under; names have the order of time."""
        when = "".join(character for character in self.at if character.isalnum())
        return f"{when}-{self.way}-{self.id}"

    def record(self) -> dict[str, Any]:
        """The letter as JSON-ready data."""
        notices = [notice.record() for notice in self.notices]
        return {**self.__dict__, "notices": notices, "still": list(self.still)}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Letter":
        """The letter of a record read back; TypeError or KeyError if it is none of ours."""
        made = cls(**record)
        return replace(made, notices=[Notice.of(notice) for notice in record["notices"]])


def way_of(name: str) -> str:
    """The way of the letter that waits under a name."""
    return name.split("-")[1] if name.count("-") == 2 else ""


def when_of(name: str) -> str:
    """When the letter of this name was made, as ``20261122T060312Z``."""
    return name.partition("-")[0]
