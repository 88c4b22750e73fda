"""A district's policy: ``district.toml`` as one frozen value; unknown keys are errors."""

from importer.settings.nightly import Arrivals, Remote, Source
from importer.settings.policy import (
    Absent,
    Calendar,
    Guards,
    Local,
    Match,
    Policy,
    Retention,
    Semester,
    Share,
    Sync,
    flat,
)
from importer.settings.reader import Problem, changed, problems, read, read_as
from importer.settings.template import TEMPLATE

__all__ = [
    "TEMPLATE",
    "Absent",
    "Arrivals",
    "Calendar",
    "Guards",
    "Local",
    "Match",
    "Policy",
    "Problem",
    "Remote",
    "Retention",
    "Semester",
    "Share",
    "Source",
    "Sync",
    "changed",
    "flat",
    "problems",
    "read",
    "read_as",
]
