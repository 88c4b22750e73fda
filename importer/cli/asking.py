"""The questions of readiness asked in a terminal: the six that matter most first."""

import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import click

from importer.model.readiness import NEEDS, NO, UNSURE, YES, Answer, Considered, Profile, Readiness
from importer.readiness.answers import COUNTRY, Answers
from importer.readiness.rules import Rules
from importer.readiness.tables import Product, Sis

_WORDS = {
    "y": YES,
    "yes": YES,
    "n": NO,
    "no": NO,
    "u": UNSURE,
    "unsure": UNSURE,
    "not sure": UNSURE,
}
_HELP = "y = yes, n = no, u = not sure, Enter = leave it as it is, q = stop"

_Meant = Callable[[str], str | tuple[str, ...]]

Report = Callable[[Answers], Readiness]
"""What a report says with these answers, before it is kept."""


@dataclass
class Asking:
    """One round of questions. ``answers`` always holds what was said so far; so does ``keep``."""

    rules: Rules
    answers: Answers
    who: str
    today: date
    keep: Callable[[Answers], None]

    def all(self, report: Report) -> None:
        """Ask; whoever stops, by q or at the end of the input, keeps what was said."""
        try:
            click.echo(f"{_HELP}\n")
            questions = sorted(self.rules.question, key=lambda question: question.short or 99)
            short = [question.name for question in questions if question.short]
            others = [question.name for question in questions if not question.short]
            self._each(short, report)
            self._district(report(self.answers).profile)
            click.echo()
            if click.confirm(f"Answer the other {len(others)} questions too?", default=False):
                self._each(others, report)
        except (_Stop, click.Abort, KeyboardInterrupt):
            click.echo("\nStopped.")

    def _each(self, names: list[str], report: Report) -> None:
        for number, name in enumerate(names, start=1):
            considered = {one.name: one for one in report(self.answers).questions}[name]
            self._one(considered, f"{number} of {len(names)}")

    def _one(self, one: Considered, place: str) -> None:
        question = self.rules[one.name]
        click.echo(f"\n{place}  {question.asks}")
        click.echo(f"  Yes: {question.yes}\n  No: {question.no}")
        if one.evidence:
            click.echo(f"  The files show: {one.evidence.says}")
        if one.said.answer != UNSURE or one.said.when:
            asked_anew = " It is too long ago to count." if one.state == "expired" else ""
            click.echo(
                f"  Your answer of {one.said.when or 'some day'}: {one.said.answer}.{asked_anew}"
            )
        said = _prompt("  Your answer")
        if not said:
            return
        note = one.said.note if said == one.said.answer else ""
        answer = Answer(said, note, self.who, self.today.isoformat())
        self._keep(one.name, answer)  # whoever is cut off now has said it
        asked = f"Note (Enter keeps “{note}”)" if note else "Note (Enter for none)"
        answer = replace(answer, note=_text(f"  {asked}") or note)
        if one.name == "sis_change" and said == YES:
            answer = replace(answer, on=_day("  From which day on? YYYY-MM-DD, Enter if not known"))
        self._keep(one.name, replace(answer, override=self._reason(one, said)))

    def _reason(self, one: Considered, said: str) -> str:
        """Why an answer stands against strong evidence, or a gate is passed; "" if it doesn't."""
        question, shown = self.rules[one.name], one.evidence
        if shown and shown.strong and shown.shows and said not in (UNSURE, shown.shows):
            click.echo(f"  The files show {shown.shows}, and that counts.")
            return _text("  If your answer should count instead, say why (Enter: the files count)")
        closes = question.waivable and said not in (question.sync_if, UNSURE)
        if closes:
            return _text("  If you want a sync all the same, say why (Enter: you don't)")
        return ""

    def _keep(self, name: str, answer: Answer) -> None:
        order = [question.name for question in self.rules.question]
        told = {**self.answers.by_name, name: answer}
        in_order = {known: told[known] for known in order if known in told}
        self._said(Answers(self.answers.profile, in_order))

    def _said(self, answers: Answers) -> None:
        self.answers = answers
        self.keep(answers)

    def _district(self, known_of: Profile) -> None:
        """What tables are looked up by, as far as neither people nor files said it."""
        unsaid = replace(known_of, needs=self.answers.profile.needs)  # files hold, people want
        for name, text, known in _facts(self.rules, unsaid):
            click.echo()
            while said := _text(f"{text} (Enter if not known)"):
                if value := known(said):
                    profile = replace(self.answers.profile, **{name: value})  # type: ignore[arg-type]
                    self._said(Answers(profile, self.answers.by_name))
                    break
                click.echo("  That isn't one of them.")


def _facts(rules: Rules, profile: Profile) -> Iterator[tuple[str, str, _Meant]]:
    """What isn't known of the district: field of the profile, question, and what a text means."""
    products, systems = rules.routes.products, rules.routes.sis
    if not profile.product:
        told = f"Which product do you roster? {', '.join(products)}"
        yield "product", told, lambda said: _named(said, products)
    if not profile.country:
        told = "In which country are you? Two letters, such as US or GB"
        yield "country", told, _country
    if not profile.sis:
        told = f"Which SIS do you have? {', '.join(systems)}, or its name"
        yield "sis", told, lambda said: _named(said, systems) or said.lower()
    if not profile.needs:
        told = f"What should come by a sync? Of {', '.join(NEEDS)}, with commas between"
        yield "needs", told, _needs


def _named(said: str, table: Mapping[str, Product] | Mapping[str, Sis]) -> str:
    """The key of a line of a table that was named by its key or its title; "" if none was."""
    meant = said.casefold()
    return next((k for k, line in table.items() if meant in (k, line.title.casefold())), "")


def _country(said: str) -> str:
    code = {"UK": "GB", "USA": "US"}.get(said.upper(), said.upper())
    return code if COUNTRY.fullmatch(code) else ""


def _needs(said: str) -> tuple[str, ...]:
    named = tuple(part.strip().lower() for part in said.split(","))
    return named if set(named) <= set(NEEDS) else ()


class _Stop(Exception):  # noqa: N818 - nothing went wrong
    """Whoever is asked wants to stop."""


def _prompt(text: str) -> str:
    """yes, no, unsure, or "" where the answer is left as it is."""
    while True:
        said = _text(f"{text} (y, n, u, Enter, q)").lower()
        if said == "q":
            raise _Stop
        if not said or said in _WORDS:
            return _WORDS.get(said, "")
        click.echo(f"  {_HELP}")


def _day(text: str) -> str:
    while said := _text(text):
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            click.echo("  Write a day like 2026-10-01.")
    return ""


def _text(text: str) -> str:
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # polars has put its own handler in between, which lets a prompt wait on until Enter.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    said: str = click.prompt(text, default="", show_default=False)
    return said.strip()
