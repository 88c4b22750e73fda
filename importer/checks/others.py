"""Rows that would change, or double, somebody else's account: nobody is taken for another."""

import polars as pl

from importer.checks import hints
from importer.checks.ledger import Ledger, cause_of
from importer.checks.matching import matches, value_in
from importer.checks.roster import Directory, is_kind
from importer.contracts.contract import Column, Lookup
from importer.contracts.mapping import columns_in
from importer.model.tables import TABLES

_KINDS = {"student": "a member of staff", "staff": "a student"}  # who it is instead


def check_others(
    ledger: Ledger, column: Column, lookup: Lookup, judged: pl.DataFrame, directory: Directory
) -> None:
    """Judge the rows that mean a known person (``_id``): of the right kind, and only that one."""
    if not lookup.kind:
        return
    known = judged.filter(pl.col("_id").is_not_null())
    _wrong_kind(ledger, column, lookup, known, directory)
    for mine, theirs in lookup.by if lookup.weak else ():
        (name,) = columns_in(mine)
        if name == lookup.weak[0]:
            _another_number(ledger, lookup, known, (mine, theirs), directory)
        else:
            _somebody_elses(ledger, known, (mine, theirs), directory)


def _wrong_kind(
    ledger: Ledger, column: Column, lookup: Lookup, known: pl.DataFrame, directory: Directory
) -> None:
    right = pl.col("person_id").filter(is_kind(lookup.kind)).len() > 0
    people = directory.records("people").group_by("person_id").agg(_right=right)
    wrong = people.filter(~pl.col("_right")).select(_id="person_id").collect()
    found = known.join(wrong, on="_id", how="semi").with_columns(detail=pl.lit(_KINDS[lookup.kind]))
    for name in columns_in(column.derive):  # what the row says first is what names the person
        said = value_in(found)(name).is_not_null()
        _find(ledger, found.filter(said), name)
        found = found.filter(~said)


def _somebody_elses(
    ledger: Ledger, known: pl.DataFrame, pair: tuple[str, str], directory: Directory
) -> None:
    """A value that one account has, on a row that another value ties to another account."""
    (name,) = columns_in(pair[0])
    told = matches(known, (pair,), "person_id", directory.records("people"))["_id"]
    other = known.filter(told.is_not_null() & (told != known["_id"]))
    _find(ledger, other.with_columns(detail=pl.lit("another account")), name)


def _another_number(
    ledger: Ledger, lookup: Lookup, known: pl.DataFrame, pair: tuple[str, str], directory: Directory
) -> None:
    """A number on a row that something less sure ties to an account with another number.

    Somebody new was given a username that is taken, or a number has changed; the action tells.
    """
    mine, theirs = pair
    if theirs == TABLES[lookup.table].key[0] or mine not in known.columns:
        return
    people = directory.records("people").select(_id="person_id", _has=theirs).unique("_id")
    both = known.join(people.collect(), on="_id")
    state = ledger.bound.contract.row_state
    meant = pl.lit(False)
    if state and state.column in known.columns:
        action = pl.col(state.column).str.to_lowercase()
        meant = action.is_in([word for word in state.existing if word != state.gone])
    tied = [name for pair in lookup.by for name in columns_in(pair[0]) if name != mine]
    wrong = both.filter(
        pl.col("_has") != pl.col(mine), pl.col("_id") != pl.col(mine), ~meant.fill_null(False)
    )
    logins = hints.logins(wrong["_id"], directory)
    _find(ledger, wrong.with_columns(detail=pl.format("the account with {}", logins)), tied[0])


def _find(ledger: Ledger, rows: pl.DataFrame, name: str) -> None:
    shown = rows.select("_row", "detail", value=value_in(rows)(name))
    ledger.find(shown, "LINK-421", name, cause=cause_of("LINK-421", pl.col("value")))


def check_alike(ledger: Ledger, lookup: Lookup, new: pl.DataFrame, directory: Directory) -> None:
    """New people known only by what their rows say, and that like one who is there."""
    weak = new.filter(pl.all_horizontal(value_in(new)(n).is_null() for n in lookup.weak))
    records = directory.existing("people").filter(is_kind(lookup.kind))
    for mine, theirs in lookup.alike:
        told = matches(weak, ((mine, theirs),), "person_id", records)
        hit = told["_id"].is_not_null()
        names = [n for n in columns_in(mine) if not ledger.bound.table.columns[n].derive]
        said = pl.concat_str(pl.col(names), separator=" ")
        like = weak.filter(hit).with_columns(value=said) if hit.any() else weak.clear()
        if like.height:
            like = like.with_columns(detail=hints.logins(told["_id"].filter(hit), directory))
            found = like.select("_row", "value", "detail")
            ledger.find(found, "LINK-415", names[0], cause=cause_of("LINK-415", pl.col("value")))
        weak = weak.filter(~hit)
