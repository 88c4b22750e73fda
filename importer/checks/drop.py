"""All checks of a drop: file by file in the order in which references can be resolved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from importer.checks.around import Around
from importer.checks.belongs import Said, said
from importer.checks.bound import Bound
from importer.checks.complete import check_complete
from importer.checks.groups import rules_of
from importer.checks.ledger import cause_of
from importer.checks.lookups import look_up
from importer.checks.numbers import lost_in_numbers
from importer.checks.outcome import KEY, Outcome
from importer.checks.references import NO_KEYS, Known, either
from importer.checks.roster import Committed, Directory
from importer.checks.short_ids import short_ids
from importer.checks.table import check_table
from importer.checks.windows import Windows, windows
from importer.checks.zeros import Stored, lost_zeros, stored_ids
from importer.contracts.contract import Contract, Unique
from importer.contracts.values import clean
from importer.model import findings
from importer.model.findings import HELD
from importer.model.repeats import repeated
from importer.model.sheet import ROW


@dataclass
class Checked:
    """Everything that checking gave.

    ``skipped``: check codes that could not run, with reasons; ``known``: source table → the ids
    that may be named.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    skipped: dict[tuple[str, str], None] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)

    def findings(self) -> pl.DataFrame:
        """All findings of all files."""
        parts = [outcome.findings() for outcome in self.outcomes.values()]
        return pl.concat([findings.empty(), *parts])

    def unlisted(self) -> dict[tuple[str, str], int]:
        """File and severity → places that are counted in other findings, for they are too many."""
        ledgers = [outcome.ledger for outcome in self.outcomes.values()]
        return {
            (each.bound.sheet.name, s): n for each in ledgers for s, n in each.unlisted().items()
        }

    def held(self) -> pl.DataFrame:
        """All rows that are left out: ``file``, ``row``, ``cause``."""
        parts = [
            outcome.ledger.held_rows().select(
                file=pl.lit(outcome.bound.sheet.name), row=ROW, cause="cause"
            )
            for outcome in self.outcomes.values()
        ]
        return pl.concat([pl.DataFrame(schema=HELD), *parts])


def check_drop(
    contract: Contract,
    bounds: Mapping[str, Bound],
    reading: pl.DataFrame,
    committed: Committed | None,
    sent: Collection[str] | None = None,
    every: bool = False,
) -> Checked:
    """Check all bound tables.

    ``reading``: structural findings of all files; ``committed``: the roster, for delta files,
    files that were not sent, and rows that name records in other ways than by their id; None
    where there is no workspace. ``sent``: the tables of which a file arrived; None
    where no whole package is expected. ``every``: no finding stands for many rows.
    """
    checked = Checked()
    lost = [contract.tables[name] for name in sent or () if name not in bounds]
    unread = frozenset(make.table for table in lost for make in table.makes)
    directory = Directory(committed, unread=unread)
    known = checked.known
    for name, table in contract.tables.items():
        bound = bounds.get(name)
        if bound is None:
            if old := stored_ids(contract, name, committed):
                known[name] = _known(old)
            continue
        offered = _offered(checked, bound)
        of_file = reading.filter(pl.col("file") == bound.sheet.name)
        shared = [u.of[name] for u in contract.unique if u.of.get(name) in bound.at]
        times, pairs = _windows(bound, checked), _said(bound, checked)
        around = Around(offered, _targets(contract, name), shared, times, pairs)
        outcome = check_table(bound, of_file, around, every)
        check_complete(outcome, checked.outcomes)
        checked.outcomes[name] = outcome
        _answered(outcome, sent)
        for other in table.apart_from:
            if other in checked.outcomes:
                _apart(outcome, checked.outcomes[other])
        for unique in contract.unique:
            # Before anything names these rows, and after the last table that may share a value.
            if [t for t in contract.tables if t in unique.of and t in bounds][-1:] == [name]:
                _shared(checked, unique)
        look_up(outcome, directory)
        _not_looked_up(checked, bound, directory)
        known[name] = outcome.known
        _beside_stored(outcome, stored_ids(contract, name, committed), committed)
    return checked


def _beside_stored(outcome: Outcome, stored: Stored | None, committed: Committed | None) -> None:
    """What the ids that are stored tell about those that were sent; later rows may name both."""
    if stored:
        lost_zeros(outcome, stored)
        lost_in_numbers(outcome, committed)
    short_ids(outcome.ledger, _known(stored).accepted if stored else NO_KEYS)
    if stored:
        _add_stored(outcome.known, _known(stored), outcome.bound.mode)


def _offered(checked: Checked, bound: Bound) -> Mapping[str, Known]:
    """What the columns of a table may name: a column that several tables offer keys to, all."""
    offered = dict(checked.known)
    for column in bound.columns():
        tables = [*filter(None, [column.ref]), *column.also]
        lacking = [t for t in tables if t not in checked.known and t != bound.table.name]
        for table in lacking:
            missing = bound.contract.tables[table].files[0]
            checked.skipped[column.link, f"{missing} was not there to compare with"] = None
        if column.also and lacking:
            offered.pop(column.ref, None)
        elif column.also:
            offered[column.ref] = either(checked.known[table] for table in tables)
    return offered


