"""One district for each recommendation: ``sample_data/readiness``, and what is said of it.

``python tests/readiness/readiness_goldens.py`` writes the golden pages anew. Then read
``git diff sample_data``: each line that differs is a promise that changes.
"""

import tempfile
from datetime import date
from pathlib import Path

from importer import measured, readying
from importer.model.history import Who
from importer.model.readiness import Readiness
from importer.readiness.answers import read
from importer.readiness.rules import shipped
from importer.readying import Asked
from importer.report.lines import Told
from importer.report.readiness import readiness_page
from importer.report.readiness_lines import explain_lines, readiness_lines
from importer.resources import SAMPLES
from importer.settings import Policy

FOLDER = SAMPLES / "readiness"
DROPS = {
    "not_enough": "powerschool_nightly/tuesday",
    "import_tool": "spreadsheet_in_autumn/first",
    "import_tool_revisit": "powerschool_nightly/tuesday",
    "fix_then_sync": "clever_monday_tuesday/monday",
    "hybrid": "presets/wonde",
    "sync_if": "excel_ate_the_zeros/monday",
    "sync": "oneroster_bulk_then_delta/bulk",
}
"""District → the drop that stands beside its answers."""

WHO = Who("A. Lopez", "2026-11-22T08:00:00Z")


def made(name: str) -> Readiness:
    """The report of a district."""
    rules = shipped()
    answers = read((FOLDER / name / "answers.toml").read_text("utf-8"), rules)
    policy = readying.told(Policy(), answers)
    with tempfile.TemporaryDirectory() as scratch:
        found = measured.of_drop(SAMPLES / DROPS[name], Path(scratch), WHO, rules, policy)
    command = f"importer readiness {DROPS[name]} --answers readiness/{name}/answers.toml"
    return readying.of_answers(rules, answers, found, Asked(WHO, date(2026, 11, 22), command))


def goldens(name: str) -> dict[str, str]:
    """File name → its text."""
    readiness, told = made(name), Told(100, False)
    return {
        "page.html": readiness_page(readiness),
        "terminal.txt": readiness_lines(readiness, told),
        "calculation.txt": explain_lines(readiness),
    }


def main() -> None:
    """Write the golden files."""
    for name in DROPS:
        folder = FOLDER / name / "golden"
        folder.mkdir(exist_ok=True)
        for file, text in goldens(name).items():
            (folder / file).write_bytes(text.encode())
            print(f"wrote {folder / file}")


if __name__ == "__main__":
    main()
