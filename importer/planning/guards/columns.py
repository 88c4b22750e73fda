"""Columns: emptied, filled with one value, swapped, slipped, garbled, changed for everybody.

A column that changes in one row of ten, or loses its values in one of twenty, is mostly a mistake
of the export (the limits that held 13 of 13 invented incidents). Counted per kind for the
district and per school: what one school's export loses drowns in the district.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from importer.planning.guards import cells as told
from importer.planning.guards.case import Case
from importer.planning.guards.health import WATCHED, Health, health
from importer.planning.guards.promotion import one_up
from importer.planning.guards.stop import ALL, Stop

FEWEST = 10
"""Fewer rows of a district are edits, no drift."""
FEWEST_SCHOOL, SCHOOL_SHARE = 5, 0.5
IDENTITY = frozenset(
    ("given_name", "family_name", "email", "username", "birth_date", "grades", "gender",
     "student_number", "state_id", "sis_id", "clever_id", "graduation_year", "name", "title")
)  # fmt: skip
"""Columns that don't change for half a school at once without a reason."""
CHANGING = frozenset(("periods", "location", "phone", "sms", "term_ids", "enabled", "department"))
"""Columns that a timetable, a term or a new telephone system changes for everybody."""
_NAMES = ("given_name", "family_name")
_BEYOND_ASCII = r"[^\x00-\x7f]"
_FEWEST_BROKEN = 3


@dataclass(frozen=True)
class Suspect:
    """A column to be looked at closer: of a kind, of a school or all."""

    health: Health
    kind: str
    school: str
    column: str
    rows: int
    emptied: int
    changed: int

    @property
    def where(self) -> str:
        """``students of school 0101``."""
        return self.kind if self.school == ALL else f"{self.kind} of school {self.school}"

    def stop(self, code: str, says: str, rows: int, severity: str = "BLOCK") -> Stop:
        """A stop about this column; no numbers about one table count for the other."""
        return Stop(code, self.school, self.health.table, says, rows, severity, self.kind)

    def cells(self) -> pl.DataFrame:
        """All cells of the column in this school or district."""
        found = self.health.cells(self.column, self.kind)
        return found if self.school == ALL else found.filter(pl.col("school_id") == self.school)