def _not_looked_up(checked: Checked, bound: Bound, directory: Directory) -> None:
    """Say which names could not be judged, for want of a roster."""
    for column in bound.columns():
        if column.lookup and not directory.can_tell(column.lookup.table):
            reason = "there is no workspace to compare with"
            checked.skipped[column.lookup.check or "LINK-415", reason] = None


def _answered(outcome: Outcome, sent: Collection[str] | None) -> None:
    """A full list that names records of a file that wasn't sent: the package isn't whole."""
    bound = outcome.bound
    if sent is None or bound.contract.absence != "archive" or bound.mode != "bulk":
        return
    for column in bound.columns():
        if column.ref and column.ref not in sent:
            value = clean(bound.raw(column.name))
            naming = bound.sheet.scan().filter(value.is_not_null()).select(ROW).collect()
            file = bound.contract.tables[column.ref].files[0]
            first = naming.head(1).with_columns(detail=pl.lit(file), rows=pl.lit(naming.height))
            outcome.ledger.find(first, "LINK-422", column.name)


def _windows(bound: Bound, checked: Checked) -> dict[str, Windows]:
    """The times that rows of this table must keep to, by the code of the rule."""
    rules = rules_of(bound, "within")
    found = {rule.check: windows(rule, bound.table, checked.outcomes) for rule in rules}
    return {code: window for code, window in found.items() if window is not None}


def _said(bound: Bound, checked: Checked) -> dict[str, Said]:
    """What the parents of this table's rows say, by the code of the rule."""
    rules = rules_of(bound, "belongs")
    found = {rule.check: said(rule, bound.table, checked.outcomes) for rule in rules}
    return {code: told for code, told in found.items() if told is not None}


def _targets(contract: Contract, table: str) -> list[tuple[str, str]]:
    """What references ask of rows of this table: (column, word)."""
    asked = {
        (c.target.column, c.target.is_): None
        for t in contract.tables.values()
        for c in t.columns.values()
        if c.target and c.ref == table
    }
    return list(asked)


def _known(stored: Stored) -> Known:
    """The ids that the committed roster knows for a source table, archived ones too."""
    return Known(stored.active.hash(), archived=stored.archived.hash())


def _add_stored(known: Known, old: Known, mode: str) -> None:
    """Add the roster's ids: those archived, and of a delta file the active ones that stay so."""
    gone, known.archived = known.archived, pl.concat([known.archived, old.archived])
    if mode != "delta":
        return
    stays = old.accepted.filter(~old.accepted.is_in(gone.implode()))
    known.accepted = pl.concat([known.accepted, stays])
    # What kind the stored rows are isn't asked again; they passed when they came.
    for target, typed in known.typed.items():
        known.typed[target] = pl.concat([typed, stays])


def _apart(outcome: Outcome, other: Outcome) -> None:
    """An id used for a student and for staff: neither row is taken."""
    keys = outcome.passed[KEY].filter(outcome.passed[KEY].is_in(other.passed[KEY].implode()))
    if keys.is_empty():
        return
    for mine, theirs in ((outcome, other), (other, outcome)):
        bound = mine.bound
        rows = mine.passed.filter(pl.col(KEY).is_in(keys.implode()))[ROW]
        named = bound.named(bound.sheet.fetch(rows))
        key = pl.col(bound.key[0]).str.strip_chars().alias(KEY)
        detail = pl.lit(theirs.bound.sheet.name)
        found = named.select(ROW, key, value=bound.shown(bound.key[0]), detail=detail).drop_nulls()
        cause = cause_of("ROW-312", pl.col(KEY))
        mine.ledger.find(found, "ROW-312", bound.key[0], cause=cause)
        mine.read_keys = pl.concat([mine.read_keys, found.select(ROW, KEY)])
        mine.settle()


def _shared(checked: Checked, unique: Unique) -> None:
    """Values that two different people share, within a file or across files."""
    parts = []
    for table, column in unique.of.items():
        outcome = checked.outcomes.get(table)
        if outcome and column in outcome.bound.at:
            here = outcome.passed.filter(~outcome.ledger.left_out())
            here = here.select(ROW, KEY, shared=f"_u_{column}", table=pl.lit(table))
            parts.append(here.drop_nulls())
    if not parts:
        return
    whole = pl.concat(parts)
    again = whole.filter(pl.col("shared").is_in(repeated(whole["shared"]).implode()))
    people = again.group_by("shared").agg(people=pl.col(KEY).n_unique())
    again = again.join(people.filter(pl.col("people") > 1), on="shared")
    for table, column in unique.of.items():
        rows = again.filter(pl.col("table") == table)
        if rows.height:
            _say_shared(checked.outcomes[table], unique.check, column, rows)


def _say_shared(outcome: Outcome, check: str, column: str, rows: pl.DataFrame) -> None:
    bound = outcome.bound
    # One line a person: a person may have several rows.
    rows = rows.sort(ROW).unique([KEY, "shared"], keep="first", maintain_order=True)
    named = bound.named(bound.sheet.fetch(rows[ROW].sort()))
    value = pl.col(column).str.strip_chars()
    shown = named.select(ROW, value=value).join(rows.select(ROW, "people"), on=ROW)
    shown = shown.with_columns(detail=pl.col("people").cast(pl.String))
    cause = cause_of(check, pl.col("value").str.to_lowercase())
    outcome.ledger.find(shown.select(ROW, "value", "detail"), check, column, cause=cause)
