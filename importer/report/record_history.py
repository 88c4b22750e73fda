"""What the commits did to one record and to the rows that hang on it."""

from collections.abc import Mapping
from typing import Any, TypedDict

import polars as pl

from importer.model.tables import ID_SEPARATOR, TABLES
from importer.report.stored import Tables, titles
from importer.report.summary import ColumnChange

_NAMED = {
    "person_id": "people",
    "related_id": "people",
    "section_id": "sections",
    "school_id": "schools",
}
PLACES: Mapping[
    str, Mapping[str, tuple[int, ...]]
] = {  # record kind → table → at which places of the key its id may stand
    "person": {"people": (0,), "roles": (0,), "enrollments": (1,), "relationships": (0, 1)},
    "section": {"sections": (0,), "enrollments": (0,)},
    "school": {"schools": (0,)},
}


class Made(TypedDict):
    """A commit as far as history tells it."""

    commit: int
    at: str
    actor: str
    drop: str  # what the drop was called


class Step(Made):
    """One change of a record, or of a row that hangs on it."""

    action: str
    table: str
    key: str
    label: str
    columns: list[ColumnChange]
    because: str
    file: str
    row: int | None


class Tally(Made):
    """How many rows of a school one commit changed in one way."""

    action: str
    table: str
    count: int


class Untold(TypedDict):
    """A commit whose changes can't be told any more."""

    commit: int
    at: str
    why: str


def of_record(kind: str, record_id: str) -> pl.Expr:
    """Whether a change is about this record or a row that hangs on it, by parts of its key.

    A key has a fixed number of parts and no part holds the separator, so the whole text of a
    part, with the separators around it, tells its place: S1 is never taken for S11.
    """
    found = [
        (pl.col("table") == table)
        & pl.any_horizontal(
            _has(pl.col(name), place, len(TABLES[table].key), record_id)
            for place in places
            for name in ("key", "from_key")
        )
        for table, places in PLACES[kind].items()
    ]
    return pl.col("picked") & pl.any_horizontal(found)


def _has(key: pl.Expr, place: int, parts: int, wanted: str) -> pl.Expr:
    if parts == 1:
        return key.eq_missing(pl.lit(wanted))
    if place == 0:
        return key.str.starts_with(wanted + ID_SEPARATOR).fill_null(False)
    inside = f"{ID_SEPARATOR}{wanted}{ID_SEPARATOR}"  # of three parts only the middle one
    return key.str.contains(inside, literal=True).fill_null(False)


def of_school(school_id: str) -> pl.Expr:
    """Whether a change is about a row of this school, or one that left it."""
    left = _has(pl.col("from_key"), 1, 3, school_id) & (pl.col("table") == "roles")
    here = pl.col("school_id").eq_missing(pl.lit(school_id))
    return pl.col("picked") & (here | left) & (pl.col("table") != "schools")


def id_before(kind: str, record_id: str, changes: pl.DataFrame) -> str:
    """The id that a record had before a commit with these changes."""
    table = next(iter(PLACES[kind]))
    rekeyed = changes.filter(
        pl.col("action") == "re-key", pl.col("table") == table, pl.col("key") == record_id
    )
    return rekeyed["from_key"][0] if rekeyed.height else record_id


def steps(
    made: Made, changes: pl.DataFrame, names: Mapping[str, Mapping[str, str]], own: str
) -> list[Step]:
    """The changes of one commit, in the order of its report.

    ``names``: table → id → name. ``own``: the record's id, which a label needn't repeat.
    """
    return [_step(made, row, names, own) for row in changes.iter_rows(named=True)]


def tallies(made: Made, counted: pl.DataFrame) -> list[Tally]:
    """Counts of one commit: ``table``, ``action``, ``len``, in the order of the tables."""
    order = list(TABLES)
    rows = sorted(counted.select("table", "action", "len").iter_rows(),
                  key=lambda row: (order.index(row[0]), row[1]))  # fmt: skip
    return [Tally(**made, action=action, table=table, count=n) for table, action, n in rows]


def names(tables: Tables, changes: list[pl.DataFrame]) -> dict[str, dict[str, str]]:
    """What the ids in the keys of these changes are called: table → id → name."""
    ids: dict[str, list[pl.Series]] = {}
    for frame in changes:
        for part in frame.partition_by("table"):
            parts = part["key"].str.split(ID_SEPARATOR)
            for place, column in enumerate(TABLES[part["table"][0]].key):
                if column in _NAMED:
                    ids.setdefault(_NAMED[column], []).append(parts.list.get(place))
    return {table: titles(tables, table, pl.concat(series)) for table, series in ids.items()}


def _step(
    made: Made, row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]], own: str
) -> Step:
    changed = zip(row["columns"], row["before"], row["after"], strict=True)
    parts = row["key"].split(ID_SEPARATOR)
    told = [
        names.get(_NAMED.get(column, ""), {}).get(part) or part
        for column, part in zip(TABLES[row["table"]].key, parts, strict=True)
        if part != own or len(parts) == 1
    ]
    return Step(
        **made,
        action=row["action"],
        table=row["table"],
        key=" / ".join(parts),
        label=" / ".join(told),
        columns=[
            ColumnChange(name=name, before=before or None, after=after or None)
            for name, before, after in changed
        ],
        because=row["because"],
        file=row["source_file"] or "",
        row=row["source_row"],
    )
