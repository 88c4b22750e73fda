"""PLAN-520 to PLAN-528: who is who, as far as a plan can tell it."""

from importer.checks.catalogue import (
    MODES,
    SECTIONS,
    STUDENTS,
    TEACHERS,
    USERS_1,
    Check,
    clever,
    declare,
    manifest,
    oneroster,
)

_MANY = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(60))
_FULL = clever(students=STUDENTS + _MANY)
_NUMBERED = (
    "School_id,Student_id,Student_number,First_name,Last_name,Grade\n0101,S1,9001,Bo,Lind,3\n"
)
_ONE = _NUMBERED + "0101,S2,9002,Cy,Ray,3\n"
_TWO = _ONE + "0101,S3,9002,Di,Fox,4\n"
_OTHER_TEACHER = {
    "teachers": TEACHERS.replace("T1", "T9"),
    "sections": SECTIONS.replace("T1", "T9"),
}
_OVERRIDE = "If it is meant, release it with `importer approve` and say why."
_SAY = (
    "Look at proposals.csv in the folder of the run. If the two are one, `importer rekey` with "
    "that file says so; if they are two, `importer rekey --never` does."
)
_ONLY_USERS = manifest(**{**dict.fromkeys(MODES, "absent"), "users": "delta"})
_LATER = {
    "manifest.csv": _ONLY_USERS,
    "users.csv": USERS_1.splitlines(keepends=True)[0]
    + "U3,active,2026-09-02T00:00:00Z,true,O1,student,{},,Cy,Ray,,,,,,,03,\n",
}
_REKEY = "old_id,new_id,type\n"


def _later(username: str) -> dict[str, str]:
    return {name: text.replace("{}", username) for name, text in _LATER.items()}


declare(
    Check(
        "PLAN-520",
        "BLOCK",
        "ids changed, the records did not",
        says="{detail}.",
        fix="If the information system gave new ids, apply crosswalk.csv in the folder of the run "
        "with `importer rekey` and send the same drop again. Else send the old ids.",
        private_detail=True,
        redacted="Many ids changed, and the records under them did not.",
        why="Everybody would be archived and made anew, and lose what they have at the product.",
        before=_FULL,
        right=_FULL,
        wrong=clever(students=STUDENTS + _MANY.replace("0101,N", "0101,X")),
    ),
    Check(
        "PLAN-521",
        "INFO",
        "maybe the same record under a new id",
        says="{detail}. It is added, and the one that is no longer sent is archived.",
        fix="If the two are one, undo the commit, apply proposals.csv in the folder of the run "
        "with `importer rekey`, and send the drop again.",
        private_detail=True,
        redacted="A record that is added may be one that is archived.",
        why="A new id makes a new account, and what was in the old one stays behind.",
        before=_FULL,
        right=_FULL,
        wrong=clever(students=STUDENTS + _MANY.replace("0101,N7,", "0101,X7,")),
    ),
    Check(
        "PLAN-522",
        "INFO",
        "known under another id",
        says="{detail}. The stored record gets the new id.",
        fix="Nothing to do. If they are two, say so with `importer rekey --never`.",
        private_detail=True,
        redacted="A record came under a new id; the stored one gets it.",
        why="A number that a person keeps tells more than the id of one system.",
        before=clever(students=_ONE),
        right=clever(students=_ONE),
        wrong=clever(students=_ONE.replace("S2", "S9")),
    ),
    Check(
        "PLAN-523",
        "WARNING",
        "maybe the same record, a person must say",
        says="{detail}. It waits: it is neither added nor taken for the other.",
        fix=_SAY,
        private_detail=True,
        redacted="A record may be one that is there under another id.",
        why="An address or a name can be given to somebody else. Only a person knows.",
        before=clever(),
        right=clever(),
        wrong=clever(**_OTHER_TEACHER),
    ),
    Check(
        "PLAN-524",
        "ERROR",
        "several records may be meant",
        says="{detail}. None of them is picked.",
        fix="Give each record its own number in your system, or send the ids of before.",
        private_detail=True,
        redacted="A record may be one of several that are there.",
        why="A wrong guess gives one person the work of another.",
        before=clever(students=_TWO),
        right=clever(students=_TWO),
        wrong=clever(students=_NUMBERED + "0101,S9,9002,Di,Fox,4\n"),
    ),
    Check(
        "PLAN-525",
        "ERROR",
        "name of an account taken",
        says="“{value}” would also be {detail}.",
        fix="Give one of them another one. The order of rows decides nothing.",
        private_detail=True,
        redacted="A value that only one person may have would be that of several.",
        why="Two people with one login would share an account.",
        before=oneroster(),
        right=_later("cy"),
        wrong=_later("bo"),
    ),
    Check(
        "PLAN-526",
        "ERROR",
        "re-key that can't be",
        says="This row of the re-key file can't be carried out: {detail}.",
        fix="Correct the row. Each old id is one that the roster has, each new one is free.",
        private_detail=True,
        redacted="A row of the re-key file can't be carried out.",
        why="A record must keep exactly one id, and an id exactly one record.",
        before=clever(),
        right=clever(),
        wrong=clever(rekey=_REKEY + "S8,S9,student\n"),
    ),
    Check(
        "PLAN-527",
        "BLOCK",
        "re-key file with faults",
        says="The re-key file {file}: {detail}.",
        fix="Correct it and send it again. " + _OVERRIDE + " Then the right rows are carried out.",
        why="Records whose ids changed and that aren't named would be archived and made anew.",
        before=clever(),
        right=clever(),
        wrong=clever(rekey=_REKEY.replace("new_id", "next")),
    ),
    Check(
        "PLAN-528",
        "INFO",
        "re-key that was done before",
        says="The record has this id already.",
        fix="Nothing to do. The re-key file need not be sent again.",
        why="A re-key file that stays in the folder changes nothing twice.",
        before=clever(),
        right=clever(),
        wrong=clever(rekey=_REKEY + "S0,S1,student\n"),
    ),
)
