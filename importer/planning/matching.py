"""Match keys: whether a record whose id nobody knows is one that the roster has under another id.

A known id always tells. The keys only link a record that has none to a stored one that this drop
doesn't send, once: the stored one is re-keyed, and from then on its id is known. Two that fit are
never picked from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from importer.model.repeats import apart
from importer.model.tables import TABLES, empty, key_text
from importer.planning.compare import held_keys
from importer.planning.crosswalk import CROSSWALK, Rows, rekeyed
from importer.planning.incoming import KEY, Incoming
from importer.planning.same_section import alike, not_apart, sent_rows
from importer.settings import Match

LINKS: dict[str, pl.DataType] = {
    "table": pl.String(),  # people or sections
    "old": pl.String(),  # the stored record; of several the smallest id
    "new": pl.String(),  # the one that is sent
    "olds": pl.List(pl.String()),  # all stored ones that fit
    "by": pl.String(),  # the match key
    "state": pl.String(),  # adopt, wait (for a person's word) or many (ambiguous)
    "detail": pl.String(),  # of an ambiguous one: the ids on both sides
    "file": pl.String(),
    "row": pl.UInt32(),
}
"""Links by match keys, one for each record that is sent."""

NEVER: dict[str, pl.DataType] = {"table": pl.String(), "old": pl.String(), "new": pl.String()}
"""Pairs of which a person said that they are two."""

_COLUMNS = {
    "people": {
        "student_id": "student_number",
        "teacher_id": "student_number",
        "email": "email",
        "sis_id": "sis_id",
        "clever_id": "clever_id",
    },
    "sections": {"name": "title", "sis_id": "number"},
}
"""Match key → canonical column. No format brings a clever_id of sections."""

_LOOSE = ("email", "name")
_FOLDED = ("email", "name")
_FAMILY = ("guardian", "parent", "relative")
_SHOWN = 5


@dataclass(frozen=True)
class Sides:
    """Records that are sent and not known, and stored ones that are not sent: stored schema."""

    new: pl.DataFrame
    old: pl.DataFrame


@dataclass(frozen=True)
class Linking:
    """What linking needs: what was sent, the roster, the keys, and which pairs are two people."""

    incoming: Mapping[str, Incoming]
    stored: Rows
    match: Match
    never: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NEVER))

    def sides(self, table: str) -> Sides | None:
        """Who may be whom; None where nobody can.

        A stored row that is held or out of scope is nobody's. Where a row can't be read, nobody
        knows whose it is.
        """
        told = self.incoming.get(table)
        if told is None or told.keyless:
            return None
        key = TABLES[table].key[0]
        stored = self.stored(table)
        held = held_keys(told, stored.with_columns(key_text(table).alias(KEY)))
        taken = pl.concat([held, told.beyond])
        alone = _on_one_side(key, told.rows, stored)
        old = stored.filter(pl.col("status") == "active", ~pl.col(key).is_in(taken.implode()))
        free = old.filter(alone).collect(engine="streaming")
        if free.is_empty():
            return None
        live = told.rows.filter(
            pl.col("status") == "active", ~pl.col("origin_table").is_in(sorted(told.completing))
        )
        new = live.filter(alone).collect(engine="streaming")
        return None if new.is_empty() else Sides(new, free)


def _on_one_side(key: str, *sides: pl.LazyFrame) -> pl.Expr:
    """Whether one side has an id that the other hasn't, told by its hash."""
    number = pl.col(key).hash()
    one, other = pl.collect_all([rows.select(number) for rows in sides], engine="streaming")
    return number.is_in(apart(one.to_series(), other.to_series()).implode())


def links(linking: Linking) -> pl.DataFrame:
    """All links that the match keys make: ``LINKS``."""
    found = [pl.DataFrame(schema=LINKS)]
    if sides := linking.sides("people"):
        for kind, keys in (
            ("student", linking.match.students),
            ("teacher", linking.match.teachers),
        ):
            found.append(_linked("people", _of_kind(sides, kind, linking), keys, linking))
    people = crosswalk(pl.concat(found))
    linking = Linking(
        linking.incoming, rekeyed(linking.stored, people), linking.match, linking.never
    )
    if sides := linking.sides("sections"):
        found.append(_linked("sections", sides, linking.match.sections, linking))
    return pl.concat(found)


def crosswalk(links: pl.DataFrame) -> pl.DataFrame:
    """The re-keys of the links that need no further word."""
    because = pl.format("the roster has it under another id, by {}", "by")
    adopted = links.filter(pl.col("state") == "adopt")
    return adopted.select("table", "old", "new", because=because, file="file", row="row").cast(
        CROSSWALK  # type: ignore[arg-type]
    )


def _of_kind(sides: Sides, kind: str, linking: Linking) -> Sides:
    """Students on both sides, or all others but families."""
    told = linking.incoming.get("roles")
    sent = told.rows if told is not None else empty("roles").lazy()
    sent = sent.join(sides.new.lazy().select("person_id"), on="person_id", how="semi")
    kept = linking.stored("roles").filter(pl.col("status") == "active")
    theirs = kept.join(sides.old.lazy().select("person_id"), on="person_id", how="semi").collect()

    def those(people: pl.DataFrame, roles: pl.DataFrame) -> pl.DataFrame:
        is_one = pl.col("role") == "student"
        is_one = is_one if kind == "student" else ~is_one & ~pl.col("role").is_in(_FAMILY)
        return people.join(roles.filter(is_one), on="person_id", how="semi")

    return Sides(those(sides.new, sent.collect()), those(sides.old, theirs))


