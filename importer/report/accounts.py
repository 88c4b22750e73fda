"""new-accounts.csv: the people a commit added, for whoever tells them about their accounts."""

import polars as pl

from importer.model.changes import ChangeSet
from importer.model.tables import key_text
from importer.report.records import for_spreadsheet

NAME = "new-accounts.csv"
_COLUMNS = ("given_name", "family_name", "username", "email")


def new_accounts(change: ChangeSet) -> bytes:
    """The added people as CSV, by id: id, name, username, e-mail, roles and schools; no passwords.

    Empty where nobody is added.
    """
    picked = change.changes.filter("picked")
    new = picked.filter(pl.col("action") == "add", pl.col("table") == "people")["key"]
    if new.is_empty():
        return b""
    people = change.after["people"].filter(pl.col("person_id").is_in(new.implode()))
    people = people.select("person_id", *_COLUMNS).sort("person_id")
    told = people.with_columns(roles=pl.lit(""), schools=pl.lit(""))
    if "roles" in change.after:
        told = people.join(_places(change), on="person_id", how="left", maintain_order="left")
    return for_spreadsheet(told)


def _places(change: ChangeSet) -> pl.DataFrame:
    """``person_id``, ``roles`` and ``schools`` of the roles that are written, as texts."""
    picked = change.changes.filter(pl.col("picked"), pl.col("table") == "roles")["key"]
    roles = change.after["roles"].filter(key_text("roles").is_in(picked.implode()))
    return roles.group_by("person_id").agg(
        roles=pl.col("role").unique().sort().str.join(", "),
        schools=pl.col("school_id").unique().sort().str.join(", "),
    )
