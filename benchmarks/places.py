"""Where the parts of a made district lie. No polars here: the runner must stay small."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

MAKE = 2
"""Goes up by one whenever the same arguments give other bytes: older data is made anew."""


def truth_path(out: Path) -> Path:
    """The truth about the faults of folder `out`: beside it."""
    return out.with_name(out.name + ".truth.csv")


def made_path(out: Path) -> Path:
    """The description of folder `out`; written last, so it means done."""
    return out.with_name(out.name + ".json")
