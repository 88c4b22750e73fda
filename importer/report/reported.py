"""What a check or a run reports, and the files that are made of it."""

from dataclasses import dataclass, field

import polars as pl

from importer.report import page, records
from importer.report.rejected import rejected
from importer.report.sent import Sent
from importer.report.summary import Summary

WORKBOOK = "findings.xlsx"

_MOST_ROWS = 20_000
"""Rows of a drop whose runs keep a workbook: about 4 seconds. Longer ones get it when asked."""

_MOST_HELD = 100_000
"""Held rows of a file that a run hands back; nobody mends more by hand, and held.csv has all."""


@dataclass(frozen=True)
class Reported:
    """A summary, the frames that the findings files are made of, and what was sent."""

    summary: Summary
    findings: pl.DataFrame
    held: pl.DataFrame
    sent: Sent = field(default_factory=Sent)

    def files(self) -> dict[str, bytes]:
        """The files of a report: name → content."""
        return {
            "report.html": page.page(self.summary).encode(),
            "findings.csv": records.findings_csv(self.findings),
            "findings.jsonl": records.findings_jsonl(self.findings),
            "held.csv": records.held_csv(self.held),
        }

    def workbook(self) -> bytes:
        """findings.xlsx; the sent files must still be there."""
        # openpyxl takes a quarter of a second to load, which most commands can do without.
        from importer.report.workbook import workbook  # noqa: PLC0415

        return workbook(self.summary, self.findings, self.held, self.sent)

    def rejected(self, most: int | None = None) -> dict[str, bytes]:
        """The held rows handed back: file name → CSV; the sent files must still be there."""
        return rejected(self.sent, self.findings, self.held, most)

    def kept(self) -> dict[str, bytes]:
        """What a run keeps: the files, the held rows in ``rejected/``, a workbook if it is short.

        Without a warning or worse there is no workbook.
        """
        totals = self.summary["totals"]
        made = self.files()
        if totals["rows"] <= _MOST_ROWS and any(totals[s] for s in ("BLOCK", "ERROR", "WARNING")):
            made[WORKBOOK] = self.workbook()
        handed = self.rejected(_MOST_HELD)
        return made | {f"rejected/{name}": content for name, content in handed.items()}
