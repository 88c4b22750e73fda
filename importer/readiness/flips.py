"""What would change the answer: single changes of what is known, and the questions worth asking."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product

from importer.model.readiness import NO, YES, Flip
from importer.readiness.decide import Case, decide
from importer.readiness.rules import Rules

PASS = "pass"  # noqa: S105 - a result, nobody's password

Changes = Mapping[str, str]
"""Name of a question → yes or no; id of a data gate → pass."""


def flips(rules: Rules, case: Case) -> tuple[Flip, ...]:
    """Every single change that leads to another category; if none does, the cheapest pair.

    All data gates that fail count as one change too. A pair costs the weight of its questions.
    """
    now = decide(rules, case).category
    singles = list(_singles(rules, case))
    if len(case.failing) > 1:
        singles.append(dict.fromkeys(sorted(case.failing), PASS))
    found = [flip for changes in singles if (flip := _flip(rules, case, changes, now))]
    if found:
        return tuple(found)
    pairs = sorted(
        ({**one, **other} for one, other in combinations(_singles(rules, case), 2)),
        key=lambda changes: _cost(rules, changes),
    )
    tried = (_flip(rules, case, changes, now) for changes in pairs if len(changes) == 2)
    first = next((flip for flip in tried if flip), None)
    return (first,) if first else ()


def changed(case: Case, changes: Changes) -> Case:
    """The case as it would be with these changes."""
    counts = {name: value for name, value in changes.items() if value != PASS}
    return replace(
        case,
        counts={**case.counts, **counts},
        failing=case.failing - changes.keys(),
        contradicted=case.contradicted - counts.keys(),
        waived=case.waived - counts.keys(),
    )


def _singles(rules: Rules, case: Case) -> Iterator[dict[str, str]]:
    for question in rules.question:
        for value in (YES, NO):
            if case.counts.get(question.name) != value:
                yield {question.name: value}
    yield from ({id_: PASS} for id_ in sorted(case.failing, key=lambda id_: int(id_[1:])))


def _flip(rules: Rules, case: Case, changes: Changes, now: str) -> Flip | None:
    then = decide(rules, changed(case, changes)).category
    if then == now:
        return None
    return Flip(_words(rules, changes), then, rules.categories[then].title, dict(changes))


def _words(rules: Rules, changes: Changes) -> str:
    if len(changes) > 1 and all(value == PASS for value in changes.values()):
        return f"If all {len(changes)} data checks that fail passed"
    told = [
        f"“{rules.check(name).title}” passed" if value == PASS
        else f"the answer were {value.capitalize()} to “{rules[name].asks}”"
        for name, value in changes.items()
    ]  # fmt: skip
    return f"If {' and '.join(told)}"


def _cost(rules: Rules, changes: Changes) -> int:
    return sum(1 if value == PASS else rules[name].weight or 1 for name, value in changes.items())


def most_useful(rules: Rules, case: Case, most: int = 3) -> tuple[str, ...]:
    """The unanswered questions whose answer most often decides the category, the best first.

    None that would decide nothing. All answers to all unanswered questions that carry weight are
    gone through; a question is counted wherever its yes and its no, the others being equal, end in
    different categories.
    """
    unknown = [q.name for q in rules.question if q.weight and not case.counts.get(q.name)]
    ends = {answers: _end(rules, case, unknown, answers) for answers in _completions(unknown)}
    decides = {
        name: sum(
            ends[answers] != ends[*answers[:place], NO, *answers[place + 1 :]]
            for answers in ends
            if answers[place] == YES
        )
        for place, name in enumerate(unknown)
    }
    ranked = sorted(filter(decides.get, unknown), key=lambda name: -decides[name])
    return tuple(ranked[:most])


def _completions(unknown: list[str]) -> Iterable[tuple[str, ...]]:
    return product((YES, NO), repeat=len(unknown))


def _end(rules: Rules, case: Case, unknown: list[str], answers: tuple[str, ...]) -> str:
    counts = {**case.counts, **dict(zip(unknown, answers, strict=True))}
    return decide(rules, replace(case, counts=counts)).category
