"""What a command did, for the case that telling it fails: a full disk or a closed pipe as output.

A commit that was made is made, whatever becomes of the words about it.
"""

CLEAN_UP_FAILED = 7

_settled: int | None = None


def begin() -> None:
    """A command begins: nothing is done yet."""
    global _settled  # noqa: PLW0603 - one process runs one command at a time
    _settled = None


def settle(code: int) -> None:
    """From here on the command's work is done and worth this exit code."""
    global _settled  # noqa: PLW0603 - one process runs one command at a time
    _settled = code


def settled() -> int | None:
    """The exit code of the work, if it is done."""
    return _settled
