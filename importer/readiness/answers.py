"""``answers.toml``: what people answered, and what they said about their district."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, make_dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from importer.model.errors import UsageError
from importer.model.readiness import ANSWERS, NEEDS, UNSURE, Answer, Profile
from importer.readiness.rules import Rules
from importer.settings.reader import read_as

NAME = "answers.toml"
COUNTRY = re.compile("[A-Z]{2}")
"""ISO 3166-1 alpha-2."""

_HEAD = """\
# What people answered to the questions of `importer readiness`; --ask writes this file anew, so put
# remarks into note, not into comments.
# answer = "yes", "no" or "unsure". An answer counts for a time, then it is asked again.
# override = "why": the answer stands against what the files show, or a gate is passed; it needs
# a who. No credentials, and nothing of pupils, belong here.
"""


_FIRST, _LAST = 2000, 2199
"""The years of days that somebody may mean; what lies beyond is a slip of the keyboard."""


@dataclass(frozen=True)
class _District:
    name: str = ""
    product: str = ""
    country: str = ""
    sis: str = ""
    needs: tuple[str, ...] = field(default=(), metadata={"choices": NEEDS})


@dataclass(frozen=True)
class _Written:
    """An answer as the file has it: days are days."""

    answer: str = field(default=UNSURE, metadata={"choices": ANSWERS})
    note: str = ""
    who: str = ""
    when: date | None = None
    until: date | None = None
    override: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Answers:
    """Answers by name of the question, and what is said of the district."""

    profile: Profile = field(default_factory=Profile)
    by_name: Mapping[str, Answer] = field(default_factory=dict)


def read(text: str, rules: Rules, source: str = NAME) -> Answers:
    """The answers of a TOML text; UsageError, with the line, for what can't be meant."""
    told = read_as(_file(tuple(q.name for q in rules.question)), text, source)
    profile = Profile(**asdict(told.district))
    _refuse_unknown(profile, rules, source)
    by_name = {
        question.name: _answer(written, question.name, source)
        for question in rules.question
        if (written := getattr(told, question.name)) != _Written()
    }
    return Answers(profile, by_name)


@cache
def _file(names: tuple[str, ...]) -> Any:
    """The file as a dataclass: a section for the district, and one for each question."""
    sections = [(name, _Written, field(default=_Written())) for name in names]
    return make_dataclass(
        "Answers", [("district", _District, field(default=_District())), *sections]
    )


def _refuse_unknown(profile: Profile, rules: Rules, source: str) -> None:
    known = {"product": rules.routes.products, "sis": rules.routes.sis}
    for name, table in known.items():
        said = getattr(profile, name)
        if name == "product" and said and said not in table:
            told = f"{source}: there is no {name} “{said}”."
            raise UsageError(told, f"Known are {', '.join(table)}.")
    if profile.country == "UK":
        raise UsageError(f"{source}: the United Kingdom is GB.", 'Write country = "GB".')
    if profile.country and not COUNTRY.fullmatch(profile.country):
        told = f"{source}: district.country can’t be “{profile.country}”."
        raise UsageError(told, 'Write two letters, such as "US" or "GB" (ISO 3166).')


def _answer(written: _Written, name: str, source: str) -> Answer:
    if written.override and not written.who:
        told = f"{source}: {name} has an override and nobody who answers for it."
        raise UsageError(told, f'Write who = "…" into [{name}].')
    days = [day for day in (written.when, written.until, written.on) if day]
    if wrong := [day for day in days if not _FIRST <= day.year <= _LAST]:
        told = f"{source}: {name} has a day of the year {wrong[0].year}."
        raise UsageError(told, f"Write a day from {_FIRST} to {_LAST} into [{name}].")
    if written.when and written.until and written.until < written.when:
        told = f"{source}: {name} counts until a day before it was answered."
        raise UsageError(told, f"Correct when or until in [{name}].")
    texts = {
        item.name: value.isoformat() if isinstance(value, date) else value or ""
        for item in fields(written)
        for value in [getattr(written, item.name)]
    }
    return Answer(**texts)


def merged(profile: Profile, hints: Profile) -> Profile:
    """What is said of the district, and where nothing is said what drops and settings tell."""
    told = {name: value or getattr(hints, name) for name, value in asdict(profile).items()}
    return replace(profile, **told)


def text(answers: Answers) -> str:
    """The answers as ``read`` reads them."""
    blocks = [("district", asdict(answers.profile))]
    blocks += [(name, asdict(answer)) for name, answer in answers.by_name.items()]
    written = [_HEAD.rstrip("\n")]
    for name, block in blocks:
        lines = [f"{key} = {_value(key, value)}" for key, value in block.items() if value]
        if lines:
            written.append("\n".join([f"\n[{name}]", *lines]))
    return "\n".join(written) + "\n"


def _value(key: str, value: Any) -> str:
    """A value of TOML; days are written bare, texts as JSON has them but for one character."""
    if key in ("when", "until", "on"):
        return str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
