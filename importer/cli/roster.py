"""``importer roster``: the committed roster."""

import json
from pathlib import Path

import click
import polars as pl

from importer import alignment
from importer.cli import common
from importer.model.errors import EXIT_CODES, UsageError
from importer.model.tables import TABLES
from importer.moments import commit_of
from importer.report.safe import for_terminal, spreadsheet_expr
from importer.report.verdict import moment
from importer.store.folder import FolderStore

_SHOWN = 20


@click.command("roster", epilog=EXIT_CODES)
@common.workspace
@click.option(
    "--table", type=click.Choice(list(TABLES)), help="One table; else how many rows each has."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV for a spreadsheet.")
@click.option("--archived", is_flag=True, help="Pending, completed and archived rows too.")
@click.option(
    "--as-of",
    default="",
    metavar="WHEN",
    help="As it was: a commit's number, a day (at its end, UTC) or a moment (2026-11-14T06:00).",
)
@common.as_json
def command(
    folder: Path, table: str | None, as_csv: bool, archived: bool, as_of: str, as_json: bool
) -> int:  # fmt: skip
    """Show the committed roster, or one of its tables.

    As it is, or with --as-of as it was. With --csv or --json all rows are printed, each with the
    file and row it came from.
    """
    store = FolderStore.open(folder)
    head = commit_of(store, as_of) if as_of else store.head()
    if table is None:
        if as_csv:
            raise UsageError("--csv needs a table.", f"Add --table, one of: {', '.join(TABLES)}.")
        counts = {t: s.active for t, s in head.tables.items()} if head else {}
        if as_json:
            click.echo(json.dumps({"commit": head.number if head else 0, "active": counts}))
        else:
            when = f", {moment(head.at)}" if head and as_of else ""
            click.echo(f"Commit {head.number}{when}" if head else "Nothing is committed yet.")
            for name, count in counts.items():
                click.echo(f"  {name:14} {count:>10,}")
        return 0
    frame = store.table(table, head)
    if not archived:
        frame = frame.filter(pl.col("status") == "active")
    rows = frame.sort(TABLES[table].key).collect()
    if table == "sections" and not (groups := alignment.of_sections(store)).is_empty():
        rows = rows.join(groups, on="section_id", how="left", maintain_order="left")
    if as_json:
        click.echo(json.dumps({"table": table, "rows": rows.to_dicts()}, default=str))
    elif as_csv:
        click.echo(_csv(rows), nl=False)
    else:
        _print(rows, table)
    return 0


def _csv(rows: pl.DataFrame) -> str:
    lists = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List)]
    flat = rows.with_columns(pl.col(name).list.join(",") for name in lists)
    texts = [name for name, dtype in flat.schema.items() if dtype == pl.String]
    return flat.with_columns(spreadsheet_expr(name).alias(name) for name in texts).write_csv()


def _print(rows: pl.DataFrame, table: str) -> None:
    for row in rows.head(_SHOWN).iter_rows(named=True):
        content = [row[name] for name in TABLES[table].columns if row[name] not in (None, [])]
        told = ", ".join(", ".join(c) if isinstance(c, list) else str(c) for c in content)
        click.echo(
            f"{for_terminal(told)}  [{for_terminal(row['origin_file'])} row {row['origin_row']}]"
        )
    if rows.height > _SHOWN:
        click.echo(f"… and {rows.height - _SHOWN:,} more; all of them with --csv.")
