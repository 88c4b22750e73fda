"""Findings and held rows as files for spreadsheets and machines, the summary as JSON."""

import io
import json

import polars as pl

from importer.report.safe import spreadsheet_expr
from importer.report.summary import Summary

FINDINGS = ("severity", "code", "file", "row", "column", "value", "message", "fix", "rows", "cause")
"""Columns of a findings record, in this order."""

HELD = ("file", "row", "cause")


def findings_csv(findings: pl.DataFrame) -> bytes:
    """Findings for a spreadsheet: BOM, CRLF, text quoted, nothing that a spreadsheet computes."""
    return _for_spreadsheet(findings.select(FINDINGS))


def held_csv(held: pl.DataFrame) -> bytes:
    """Held rows for a spreadsheet, each with the cause that holds it."""
    return _for_spreadsheet(held.select(HELD))


def findings_jsonl(findings: pl.DataFrame) -> bytes:
    """Findings for machines: one JSON object a line, values exactly as sent."""
    written = io.BytesIO()
    findings.select(FINDINGS).write_ndjson(written)
    return written.getvalue()


def summary_json(summary: Summary) -> str:
    """The summary for machines. ASCII only: it may end up on a terminal."""
    return json.dumps(summary, indent=2) + "\n"


def _for_spreadsheet(frame: pl.DataFrame) -> bytes:
    text = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    written = io.BytesIO()
    frame.with_columns(map(spreadsheet_expr, text)).write_csv(
        written, include_bom=True, line_terminator="\r\n", quote_style="non_numeric"
    )
    return written.getvalue()
