"""What is said of headers that people of the district confirmed."""

from importer.checks.catalogue import MAPPING, STUDENTS, Check, clever, declare

_PUPIL_NO = STUDENTS.replace("Student_id", "Pupil No")
_SAID = """\
[[headers]]
table = "clever/students"
fingerprint = "2c3f"
columns = { "Pupil No" = "Student_id" }
by = "kim"
at = "2026-09-01T06:00:00Z"
"""

declare(
    Check(
        "FILE-187",
        "INFO",
        "header read as a person confirmed",
        says="The header {column} was read as {detail}.",
        fix="Nothing to do. Is it wrong? importer map PATH -w DIR --ignore HEADER takes it back.",
        redacted="A header was read as a person of the district confirmed.",
        why="A header that no format knows is never guessed; who said what it means can be asked.",
        right=clever(),
        wrong={**clever(students=_PUPIL_NO), MAPPING: _SAID},
        private_detail=True,
    ),
)
