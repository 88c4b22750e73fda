"""What a person may have meant: names close to the one that isn't known, the login of a record."""

import re
from collections.abc import Callable

import polars as pl

from importer.checks.roster import Directory
from importer.contracts.contract import Lookup
from importer.contracts.mapping import columns_in, text_expr
from importer.model.likeness import closest

_MOST_UNKNOWN = 50  # unknown names that get a hint
_MOST_KNOWN = 5_000  # known names up to which one is looked for
_CLOSE = 75
_A_SLIP = 85  # one wrong sign in seven: names that both may be right are seldom so close
_MOST_LISTED = 3


def close_names(
    rows: pl.DataFrame, lookup: Lookup, directory: Directory, value: Callable[[str], pl.Expr]
) -> pl.Series:
    """For each row “(did you mean …?)” where a known name is close to what it says, else nothing.

    Compared is the first of the ways to name a record.
    """
    mine, theirs = lookup.by[0]
    asked = rows.with_columns(_v=text_expr(mine, value))["_v"]
    wanted = asked.drop_nulls().unique(maintain_order=True)
    shown = pl.col(columns_in(theirs)[-1])
    named = directory.records(lookup.table).select(v=text_expr(theirs, pl.col), shown=shown)
    named = named.drop_nulls().unique("v").head(_MOST_KNOWN + 1).sort("v")
    known = dict(named.collect().iter_rows()) if 0 < len(wanted) <= _MOST_UNKNOWN else {}
    if len(known) > _MOST_KNOWN:
        known = {}
    close = {v: closest(v, known, _CLOSE) for v in wanted}
    told = {v: f" (did you mean “{known[found[0]]}”?)" for v, found in close.items() if found}
    return asked.replace_strict(told or {"": ""}, default="", return_dtype=pl.String)


def slips(names: pl.Series, lookup: Lookup, directory: Directory) -> dict[str, str]:
    """Names that look like another which more rows have, or which other sheets say → that one.

    Names that differ in a number (School 1, School 2) are two names.
    """
    counts = names.value_counts(sort=True).sort("count", "value", descending=[True, False])
    said = [name for name in counts["value"].to_list() if name is not None]
    theirs = text_expr(lookup.by[0][1], pl.col)
    others = directory.records(lookup.table).select(theirs).collect().to_series().drop_nulls()
    known = {name: name for name in others}
    found = {}
    for name in said if len(said) + len(known) <= _MOST_UNKNOWN else []:
        low = name.lower()
        alike = [other for other in known if re.findall(r"\d+", other) == re.findall(r"\d+", low)]
        close = closest(low, alike, _A_SLIP)
        if close and close[0] != low:
            found[name] = known[close[0]]
        else:
            known[low] = name
    return found


def logins(ids: pl.Series, directory: Directory) -> pl.Series:
    """What to write in a row to mean these people: the username, else the number, else the id."""
    wanted = pl.col("person_id").is_in(ids.drop_nulls().implode())
    number = pl.coalesce("student_number", "sis_id", "person_id")
    login = pl.coalesce(pl.format("Username “{}”", "username"), pl.format("UserID “{}”", number))
    known = directory.records("people").filter(wanted).select("person_id", login).unique()
    told = dict(known.collect().iter_rows())
    return ids.replace_strict(told or {"": ""}, default="", return_dtype=pl.String)


def school_names(directory: Directory) -> str:
    """“ (Elm, Oak)”: the schools that there are, the first few of them."""
    names = directory.records("schools").select(pl.coalesce("name", "school_id")).collect()
    listed = names.to_series().sort().to_list()
    more = ", …" if len(listed) > _MOST_LISTED else ""
    return f" ({', '.join(listed[:_MOST_LISTED])}{more})"
