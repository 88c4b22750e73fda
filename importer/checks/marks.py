"""The marks that damage leaves in a value, as patterns, and a mask of them for each column."""

from importer.checks import garbled
from importer.checks.habits import Habits
from importer.checks.plain_ids import DASHES, DECIMAL, QUOTES, SCIENTIFIC, THOUSANDS

# All errors of spreadsheets, and the signs that stand for a number wider than its column.
ERRORS = (
    r"^#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!"
    r"|UNKNOWN!|EXTERNAL!|PYTHON!|GETTING_DATA)$|^#{3,}$"
)
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATED = rf"^(?:[0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{2}})$"
WHOLE_DATE = r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?: 00:00:00)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})$"
NONE = "^$"  # no value that isn't blank
CUT = "^[0-9]{15}0+$"
WIDE = r"[\x{ff01}-\x{ff5e}]"  # letters, digits and signs in full width
# In front of digits, or of what a spreadsheet would compute; so importer's own reports write it.
QUOTED = {"id": "^'.", "number": "^'.", "form": "^'[0-9+(]", "other": NONE, "email": NONE}
QUOTED_TEXT = r"^'(?:[0-9]+$|[=+\-@])"
# Not joiners, which some scripts and all flags and families need; nor the ends of lines.
UNSEEN = (
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x{a0}\x{ad}\x{2007}\x{202f}\x{200b}\x{2060}\x{feff}"
    r"\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{61c}\x{2028}\x{2029}]"
)
_CONTROLS = r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]"
BLANKS = r"[\x09\x{a0}\x{2007}\x{202f}\x{2028}\x{2029}]"


def mask(habits: Habits, ascii_only: bool, type_: str = "") -> str:
    """A pattern that every value matches in which ``explained`` finds anything.

    ``type_``: leave out what is no right value of this type anyway. Empty: it finds nothing.
    """
    if habits.kind in ("", "other", "form", "email"):
        return _of_form(habits.kind, ascii_only, type_)
    parts = [DATED] if habits.dated else []
    if habits.kind in ("id", "number"):
        parts += [CUT] if habits.cut else []
        parts += [] if habits.decimals else [DECIMAL]
    if type_ == "guid":
        return _any(parts)
    parts += ["^['#]", _CONTROLS]
    if habits.kind in ("id", "number"):
        parts += [SCIENTIFIC, THOUSANDS]
    if habits.kind == "place":
        parts.append(WHOLE_DATE)
    if habits.kind == "name":
        parts.append(r"\?")
    if not ascii_only:
        parts += [garbled.MASK, UNSEEN]
        parts += [WIDE] if habits.kind in ("id", "number") else []
        parts += [QUOTES, DASHES] if habits.kind == "id" else []
    return _any(parts)


def _of_form(kind: str, ascii_only: bool, type_: str) -> str:
    """Of values that have a form of their own only the unseen stays hidden from their own check."""
    parts = ["^['#]"] if kind and not type_ else []
    return _any([*parts, UNSEEN] if kind == "email" and not ascii_only else parts)


def anything(kind: str) -> str:
    """One pattern for all columns of a kind that is looked at alike."""
    if kind in ("other", "form", "email"):
        return _any(["^['#]", UNSEEN])
    parts = ["^['#]", _CONTROLS, DATED, CUT, DECIMAL, SCIENTIFIC, THOUSANDS, WHOLE_DATE, r"\?"]
    return _any([*parts, garbled.MASK, UNSEEN, WIDE, QUOTES, DASHES])


def _any(parts: list[str]) -> str:
    return "|".join(f"(?:{part})" for part in parts)
