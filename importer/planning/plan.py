"""The whole change set: tables compared, moves paired, knock-on changes listed, picks made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from importer.model import changes as change_set
from importer.model import findings
from importer.model.changes import ChangeSet
from importer.model.tables import STANDING, TABLES, empty, key_text
from importer.planning import absence, crosswalk, first, local, picks, scope, since, who
from importer.planning import notes as told_of
from importer.planning.assemble import assemble
from importer.planning.guards.people import set_aside
from importer.planning.guards.stop import Stop
from importer.planning.incoming import Accepted, Incoming
from importer.planning.knock_on import knock_on
from importer.planning.moves import pair_enrollments, pair_roles
from importer.planning.options import Options, compared
from importer.planning.shelf import Shelf
from importer.planning.sieve import Unlike
from importer.planning.usernames import conventions, with_usernames
from importer.settings import Policy


@dataclass(frozen=True)
class Before:
    """What a drop is compared with.

    ``stored`` gives a canonical table of the commit ``base`` (0 = none) in the stored schema, with
    the ids that ``rekeys`` (``crosswalk.CROSSWALK``) gave. ``last``: the earlier drop of which a
    quick sync takes only what changed since; None = all. ``never``: pairs of records of which a
    person said that they are two (``matching.NEVER``). ``platform``: what the platform has now,
    where that is known (``platform.edited``). ``shelf``: where long tables lie meanwhile.
    """

    base: int
    stored: Callable[[str], pl.LazyFrame]
    last: list[Accepted] | None = None
    rekeys: pl.DataFrame = field(default_factory=crosswalk.nothing)
    never: pl.DataFrame = field(default_factory=who.no_pairs)
    platform: pl.DataFrame | None = None
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing that a drop could be compared with."""
        return self.base == 0 and self.last is None and self.rekeys.is_empty()


@dataclass(frozen=True)
class Planned:
    """The change set of a drop.

    ``held``: canonical table → stored rows that are held. ``notes``: what planning found
    (``findings.FINDINGS``); ``left_out``: rows that it holds on top (``findings.HELD``), each with
    the ``cause`` that its note has. ``told``: canonical table → what the drop says of it.
    ``files``: what the run keeps for a person to decide on; ``rekeyed``: the pairs of ids that
    changed and stop the drop (``fingerprints.PAIRS``). ``unlike``: canonical table → its rows that
    weren't sent as they stand, where these are few and no id changed.
    """

    change: ChangeSet
    held: Mapping[str, int] = field(default_factory=dict)
    notes: pl.DataFrame = field(default_factory=findings.empty)
    left_out: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=findings.HELD))
    told: Mapping[str, Incoming] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    rekeyed: pl.DataFrame = field(default_factory=who.no_pairs)
    stops: tuple[Stop, ...] = ()
    unlike: Mapping[str, Unlike] = field(default_factory=dict)


def plan(parts: list[Accepted], before: Before, drop: str, policy: Policy, today: date) -> Planned:
    """The change set of the drop ``drop`` (its id) against the stored roster, on a day."""
    anew = first.Anew(before.shelf.lay, policy=policy, today=today) if before.nothing else None
    incoming = sent(parts, policy, anew or before.shelf)
    _hold_related(incoming, before.stored)
    beyond = scope.leave_out(incoming, before.stored, policy.share, policy.calendar.ends)
    _drop_fields(incoming, policy.drop_fields)
    same = _same_as_last(incoming, before, policy)
    notes, left_out = set_aside(incoming, before.stored, policy.guards.new_holders)
    known = who.known(incoming, before.stored, before.never, policy.match)
    stored = known.stored
    apart = first.whole(incoming, anew) if anew else {}
    options = Options(policy, today, beyond, before.platform, apart.keys())
    plans = compared(incoming, stored, options)
    changes = {name: table_plan.changes for name, table_plan in plans.items()}
    after = {name: _laid(table_plan.after, before.shelf) for name, table_plan in plans.items()}
    held = {name: table_plan.held for name, table_plan in plans.items() if table_plan.held}
    conflicts = pl.concat([local.none(), *(table_plan.conflicts for table_plan in plans.values())])
    as_stored = before.rekeys.is_empty() and stored is before.stored  # under the ids they have
    unlike = {name: one.unlike for name, one in plans.items() if one.unlike and as_stored}
    never = {name: table_plan.never for name, table_plan in plans.items()}
    del plans  # of a drop gone wrong each version of its changes is hundreds of MB
    if "people" in changes:
        _name_accounts(changes, after, parts, stored("people"))
    _keep_who_has_a_role(changes, stored)
    since.set_aside(changes, same)
    known.settle(changes, after, before.rekeys)
    stayed = absence.stay(absence.Roster(changes, after, stored), policy.absent)
    _choose(changes, after, beyond, stored, policy)
    if first.set_apart(apart, changes, after):
        picks.close(changes, after, stored, policy.sync.tables())
    since.take_out(changes, after, same)
    told = known.told(changes, after)
    if "people" in changes:
        fresh = [rows for rows in (apart.get("roles"), after.get("roles")) if rows is not None]
        changes["people"] = with_school(changes["people"], stored("roles"), fresh)
    whole = _listed(changes)
    never |= {name: _marked(incoming[name]) for name in apart}
    said = told_of.of_plan(told_of.Told(whole, never, stored, conflicts, stayed))
    return Planned(
        ChangeSet(before.base, drop, whole, after, apart),
        held,
        pl.concat([notes, told.notes, said]),
        pl.concat([left_out, told.left_out]),
        incoming,
        told.files,
        told.rekeyed,
        told.stops,
        unlike,
    )


