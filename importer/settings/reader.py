"""``district.toml`` read into the policy: every mistake is collected, in words, with its line."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from importer.model.errors import UsageError
from importer.model.likeness import closest
from importer.settings.policy import Policy, flat

_LARGEST = 1_000_000
_SECTION = re.compile(r"\s*\[(\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_AT_LINE = re.compile(r"line (\d+)")
_WRONG = object()  # a value that can't be taken: the default stands, the mistake is listed
_TYPES: Mapping[Any, tuple[str, str]] = {  # type → what a value must be, how it is written
    str: ("a text", '"…"'),
    bool: ("true or false", "true"),
    date: ("a date", "2026-08-17"),
    int: ("", ""),
    float: ("", ""),
}

T = TypeVar("T")
Path = tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One mistake: its line (from 1; 0 = unknown), the setting, what is wrong, what to do."""

    line: int
    key: str
    says: str
    fix: str


@dataclass
class _Reading:
    """The lines on which settings stand, and the mistakes found so far."""

    lines: Mapping[Path, int]
    names: tuple[str, ...] = ()  # all settings that there are, to tell where one belongs
    found: list[Problem] = field(default_factory=list)

    def wrong(self, path: Path, says: str, fix: str) -> Any:
        near = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in self.lines), ())
        self.found.append(Problem(self.lines.get(near, 0), _name(path), says, fix))
        return _WRONG


def read(text: str, source: str = "district.toml") -> Policy:
    """The policy of a TOML text; UsageError for anything that isn't known or has the wrong type."""
    policy, found = _read(text)
    _refuse(found, source)
    return policy


def changed(text: str, anew: Collection[str]) -> Policy:
    """The policy of a TOML text with some settings set anew, each ``guards.growth=0.5``.

    A value is what stands behind the = in TOML; what isn't TOML is taken for a text.
    """
    read(text)
    raw, _ = _parsed(text)
    for one in anew:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                f"“{one}” sets nothing.", "Write --set guards.growth=0.5, for instance."
            )
        *sections, key = (part.strip() for part in name.split("."))
        here = raw
        for section in sections:
            inner = here.get(section)
            here[section] = dict(inner) if isinstance(inner, dict) else {}
            here = here[section]
        texts = isinstance(flat(Policy()).get(name.strip()), str)  # "5" may be a grade
        here[key] = value.strip().strip('"') if texts else _toml_value(value.strip())
    policy, found = _judged(raw, {})
    _refuse(found, "--set")
    return policy


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def read_as(kind: type[T], text: str, source: str) -> T:
    """The dataclass ``kind`` of a TOML text, as strictly as the settings are read."""
    raw, found = _parsed(text)
    reading = _Reading(_lines(text), found=found)
    value: T = _section(kind, raw, (), reading)
    _refuse(sorted(reading.found, key=lambda problem: problem.line), source)
    return value


def _refuse(found: list[Problem], source: str) -> None:
    if found:
        first = found[0]
        place = f" line {first.line}" if first.line else ""
        raise UsageError(f"{source}{place}: {first.says}", first.fix)


def problems(text: str, formats: Collection[str] = ()) -> list[Problem]:
    """All mistakes of a TOML text in the order of their lines; of broken TOML only the first.

    ``formats``: the names that a format may have, if they are to be looked at too.
    """
    return _read(text, formats)[1]


def _read(text: str, formats: Collection[str] = ()) -> tuple[Policy, list[Problem]]:
    raw, broken = _parsed(text)
    return (Policy(), broken) if broken else _judged(raw, _lines(text), formats)


def _judged(
    raw: Mapping[str, Any], lines: Mapping[Path, int], formats: Collection[str] = ()
) -> tuple[Policy, list[Problem]]:
    reading = _Reading(lines, tuple(flat(Policy())))
    policy: Policy = _section(Policy, raw, (), reading)
    typed = {problem.key for problem in reading.found}
    for key, says, fix in policy.faults():
        path = tuple(key.split("."))
        if _name(path) not in typed:
            reading.wrong(path, f"{_name(path)}: {says}.", fix)
    if formats and policy.format and policy.format.partition("/")[0] not in formats:
        says, fix = f"there is no format “{policy.format}”.", f"Known are {', '.join(formats)}."
        reading.wrong(("format",), says, fix)
    return policy, sorted(reading.found, key=lambda problem: problem.line)


def _parsed(text: str) -> tuple[dict[str, Any], list[Problem]]:
    """The TOML, or what is wrong with it."""
    try:
        return tomllib.loads(text), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is nested too deep"
        at = _AT_LINE.search(told)
        says = f"it can't be read: {told}."
        return {}, [Problem(int(at[1]) if at else 0, "", says, "Correct it.")]


def _lines(text: str) -> dict[Path, int]:
    """Path of a section or setting → the line where it is first written."""
    found: dict[Path, int] = {}
    here: Path = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if section := _SECTION.fullmatch(line):
            here = _parts(section[2])
            if section[1]:  # [[…]]: the next of a list
                count = sum(1 for path in found if path[:-1] == here and path[-1][0] == "#")
                here = (*here, f"#{count + 1}")
            found.setdefault(here, number)
        elif key := _KEY.match(line):
            parts = _parts(key[1])
            for end in range(1, len(parts) + 1):  # a.b = 1 says a as well
                found.setdefault((*here, *parts[:end]), number)
    return found


