"""Findings and held rows as files for spreadsheets and machines, the summary as JSON."""

import io
import json

import polars as pl

from importer.model.changes import plain_key
from importer.model.guard import TRIGGER
from importer.report.safe import spreadsheet_expr
from importer.report.summary import Summary

FINDINGS = ("severity", "code", "file", "row", "column", "value", "message", "fix", "rows", "cause")
"""Columns of a findings record, in this order."""

HELD = ("file", "row", "cause")


def findings_csv(findings: pl.DataFrame) -> bytes:
    """Findings for a spreadsheet: BOM, CRLF, text quoted, nothing that a spreadsheet computes."""
    return for_spreadsheet(findings.select(FINDINGS))


def held_csv(held: pl.DataFrame) -> bytes:
    """Held rows for a spreadsheet, each with the cause that holds it."""
    return for_spreadsheet(held.select(HELD))


def log_csv(log: pl.DataFrame) -> bytes:
    """The log of a commit for a spreadsheet: one line for each change worth a look."""
    return for_spreadsheet(log.with_columns(plain_key("key")))


def findings_jsonl(findings: pl.DataFrame) -> bytes:
    """Findings for machines: one JSON object a line, values exactly as sent."""
    written = io.BytesIO()
    findings.select(FINDINGS).write_ndjson(written)
    return written.getvalue()


def summary_json(summary: Summary) -> str:
    """The summary for machines. ASCII only: it may end up on a terminal."""
    return json.dumps(summary, indent=2) + "\n"


def for_spreadsheet(frame: pl.DataFrame) -> bytes:
    """A frame as CSV for a spreadsheet: BOM, CRLF, text quoted, nothing that it computes."""
    risky = frame.select(pl.col(pl.String).str.contains(TRIGGER).any())  # most columns: nothing is
    written = io.BytesIO()
    frame.with_columns(spreadsheet_expr(s.name) for s in risky if s.item()).write_csv(
        written, include_bom=True, line_terminator="\r\n", quote_style="non_numeric"
    )
    return written.getvalue()