def misplaced(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-547: columns that hold what another column held: swapped or shifted."""
    stops: list[Stop] = []
    for table in WATCHED:
        by: dict[tuple[str, str], list[Suspect]] = {}
        for suspect in _suspects(case, table):
            if suspect.changed >= _least(table):
                by.setdefault((suspect.kind, suspect.school), []).append(suspect)
        for group in by.values():
            stops += _taken_over(group)
    return stops


def _taken_over(group: list[Suspect]) -> Iterator[Stop]:
    """Columns of one kind and school whose new values are the old ones of another."""
    cells = {s.column: s.cells().drop_nulls() for s in group}
    pairs = []
    for suspect in group:
        mine = cells[suspect.column].filter(pl.col("after") != pl.col("before"))
        for other, theirs in cells.items():
            if other == suspect.column or mine.is_empty():
                continue
            both = mine.select("key", "after").join(theirs.select("key", was="before"), on="key")
            same = both.filter(pl.col("after") == pl.col("was")).height
            if same >= told.MOST * mine.height:
                pairs.append((suspect, other, same))
                break
    if pairs:
        suspect, _, same = pairs[0]
        names = {(s.column, other) for s, other, _ in pairs}
        swapped = any((b, a) in names for a, b in names)
        listed = ", ".join(f"{s.column} has what {other} had" for s, other, _ in pairs)
        what = "Two columns are swapped" if swapped else "Columns are shifted"
        yield suspect.stop("PLAN-547", f"{what} in {same:,} {suspect.where}: {listed}", same)


def last_year(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-551: the grades of students go down by one."""
    students = case.there("people", "students")
    if case.promotion.down < told.MOST or students < FEWEST_SCHOOL:
        return []
    says = f"The grades of {case.promotion.down:.0%} of the students go down by one: this looks"
    return [Stop("PLAN-551", ALL, "people", f"{says} like last year's file", students)]


def changed(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-507, -508, -510, -547, -548, -549, -556: what became of each suspicious column."""
    said = [s for s in found if s.code in ("PLAN-546", "PLAN-547")]
    aged = any(s.code == "PLAN-551" and s.school == ALL and s.table == "people" for s in found)
    stops: list[Stop] = []
    for table in WATCHED:
        for suspect in _suspects(case, table):
            if suspect.changed >= _least(table) and any(_same(stop, suspect) for stop in said):
                continue
            if not (aged and suspect.column == "grades"):
                stops += _judged(case, suspect)
        stops += _letters(case, table)
    return stops


def _same(stop: Stop, suspect: Suspect) -> bool:
    """Whether a stop is about the rows of a suspect."""
    alike = (stop.table, stop.kind) == (suspect.health.table, suspect.kind)
    return alike and (ALL in (stop.school, suspect.school) or stop.school == suspect.school)


def _suspects(case: Case, table: str) -> list[Suspect]:
    """Columns of which too many values changed or went, for the district, else for a school."""
    if f"suspects {table}" not in case.memo:
        seen = case.memo[f"health {table}"] = health(case, table, _least(table))
        case.memo[f"suspects {table}"] = [] if seen is None else list(_suspicious(case, seen))
    suspects: list[Suspect] = case.memo[f"suspects {table}"]
    return suspects


def _suspicious(case: Case, seen: Health) -> Iterator[Suspect]:
    guards = case.limits.guards
    sums = [pl.col(n).sum() for n in ("rows", "filled", "emptied", "gained", "changed")]
    whole = seen.counts.group_by("kind", "column", maintain_order=True).agg(sums)
    net = pl.col("emptied") - pl.col("gained")
    few = 3 if seen.table == "schools" else FEWEST
    half = SCHOOL_SHARE * pl.col("filled")
    emptied = ((net >= few) & (net > guards.column_emptied * pl.col("rows"))) | (
        (net >= _least(seen.table)) & (net >= half)
    )
    edited = ~pl.col("column").is_in(CHANGING)
    limit = guards.column_changed * pl.col("filled")
    count = pl.col("changed")
    many = ((count >= few) & (count > limit)) | ((count >= _least(seen.table)) & (count > half))
    hit = whole.filter(emptied | (many & edited))
    for row in hit.iter_rows(named=True):
        yield _suspect(seen, ALL, row, emptied=_over(row, few, guards.column_emptied))
    rest = seen.counts.join(hit, on=["kind", "column"], how="anti")
    gone = (net >= FEWEST_SCHOOL) & (net >= half)
    own = pl.col("column").is_in(IDENTITY)
    edits = (pl.col("changed") >= FEWEST_SCHOOL) & (pl.col("changed") > half) & own
    for row in rest.filter(gone | edits, pl.col("school_id").is_not_null()).iter_rows(named=True):
        emptied_here = row["emptied"] - row["gained"] >= SCHOOL_SHARE * row["filled"]
        yield _suspect(seen, row["school_id"], row, emptied=emptied_here)


def _over(row: dict[str, int], few: int, share: float) -> bool:
    net = row["emptied"] - row["gained"]
    many = net >= few and net > share * row["rows"]
    return many or (net >= min(few, FEWEST_SCHOOL) and net >= SCHOOL_SHARE * row["filled"])


def _suspect(seen: Health, school: str, row: dict[str, object], *, emptied: bool) -> Suspect:
    lost = int(row["emptied"]) if emptied else 0  # type: ignore[call-overload]
    kind, column = str(row["kind"]), str(row["column"])
    return Suspect(seen, kind, school, column, row["filled"], lost, row["changed"])  # type: ignore[arg-type]


def _least(table: str) -> int:
    """Fewer values make no column of a kind suspicious, however few rows there are."""
    return 3 if table == "schools" else FEWEST_SCHOOL


def _judged(case: Case, suspect: Suspect) -> Iterator[Stop]:
    table, where = suspect.health.table, suspect.where
    if suspect.emptied:
        lost = suspect.emptied
        unread = _unread(case, table, suspect.column)
        if unread >= 0.5 * lost:
            says = (
                f"{suspect.column} can't be read any more in {lost:,} of {suspect.rows:,} {where}"
            )
            yield suspect.stop("PLAN-549", says, lost)
        else:
            says = f"{suspect.column} is empty in {lost:,} of {suspect.rows:,} {where} that had one"
            yield suspect.stop("PLAN-508", says, lost)
        return
    cells = suspect.cells().drop_nulls().filter(pl.col("before") != pl.col("after"))
    if cells.is_empty():
        return
    here = f"{suspect.column} in {suspect.changed:,} of {suspect.rows:,} {where}"
    code, says = _happened(case, suspect, cells)
    severity = "INFO" if code in ("PLAN-510", "PLAN-556") else "BLOCK"
    yield suspect.stop(code, says.format(here), suspect.changed, severity)


def _happened(case: Case, suspect: Suspect, cells: pl.DataFrame) -> tuple[str, str]:
    """The code and the words ({} = where) for a column that changed."""
    rose = suspect.column == "grades" and case.promotion.seen
    if rose and told.shares(cells, one_up) >= told.NEARLY_ALL:
        return "PLAN-510", "{} would change"
    if value := told.one_value(cells):
        return "PLAN-548", f"{{}} would be “{value.replace('{', '').replace('}', '')}” for all"
    if told.respelled(cells):
        return "PLAN-556", "{} is only spelled in another way"
    if domain := told.new_domain(cells):
        return (
            "PLAN-556",
            f"{{}} moves from @{domain[0]} to @{domain[1]}, what stands before it stays",
        )
    if what := told.dates(cells):
        return "PLAN-549", f"{{}}: {what}"
    if told.shares(cells, told.garbled) >= 0.5:
        return "PLAN-549", "{}: the letters are broken by a wrong encoding"
    values = suspect.health.cells(suspect.column, suspect.kind)["before"].drop_nulls().unique()
    if told.of_other_rows(cells, values):
        return "PLAN-547", "{} has the value of another row: the column slipped against the others"
    if what := told.drifted(cells):
        return "PLAN-549", f"{{}} has another form: {what}"
    return "PLAN-507", "{} would change"


def _unread(case: Case, table: str, column: str) -> int:
    """How many values of a column were left out because they can't be read."""
    dropped = case.told[table].dropped
    return dropped.filter(pl.col("column") == column).height


def _letters(case: Case, table: str) -> Iterator[Stop]:
    """Names with letters beyond ASCII are few: broken ones show only among themselves."""
    seen: Health | None = case.memo[f"health {table}"] if table == "people" else None
    names = [] if seen is None else [c for c in _NAMES if c in seen.columns]
    if seen is None or not names:
        return
    kinds = case.before.filter(pl.col("table") == "people")["kind"].drop_nulls().unique()
    for kind in kinds.sort():
        same = pl.col("kind") == kind
        broken = sum(_broken(seen.unlike.filter(same), column) for column in names)
        if broken < _FEWEST_BROKEN:
            continue
        cells = (pl.col(c + "_old").str.contains(_BEYOND_ASCII).sum() for c in names)
        written = sum(seen.pairs.filter(same).select(*cells).collect(engine="streaming").row(0))
        if broken >= 0.3 * written:
            says = f"{broken:,} of {written:,} names of {kind} with letters such as é or ñ"
            says += ": the letters are broken by a wrong encoding"
            yield Stop("PLAN-549", ALL, "people", says, broken, kind=kind)


def _broken(pairs: pl.LazyFrame, column: str) -> int:
    """How many names with letters beyond ASCII lost them."""
    before, after = pl.col(column + "_old"), pl.col(column)
    odd = pairs.filter(before.str.contains(_BEYOND_ASCII), before.ne_missing(after))
    cells = odd.select(before, after).collect(engine="streaming")
    return sum(now is None or told.garbled(was, now) for was, now in cells.iter_rows())
