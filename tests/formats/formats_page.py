"""Prints docs/formats.md: python tests/formats/formats_page.py > docs/formats.md."""

import tomllib
from collections import Counter
from collections.abc import Iterator

from inventory import MANIFEST, Entry, inventory

from importer.contracts.contract import Contract, Table
from importer.contracts.load import contracts
from importer.resources import SCHEMAS

_PARTS = {
    "core": "expected",
    "optional": "if sent",
    "deprecated": "old form, read",
    "passed": "header only, not imported",
}

_HEAD = """\
# Formats

<!-- Written by: python tests/formats/formats_page.py > docs/formats.md -->

What importer takes, how many things it checks in each format, and how that is proved. The format
is told by the headers; nobody has to choose it. A file may be a CSV (comma, semicolon, tab or
pipe) or a sheet of an Excel workbook; a set of files may be a folder or a zip.

| format | a full list | changes only | manifest | profiles |
|---|---|---|---|---|
"""

_MODES = """
*Full list* (in OneRoster: bulk): who is no longer in the file is archived, never deleted.
*Changes only* (delta): each row says whether it is active or to be deleted; who isn't in the file
stays. The manifest of a OneRoster package says for every file which it is, bulk, delta or absent,
so that files of both kinds may come together; a package whose manifest declares every file absent
changes nothing. Without a manifest every file is read as a full list, with a warning.

The profile *standard* goes by what real systems send: it reads what can be read for certain, and
says what was odd. The profile *certification* (`importer check --profile certification`) refuses
what the 1EdTech standard says an importer must refuse.
"""

_SHEETS = """
## The sheets that people fill in: User Import Tool and Pulse

**Who is who.** In the User Import Tool a person is known by the UserID; without one by the
Username; a student without either by name and school, an educator by e-mail address. In Pulse the
e-mail address is the account. What the row says is looked up among the accounts that are there
and in the same upload. If two fit, nobody is picked: the row is handed back. Somebody with
neither number nor username who looks like an account that exists is handed back too, so that no
second account is made.

**Usernames.** Who comes without a username to the User Import Tool gets one by the published
convention: up to grade 2 the first name and the last name's initial, all others the first name's
initial and the last name. Where that is taken, a number is added; none is ever given twice.

**Absence never archives.** Who isn't on the sheet stays. An empty cell leaves the stored value as
it is. To archive somebody, the User Import Tool has the column Action: empty or `A` adds or
updates, `E` updates, `X` archives. `E` and `X` need an account that exists.

**Good rows go on, bad rows are handed back.** A row with an error is left out and comes back with
the reason beside it (`importer check PATH --xlsx FILE --rejected DIR`); all other rows are taken.
"""

_NOT_TAKEN = """
## Recognised, named, not taken

These look like one of the formats above and mean something else. importer says which it is and
stops:
"""

_PROOF = """
## How the number of checks is proved

A *declared check* is one thing that a contract (`schemas/*.toml`) says of one place: this column
must be filled, that one names a row of another file, those two rows may not be primary at the
same time. The inventory (`tests/formats/inventory.py`) is read off the contracts, so that a new
column is counted, and tested, by itself. For each entry the test makes a small right package, in
which nothing is found, plants this fault at a random place, and asks for exactly this: the code,
the file, the row, the column as the sender spells it, and nothing else anywhere. Faults that have
nothing to do with each other share a package (`tests/formats/packing.py`); the second command
plants each of them alone.

```sh
python -m pytest tests/formats/test_planted_faults.py
PLANTED_ROUNDS=20 python -m pytest tests/formats/test_planted_faults.py   # alone, in twenty places
```

"""

_STANDARD = """
That the columns, types, words and order of the OneRoster contracts are those of the published
standard is held by `tests/contracts/test_contracts.py`, which compares them with its tables. How
the checks are worded, each with a right and a wrong example: [checks.md](checks.md).
"""

# A core file that can't be loaded also puts the run on hold.
HOLDS = {"FILE-120": "PLAN-504", "FILE-121": "PLAN-504"}


def companion(entry: Entry) -> str:
    """The code of what a fault brings along by necessity; empty for nearly all."""
    table = contracts()[entry.format].tables.get(entry.table)
    if table is None:
        return ""
    if entry.kind == "wrong target":  # what is no school is another than that of the class, too
        rules = (r for r in table.rules if r.kind == "belongs")
        return next((r.check for r in rules if r.columns[1:] == entry.columns), "")
    # A sheet that people fill in is there to be taken, so none of them may be unreadable.
    held = table.part == "core" or table.beside or contracts()[entry.format].absence == "keep"
    return HOLDS.get(entry.code, "") if held else ""


def page() -> str:
    """The whole page."""
    entries = inventory()
    parts = [_HEAD + "\n".join(_format_row(c) for c in contracts().values()) + "\n", _MODES]
    for contract in contracts().values():
        parts.append("\n".join(_tables(contract, entries)))
    parts += [_SHEETS, _NOT_TAKEN, "\n".join(_look_alikes())]
    parts += [_PROOF, "\n".join(_figures(entries)), _STANDARD]
    return "\n\n".join(part.strip("\n") for part in parts)


def _format_row(contract: Contract) -> str:
    full = "yes" if contract.absence == "archive" else "no: nobody is archived for being absent"
    delta = "no"
    if contract.manifest:
        delta = "yes"
    elif contract.row_state:
        delta = "yes, by the column " + contract.row_state.column
    manifest = contract.manifest.file if contract.manifest else "–"
    profiles = ", ".join(["standard", *contract.profiles])
    return f"| {contract.title} | {full} | {delta} | {manifest} | {profiles} |"


def _tables(contract: Contract, entries: list[Entry]) -> Iterator[str]:
    """A table of the files of a format; the rows of files that are only passed over as one."""
    mine = Counter(entry.table for entry in entries if entry.format == contract.name)
    yield f"## {contract.title}\n"
    yield "| file | taken | columns | declared checks |"
    yield "|---|---|---:|---:|"
    if contract.manifest:
        yield f"| {contract.manifest.file} | expected | – | {mine[MANIFEST]} |"
    for table in contract.tables.values():
        names = " or ".join(table.files)
        taken = _PARTS[table.part] if table.columns else "passed over"
        yield f"| {names} | {taken} | {_width(table)} | {mine[table.name]} |"
    width = sum(_width(table) for table in contract.tables.values())
    yield f"| **all** | | **{width}** | **{mine.total()}** |\n"


def _width(table: Table) -> int:
    return sum(not column.derive for column in table.columns.values())


def _look_alikes() -> Iterator[str]:
    for path in sorted((SCHEMAS / "known").glob("*.toml")):
        for known in tomllib.loads(path.read_text("utf-8"))["formats"]:
            yield f"* **{known['title']}** – {known['advice']}"


def _figures(entries: list[Entry]) -> Iterator[str]:
    count, codes = len(entries), len({entry.code for entry in entries})
    brought = Counter(companion(entry) for entry in entries)
    yield (
        f"**{count:,} faults planted in {len(contracts())} formats ({codes} codes), {count:,} found"
        " at file, row and column, 0 other findings**, but for what follows by necessity:"
    )
    held = "make a file unreadable that is needed, which puts the run on hold"
    yield f"\n* {brought['PLAN-504']} {held}."
    yield f"* {brought['LINK-420']} name what is no school, so not that of the class either."


if __name__ == "__main__":
    print(page())
