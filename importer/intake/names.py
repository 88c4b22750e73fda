"""File names from outside: which are noise, which are refused, and how they are shown."""

import unicodedata

_NOISE = {"__macosx", "thumbs.db", "desktop.ini"}  # .DS_Store and ._x begin with a dot
_UNFINISHED = (".part", ".filepart", ".tmp", ".writing")
_UNPRINTABLE = {"Cc", "Cf", "Cs"}  # control, invisible (right-to-left marks …), undecodable


def is_noise(name: str) -> bool:
    """Whether an operating system left this behind and nobody needs to hear of it."""
    return name.startswith(".") or name.casefold() in _NOISE


def objection(name: str) -> str:
    """Why a file of this base name is passed over, as the detail of FILE-107; empty = taken."""
    if not is_printable(name):
        return "its name holds characters that can't be shown"
    if name.startswith("~$"):
        return "it is a lock file of Excel; the workbook is still open"
    if is_unfinished(name):
        return "its name says that it is still being written"
    return ""


def is_unfinished(name: str) -> bool:
    """Whether a program that uploads gives this name to what it has not finished yet."""
    return name.casefold().endswith(_UNFINISHED)


def is_printable(name: str) -> bool:
    """Whether every character of a name can be shown as it is."""
    return not any(unicodedata.category(sign) in _UNPRINTABLE for sign in name)


def shown(name: str) -> str:
    r"""A name as it may be shown: what can't be shown becomes ``\x1b``, ``\u202e``, ``\udcff``."""
    return "".join(sign if is_printable(sign) else ascii(sign)[1:-1] for sign in name)


def fold(name: str) -> str:
    """Names with the same fold are one name to Windows or macOS."""
    return unicodedata.normalize("NFC", name).casefold()
