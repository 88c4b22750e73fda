"""A drop: the files that arrived together, known by their content."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DropFile:
    """One file of a drop: the sender's name for it, where its bytes lie now, and how many."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True)
class Rejected:
    """Something in the drop that was not taken in, with the code of the finding that says why.

    ``code`` is a FILE-1xx code of the catalogue, ``detail`` completes its message.
    """

    name: str
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Drop:
    """What arrived: ``label`` as the person named it, the files, and what was left out.

    ``id`` is the sha-256 over the sorted (name, sha-256 of content) pairs, in hex: the same files
    give the same id wherever they lie. It is empty where nobody needs it (``check``). ``source``:
    which of the district's sources sent it ("" = the only one).
    """

    label: str
    files: tuple[DropFile, ...]
    rejected: tuple[Rejected, ...] = ()
    id: str = ""
    source: str = ""
