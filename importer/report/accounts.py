"""new-accounts.csv: the people a commit added, for whoever tells them about their accounts."""

import polars as pl

from importer.model.changes import ChangeSet
from importer.model.repeats import repeated
from importer.model.tables import empty, key_text
from importer.report.records import for_spreadsheet

NAME = "new-accounts.csv"
_COLUMNS = ("given_name", "family_name", "username", "email")


def new_accounts(change: ChangeSet) -> bytes:
    """The added people as CSV, by id: id, name, username, e-mail, roles and schools; no passwords.

    Empty where nobody is added.
    """
    is_new = (pl.col("action") == "add") & (pl.col("table") == "people") & pl.col("picked")
    new = change.changes.lazy().filter(is_new).select("key").collect().to_series()
    if new.is_empty():
        return b""
    known = pl.col("person_id").hash().is_in(new.hash().implode())
    people = change.after["people"].filter(known).select("person_id", *_COLUMNS)
    told = people.with_columns(roles=pl.lit(""), schools=pl.lit(""))
    if "roles" in change.after or "roles" in change.whole:
        told = people.join(_places(change), on="person_id", how="left")
    # Streaming lays the texts down anew in their order, which makes writing them twice as fast.
    return for_spreadsheet(told.sort("person_id").collect(engine="streaming"))


def _places(change: ChangeSet) -> pl.LazyFrame:
    """``person_id``, ``roles`` and ``schools`` of the roles that are written, as texts."""
    mine = pl.col("picked") & (pl.col("table") == "roles")
    picked = change.changes.lazy().filter(mine).select("key").collect().to_series()
    written = change.after.get("roles", empty("roles").lazy())
    parts = [written.filter(key_text("roles").is_in(picked.implode()))]
    parts += [change.whole["roles"]] if "roles" in change.whole else []
    names = ("person_id", "school_id", "role")
    roles = pl.concat([part.select(names) for part in parts])
    number = pl.col("person_id").hash()
    numbers = roles.select(number).collect(engine="streaming").to_series()
    several = number.is_in(repeated(numbers).implode())
    one = roles.filter(~several).select("person_id", roles="role", schools="school_id")
    more = (
        roles.filter(several)
        .group_by("person_id")
        .agg(
            roles=pl.col("role").unique().sort().str.join(", "),
            schools=pl.col("school_id").unique().sort().str.join(", "),
        )
    )
    return pl.concat([one, more])
