"""A district's policy: ``district.toml`` as one frozen value; unknown keys are errors."""

from importer.settings.nightly import Arrivals, Deliver, Remote, Source
from importer.settings.notify import Notify, Smtp, Webhook
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
from importer.settings.ready import Ready
from importer.settings.schedule import Pause, Schedule
from importer.settings.template import TEMPLATE

__all__ = [
    "TEMPLATE",
    "Absent",
    "Arrivals",
    "Calendar",
    "Deliver",
    "Guards",
    "Local",
    "Match",
    "Notify",
    "Pause",
    "Policy",
    "Problem",
    "Ready",
    "Remote",
    "Retention",
    "Schedule",
    "Semester",
    "Share",
    "Smtp",
    "Source",
    "Sync",
    "Webhook",
    "changed",
    "flat",
    "problems",
    "read",
    "read_as",
]
