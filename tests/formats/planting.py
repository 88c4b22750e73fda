"""Plants faults in places of a clean package and says what must be found, and where."""

from collections.abc import Callable, Sequence

from formats_page import companion
from inventory import MANIFEST, Entry
from packages import Package, Place, keeps_to
from planting_files import FILES
from planting_lookups import LOOKUPS, sources
from planting_rows import ROWS, free, named_by, single
from planting_rules import RULES
from shapes import clean

from importer.contracts.contract import Column
from importer.contracts.load import contracts

_WHOLE = ("blank", "blank in delta", "spaces", "null word")  # faults of a list as a whole


def planted(pack: Sequence[Entry], round_: int) -> tuple[Package, set[Place]]:
    """A package with the faults of these entries, and the places at which they must be found.

    The entries are of one format and kind (``packing.py``).
    """
    first, contract = pack[0], contracts()[pack[0].format]
    wanted = {name for entry in pack for name in _tables(entry)}
    more = [name for name in contract.tables if name in wanted]
    seed = f"{first} {round_}" + (f" and {len(pack) - 1} more" if pack[1:] else "")
    package = clean(contract, seed, *more, small=not pack[1:] and _only_header(first))
    # What the headers say is as in any right package, or nobody could tell by them; and without
    # users.csv, version 2 of School Data Sync has the columns of 2.1.
    alike = str(first) == "sds-2/users[]-FILE-108-file_missing"
    if first.kind not in FILES or contract.asked or alike:
        package.told = contract.name
    places: set[Place] = set()
    for entry in pack:
        plant = {**FILES, **ROWS, **RULES, **LOOKUPS}.get(entry.kind, _cell)
        places |= with_companion(entry, package, plant(package, entry))
    return package, places


def _tables(entry: Entry) -> set[str]:
    """The tables that a fault needs: its own, and those that it names."""
    tables = contracts()[entry.format].tables
    if entry.table == MANIFEST and entry.kind != "declared absent":
        return set()
    columns = tables[entry.table].columns if entry.table in tables else {}
    named = (columns[name].ref for name in entry.columns if name in columns)
    return {entry.table, entry.other, *named} & tables.keys()


def with_companion(entry: Entry, package: Package, places: set[Place]) -> set[Place]:
    """The places, and what follows from them by necessity."""
    code = companion(entry)
    if code.startswith("PLAN"):
        return places | {(code, package.files[entry.table].name, None, None)}
    return places | {(code, *place[1:]) for place in places if code}


def _only_header(entry: Entry) -> bool:
    """Whether the fault is in a file of which nothing but the header is read."""
    table = contracts()[entry.format].tables.get(entry.other or entry.table)
    return table is not None and table.part == "passed"


# --- single values ------------------------------------------------------------------------------


def _cell(package: Package, entry: Entry) -> set[Place]:
    """Change one value of a random row into a wrong one."""
    (name,) = entry.columns
    column = package.table(entry.table).columns[name]
    state = package.contract.row_state
    if state and name in state.bulk_blank and not entry.kind.endswith("in bulk"):
        _as_delta(package, entry.table)
    index = _row(package, entry, column)
    row = package.files[entry.table].rows[index]
    if column.derive:  # nothing in any of the columns that it is made of
        row |= dict.fromkeys(sources(package, entry.table, column), "")
        return {package.place(entry.code, entry.table, index, name)}
    if name == "role" and row.get("primary"):
        row["primary"] = ""  # who is primary in another role than a teacher's is a fault as well
    old = row.get(name) or package.right(column)
    whole = not column.list or entry.kind in _WHOLE
    first, comma, rest = (old, "", "") if whole else old.partition(",")
    wrong = _WRONG[entry.kind](package, column, first)
    row[name] = f"{wrong}{comma}{rest}"
    if (name,) == package.table(entry.table).key and not column.ref and wrong:
        _follow(package, entry.table, old, wrong)
    return {package.place(entry.code, entry.table, index, name)}


def _as_delta(package: Package, table: str) -> None:
    """Send a table as delta, where each row says how it is meant."""
    assert package.modes is not None
    package.modes[table] = "delta"
    for row in package.files[table].rows:
        row |= {"status": "active", "dateLastModified": "2026-09-01T06:30:00.000Z"}


def _row(package: Package, entry: Entry, column: Column) -> int:
    """A random row with a value to spoil; the last one where other rows may mean it by this."""
    if entry.kind.endswith("in bulk"):
        return single(package, entry.table)
    blank = entry.kind.startswith("blank") and (
        column.name in package.table(entry.table).key or _asked_for(package, entry)
    )
    if blank or column.name in named_by(package, entry.table):
        return free(package, entry.table)
    if (entry.table, entry.kind) == ("classes", "wrong target"):
        return free(package, entry.table)  # its enrollments are at another school then, each
    if column.derive:
        return single(package, entry.table)
    alone = _ALONE.get((entry.table, column.name))
    return single(package, entry.table, column.name, alone or "")


def _asked_for(package: Package, entry: Entry) -> bool:
    """Whether rows that name a record want this column of it filled."""
    return any(
        rule.kind == "complete"
        and entry.columns[0] in rule.through
        and table.columns[rule.columns[0]].ref == entry.table
        for table in package.contract.tables.values()
        for rule in table.rules
    )


# A role that names nobody leaves its person with the other roles; so it is that of one with none.
_ALONE = {("roles", "userSourcedId"): "userSourcedId"}


