"""A district's policy: ``district.toml`` as one frozen value; unknown keys are errors."""

import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from importer.model.errors import UsageError

_LARGEST = 1_000_000


@dataclass(frozen=True)
class Guards:
    """When a drop is put on hold: shares of the active rows (0.10 = 10 %) and smallest numbers.

    Where the figures come from is told in ``planning/guard.py``.
    """

    school_loss: float = 0.10
    school_floor: int = 5
    district_loss: float = 0.05
    district_floor: int = 25
    growth: float = 0.25
    column_changed: float = 0.10
    column_emptied: float = 0.05
    held_rows: float = 0.25


@dataclass(frozen=True)
class Policy:
    """What a district decided once. ``format``: a contract's name; empty = told by the headers."""

    format: str = ""
    profile: str = "standard"
    never_sent: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    guards: Guards = field(default_factory=Guards)

    def id(self) -> str:
        """A short name for exactly this policy: the same settings give the same name."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


TEMPLATE = """\
# What importer may assume about this district. Everything here is optional.

# The format of the drops: "clever" or "oneroster-1.1". Empty: told by the headers.
format = ""

# Files of the set that this district never sends, such as "enrollments.csv".
never_sent = []

# Files that may have a header and no rows.
may_be_empty = []

[guards]
# A drop is put on hold when it would archive more than this share of a school's records …
school_loss = 0.10
# … but never for fewer than this many (a school that would lose everything is always held).
school_floor = 5
# The same for the whole district.
district_loss = 0.05
district_floor = 25
# Growth of the whole district, of one kind of record.
growth = 0.25
# One column that changes, or becomes empty, in this share of the records.
column_changed = 0.10
column_emptied = 0.05
# Rows of one file that are left out because of errors.
held_rows = 0.25
"""
"""The district.toml that ``importer init`` writes; it says the defaults."""


def read(text: str, source: str = "district.toml") -> Policy:
    """The policy of a TOML text; UsageError for anything that isn't known or has the wrong type."""
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is nested too deep"
        raise UsageError(f"{source} can't be read: {told}.", "Correct it.") from None
    guards = raw.pop("guards", {})
    if not isinstance(guards, dict):
        raise UsageError(f"{source}: guards must be a section, [guards].", "See `importer init`.")
    return Policy(
        **_known(Policy, raw, source), guards=Guards(**_known(Guards, guards, f"{source}: guards"))
    )


def _known(kind: type[Any], raw: Mapping[str, Any], source: str) -> dict[str, Any]:
    defaults = {f.name: f for f in fields(kind) if f.name != "guards"}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in defaults:
            close = difflib.get_close_matches(key, defaults, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(defaults)}."
            raise UsageError(f"{source}: there is no setting {key}.", hint)
        values[key] = _typed(source, key, value, getattr(kind(), key))
    return values


def _typed(source: str, key: str, value: Any, default: Any) -> Any:
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise UsageError(f"{source}: {key} must be a list of texts.", f'{key} = ["…"]')
    if isinstance(default, str):
        if isinstance(value, str):
            return value
        raise UsageError(f"{source}: {key} must be a text.", f'{key} = "…"')
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    whole = isinstance(value, int) or isinstance(default, float)
    if not number or not whole or not 0 <= value <= _LARGEST:  # not a number is in no range
        raise UsageError(
            f"{source}: {key} must be a number from 0 to {_LARGEST:,}.", f"{key} = {default}"
        )
    return type(default)(value)
