"""The rules that every tool is given for students.csv: those of importer's that all can say.

They stand here as importer's contract has them, column by column; importer itself checks more:
what spreadsheets and encodings do to values, phone numbers, years, ids, rows of one student, and
whether the bytes of the file are a table at all.
"""

COLUMNS = (
    *("School_id", "Student_id", "Student_number", "State_id", "Last_name", "Middle_name"),
    *("First_name", "Grade", "Gender", "Graduation_year", "DOB", "Student_email", "Username"),
    *("Contact_relationship", "Contact_type", "Contact_name", "Contact_phone"),
    *("Contact_phone_type", "Contact_email", "Contact_sis_id"),
)  # every one: no blanks around a value, and no longer than this
LONGEST = 255

KEY = "Student_id"  # unique
REQUIRED = ("School_id", "Student_id", "Last_name", "First_name")
WORDS = {
    "Grade": [
        *("InfantToddler", "Preschool", "PreKindergarten", "TransitionalKindergarten"),
        *("Kindergarten", *(str(grade) for grade in range(1, 14))),
        *("PostGraduate", "Ungraded", "Other"),
    ],
    "Gender": ["M", "F", "X"],
    "Contact_relationship": ["Parent", "Grandparent", "Self", "Aunt/Uncle", "Sibling", "Other"],
    "Contact_type": ["Primary", "Secondary", "Parent/Guardian", "Emergency", "Family", "Other"],
    "Contact_phone_type": ["Cell", "Home", "Work", "Other"],
}
DATE, DATE_FORM = "DOB", "%m/%d/%Y"
EMAILS, EMAIL_FORM = ("Student_email", "Contact_email"), r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+$"

LOCAL = (  # kinds of planted faults that these rules find
    "required_blank",
    "bad_enum",
    "bad_date",
    "bad_email",
    "over_long",
    "untrimmed",
    "duplicate_key",
)