def _laid(rows: pl.DataFrame, shelf: Shelf) -> pl.LazyFrame:
    """The rows that the changes of a table write; millions of them lie in a file."""
    return shelf.put(rows.lazy(), rows.height) if shelf.is_long(rows.height) else rows.lazy()


def sent(parts: list[Accepted], policy: Policy, shelf: Shelf) -> dict[str, Incoming]:
    """What a drop says about the canonical tables that the policy compares."""
    tables = [table for table in TABLES if table in policy.sync.tables()]
    assembled = {table: assemble(table, parts, shelf) for table in tables}
    return {table: told for table, told in assembled.items() if told is not None}


def _marked(told: Incoming) -> pl.DataFrame:
    return told.rows.filter(pl.col("status") == "archived").collect(engine="streaming")


def _same_as_last(
    incoming: dict[str, Incoming], before: Before, policy: Policy
) -> dict[str, pl.Series]:
    """Of a quick sync: the keys of what the source says as it did in the earlier drop."""
    if before.last is None:
        return {}
    last = sent(before.last, policy, before.shelf)
    _drop_fields(last, policy.drop_fields)
    return since.leave_alone(incoming, last, before.stored)


def _drop_fields(incoming: dict[str, Incoming], fields: tuple[str, ...]) -> None:
    for table, told in incoming.items():
        told.without({f.partition(".")[2] for f in fields if f.partition(".")[0] == table})


def _choose(
    changes: dict[str, pl.DataFrame],
    after: dict[str, pl.LazyFrame],
    beyond: Mapping[str, pl.Series],
    stored: Callable[[str], pl.LazyFrame],
    policy: Policy,
) -> None:
    """Pair moves, list what goes along, and pick. Half a move is of no kind, so pairs come first.

    ``beyond``: keys out of scope, which nothing takes along.
    """
    for table in changes.keys() - {"roles", "enrollments"}:
        changes[table] = picks.of_kinds(changes[table], policy.sync.changes)
    knock_on(changes, after, beyond, stored)
    if "roles" in changes:
        changes["roles"] = pair_roles(changes["roles"])
    if "enrollments" in changes:
        courses = _courses(stored("sections"), after.get("sections", empty("sections").lazy()))
        changes["enrollments"] = pair_enrollments(changes["enrollments"], courses)
        absence.complete(absence.Roster(changes, after, stored), policy.absent, courses)
    for table in changes.keys() & {"roles", "enrollments"}:
        changes[table] = picks.of_kinds(changes[table], policy.sync.changes)
    picks.close(changes, after, stored, policy.sync.tables())
    if any(_stays(frame) for frame in changes.values()):  # what stays may hang on what goes
        knock_on(changes, after, beyond, stored)


def _stays(changes: pl.DataFrame) -> bool:
    return not changes.filter(pl.col("action") == "move", ~pl.col("picked")).is_empty()


def _hold_related(incoming: dict[str, Incoming], stored: Callable[[str], pl.LazyFrame]) -> None:
    """Contacts of a person whose row is held are held too: the row would have named them."""
    links = incoming.get("relationships")
    if links is None:
        return
    for shape in links.owners:
        theirs = stored("relationships").join(shape.lazy(), on=shape.columns, how="semi")
        ids = theirs.select("related_id").unique().collect().to_series()
        if len(ids) and "people" in incoming:
            incoming["people"].exact.append(ids)
        if len(ids) and "roles" in incoming:
            incoming["roles"].owners.append(pl.DataFrame({"person_id": ids}))


