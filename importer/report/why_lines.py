"""The answer to a why, and the chain of changes behind it, as lines for a terminal."""

from collections.abc import Iterator
from itertools import groupby

from importer.report.lines import Told
from importer.report.verdict import moment
from importer.report.why import Entry, Facts, answer
from importer.report.words import action, count, cut

_RUNS, _STEPS = 30, 20  # that a terminal shows


def lines(facts: Facts, told: Told) -> str:
    """The answer, then what happened, newest first."""
    return "\n".join(_lines(facts, told)) + "\n"


def _lines(facts: Facts, told: Told) -> Iterator[str]:
    first, *rest = [sentence for sentence in answer(facts) if sentence]
    yield from told.wrapped(first, code="1", indent=2)
    for sentence in rest:
        yield from told.wrapped(sentence, "  ", indent=2)
    if facts.chain:
        yield ""
        yield told.paint("What happened", "1")
    by_run = [list(group) for _, group in groupby(facts.chain, key=lambda entry: entry["run"])]
    for entries in by_run[: -_RUNS - 1 : -1]:
        yield from _of_run(entries, facts, told)
    if len(by_run) > _RUNS:
        yield f"  … and {count(len(by_run) - _RUNS, 'earlier run')}, all with --json."
    for lost in facts.untold:
        yield from told.wrapped(f"can’t be told any more, {lost['why']}", f"  {lost['at'][:10]}: ")


def _of_run(entries: list[Entry], facts: Facts, told: Told) -> Iterator[str]:
    """What one run did, under a line that says which and by whom."""
    first = entries[0]
    done = f"Commit {first['commit']}" if first["commit"] else f"Run {first['run']}, not committed"
    done = f"Run {first['run']}" if first["sync"] == "test" else done
    how = "automatic" if first["automatic"] else "by hand"
    said = f", {first['sync']}, {how}, by {first['actor']}, drop {first['drop']}"
    yield from told.wrapped(said, f"  {moment(first['at'])}  {done}", indent=4)
    for entry in entries[:_STEPS]:
        yield from _entry(entry, facts, told)
    if len(entries) > _STEPS:
        yield f"    … and {count(len(entries) - _STEPS, 'more change')}, all with --json."


def _entry(entry: Entry, facts: Facts, told: Told) -> Iterator[str]:
    sign, word = action(entry["action"])
    off = "" if entry["picked"] else ", not picked"
    key = " / ".join(facts.called.get(part) or part for part in entry["key"].split(" / "))
    because = f", because {entry['because']}" if entry["because"] else ""
    source = f" [{entry['file']} row {entry['row']}]" if entry["file"] else ""
    text = f"{word} {entry['table']} {key}{off}{because}{source}"
    yield from told.wrapped(text, f"    {sign} ", indent=6)
    for column in entry["columns"]:
        before, after = column["before"] or "(empty)", column["after"] or "(empty)"
        change = f"{column['name']}: {cut(before, 60)} → {cut(after, 60)}"
        yield from told.wrapped(change, "        ", indent=10)
