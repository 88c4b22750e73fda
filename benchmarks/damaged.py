"""Generated files with known damage, to see whether any of it is taken without a word.

    python -m benchmarks.damaged --files 5000 --seed 1

Each file is a clean roster with one to three faults of structure. It is *wrongly accepted* if
header or rows aren't those of the clean table although nothing is said. A file may be well-formed
in spite of a fault (a doubled quote inside quotes): then it says something else, and has to be read
as a strict reader of RFC 4180 does, which stands here on its own. Exit code 1 if one is accepted.

The last line also counts the rows that may be imported of all files, those with findings included.
"""

import argparse
import csv
import io
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from importer.contracts.load import known_names
from importer.model.sheet import Sheet
from importer.reading.delimited import Reading, read

HEADER = ["School_id", "Student_id", "Student_email", "First_name", "Last_name", "Grade"]
FIRST = ["Ana", "Bo", "Zoë", "Mary Ann", "D’Arcy", "李", "Jo"]
LAST = ["Silva", "Lind", "Cruz, Jr.", 'O"Neil', "de la Cruz", "Ng", "St. John"]


@dataclass(frozen=True)
class Damaged:
    """A damaged file, what was done to it, and the rows of the clean one."""

    content: bytes
    faults: tuple[str, ...]
    clean: list[list[str]]


def _table(rng: random.Random) -> list[list[str]]:
    rows = [HEADER]
    for n in range(rng.randint(3, 40)):
        mail = f"p{n}@oak.example" if rng.random() < 0.8 else ""
        grade = str(rng.randint(1, 12))
        rows.append([f"01{n % 7:02}", f"S{n:04}", mail, rng.choice(FIRST), rng.choice(LAST), grade])
    return rows


def _written(rows: Sequence[Sequence[str]], rng: random.Random, separator: str) -> list[str]:
    text = io.StringIO()
    every = rng.random() < 0.3
    made = {"delimiter": separator, "lineterminator": "\n", "quoting": int(every)}
    csv.writer(text, type("Made", (csv.excel,), made)).writerows(rows)
    return text.getvalue().split("\n")[:-1]


def _place(lines: list[str], rng: random.Random) -> int:
    return rng.randrange(1, len(lines))


def _at(line: str, sign: str, rng: random.Random) -> int:
    places = [at for at, other in enumerate(line) if other == sign]
    return rng.choice(places) if places else len(line)


def _less(lines: list[str], rng: random.Random, sep: str) -> None:
    row = _place(lines, rng)
    at = _at(lines[row], sep, rng)
    lines[row] = lines[row][:at] + lines[row][at + 1 :]


def _more(lines: list[str], rng: random.Random, sep: str) -> None:
    row = _place(lines, rng)
    at = _at(lines[row], sep, rng)
    lines[row] = lines[row][:at] + sep + lines[row][at:]


def _insert(sign: str) -> Callable[[list[str], random.Random, str], None]:
    def fault(lines: list[str], rng: random.Random, sep: str) -> None:
        row = _place(lines, rng)
        at = rng.randint(0, len(lines[row]))
        lines[row] = lines[row][:at] + sign + lines[row][at:]

    return fault


def _unquote(lines: list[str], rng: random.Random, sep: str) -> None:
    row = _place(lines, rng)
    at = _at(lines[row], '"', rng)
    lines[row] = lines[row][:at] + lines[row][at + 1 :]


def _junk(lines: list[str], rng: random.Random, sep: str) -> None:
    """Something after a quote that closes: polars would cut off the last character."""
    row = _place(lines, rng)
    cells = lines[row].split(sep)
    at = rng.randrange(len(cells))
    cells[at] = '"' + cells[at].strip('"') + '"' + rng.choice([" ", "x", "''", "\t"])
    lines[row] = sep.join(cells)


def _torn(lines: list[str], rng: random.Random, sep: str) -> None:
    row = _place(lines, rng)
    at = rng.randint(1, max(1, len(lines[row]) - 1))
    lines[row : row + 1] = [lines[row][:at], lines[row][at:]]


def _glued(lines: list[str], rng: random.Random, sep: str) -> None:
    row = rng.randrange(1, max(2, len(lines) - 1))
    lines[row : row + 2] = ["".join(lines[row : row + 2])]


def _cut(lines: list[str], rng: random.Random, sep: str) -> None:
    row = _place(lines, rng)
    del lines[row + 1 :]
    at = rng.randint(1, max(1, len(lines[row]) - 1))
    lines[row] = lines[row][:at] + "\0cut"


def _again(lines: list[str], rng: random.Random, sep: str) -> None:
    lines.insert(_place(lines, rng), lines[0])


def _second(lines: list[str], rng: random.Random, sep: str) -> None:
    other = sep.join(["School_id", "School_name", "School_number"])
    lines += [""] * rng.randint(0, 1) + [other, sep.join(["0101", "Oak", "1"])]


def _above(lines: list[str], rng: random.Random, sep: str) -> None:
    lines.insert(0, "Students of Oak School" + sep * rng.choice([0, len(HEADER) - 1]))


