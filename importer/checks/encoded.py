"""FILE-158 and FILE-159: letters that were not written as UTF-8."""

from importer.checks.catalogue import STUDENTS, Check, clever, declare

_NAMED = STUDENTS.replace("Lind", "Líndez")

declare(
    Check(
        "FILE-158",
        "WARNING",
        "file in an older encoding",
        says="{file} is not UTF-8. Its letters were read as {detail}, the first of them in this "
        "row.",
        fix="Look whether these letters are right. Saved as “CSV UTF-8” the file leaves no doubt.",
        why="In another encoding the same bytes are other letters, in names most of all; most "
        "receivers show rubbish.",
        right=clever(students=_NAMED),
        wrong=clever(students=_NAMED.encode("cp1252")),
        each=False,
        mend="safe",
    ),
    Check(
        "FILE-159",
        "ERROR",
        "letters that can't be read",
        says="This row has bytes that are no letter in {detail}.",
        fix="Export the file again as “CSV UTF-8”.",
        why="Letters are lost here, or the file was cut inside of one: nobody can tell what stood "
        "in the row.",
        right=clever(students=_NAMED.encode("utf-16")),
        wrong=clever(students=_NAMED.encode("utf-16-le").replace(b"\xed\0", b"\0\xd8")),
    ),
)
