"""OneRoster 1.1: headers in the standard's order, sessions, manifest, fault spots."""

import polars as pl

from benchmarks.faults import Spots

_HEADER_TEXT = {
    "academicSessions.csv": "title type startDate endDate parentSourcedId schoolYear",
    "orgs.csv": "name type identifier parentSourcedId",
    "courses.csv": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes.csv": "title grades courseSourcedId classCode classType location "
    "schoolSourcedId termSourcedIds subjects subjectCodes periods",
    "users.csv": "enabledUser orgSourcedIds role username userIds givenName familyName "
    "middleName identifier email sms phone agentSourcedIds grades password",
    "enrollments.csv": "classSourcedId schoolSourcedId userSourcedId role primary "
    "beginDate endDate",
    "demographics.csv": "birthDate sex americanIndianOrAlaskaNative asian "
    "blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white "
    "demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode "
    "stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
}
HEADERS = {
    file: ("sourcedId", "status", "dateLastModified", *text.split())
    for file, text in _HEADER_TEXT.items()
}

# sourcedId, title, type, startDate, endDate (exclusive), parentSourcedId
_SESSIONS = (
    ("year-2027", "2026-2027", "schoolYear", "2026-08-17", "2027-06-12", None),
    ("term-1", "Semester 1", "term", "2026-08-17", "2027-01-16", "year-2027"),
    ("term-2", "Semester 2", "term", "2027-01-18", "2027-06-12", "year-2027"),
    ("quarter-1", "Quarter 1", "gradingPeriod", "2026-08-17", "2026-10-31", "term-1"),
    ("quarter-2", "Quarter 2", "gradingPeriod", "2026-11-02", "2027-01-16", "term-1"),
    ("quarter-3", "Quarter 3", "gradingPeriod", "2027-01-18", "2027-04-03", "term-2"),
    ("quarter-4", "Quarter 4", "gradingPeriod", "2027-04-05", "2027-06-12", "term-2"),
)
TERM_IDS = ("term-1,term-2", "term-1", "term-2")  # by the model's term number


def sessions() -> pl.DataFrame:
    """The academic sessions: a school year, two terms, four grading periods."""
    names = ["sourcedId", *HEADERS["academicSessions.csv"][3:8]]
    frame = pl.DataFrame(_SESSIONS, schema=names, orient="row")
    return frame.with_columns(schoolYear=pl.lit("2027"))


def manifest(demographics: bool) -> pl.DataFrame:
    """manifest.csv: every file of the version, bulk or absent."""
    absent = "categories classResources courseResources lineItems resources results"
    files = dict.fromkeys(absent.split(), "absent")
    files |= {file.removesuffix(".csv"): "bulk" for file in HEADERS}
    if not demographics:
        files["demographics"] = "absent"
    rows = {"manifest.version": "1.0", "oneroster.version": "1.1"}
    rows |= {f"file.{name}": files[name] for name in sorted(files)}
    rows |= {"source.systemName": "importer benchmark", "source.systemCode": "bench"}
    return pl.DataFrame({"propertyName": rows.keys(), "value": rows.values()})


def _prefixed(prefix: str, column: str) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), pl.col(column))


# Key columns of users and classes are left whole: a broken key there would make
# dangling references by the dozen in enrollments, which the truth doesn't count.
SPOTS = {
    "users.csv": Spots(
        columns={
            "required_blank": ("givenName", "familyName", "username", "orgSourcedIds"),
            "bad_enum": ("role", "enabledUser"),
            "bad_email": ("email",),
            "over_long": ("givenName", "familyName"),
            "untrimmed": ("familyName", "givenName", "username"),
            "duplicate_key": ("sourcedId",),
            "dangling_reference": ("orgSourcedIds",),
            "bad_list_part": ("orgSourcedIds",),
        },
        vary={
            "username": _prefixed("second.", "username"),
            "email": _prefixed("second.", "email"),
        },
    ),
    "classes.csv": Spots(
        columns={
            "required_blank": ("title", "courseSourcedId", "classType"),
            "bad_enum": ("classType",),
            "over_long": ("title", "location"),
            "untrimmed": ("title",),
            "duplicate_key": ("sourcedId",),
            "dangling_reference": ("courseSourcedId", "schoolSourcedId"),
            "bad_list_part": ("termSourcedIds",),
        },
        vary={"title": _prefixed("Second ", "title")},
    ),
    "enrollments.csv": Spots(
        columns={
            "required_blank": ("userSourcedId", "role", "classSourcedId", "sourcedId"),
            "bad_enum": ("role", "primary"),
            "bad_date": ("beginDate", "endDate"),
            "over_long": ("sourcedId",),
            "untrimmed": ("sourcedId", "userSourcedId"),
            "duplicate_key": ("sourcedId",),
            "dangling_reference": (
                "userSourcedId",
                "classSourcedId",
                "schoolSourcedId",
            ),
        },
        vary={
            "beginDate": pl.col("beginDate")
            .str.to_date("%Y-%m-%d")
            .dt.offset_by("1d")
            .dt.to_string("%Y-%m-%d")
        },
    ),
}
