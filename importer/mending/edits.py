"""What is to change in one table of a file, and how a single value of its text is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Edits:
    """The changes of one table; columns are counted from 0, rows are physical lines.

    ``codes``: the accepted codes. ``cells``: row → column → text; ``header``: column → name;
    ``dropped``: rows that hold nothing; ``best``: damaged rows that take their best reading;
    ``nameless``: empty columns that are left out; ``secret``: columns that are written blank;
    ``doubted``: rows of whose letters reading isn't sure, with the code that says so.
    """

    codes: frozenset[str] = frozenset()
    cells: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    header: Mapping[int, str] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    best: frozenset[int] = frozenset()
    nameless: frozenset[int] = frozenset()
    secret: frozenset[int] = frozenset()
    doubted: Mapping[int, str] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether anything changes but for secrets that are blanked."""
        return bool(self.codes)

    @property
    def unicode(self) -> bool:
        """Whether lines in an older encoding become UTF-8: new letters are, and a file has one."""
        texts = (text for cells in self.cells.values() for text in cells.values())
        new = not all(text.isascii() for text in (*texts, *self.header.values()))
        return new or bool(self.best) or "FILE-158" in self.codes


def tokens(text: str, separator: str) -> list[str]:
    """The values of a well-formed record, each as it is written, with its quotes.

    >>> tokens('1,"a,b",', ",")
    ['1', '"a,b"', '']
    """
    if '"' not in text:
        return text.split(separator)
    found: list[str] = []
    for part in text.split(separator):
        if found and found[-1].count('"') % 2:
            found[-1] += separator + part
        else:
            found.append(part)
    return found


def quoted(value: str, separator: str, always: bool = False) -> str:
    """The value as a token, in quotes where it needs them."""
    if always or any(sign in value for sign in (separator, '"', "\n", "\r")):
        return '"' + value.replace('"', '""') + '"'
    return value


def joined(values: Iterable[str], separator: str) -> str:
    """A record of these tokens; a single blank one is written so that it is no blank line."""
    text = separator.join(values)
    return text or '""'
