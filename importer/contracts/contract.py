"""A contract: what the files of a format promise, read from ``schemas/<name>.toml``.

The TOML is the only place where a vendor's column names stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from importer.contracts.header import normal, to_the_letter

STRING_TYPES = (
    "text", "id", "guid", "user_id", "email", "phone", "date", "datetime", "year", "zip",
)  # fmt: skip
NEEDS = ("required", "recommended", "optional", "delta", "legacy", "header")


class ContractError(Exception):
    """A schema file that doesn't mean anything; the text names the file, place and key."""


@dataclass(frozen=True)
class Words:
    """A value domain: the words, other spellings (in lower case), what an unknown word means.

    ``unknown`` is a severity; ``keep`` leaves an unknown word as it was sent instead of dropping
    it, ``ERROR`` holds the row. ``open``: words that begin so are anybody's own (``ext:``).
    ``means``: what a word of the list is called in the roster, where that is another word.
    """

    list: tuple[str, ...]
    read_as: Mapping[str, str] = field(default_factory=dict)
    unknown: str = "WARNING"
    keep: bool = False
    open: str = ""
    means: Mapping[str, str] = field(default_factory=dict)

    def spellings(self) -> dict[str, str]:
        """Every accepted spelling in lower case → the word it is read as."""
        return {**{word.lower(): word for word in self.list}, **self.read_as}


@dataclass(frozen=True)
class Target:
    """A reference must point to rows whose ``column`` is ``is_``; else the check is found."""

    column: str
    is_: str
    check: str


@dataclass(frozen=True)
class Lookup:
    """How a derived column names a record of a roster table, or says that it is a new one.

    ``by``: pairs of expressions, over the file's columns and over those of the roster table; a
    record is meant if one of them agrees. The id that is derived comes first, always. ``new``:
    what may be named that isn't there: nothing (``never``), anything while the roster has no such
    records (``first``), anything (``always``); else ``check`` is found. ``kind`` of people:
    student or staff; one of the other kind is not meant. ``weak``: what tells a person, the surest
    first; rows with none of these columns filled are known only by what they say; one that is
    ``alike`` (pairs as in ``by``) an existing record must say whether it is that one.
    """

    table: str
    by: tuple[tuple[str, str], ...] = ()
    new: str = "never"
    check: str = ""
    kind: str = ""
    weak: tuple[str, ...] = ()
    alike: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of a source table, in the format's own spelling."""

    name: str
    # required, recommended, optional, delta (required in delta files), legacy (of an older
    # version: known, not missed), header (the column must be there, a value needn't)
    need: str = "optional"
    type: str = "text"
    list: bool = False  # several values in one cell, separated by commas
    words: str = ""
    unknown: str = ""  # overrides the severity of the word list
    bad: str = "WARNING"  # severity of a value that its type can't read
    formats: tuple[str, ...] = ()
    two_digit: str = ""  # a date format with a two-digit year: read, with a warning
    max_length: int = 255  # what receivers size for (Clever's guide; OneRoster: at least 255)
    ref: str = ""  # a source table; this value must be the key of one of its rows
    also: tuple[str, ...] = ()  # further source tables whose keys the value may be
    link: str = ""
    dangling: str = ""  # severity of a reference to nowhere; ERROR where the value is required
    # severity of a reference to an archived record, whose value then stays; else as to nowhere
    archived: str = ""
    target: Target | None = None
    aliases: tuple[str, ...] = ()
    # a value as it is sent (in any case) → what it is read as; "" is nothing: "Grade 12" = "12"
    reads: Mapping[str, str] = field(default_factory=dict)
    # columns that are this one where the file lacks it: the first of them that the file has
    stand_in: tuple[str, ...] = ()
    pattern: str = ""  # a regular expression that a value should match; CELL-218 if it doesn't
    allowed: str = ""  # the same in words
    help: str = ""  # what goes in, for who fills in a sheet by hand
    example: str = ""  # a value that goes with the examples of the row's other columns
    part_of: str = ""  # the column that this one, without a header, is more of
    derive: str = ""  # not a column of the file: an expression over those that are
    without: tuple[str, ...] = ()  # derived only where the file has none of these columns
    label: str = ""  # what a derived column is called to people
    lookup: "Lookup | None" = None
    secret: bool = False
    special: bool = False  # special category: checked, kept only where the policy lists it

    @property
    def dangling_severity(self) -> str:
        """ERROR holds the row, WARNING drops the value."""
        return self.dangling or ("ERROR" if self.need == "required" else "WARNING")