def _follow(package: Package, table: str, old: str, new: str) -> None:
    """Let all rows that name an id name the new one; what is only spaced stays the same id."""
    if new.strip() == old:
        return
    for name, sent in package.files.items():
        for column in package.table(name).columns.values():
            if table in (column.ref, *column.also):
                for row in sent.rows:
                    items = row.get(column.name, "").split(",")
                    row[column.name] = ",".join(new if item == old else item for item in items)


def _long(package: Package, column: Column, old: str) -> str:
    """One sign more than there may be, and otherwise right."""
    size = column.max_length + 1
    if column.type == "email":
        return "x" * (size - len("@oak.example")) + "@oak.example"
    if column.type == "user_id":
        return "{Fed:" + "1" * (size - 6) + "}"
    if column.words:
        return "ext:" + "x" * (size - 4)
    text = "x" * size
    if not keeps_to(column, text):
        text = "x" * (size - len("@oak.example")) + "@oak.example"
    _acquaint(package, column, text)
    return text


def _acquaint(package: Package, column: Column, text: str) -> None:
    """Let the roster know a school or account by this name, so that only its length is wrong."""
    if package.roster is None:
        return
    if column.name == "SchoolName":
        package.roster["schools"].append({"school_id": "S9", "name": text, "type": "school"})
    if column.name in ("TeacherUsername", "StudentUsername"):
        package.roster["people"].append({"person_id": "P9", "username": text})


def _malformed(package: Package, column: Column, old: str) -> str:
    return package.rng.choice(
        {
            "email": ["nobody.oak.example", "a@@oak.example", "a b@oak.example", "a@oak"],
            "date": ["soon", "2026-02-30", "13/13/2016", "2016/10/01"],
            "datetime": ["yesterday", "2026-09-01 06:30", "2026-09-31T06:30:00Z"],
            "year": ["'31", "2031-32", "two"],
            "phone": ["ext. 12", "55501", "555-HELP-0123"],
            "user_id": ["77", "{Fed}", "{:7}"],
        }[column.type]
    )


def _respelt(package: Package, column: Column, old: str) -> str:
    """Another spelling of the same word; of another word where this one has only its own."""
    words = package.contract.words[column.words]
    for word in (old, *words.list):
        ways = [way for way, is_ in words.spellings().items() if is_ == word]
        ways = [w for way in ways for w in (way, way.upper(), way.title()) if w not in words.list]
        if ways:
            return package.rng.choice(ways)
    raise LookupError(f"no other spelling in {column.words}")


def _code(package: Package, column: Column, old: str) -> str:
    """A value that stands for another; of somebody who is still there."""
    left = _left(package, column)
    required = column.need == "required"
    codes = [c for c, m in column.reads.items() if m not in left and (m or not required)]
    code = package.rng.choice(codes)
    return package.rng.choice([code, code.upper()])


def _former(package: Package, column: Column, old: str) -> str:
    left = _left(package, column)
    return package.rng.choice([*left, *(c for c, meant in column.reads.items() if meant in left)])


def _left(package: Package, column: Column) -> list[str]:
    """The words of a column that say that somebody is no longer there."""
    tables = package.contract.tables.values()
    return [word for table in tables for word in table.former.get(column.name, ())]


def _two_digits(package: Package, column: Column, old: str) -> str:
    """The same day with a short year."""
    if old.isdigit():
        old = f"{old[:4]}-{old[4:6]}-{old[6:]}"
    year, month, day = old.split("-") if "-" in old else (old[-4:], *old.split("/")[:2])
    return f"{month}/{day}/{year[2:]}"


def _inside(*signs: str) -> Callable[[Package, Column, str], str]:
    def spoil(package: Package, column: Column, old: str) -> str:
        at = package.rng.randrange(1, len(old))
        return old[:at] + package.rng.choice(signs) + old[at:]

    return spoil


def _spaced(package: Package, column: Column, old: str) -> str:
    return package.rng.choice(["{} ", " {}", "  {}\t", "{}\u00a0"]).format(old)


def _dangling(package: Package, column: Column, old: str) -> str:
    return package.rng.choice([f"0{old}", package.new("nowhere")])


def _wrong_target(package: Package, column: Column, old: str) -> str:
    target, rows = column.target, package.files[column.ref].rows
    assert target is not None
    others = [row for row in rows if row[target.column] != target.is_]
    return package.rng.choice(others)[package.table(column.ref).key[0]]


def _gone(package: Package, column: Column, old: str) -> str:
    assert package.contract.row_state is not None
    return package.contract.row_state.gone


_WRONG: dict[str, Callable[[Package, Column, str], str]] = {
    "blank": lambda p, c, old: p.rng.choice(["", " ", " , "] if c.list else ["", " "]),
    "blank in delta": lambda p, c, old: "",
    "spaces": _spaced,
    "long": _long,
    "pattern": lambda p, c, old: p.rng.choice(
        [text for text in ('Bo (new) "B"', 'B/o "B"', 'B\u00f8 & "Co"') if not keeps_to(c, text)]
    ),
    "code": _code,
    "former": _former,
    "null word": lambda p, c, old: p.contract.null_word,
    "word respelt": _respelt,
    "word unknown": lambda p, c, old: p.rng.choice(["Nope", "??", "n/a"]),
    "malformed": _malformed,
    "no time": lambda p, c, old: "2026-09-01",
    "two digits": _two_digits,
    "invisible": _inside("\u200b", "\u00ad", "\u202e"),
    "character": _inside(":", "#", "\u00fc", " "),
    "dangling": _dangling,
    "wrong target": _wrong_target,
    "filled in bulk": lambda p, c, old: "active" if c.words else p.right(c),
    "gone in bulk": _gone,
}
