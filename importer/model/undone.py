"""Which commits stand, and which were undone: an undo of an undo lets a commit stand again."""

from collections.abc import Sequence

from importer.model.history import Commit


def undone(commits: Sequence[Commit]) -> dict[int, Commit]:
    """The number of each commit that doesn't stand, and the commit that undid it.

    ``commits``: all of them, ascending.
    """
    found: dict[int, Commit] = {}
    for commit in reversed(commits):
        if commit.undoes and commit.number not in found:
            found[commit.undoes] = commit
    return found


def in_effect(commits: Sequence[Commit]) -> list[Commit]:
    """The commits of drops that stand, ascending; an undo is none itself."""
    gone = undone(commits)
    return [c for c in commits if not c.undoes and c.number not in gone]