def _name_accounts(
    changes: dict[str, pl.DataFrame],
    after: dict[str, pl.LazyFrame],
    parts: list[Accepted],
    people: pl.LazyFrame,
) -> None:
    """New accounts that come without a username get one, where their format has a convention."""
    if not (names := conventions(parts)):
        return
    new = changes["people"].filter(pl.col("action") == "add")["key"]
    is_new = pl.col("person_id").is_in(new.implode())
    added, rest = after["people"].filter(is_new).collect(), after["people"].filter(~is_new)
    named, made = with_usernames(added, people, names)
    if made:
        after["people"] = pl.concat([named.lazy(), rest])
        told = pl.col("key").replace_strict(made, default=None, return_dtype=pl.String)
        because = pl.format("{}; username {} was made", "because", told)
        changes["people"] = changes["people"].with_columns(pl.coalesce(because, "because"))


def _keep_who_has_a_role(
    changes: dict[str, pl.DataFrame], stored: Callable[[str], pl.LazyFrame]
) -> None:
    """Who is gone from one file but keeps a role from another stays a person of the roster."""
    if "people" not in changes:
        return
    people = changes["people"]
    gone = people.filter(pl.col("action") == "archive")
    if gone.is_empty():
        return
    roles = changes.get("roles", change_set.empty())
    left = roles.filter(pl.col("action").is_in(["archive", "withdraw"]))["key"]
    theirs = pl.col("person_id").is_in(gone["key"].implode())
    kept = stored("roles").filter(pl.col("status").is_in(STANDING), theirs)
    named = kept.select("person_id", key_text("roles").alias("key")).collect(engine="streaming")
    keep = named.filter(~pl.col("key").is_in(left.implode()))["person_id"]
    stays = (pl.col("action") == "archive") & pl.col("key").is_in(keep.implode())
    changes["people"] = people.filter(~stays)


def _listed(changes: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """All changes as one list; they leave ``changes``, so that they aren't there twice."""
    whole = pl.concat([change_set.empty(), *changes.values()])
    changes.clear()
    return numbered(whole)


def numbered(whole: pl.DataFrame) -> pl.DataFrame:
    """The changes in the order of the report, with their ids. ``whole`` is taken apart for it.

    Column by column, so that millions of changes are never there twice.
    """
    listed = (("table", list(TABLES)), ("action", change_set.ACTIONS))
    table, action = (pl.col(name).cast(pl.Enum(words)).to_physical() for name, words in listed)
    place = table.cast(pl.UInt32) * len(change_set.ACTIONS) + action
    keyed = whole.select("key", _place=place, _at=pl.int_range(pl.len(), dtype=pl.UInt32))
    parts = [
        keyed.filter(pl.col("_place") == number).sort("key")["_at"]
        for number in keyed["_place"].unique().sort()
    ]
    order = pl.concat([pl.Series("_at", [], dtype=pl.UInt32), *parts])
    columns = [whole.drop_in_place(name).rechunk().gather(order) for name in whole.columns]
    return pl.DataFrame(columns).with_columns(id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))


def _courses(stored: pl.LazyFrame, after: pl.LazyFrame) -> pl.DataFrame:
    """``section_id`` → ``course``: what makes two sections the same course for a move."""
    course = pl.coalesce("course_id", "title").alias("course")
    both = pl.concat([after.select("section_id", course), stored.select("section_id", course)])
    return both.unique("section_id", keep="first", maintain_order=True).collect()


def with_school(
    people: pl.DataFrame, stored: pl.LazyFrame, fresh: Sequence[pl.LazyFrame] = ()
) -> pl.DataFrame:
    """The school that a person is counted for: that of the first role, new ones first."""
    kept = stored.sort(pl.col("status") != "active", maintain_order=True)  # active ones first
    two = ("person_id", "school_id")
    roles = pl.concat([*(rows.select(two) for rows in fresh), kept.select(two)])
    touched = people.lazy().select(person_id="key")
    each = roles.join(touched, on="person_id", how="semi", maintain_order="left")
    each = each.unique("person_id", keep="first", maintain_order=True)
    joined = people.drop("school_id").join(
        each.collect(), left_on="key", right_on="person_id", how="left", maintain_order="left"
    )
    return joined.select(people.columns)
