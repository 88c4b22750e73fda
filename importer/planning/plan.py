"""The whole change set: all tables compared, moves paired, knock-on changes listed."""

from collections.abc import Callable

import polars as pl

from importer.model import changes as change_set
from importer.model.changes import ChangeSet
from importer.model.tables import TABLES, empty, key_text, stored_schema
from importer.planning.assemble import KEY, Accepted, Incoming, assemble
from importer.planning.compare import change_rows, compare
from importer.planning.moves import pair_enrollments, pair_roles
from importer.planning.usernames import conventions, with_usernames

_HANGS_ON = {  # canonical table → (its column, the table whose row it can't do without)
    "roles": (("person_id", "people"),),
    "enrollments": (("section_id", "sections"), ("person_id", "people")),
    "relationships": (("person_id", "people"), ("related_id", "people")),
}


def plan(
    parts: list[Accepted], stored: Callable[[str], pl.LazyFrame], base: int, drop: str
) -> tuple[ChangeSet, dict[str, int]]:
    """The change set of a drop against the stored roster, and how many stored rows are held.

    ``stored`` gives a canonical table of the commit ``base`` in the stored schema.
    """
    assembled = {table: assemble(table, parts) for table in TABLES}
    incoming = {table: told for table, told in assembled.items() if told is not None}
    _hold_related(incoming, stored)
    plans = {table: compare(table, stored(table), told) for table, told in incoming.items()}
    changes = {name: table_plan.changes for name, table_plan in plans.items()}
    after = {name: table_plan.after for name, table_plan in plans.items()}
    if "people" in changes:
        _name_accounts(changes, after, parts, stored("people"))
    _keep_who_has_a_role(changes, stored)
    _knock_on(changes, after, stored)
    if "roles" in changes:
        changes["roles"] = pair_roles(changes["roles"])
    if "enrollments" in changes:
        courses = _courses(stored("sections"), after.get("sections", empty("sections")))
        changes["enrollments"] = pair_enrollments(changes["enrollments"], courses)
    if "people" in changes:
        changes["people"] = _with_school(changes["people"], stored("roles"), after.get("roles"))
    whole = pl.concat([change_set.empty(), *(changes[t] for t in TABLES if t in changes)])
    whole = _numbered(whole)
    held = {name: table_plan.held for name, table_plan in plans.items() if table_plan.held}
    return ChangeSet(base, drop, whole, after), held


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
    after: dict[str, pl.DataFrame],
    parts: list[Accepted],
    people: pl.LazyFrame,
) -> None:
    """New accounts that come without a username get one, where their format has a convention."""
    new = changes["people"].filter(pl.col("action") == "add")["key"]
    is_new = pl.col("person_id").is_in(new.implode())
    added, rest = after["people"].filter(is_new), after["people"].filter(~is_new)
    named, made = with_usernames(added, people, conventions(parts))
    if made:
        after["people"] = pl.concat([named, rest])
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
    left = roles.filter(pl.col("action") == "archive")["key"]
    keep = (
        stored("roles")
        .filter(pl.col("status") == "active", ~key_text("roles").is_in(left.implode()))
        .join(gone.lazy().select(person_id="key"), on="person_id", how="semi")
        .select("person_id")
        .collect()
        .to_series()
    )
    stays = (pl.col("action") == "archive") & pl.col("key").is_in(keep.implode())
    changes["people"] = people.filter(~stays)


def _numbered(whole: pl.DataFrame) -> pl.DataFrame:
    order = pl.col("table").replace_strict(
        {t: i for i, t in enumerate(TABLES)}, return_dtype=pl.UInt8
    )
    rank = pl.col("action").replace_strict(
        {a: i for i, a in enumerate(change_set.ACTIONS)}, return_dtype=pl.UInt8
    )
    ordered = whole.sort(order, rank, "key")
    return ordered.with_columns(id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))


def _knock_on(
    changes: dict[str, pl.DataFrame],
    after: dict[str, pl.DataFrame],
    stored: Callable[[str], pl.LazyFrame],
) -> None:
    """What hangs on an archived person or section is archived with it, and listed."""
    for table, parents in _HANGS_ON.items():
        here = changes.get(table, change_set.empty())
        for column, parent in parents:
            theirs = changes.get(parent, change_set.empty())
            gone = theirs.filter(pl.col("action") == "archive", pl.col("picked"))
            if gone.is_empty():
                continue
            done = here.filter(pl.col("action") == "archive")["key"]
            rows = (
                stored(table)
                .filter(pl.col("status") == "active")
                .with_columns(key_text(table).alias(KEY))
                .join(gone.lazy().select(pl.col("key").alias(column)), on=column, how="semi")
                .filter(~pl.col(KEY).is_in(done.implode()))
                .collect()
            )
            word = {"people": "person", "sections": "section"}[parent]
            because = pl.lit(f"the {word} it belongs to is archived")
            more = change_rows(table, rows, action=pl.lit("archive"), because=because)
            # An edit of a row that goes away with its parent says nothing.
            here = here.filter(~pl.col("key").is_in(rows[KEY].implode()))
            here = pl.concat([here, more])
            if table in after:
                after[table] = after[table].filter(~key_text(table).is_in(rows[KEY].implode()))
        if here.height:
            changes[table] = here


def _courses(stored: pl.LazyFrame, after: pl.DataFrame) -> pl.DataFrame:
    """``section_id`` → ``course``: what makes two sections the same course for a move."""
    course = pl.coalesce("course_id", "title").alias("course")
    both = pl.concat(
        [after.lazy().select("section_id", course), stored.select("section_id", course)]
    )
    return both.unique("section_id", keep="first", maintain_order=True).collect()


def _with_school(
    people: pl.DataFrame, stored: pl.LazyFrame, after: pl.DataFrame | None
) -> pl.DataFrame:
    """The school that a person is counted for: that of the first role, new ones first."""
    fresh = after if after is not None else empty("roles")
    kept = stored.sort(pl.col("status") != "active", maintain_order=True)  # active ones first
    two = ("person_id", "school_id")
    roles = pl.concat([fresh.lazy().select(two), kept.select(two)])
    touched = people.lazy().select(person_id="key")
    first = roles.join(touched, on="person_id", how="semi", maintain_order="left").unique(
        "person_id", keep="first", maintain_order=True
    )
    joined = people.drop("school_id").join(
        first.collect(), left_on="key", right_on="person_id", how="left", maintain_order="left"
    )
    return joined.select(people.columns)


def apply(table: str, stored: pl.LazyFrame, change: ChangeSet) -> pl.LazyFrame | None:
    """The canonical table after the picked changes; None where nothing of it changes.

    Archived rows stay, with status ``archived`` and the origin that last had them.
    """
    picked = change.changes.filter(pl.col("table") == table, pl.col("picked"))
    if picked.is_empty():
        return None
    keys = {
        action: picked.filter(pl.col("action") == action)["key"] for action in change_set.ACTIONS
    }
    left = picked.filter(pl.col("action") == "move")["from_key"]
    archived = pl.concat([keys["archive"], left])
    replaced = pl.concat([keys["edit"], keys["reactivate"], keys["add"], keys["move"]])
    key = key_text(table)
    status = pl.when(key.is_in(archived.implode())).then(pl.lit("archived")).otherwise("status")
    kept = stored.filter(~key.is_in(replaced.implode())).with_columns(status.alias("status"))
    after = change.after[table].lazy() if table in change.after else empty(table).lazy()
    written = after.filter(key.is_in(replaced.implode()))
    columns = list(stored_schema(table))
    return pl.concat([kept.select(columns), written.select(columns)])
