"""Words that page and terminal share, so that both tell the same."""

from importer.report.summary import Cause, Place

LEVELS = {
    "good": "All clear",
    "warn": "Worth a look",
    "bad": "Needs fixing",
    "hold": "On hold",
}

SEVERITIES = {
    "BLOCK": "Needs a decision",
    "ERROR": "Error",
    "WARNING": "Warning",
    "INFO": "Note",
}

ACTIONS = {
    "add": ("+", "Add"),
    "edit": ("~", "Edit"),
    "move": (">", "Move"),
    "re-key": ("=", "Re-key"),
    "archive": ("-", "Archive"),
    "reactivate": ("^", "Reactivate"),
    "pending": ("…", "Pending"),
    "begin": ("*", "Begin"),
    "withdraw": ("x", "Withdraw"),
}

HASH = 16
"""Characters of a preview hash that people see and type."""

LONGEST = 600
"""Characters of one text that are shown: a cell may be a megabyte long."""


def number(value: int | str) -> str:
    """A count with thousands separated; a redacted count is a text already."""
    return f"{value:,}" if isinstance(value, int) else value


def count(value: int | str, noun: str) -> str:
    """``1 row``, ``1,204 rows``."""
    return f"{number(value)} {noun}" if value == 1 else f"{number(value)} {noun}s"


def action(name: str) -> tuple[str, str]:
    """Sign and word of an action; groups such as re-key stand for themselves."""
    return ACTIONS.get(name, ("·", name[:1].upper() + name[1:]))


def cut(text: str, length: int) -> str:
    """The text, its end replaced by … where it is too long."""
    return text if len(text) <= length else text[: length - 1] + "…"


def where(place: Place) -> str:
    """``students.csv row 14, School_id “101”``."""
    spot = place["file"] + (f" row {place['row']}" if place["row"] is not None else "")
    value = f"“{cut(place['value'], 40)}”" if place["value"] is not None else ""
    cell = " ".join(filter(None, (cut(place["column"] or "", 40), value)))
    return ", ".join(filter(None, (spot, cell)))


def effect(cause: Cause) -> str:
    """What the fault does to the run, as one or two sentences."""
    found = [_found(cause)]
    if cause["severity"] == "BLOCK":
        found.append("Nothing is committed until a person decides.")
    if cause["blocks"]:
        found.append(f"Holds {count(cause['blocks'], 'row')}{_spread(cause)}.")
    elif cause["severity"] == "WARNING" and not cause["code"].startswith("FILE"):
        found.append("The rows go in all the same.")
    return " ".join(filter(None, found))


def _found(cause: Cause) -> str:
    if cause["severity"] == "BLOCK":
        return f"Concerns {cause['scope']}." if cause["scope"] else ""
    if cause["row"] is None:
        return "Concerns the whole file."
    if cause["rows"] == cause["blocks"]:
        return ""  # the rows that are held tell the same number
    return f"Found in {count(cause['rows'], 'row')}."


def _spread(cause: Cause) -> str:
    """Where the held rows are, unless all of them are in the file that was named already."""
    held = sorted(cause["held_by_file"].items(), key=lambda item: (-item[1], item[0]))
    if [file for file, _ in held] == [cause["file"]]:
        return ""
    return ": " + ", ".join(f"{number(rows)} in {file}" for file, rows in held) if held else ""