def _parts(text: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _name(path: Path) -> str:
    """A setting as people say it: ``calendar.semesters 2.start``."""
    return ".".join(path).replace(".#", " ")


def _section(kind: Any, raw: Mapping[str, Any], path: Path, reading: _Reading) -> Any:
    """One dataclass of a TOML table."""
    known = {item.name: item for item in fields(kind)}
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in raw.items():
        here = (*path, key)
        if key in known:
            values[key] = _value(hints[key], value, here, known[key], reading)
        else:
            says = f"there is no setting {_name(here)}."
            reading.wrong(here, says, _meant(key, list(known), path, reading.names))
    needed = [n for n, item in known.items() if item.default is item.default_factory is MISSING]
    if missing := [name for name in needed if name not in values]:
        says = f"{_name(path)} has no {', '.join(missing)}."
        return reading.wrong(path, says, f"It needs {', '.join(needed)}.")
    if any(values[name] is _WRONG for name in needed):
        return _WRONG
    return kind(**{key: value for key, value in values.items() if value is not _WRONG})


def _meant(key: str, known: list[str], path: Path, all_names: tuple[str, ...]) -> str:
    """Where an unknown setting may belong."""
    names = [name.split(".") for name in all_names]
    if path and [key] in names:
        return f"{key} stands at the top of the file, above the first [section]."
    for section in (name[0] for name in names if name[1:] == [key]):
        return f"{key} stands in the section [{section}]."
    close = closest(key, known)
    return f"Did you mean {close[0]}?" if close else f"Known are {', '.join(known)}."


def _value(hint: Any, value: Any, path: Path, item: Field[Any], reading: _Reading) -> Any:
    """A value of the type that a field asks for."""
    name = _name(path)
    if get_origin(hint) is tuple:
        return _list(get_args(hint)[0], value, path, item, reading)
    if get_origin(hint) is Mapping:
        return _mapping(get_args(hint)[1], value, path, item, reading)
    if is_dataclass(hint):
        if isinstance(value, dict):
            return _section(hint, value, path, reading)
        return reading.wrong(path, f"{name} must be a section, [{name}].", "See docs/settings.md.")
    kind = next(t for t in (get_args(hint) or (hint,)) if t in _TYPES)
    if kind in (int, float):
        return _number(kind, value, path, item, reading)
    if type(value) is not kind:
        must, written = _TYPES[kind]
        return reading.wrong(path, f"{name} must be {must}.", f"{path[-1]} = {written}")
    return _chosen(value, path, item, reading)


def _mapping(inner: Any, value: Any, path: Path, item: Field[Any], reading: _Reading) -> Any:
    """A section whose keys are anybody's."""
    name = _name(path)
    texts = inner is str
    inside = value.values() if isinstance(value, dict) else ()
    if not isinstance(value, dict) or (texts and not all(isinstance(v, str) for v in inside)):
        what, written = ("texts", '"…"') if texts else ("values", "…")
        says = f"{name} must be a section of {what}, [{name}]."
        return reading.wrong(path, says, f'[{name}], and below it "…" = {written}')
    made = {key: _value(inner, each, (*path, key), item, reading) for key, each in value.items()}
    return _WRONG if any(each is _WRONG for each in made.values()) else made


def _number(kind: Any, value: Any, path: Path, item: Field[Any], reading: _Reading) -> Any:
    most = item.metadata.get("most", _LARGEST)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    whole = isinstance(value, int) or kind is float
    if number and whole and 0 <= value <= most:  # not a number is in no range
        return kind(value)
    what = "a whole number" if kind is int else "a number"
    usual = 1 if item.default is MISSING else item.default
    fix = f"{path[-1]} = {usual}" + (" is ten per cent." if item.default == 0.1 else "")
    return reading.wrong(path, f"{_name(path)} must be {what} from 0 to {most:,.0f}.", fix)


def _list(inner: Any, value: Any, path: Path, item: Field[Any], reading: _Reading) -> Any:
    name, kind = _name(path), dict if is_dataclass(inner) else inner
    if not isinstance(value, list) or not all(type(part) is kind for part in value):
        if kind is dict:
            says = f"{name} must be written as sections, [[{name}]]."
            return reading.wrong(path, says, "One such section for each.")
        written = f"{path[-1]} = [{_TYPES[kind][1]}]"
        what = "dates" if kind is date else "texts"
        return reading.wrong(path, f"{name} must be a list of {what}.", written)
    if kind is dict:
        made = [_section(inner, v, (*path, f"#{n}"), reading) for n, v in enumerate(value, 1)]
    else:
        made = [_chosen(part, path, item, reading) for part in value]
    return _WRONG if _WRONG in made else tuple(made)


def _chosen(value: Any, path: Path, item: Field[Any], reading: _Reading) -> Any:
    """A text that is one of the choices, where there are any."""
    choices = item.metadata.get("choices", ())
    if not choices or value in choices:
        return value
    close = closest(value, choices)
    few = f"Known are {', '.join(choices)}." if len(choices) < 10 else "See docs/settings.md."
    fix = f"Did you mean {close[0]}?" if close else few
    return reading.wrong(path, f"{_name(path)} can't be “{value}”.", fix)
