"""Records: harmless in a spreadsheet, exact for a machine."""

import csv
import io
import json
import time
from typing import Any

import polars as pl
from report_summaries import HOSTILE, disaster, typical

from importer.report.records import FINDINGS, findings_csv, findings_jsonl, held_csv, summary_json
from importer.report.safe import for_spreadsheet

TEXTS = ("severity", "code", "file", "column", "value", "message", "fix")


def findings(values: list[str | None]) -> pl.DataFrame:
    count = len(values)
    data: dict[str, Any] = dict.fromkeys(TEXTS, values)
    numbers = {"row": [None, *range(2, count + 1)], "rows": [1] * count, "cause": range(count)}
    return pl.DataFrame(
        data | numbers, schema_overrides={"row": pl.UInt32, "rows": pl.UInt32, "cause": pl.UInt64}
    )


def test_a_spreadsheet_file_has_a_bom_and_no_formula() -> None:
    written = findings_csv(findings([*HOSTILE, "-5", "", None]))
    assert written.startswith(b'\xef\xbb\xbf"severity"') and written.endswith(b"\r\n")
    head, *rows = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert tuple(head) == FINDINGS
    value = head.index("value")
    assert [row[value] for row in rows] == [*map(for_spreadsheet, HOSTILE), "-5", "", ""]
    assert b'"=' not in written and b"\"'=HYPERLINK" in written


def test_machines_get_what_was_sent() -> None:
    values = [*HOSTILE, "-5", "", None]
    lines = findings_jsonl(findings(values)).decode("utf-8").split("\n")
    assert lines.pop() == ""
    records = [json.loads(line) for line in lines]
    assert [record["value"] for record in records] == values
    assert tuple(records[0]) == FINDINGS and records[0]["row"] is None


def test_held_rows() -> None:
    held = pl.DataFrame(
        {"file": ["=a.csv", "b.csv"], "row": [2, 3], "cause": [1, 1], "more": [0, 0]}
    )
    assert (
        held_csv(held) == b'\xef\xbb\xbf"file","row","cause"\r\n"\'=a.csv",2,1\r\n"b.csv",3,1\r\n'
    )


def test_no_findings_still_make_a_file_with_a_head() -> None:
    empty = findings(["x"]).clear()
    assert findings_csv(empty).count(b"\r\n") == 1 and findings_jsonl(empty) == b""


def test_half_a_million_findings_take_seconds() -> None:
    many = findings(["=1", "plain text of a usual length"] * 250_000)
    start = time.perf_counter()
    findings_csv(many)
    assert time.perf_counter() - start < 3


def test_the_summary_comes_back_from_its_json() -> None:
    for summary in (typical(), disaster()):
        assert json.loads(summary_json(summary)) == summary
    assert summary_json(disaster()).isascii()
