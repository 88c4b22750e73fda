"""A district's policy: ``district.toml`` as one frozen value; unknown keys are errors."""

from importer.settings.policy import Calendar, Guards, Policy, Semester, Share, Sync, flat
from importer.settings.reader import Problem, problems, read, read_as
from importer.settings.template import TEMPLATE

__all__ = [
    "TEMPLATE",
    "Calendar",
    "Guards",
    "Policy",
    "Problem",
    "Semester",
    "Share",
    "Sync",
    "flat",
    "problems",
    "read",
    "read_as",
]