@dataclass(frozen=True)
class Repeats:
    """A key may come on several rows if only these columns differ; ``check`` notes each repeat."""

    columns: tuple[str, ...]
    most: int = 0
    check: str = ""


@dataclass(frozen=True)
class Rule:
    """A check over several columns of one row, or over rows that share them.

    Kinds that look at one row live in ``checks/rules.py``: needs, together, order, year_of_end,
    same_length, only_for, any_of. Kinds that compare rows: unique (``checks/keys.py``), one and
    some (``checks/groups.py``), within (``checks/windows.py``), belongs (``checks/belongs.py``),
    alike (``checks/alike.py``), complete (``checks/complete.py``).
    ``dates``: the columns of begin and end that bound a row in time; ``through``: the way to the
    dates that bound others, the parent's column to agree with, or its columns to be filled.
    """

    kind: str
    check: str
    columns: tuple[str, ...]
    when_any: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    dates: tuple[str, ...] = ()
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Make:
    """How a source row becomes rows of a canonical table; ``columns``: canonical → expression.

    An expression names a column; ``=text`` is that text; ``A & B`` joins both (blank if one is,
    but for ``B?``); ``A | B`` takes the first that isn't blank; ``$each`` is the value of the slot
    or list item; ``C -1d`` is the day before; ``A == word`` is a flag. ``distinct``: source rows
    repeat the same key. ``completes``: adds columns to rows that another table makes. ``name``:
    tells the stored rows of this make from those of the source table's other makes; else the
    source table's name. ``introduces``: adds records that aren't there and says nothing of those
    that are; ``replaces``: a row takes the place of what the same record had here before;
    ``stays``: a row that is marked as gone says nothing here; ``separator`` of ``each_in``.
    ``takes_over``: source tables of another version of the format, whose stored rows of this kind
    are this make's from now on. ``among``: column → source table; only rows whose value there is
    the key of a row of that table.
    """

    table: str
    columns: Mapping[str, str]
    when: str = ""
    each: tuple[str, ...] = ()
    each_in: str = ""
    distinct: bool = False
    completes: bool = False
    name: str = ""
    introduces: bool = False
    replaces: bool = False
    stays: bool = False
    separator: str = ","
    takes_over: tuple[str, ...] = ()
    among: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """A person's word for a header: the column that it names; empty: none, it is left out."""

    column: str
    by: str
    at: str


_OF_A_DISTRICT = {"schema": False}  # never in a schema file: what a district's people confirmed


