"""``aliases.toml``: who is who, as people said it.

Which group of the platform is which section, and which records are two although they look alike.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from importer.settings.reader import read_as

NAME = "aliases.toml"

_HEAD = """\
# Which group of the platform is which section of the roster (`importer align` adds to it), and
# which two records are two (`importer rekey --never`). A pair is taken back by deleting it.
# Comments may be added anywhere.
"""


@dataclass(frozen=True)
class Alias:
    """One accepted pair: the platform's group and its name, the section, by whom and when (UTC)."""

    group: str
    name: str
    section: str
    by: str
    at: str


@dataclass(frozen=True)
class Never:
    """Two ids of a canonical table that are two records, who said so and when (UTC)."""

    table: str
    old: str
    new: str
    actor: str
    at: str


@dataclass(frozen=True)
class Aliases:
    """All accepted pairs; of two for one group or section the later one counts.

    ``never``: records that are not one.
    """

    groups: tuple[Alias, ...] = ()
    never: tuple[Never, ...] = ()

    def pairs(self) -> list[Alias]:
        """The pairs that count."""
        kept: list[Alias] = []
        for alias in self.groups:
            apart = [k for k in kept if k.group != alias.group and k.section != alias.section]
            kept = [*apart, alias]
        return kept


def read(text: str) -> Aliases:
    """The pairs of a TOML text; UsageError for anything that can't be meant."""
    return read_as(Aliases, text, NAME)


def added(text: str, pairs: Iterable[Alias]) -> str:
    """The text with further pairs below what stands there."""
    return _with(text, "groups", (asdict(pair) for pair in pairs))


def with_never(text: str, pairs: Iterable[Never]) -> str:
    """The text with further records that are not one."""
    return _with(text, "never", (asdict(pair) for pair in pairs))


def _with(text: str, name: str, blocks: Iterable[Mapping[str, str]]) -> str:
    written = [text.rstrip("\n") if text.strip() else _HEAD.rstrip("\n")]
    for block in blocks:
        told = (f"{key} = {_text(value)}" for key, value in block.items())
        written.append("\n".join([f"\n[[{name}]]", *told]))
    return "\n".join(written) + "\n"


def _text(value: str) -> str:
    """A basic string of TOML: JSON writes the same, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