def _below(lines: list[str], rng: random.Random, sep: str) -> None:
    lines += ["", "Total students: 12"]


def _mixed(lines: list[str], rng: random.Random, sep: str) -> None:
    row = _place(lines, rng)
    lines[row] = lines[row].replace(sep, rng.choice([sign for sign in ",;\t|" if sign != sep]))


def _crlf(lines: list[str], rng: random.Random, sep: str) -> None:
    for row in range(_place(lines, rng), len(lines)):
        lines[row] += "\r"


def _header(lines: list[str], rng: random.Random, sep: str) -> None:
    at = _at(lines[0], sep, rng)
    lines[0] = lines[0][:at] + rng.choice(["", sep * 2]) + lines[0][at + 1 :]


def _blank(lines: list[str], rng: random.Random, sep: str) -> None:
    lines.insert(_place(lines, rng), rng.choice(["", " ", sep * (len(HEADER) - 1)]))


FAULTS: dict[str, Callable[[list[str], random.Random, str], None]] = {
    "separator lost": _less,
    "separator too many": _more,
    "stray quote": _insert('"'),
    "two stray quotes": _insert('""'),
    "quote lost": _unquote,
    "junk after a quote": _junk,
    "row torn in two": _torn,
    "rows glued": _glued,
    "file cut off": _cut,
    "carriage return inside": _insert("\r"),
    "zero byte": _insert("\0"),
    "header again": _again,
    "second table": _second,
    "words above": _above,
    "words below": _below,
    "another separator in a row": _mixed,
    "mixed line ends": _crlf,
    "header damaged": _header,
    "blank row": _blank,
}


def damaged(seed: int) -> Damaged:
    """The damaged file of this number; always the same one."""
    rng = random.Random(seed)
    separator = rng.choice([",", ",", ",", ";", "\t", "|"])
    clean = _table(rng)
    lines = _written(clean, rng, separator)
    faults = rng.sample(sorted(FAULTS), rng.choice([1, 1, 1, 2, 3]))
    for fault in faults:
        FAULTS[fault](lines, rng, separator)
    end = rng.choice(["\n", "\n", "\r\n"])
    text = end.join(lines) + rng.choice([end, end, end, ""])
    whole, cut, _ = text.partition("\0cut")
    return Damaged((whole if cut else text).encode(), tuple(faults), clean)


def strict(text: str, separator: str) -> list[tuple[str, ...]] | None:
    """The records of RFC 4180, sign by sign; None if the text isn't well-formed."""
    records: list[tuple[str, ...]] = []
    record: list[str] = []
    cell, state = "", "start"
    for sign, after in zip(text, [*text[1:], ""], strict=True):
        if state == "quoted":
            cell, state = (cell, "closed") if sign == '"' else (cell + sign, state)
        elif sign == "\r" and after == "\n":
            continue
        elif sign == '"' and state in ("start", "closed"):
            cell, state = (cell + sign, "quoted") if state == "closed" else (cell, "quoted")
        elif sign in (separator, "\n"):
            record.append(cell)
            cell, state = "", "start"
            if sign == "\n":
                records.append(tuple(record))
                record = []
        elif state == "closed" or sign in '"\r':
            return None
        else:
            cell, state = cell + sign, "plain"
    if state == "quoted":
        return None
    return [*records, (*record, cell)] if record or cell or state != "start" else records


def verdict(sent: Damaged, reading: Reading) -> str:
    """Why the file was wrongly accepted; empty if it was not."""
    sheet, said = reading.sheet, set(reading.findings["code"]) - {"FILE-138", "FILE-154"}
    if sheet is None or said:
        return "" if len(reading.findings) else "refused without a word"
    found = [sheet.header, *taken(sheet)]
    if found == [*map(tuple, sent.clean)]:
        return ""
    if found == strict(sent.content.decode("utf-8-sig"), sheet.separator):
        return ""  # well-formed: it says something else than before, and nobody can know
    return f"taken without a word: {set(found) - set(map(tuple, sent.clean))}"


def taken(sheet: Sheet) -> list[tuple[str, ...]]:
    """The cells of the rows that may be imported."""
    rows = sheet.scan().collect().rows()
    return [tuple(cell or "" for cell in row[1:]) for row in rows]


def main() -> int:
    """Measure; see the top."""
    parser = argparse.ArgumentParser(description="Damaged files that are taken without a word")
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = accepted = 0
    rows = right = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "students.csv"
        for number in range(options.seed * 1_000_000, options.seed * 1_000_000 + options.files):
            sent = damaged(number)
            path.write_bytes(sent.content)
            reading = read(path.name, path, len(sent.content), known_names())
            if why := verdict(sent, reading):
                wrong += 1
                print(f"WRONG {number} {sent.faults}: {why}")
            accepted += reading.sheet is not None and reading.findings.is_empty()
            found = taken(reading.sheet) if reading.sheet else []
            clean = set(map(tuple, sent.clean))
            rows, right = rows + len(found), right + sum(row in clean for row in found)
    print(f"files {options.files}, wrongly accepted {wrong}, without any finding {accepted}")
    print(f"rows taken {rows}, of them as in the clean table {right}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
