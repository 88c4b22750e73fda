"""The ways by which a district's data could come, and what dated tables say about them."""

from collections.abc import Iterator, Mapping

from importer.model.readiness import NEEDS, NO, YES, Evidence, Profile, Route
from importer.readiness.rules import Rules
from importer.readiness.tables import Partner, Product, Sis, Way

OPEN, POSSIBLE, CLOSED = "open", "possible", "closed"

Counts = Mapping[str, str]
"""Name of a question → yes or no; what isn't known is left out, or ""."""


def ways(rules: Rules, counts: Counts, profile: Profile) -> tuple[Route, ...]:
    """All ways, best first; one whose ``first_if`` isn't yes comes after the next."""
    listed = list(rules.routes.route)
    for place, way in enumerate(rules.routes.route[:-1]):
        if way.first_if and counts.get(way.first_if) != YES:
            listed[place : place + 2] = listed[place + 1], way
    return tuple(_route(rules, way, counts, profile) for way in listed)


def best(routes: tuple[Route, ...]) -> Route | None:
    """The first that is open, else the first that is possible."""
    return next((r for state in (OPEN, POSSIBLE) for r in routes if r.state == state), None)


def _route(rules: Rules, way: Way, counts: Counts, profile: Profile) -> Route:
    closed = next(_closed(rules, way, counts, profile), "")
    partner = rules.routes.partners.get(way.partner)
    open_ = all(counts.get(name) == YES for name in way.opens)
    if open_ and way.only_there and not profile.country:
        open_ = False
    asks = " ".join(rules[name].asks for name in way.opens if counts.get(name) != YES)
    missing = asks or "The country isn’t known."
    carries = partner.carries if partner else NEEDS
    lacking = [need for need in profile.needs if need not in carries]
    dated = partner or way
    return Route(
        name=way.name,
        title=way.title,
        state=CLOSED if closed else OPEN if open_ else POSSIBLE,
        because=closed or (_opened(rules, way) if open_ else f"It is still to be said: {missing}"),
        confirm=dated.confirm,
        carries=carries,
        lacks=tuple(_lack(rules, way, need) for need in lacking),
        as_of=dated.as_of,
    )


def _closed(rules: Rules, way: Way, counts: Counts, profile: Profile) -> Iterator[str]:
    """Why a way can't be taken; the first reason is told."""
    for name in way.opens:
        if counts.get(name) == NO:
            yield f"The answer is no: {rules[name].asks}"
    partner = rules.routes.partners.get(way.partner)
    if partner is None:
        sis = rules.routes.sis.get(profile.sis)
        if way.name == "sis-api" and sis and not sis.direct:
            yield f"No direct integration with {sis.title} is known."
        return
    if profile.country and profile.country not in partner.countries:
        yield f"{partner.title} works in {partner.region}."
    if profile.product and profile.product not in partner.products:
        yield f"{partner.title} does not carry this product."
    sure = all(counts.get(name) == YES for name in way.opens)
    for name in ("region", "partner_sis"):
        if counts.get(name) == NO and not sure:
            yield f"The answer is no: {rules[name].asks}"


def _opened(rules: Rules, way: Way) -> str:
    return " ".join(f"The answer is yes: {rules[name].asks}" for name in way.opens)


def _lack(rules: Rules, way: Way, need: str) -> str:
    partner = rules.routes.partners[way.partner]
    return partner.lacks.get(need, f"{partner.title} brings no {need}")


def told_by_tables(rules: Rules, profile: Profile, counts: Counts) -> dict[str, Evidence]:
    """What the tables say to questions, by name; each says whom to ask before relying on it."""
    found = (_product, _region, _sis_clever, _partner_sis, _functions)
    told = (one(rules, profile, counts) for one in found)
    return {evidence.question: evidence for evidence in told if evidence}


def _product(rules: Rules, profile: Profile, _: Counts) -> Evidence | None:
    product = rules.routes.products.get(profile.product)
    if product is None:
        return None
    takes = "can be synced" if product.sync else "can’t be synced"
    says = f"The {product.title.lower()} {takes}."
    return Evidence("product", says, _word(product.sync), True, _of(product))


def _region(rules: Rules, profile: Profile, _: Counts) -> Evidence | None:
    if not profile.country:
        return None
    there = [p for p in rules.routes.partners.values() if profile.country in p.countries]
    if not there:
        told = f"No partner of the table works in {profile.country}."
        lines = [_of(partner) for partner in rules.routes.partners.values()]
        return Evidence("region", told, NO, False, " ".join(lines[:1]))
    names = " and ".join(partner.title for partner in there)
    return Evidence("region", f"{names} works in {profile.country}.", YES, False, _of(there[0]))


def _sis_clever(rules: Rules, profile: Profile, _: Counts) -> Evidence | None:
    sis = rules.routes.sis.get(profile.sis)
    if sis is None or not sis.clever:
        return None
    linked = "is linked with Clever" if sis.clever == "auto" else "reaches Clever by files only"
    return Evidence(
        "sis_clever", f"{sis.title} {linked}.", _word(sis.clever == "auto"), False, _of(sis)
    )


def _partner_sis(rules: Rules, profile: Profile, _: Counts) -> Evidence | None:
    sis = rules.routes.sis.get(profile.sis)
    here = "clever" in rules.routes.partners and (
        not profile.country or profile.country in rules.routes.partners["clever"].countries
    )
    if sis is None or sis.clever != "auto" or not here:
        return None
    return Evidence("partner_sis", f"Clever supports {sis.title}.", YES, False, _of(sis))


def _functions(rules: Rules, profile: Profile, counts: Counts) -> Evidence | None:
    way = best(ways(rules, counts, profile))
    if not profile.needs or way is None:
        return None
    if not way.lacks:
        told = f"All that you need can come by {way.title}."
        return Evidence("functions", told, YES, False, _of(way))
    told = f"By {way.title}: {'. '.join(way.lacks)}."
    return Evidence("functions", told, NO, True, _of(way))


def _word(yes: bool) -> str:
    return YES if yes else NO


def _of(line: Product | Partner | Sis | Route) -> str:
    """When a line of a table was looked up, and whom to ask."""
    return f"As of {line.as_of}; confirm with {line.confirm}."