def _linked(table: str, sides: Sides, keys: tuple[str, ...], linking: Linking) -> pl.DataFrame:
    """The links of one kind: each record by the first key by which any fits."""
    found = []
    for by in keys:
        column = _COLUMNS[table].get(by)
        if column is None or sides.new.is_empty() or sides.old.is_empty():
            continue
        pairs = _pairs(table, sides, by, linking)
        made = _settled(table, pairs, by, linking.match.confirmed, sides)
        found.append(made)
        left = ~pl.col(TABLES[table].key[0]).is_in(made["new"].implode())
        gone = ~pl.col(TABLES[table].key[0]).is_in(made["old"].implode())
        sides = Sides(sides.new.filter(left), sides.old.filter(gone))
    return pl.concat([pl.DataFrame(schema=LINKS), *found])


def _pairs(table: str, sides: Sides, by: str, linking: Linking) -> pl.DataFrame:
    """Who may be whom by one key: ``old``, ``new``."""
    key, column = TABLES[table].key[0], _COLUMNS[table][by]
    value = pl.col(column).str.to_lowercase() if by in _FOLDED else pl.col(column)
    beside = []
    if table == "sections":
        beside = ["school_id"] if by == "name" else ["school_id", "course_id"]
    one, other = (
        side.select(pl.col(key).alias(name), value.alias("_v"), *beside).drop_nulls("_v")
        for side, name in ((sides.new, "new"), (sides.old, "old"))
    )
    pairs = one.join(other, on=["_v", *beside], nulls_equal=True).select("old", "new")
    never = linking.never.filter(pl.col("table") == table)
    pairs = pairs.join(never, on=["old", "new"], how="anti")
    if table == "sections" and pairs.height:
        pairs = not_apart(
            pairs, linking.incoming, linking.stored, linking.match.sections_days_apart
        )
        if by == "name" and "name" not in linking.match.confirmed:
            # Next year's section bears the same name; a name counts where its people don't differ.
            places = sent_rows(linking.incoming, "enrollments")
            pairs = _not_numbered_apart(pairs, sides)
            pairs = alike(pairs, places, linking.stored).select("old", "new")
    return pairs


def _not_numbered_apart(pairs: pl.DataFrame, sides: Sides) -> pl.DataFrame:
    """The pairs of sections but for those whose numbers or periods are known and differ."""
    told = pl.col("number"), pl.col("periods").list.sort().list.join(",")
    for side, rows in (("old", sides.old), ("new", sides.new)):
        named = (t.alias(f"{t.meta.root_names()[0]}_{side}") for t in told)
        pairs = pairs.join(rows.select(pl.col("section_id").alias(side), *named), on=side)
    apart = [
        (pl.col(f"{name}_old") != pl.col(f"{name}_new")).fill_null(False)
        for name in ("number", "periods")
    ]
    return pairs.filter(~pl.any_horizontal(apart)).select("old", "new")


def _settled(
    table: str, pairs: pl.DataFrame, by: str, confirmed: tuple[str, ...], sides: Sides
) -> pl.DataFrame:
    """One link for each record that is sent: ``LINKS``."""
    many = (pl.len().over("old") > 1) | (pl.len().over("new") > 1)
    waits = by in _LOOSE and by not in confirmed
    rivals = pairs.group_by("old").agg(_rivals=pl.col("new").sort())
    told = pairs.with_columns(_many=many).join(rivals, on="old", how="left", maintain_order="left")
    each = told.group_by("new", maintain_order=True).agg(
        pl.col("_many").any(),
        olds=pl.col("old").sort(),
        _rivals=pl.col("_rivals").list.explode().unique().sort(),
    )
    fits, rival = (pl.col(c).list.head(_SHOWN).list.join(", ") for c in ("olds", "_rivals"))
    state = pl.when("_many").then(pl.lit("many")).otherwise(pl.lit("wait" if waits else "adopt"))
    key = TABLES[table].key[0]
    where = sides.new.select(pl.col(key).alias("new"), file="origin_file", row="origin_row")
    made = each.join(where, on="new", how="left", maintain_order="left").select(
        table=pl.lit(table),
        old=pl.col("olds").list.first(),
        new="new",
        olds="olds",
        by=pl.lit(by),
        state=state,
        detail=pl.when("_many").then(pl.format("{} may be {}", rival, fits)),
        file="file",
        row="row",
    )
    return made.cast(LINKS)  # type: ignore[arg-type]


def onto(incoming: Mapping[str, Incoming], match: Match) -> None:
    """Keep the numbers that files bring as the sis_id, where the policy asks for it."""
    told, roles = incoming.get("people"), incoming.get("roles")
    kinds = (match.student_id_onto, match.teacher_id_onto)
    if told is None or "sis_id" not in kinds:
        return
    sent = roles.rows if roles is not None else empty("roles").lazy()
    students = sent.filter(pl.col("role") == "student").select("person_id").collect().to_series()
    is_student = pl.col("person_id").is_in(students.implode())
    moved = pl.lit(value=False)
    if match.student_id_onto == "sis_id":
        moved |= is_student
    if match.teacher_id_onto == "sis_id":
        moved |= ~is_student
    number = pl.col("student_number")
    told.rows = told.rows.with_columns(
        sis_id=pl.when(moved & number.is_not_null()).then(number).otherwise("sis_id"),
        student_number=pl.when(~moved).then(number),
    )
    _says(told, students, kinds)


def _says(told: Incoming, students: pl.Series, kinds: tuple[str, str]) -> None:
    """A file of people whose number went elsewhere says something of that column alone."""
    for name, columns in told.says.items():
        theirs = told.rows.filter(pl.col("origin_table") == name)
        theirs = theirs.select(pl.col("person_id").is_in(students.implode()).any())
        kind = kinds[0] if theirs.collect().item() else kinds[1]
        if kind == "sis_id" and "student_number" in columns:
            told.says[name] = (columns - {"student_number"}) | {"sis_id"}
