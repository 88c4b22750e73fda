"""Trying again: only what the network did, a few times, after longer and longer pauses."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from importer.intake.sftp import Lost

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How often, and the first and the longest pause in seconds, each ± ``jitter`` of it.

    The jitter keeps a hundred districts that one server let down from coming back at once.
    """

    tries: int = 5
    first: float = 2
    longest: float = 32
    jitter: float = 0.5

    def pauses(self) -> Iterator[float]:
        """Seconds to wait before each further try."""
        for number in range(self.tries):
            usual = min(self.first * 2**number, self.longest)
            yield usual * random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - no secret


def patiently(action: Callable[[], T], patience: Patience) -> T:
    """What ``action`` gives; tried again where it was ``Lost``, which the last try raises."""
    for pause in chain(patience.pauses(), (None,)):
        try:
            return action()
        except Lost:
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError("no try at all")
