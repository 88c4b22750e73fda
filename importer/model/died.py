"""The end of a process that was to do one risky thing apart from ours, and why it gave nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Died:
    """What came instead of an answer.

    ``reason`` is ``time`` or ``memory`` (it needed more than it may have), ``crash`` (it was ended
    by a signal), ``disk`` (what it read or wrote failed) or ``error`` (anything else). What a
    library said about it is not here: it may quote a pupil.
    """

    reason: str
