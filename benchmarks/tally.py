"""How far a plain tally of answers goes wrong, and which single answers decide.

    python -m benchmarks.tally [--sets 20000] [--seed 8]

Random yes and no to the 13 questions of the district page. The tally takes the side with more
answers; the decision asks the gates first. Nothing else is known: there is no OneRoster, there are
no credentials, no partner but Clever, and more than 100 users.
"""

import argparse
import random
from collections import Counter

from importer.model.readiness import NO, YES
from importer.readiness.decide import Case, decide
from importer.readiness.rules import Rules, shipped

ELSEWHERE = {"oneroster": NO, "creds": NO, "partner_sis": NO, "users": NO}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=8)
    asked = parser.parse_args()
    rules, chance = shipped(), random.Random(asked.seed)
    names = [question.name for question in rules.question if question.weight]
    ends: Counter[str] = Counter()
    flips: Counter[str] = Counter()
    wrong = 0
    for _ in range(asked.sets):
        answers = {name: chance.choice((YES, NO)) for name in names}
        outcome = decide(rules, Case({**ELSEWHERE, **answers}))
        ends[outcome.category] += 1
        wrong += bool(outcome.gate) and _tally(rules, answers)
        for name in names:
            other = {**answers, name: NO if answers[name] == YES else YES}
            flips[name] += decide(rules, Case({**ELSEWHERE, **other})).category != outcome.category
    print(f"{asked.sets:,} random sets of answers, seed {asked.seed}")
    print(f"the tally says sync, a gate says not now: {wrong / asked.sets:.1%}")
    for category, n in ends.most_common():
        print(f"  {category:<22}{n / asked.sets:.1%}")
    print("one answer alone changes the outcome:")
    for name, n in flips.most_common():
        print(f"  {name:<22}{n / asked.sets:.2f}")


def _tally(rules: Rules, answers: dict[str, str]) -> bool:
    """Whether more answers point to a sync than to the import tool."""
    return 2 * sum(rules[name].sync_if == said for name, said in answers.items()) > len(answers)


if __name__ == "__main__":
    main()