@dataclass(frozen=True)
class Table:
    """One file kind of a format. ``part``: core, optional, deprecated or passed (not imported).

    ``confirmed``: header as ``header.normal`` gives it → a person's word; ``fingerprints``: of the
    headers that people confirmed (``contracts/confirmed.py``).
    """

    name: str
    files: tuple[str, ...]
    part: str
    key: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    makes: tuple[Make, ...] = ()
    repeats: Repeats | None = None
    apart_from: tuple[str, ...] = ()  # tables whose keys may not be used here too
    instead: str = ""
    usernames: str = ""  # whose convention gives those who come without one theirs: student, staff
    unnamed: str = ""  # the column that further columns without a header are more of
    define: Mapping[str, str] = field(default_factory=dict)
    # columns of this format alone: a file that lacks a required column must have one of them
    signs: tuple[str, ...] = ()
    # column → words that say that somebody is no longer there: as if the row weren't sent
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confirmed: Mapping[str, Word] = field(default_factory=dict, metadata=_OF_A_DISTRICT)
    fingerprints: frozenset[str] = field(default=frozenset(), metadata=_OF_A_DISTRICT)
    unlike: tuple[str, ...] = ()  # columns of other formats' files of this name: it is one of those
    beside: tuple[str, ...] = ()  # tables whose files are sent whenever this one's is

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each column of the file, as ``header.normal`` gives it → the column."""
        return {normal(name): name for name, column in self.columns.items() if not column.derive}

    @cached_property
    def loosely(self) -> Mapping[str, str]:
        """Every spelling of a header, as ``header.normal`` gives it → its column."""
        return {**self._aliases(normal), **self.names}

    @cached_property
    def to_the_letter(self) -> Mapping[str, str]:
        """Every spelling of a header, as ``header.to_the_letter`` gives it → its column."""
        given = {to_the_letter(n): n for n, column in self.columns.items() if not column.derive}
        return {**self._aliases(to_the_letter), **given}

    def _aliases(self, fold: Callable[[str], str]) -> dict[str, str]:
        return {fold(a): name for name, column in self.columns.items() for a in column.aliases}

    def of_source(self, source: str) -> "Table":
        """The table for one of several sources; see ``Contract.of_source``."""
        makes = tuple(
            replace(
                make,
                name=f"{source}:{make.name}" if make.name else "",
                takes_over=tuple(f"{source}:{name}" for name in make.takes_over),
            )
            for make in self.makes
        )
        return replace(self, makes=makes)

    def widened(self, count: int) -> "Table":
        """The table with ``count`` columns more of the one that ``unnamed`` names."""
        first = self.columns[self.unnamed]
        more = {
            name: replace(first, name=name, need="optional", aliases=(), part_of=first.name)
            for name in (f"{first.name} {number}" for number in range(2, count + 2))
        }
        makes = tuple(
            replace(make, each=(*make.each, *more)) if first.name in make.each else make
            for make in self.makes
        )
        return replace(self, columns={**self.columns, **more}, makes=makes)


@dataclass(frozen=True)
class Unique:
    """A value that two different rows (by key) of these tables should not share."""

    check: str
    of: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    """The file that says what the package holds: property → value, a mode per file.

    ``must_be``: property → patterns of its values; the property ``version`` tells which version
    of the format this is. ``optional``: properties that may be there beside those and the modes.
    """

    file: str
    columns: tuple[str, ...]
    must_be: Mapping[str, tuple[str, ...]]
    mode_of: str
    version: str = ""
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowState:
    """The column whose word ``gone`` takes a record away; columns that bulk files leave blank.

    ``existing``: words (in small letters) that only a record that is there may have.
    """

    column: str
    gone: str
    existing: tuple[str, ...] = ()
    bulk_blank: tuple[str, ...] = ()
    modified: str = ""  # the column that says when a record was last changed


@dataclass(frozen=True)
class Contract:
    """A format: its tables in the order in which references can be resolved while reading."""

    name: str
    title: str
    header: str  # tolerant, or exact = names and order as in the standard
    absence: str  # archive: a row that is no longer sent is archived; keep: it stays
    tables: Mapping[str, Table]
    words: Mapping[str, Words] = field(default_factory=dict)
    unique: tuple[Unique, ...] = ()
    manifest: Manifest | None = None
    row_state: RowState | None = None
    set_on_hold: bool = False  # a missing core file stops the run even without a manifest
    extension: str = ""
    prefix: str = ""  # before the names of its tables, where stored rows say whose they are
    alias_severity: str = "INFO"
    blanks: str = "clear"  # what a blank cell does to a stored value: clear it, or keep it
    null_word: str = ""  # a text that stands for nothing in an optional column
    profiles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)  # where not the catalogue's
    wide: bool = False  # an export with columns of all kinds: those not used are told in one line
    asked: bool = False  # taken only where somebody names it, for its headers could be anybody's
    strength: str = ""  # of a preset: documented, or weak where its columns are inferred
    source: str = ""  # of a preset: where its columns and codes come from
    judged_by: str = ""  # the profile in force, where it is one of this contract's

    def of_source(self, source: str) -> "Contract":
        """The contract for one of several sources of a district; as it is without a name.

        Stored rows then say whose they are, so that who is absent from one source is not absent
        from another.
        """
        if not source:
            return self
        tables = {name: table.of_source(source) for name, table in self.tables.items()}
        return replace(self, prefix=f"{source}:{self.prefix}", tables=tables)

    def in_profile(self, name: str) -> "Contract":
        """The contract with the severities of a profile; as it is where it has no such profile."""
        if name not in self.profiles:
            return self
        graver = {**self.severities, **self.profiles[name]}
        return replace(self, severities=graver, judged_by=name)

    @property
    def by_the_book(self) -> bool:
        """Whether a profile makes faults graver than they usually are."""
        return bool(self.judged_by)

    def severity(self, code: str, default: str) -> str:
        """How grave a finding is here."""
        return self.severities.get(code, default)

    def is_named(self, table: str) -> bool:
        """Whether rows of any table name rows of this one."""
        columns = [column for other in self.tables.values() for column in other.columns.values()]
        return any(table in (column.ref, *column.also) for column in columns)

    def expression(self, table: str, text: str) -> str:
        """The expression of a make with its ``@name`` definition filled in."""
        return self.tables[table].define[text[1:]] if text.startswith("@") else text
