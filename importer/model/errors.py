"""Errors for people: what happened, what to do, and the exit code that a script sees."""


class ImporterError(Exception):
    """A problem that ends a command.

    ``str(error)`` says what happened, ``error.fix`` what to do. Neither may contain a pupil's
    name, id or any other cell value, since both may reach a log.
    """

    exit_code = 4

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


class UsageError(ImporterError):
    """The command was called with something that can't be meant (exit 2)."""

    exit_code = 2


class OnHoldError(ImporterError):
    """Nothing was committed: a person must decide first (exit 3)."""

    exit_code = 3


class StalePlanError(OnHoldError):
    """The plan was made against a commit that is no longer the newest (exit 3)."""


class StorageError(ImporterError):
    """A file or folder could not be read or written, or is not what it was (exit 4)."""

    exit_code = 4


class CommittedError(ImporterError):
    """The commit is made; what has to follow it could not be done (exit 7)."""

    exit_code = 7


class BusyError(ImporterError):
    """Another run is working in the same workspace (exit 5)."""

    exit_code = 5


class RemoteError(ImporterError):
    """A server could not be reached, or it or we refused; nothing was committed (exit 6)."""

    exit_code = 6


EXIT_CODES = """\
Exit codes: 0 done (committed, or nothing new) · 1 check found errors · 2 usage · 3 on hold,
a person must decide · 4 files or environment, nothing committed · 5 workspace busy · 6 remote
side unreachable or refused · 7 committed, clean-up failed · 70 a bug in importer"""
