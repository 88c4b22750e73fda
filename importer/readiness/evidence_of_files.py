"""Evidence from how files come: information system, formats, pushes, fill, dates."""

from importer.model.readiness import NO, YES, Evidence
from importer.readiness.facts import Facts, Field, History
from importer.readiness.sentences import Limits, many, of, share, unknown


def sis_change(facts: Facts, limits: Limits) -> Evidence:
    """Q4: ids of the same people that changed prove a change in the past; nothing proves none.

    Another format or other headers are a hint.
    """
    past = facts.history
    if past is None:
        return unknown("sis_change", facts.because("sis_change"))
    here = past.rekeyed
    if here and here.ids.whole and (here.ids.percent or 0) >= limits["rekeyed"]:
        shape = " and look different" if here.shape else ""
        return of(
            "sis_change", YES,
            f"On {here.day} the ids of {share(here.ids)} people changed{shape}, the people did"
            " not",
            strong=True, sample=str(here.ids), on=here.day,
        )  # fmt: skip
    if past.formats:
        day, before, after = past.formats
        return of(
            "sis_change", YES, f"Since {day} drops come as {after}, before as {before}", on=day
        )
    if past.headers:
        return of(
            "sis_change", YES, f"On {past.headers} a good part of the columns was renamed",
            on=past.headers,
        )  # fmt: skip
    return of("sis_change", "", f"{_quiet(past)}; what is planned, files don't tell")


def _quiet(past: History) -> str:
    if past.commits < 2:
        return "There is no history yet"
    return f"No ids, format or columns changed from {past.first} to {past.last}"


def daily_sftp(facts: Facts, limits: Limits) -> Evidence:
    """Q6: yes if a whole set came on ``yes_from`` of the last ``days`` school days.

    No only if a push was expected and came on fewer than ``no_below``.
    """
    past = facts.history
    if past is None or past.pushes is None:
        return unknown("daily_sftp", facts.because("daily_sftp"))
    seen = past.pushes
    if seen.days < limits["days"]:
        return of(
            "daily_sftp", "",
            f"Not enough history: {seen.days} school days, {limits['days']:.0f} are needed",
        )  # fmt: skip
    says = f"A whole set was accepted on {seen.came} of the last {seen.days} school days"
    if seen.came >= limits["yes_from"]:
        return of("daily_sftp", YES, says, strong=True, sample=f"{seen.days} school days")
    if seen.came < limits["no_below"] and seen.expected:
        if seen.again:
            return of("daily_sftp", "", f"{says}; others may have said nothing new")
        return of(
            "daily_sftp", NO, f"{says}, and one was expected on each", strong=True,
            sample=f"{seen.days} school days",
        )  # fmt: skip
    return of("daily_sftp", "", says)


def clever_customer(facts: Facts, limits: Limits) -> Evidence:
    """Q8: a hint, where files are made for Clever or hold its ids."""
    if facts.sent and facts.sent.format == "clever":
        return of("clever_customer", YES, "The drop has the files and headers of Clever")
    if facts.roster and facts.roster.clever_ids:
        return of("clever_customer", YES, f"{many(facts.roster.clever_ids, 'Clever id')} are known")
    return of("clever_customer", "", "Nothing in the files is of Clever")


def required(facts: Facts, limits: Limits) -> Evidence:
    """C2: by the lines of D3, ids and names in ``ids`` percent, other fields in ``others``."""
    sent = facts.sent
    if sent is None or not sent.required:
        return unknown("required", facts.because("required"))
    poor = lacking(sent.required, limits)
    if not poor:
        filled = many(len(sent.required), "required field is", "required fields are")
        if facts.partial:
            return of("required", "", f"{filled} filled in, but {facts.partial}")
        return of("required", YES, f"{filled} filled in", strong=True)
    first = poor[0]
    more = f", and {len(poor) - 1} more" if len(poor) > 1 else ""
    return of(
        "required", NO,
        f"{first.column} of {first.file} is filled in {share(first.filled)} rows{more}",
        strong=True,
    )  # fmt: skip


def lacking(fields: tuple[Field, ...], limits: Limits) -> list[Field]:
    """The fields that are not filled in well enough, the emptiest first."""
    poor = [
        one
        for one in fields
        if one.filled.whole and (one.filled.percent or 0) < limits["ids" if one.must else "others"]
    ]
    return sorted(poor, key=lambda one: (one.filled.percent or 0, one.file, one.column))


def oneroster(facts: Facts, limits: Limits) -> Evidence:
    """C4: a drop in OneRoster proves that the system makes it; another format proves nothing."""
    if facts.sent and facts.sent.format.startswith("oneroster"):
        return of("oneroster", YES, f"The drop is {facts.sent.title}", strong=True)
    if facts.sent is None:
        return unknown("oneroster", facts.because("oneroster"))
    return of("oneroster", "", f"The drop is {facts.sent.title}; it may give OneRoster as well")


def dates(facts: Facts, limits: Limits) -> Evidence:
    """C5: known if sections have dated terms (by the line of D8) and today is in one.

    Or if the settings say them.
    """
    if facts.calendar and facts.semesters:
        says = f"The settings have the school year and {many(facts.semesters, 'semester')}"
        return of("dates", YES, says, strong=True)
    roster = facts.roster
    if roster is None or roster.sections_dated is None:
        return unknown("dates", facts.because("dates"))
    part = roster.sections_dated
    says = f"{share(part)} sections have a term with both dates"
    if (part.percent or 0) >= limits["sections"] and roster.in_term:
        return of("dates", YES, f"{says}, and there is a term now", strong=True)
    return of("dates", "", f"{says}; the district may know more than its files say")
