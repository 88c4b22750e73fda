"""Changes between two commits as lines for a terminal, as CSV, and as JSON-ready data."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from importer.model.changes import plain
from importer.model.history import Commit
from importer.model.tables import ID_SEPARATOR
from importer.report.lines import Told
from importer.report.safe import spreadsheet_expr
from importer.report.verdict import DONE, done_words, moment
from importer.report.words import action, count, cut, number

SHOWN = 20
"""Changes of one kind and table that a terminal lists; --json and --csv have all."""

Counts = Mapping[str, Mapping[str, int]]


def lines(
    ends: tuple[Commit, Commit],
    counts: Counts,
    changes: pl.DataFrame,
    names: Mapping[str, str],
    told: Told,
) -> str:
    """Counts first, then the changes by table and kind, before → after."""
    return "\n".join(_lines(ends, counts, changes, names, told)) + "\n"


def _lines(
    ends: tuple[Commit, Commit],
    counts: Counts,
    changes: pl.DataFrame,
    names: Mapping[str, str],
    told: Told,
) -> Iterator[str]:
    from_, to = (f"commit {c.number} ({moment(c.at)})" for c in ends)
    yield from told.wrapped(f"From {from_} to {to}: {done_words(counts)}.", code="1", indent=2)
    for table, tally in counts.items():
        said = ", ".join(f"{number(n)} {DONE[kind]}" for kind, n in tally.items())
        yield from told.wrapped(said, f"  {table}: ", indent=4)
    for part in changes.partition_by("table", "action", maintain_order=True):
        sign, word = action(part["action"][0])
        yield ""
        yield from told.wrapped(f"{word} {part['table'][0]}", code="1")
        for row in part.head(SHOWN).iter_rows(named=True):
            yield from change_lines(row, sign, names, told)
        if part.height > SHOWN:
            yield f"  … and {count(part.height - SHOWN, 'more change')}, all with --csv or --json."


def change_lines(
    row: Mapping[str, Any], sign: str, names: Mapping[str, str], told: Told
) -> Iterator[str]:
    """One change: who or what, where it was read, and before → after."""
    parts = row["key"].split(ID_SEPARATOR)
    called = " / ".join(f"{names[p]} ({p})" if names.get(p) else p for p in parts)
    source = f"  [{row['source_file']} row {row['source_row']}]" if row["source_file"] else ""
    yield from told.wrapped(called + source, f"  {sign} ", indent=4)
    for name, before, after in zip(row["columns"], row["before"], row["after"], strict=True):
        said = f"{name}: {cut(before, 60) or '(empty)'} → {cut(after, 60) or '(empty)'}"
        yield from told.wrapped(said, "      ", indent=8)


def records(changes: pl.DataFrame, picked: bool = False) -> list[dict[str, Any]]:
    """All changes, JSON-ready; ``picked``: with what only a plan has, picks and reasons."""
    kept = changes if picked else changes.drop("picked", "because")
    return [plain(row) for row in kept.iter_rows(named=True)]


def csv(changes: pl.DataFrame) -> str:
    """One line for each column that changed, one for each other change; for a spreadsheet."""
    cells = changes.with_columns(
        pl.when(pl.col(c).list.len() == 0).then([None]).otherwise(c).alias(c)
        for c in ("columns", "before", "after")
    ).explode("columns", "before", "after")
    keys = [pl.col(c).str.replace_all(ID_SEPARATOR, " / ").alias(c) for c in ("key", "from_key")]
    flat = cells.with_columns(keys).select(
        "table", "action", "key", "from_key", "school_id",
        column="columns", before="before", after="after", file="source_file", row="source_row",
    )  # fmt: skip
    texts = [name for name, dtype in flat.schema.items() if dtype == pl.String]
    return flat.with_columns(spreadsheet_expr(name).alias(name) for name in texts).write_csv()
