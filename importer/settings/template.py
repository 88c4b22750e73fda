"""The district.toml that ``importer init`` writes; it says what each setting does and its default.

``docs/settings.md`` is written from it.
"""

TEMPLATE = """\
# What importer may assume about this district. Everything here is optional.
# `importer config check` finds mistakes in this file, `importer config show` lists what counts.

# The district's id at the receiving product.
district_id = ""

# The format of the drops: "clever", "oneroster-1.1" or a preset (`importer presets`). Empty: told
# by the headers.
format = ""

# How strictly files are judged: "standard", or "certification" as a certifier would.
profile = "standard"

# Files of the set that this district never sends, such as "enrollments.csv".
never_sent = []

# Files that may have a header and no rows.
may_be_empty = []

# true: rows with errors are left out and the rest goes on. false: all or nothing, any error puts
# the whole drop on hold.
skip_errors = true

# Values that are not taken over, such as "people.birth_date" (table.column of the roster, never
# ids). As if the column were not sent: new records have none, what is stored stays.
drop_fields = []

# "multi": each school has an organisation at the receiving product. "single": there is one school;
# if several could be meant, the drop is on hold until [share] names it.
portal = "multi"

# Schools that [organisations] doesn't name become an organisation of their own name, below that of
# the school or district they belong to. false: they are listed with a warning.
auto_create_organisations = true

[organisations]
# School id = the name of its organisation at the receiving product. A school that is new on a
# sheet of the User Import Tool is named here first, by the name that the sheet gives it. If only
# one is named, an export that says no school is of that one.
# "0101" = "Oak School"

[calendar]
# The school year, its first and its last day. By the year in which it ends importer knows the grade
# of who comes with a graduation year and no grade.
# school_year = "2026-27"
# school_year_start = 2026-08-17
# school_year_end = 2027-06-11

# Each semester with its first and its last day, inside the school year, none over another.
# [[calendar.semesters]]
# name = "Fall"
# start = 2026-08-17
# end = 2026-12-18

[share]
# What this district shares. Records out of it are left untouched: not added, changed or archived.
# A changed filter puts the next drop on hold and shows what it would mean.

# School ids; what the schools belong to is shared with them. Empty: all.
schools = []

# The range of grades of students and sections, such as "Kindergarten" to "5". Empty: open. Of a
# student without a grade the graduation year tells it, if [calendar] says the school year; who has
# neither is shared. Guardians are shared with their students.
lowest_grade = ""
highest_grade = ""

# Subjects of sections, in upper or lower case. Empty: all. Sections without a subject are shared.
subjects = []

[sync]
# What is compared: "users" (people, roles, relationships) and "sections" (terms, courses, sections,
# enrollments). Schools always are. Users come first.
items = ["users", "sections"]

# Which changes are carried out. Others are listed and not applied, nor is what hangs on them.
changes = ["add", "edit", "move", "re-key", "archive", "reactivate"]

[guards]
# A drop is put on hold when it would archive more than this share of a school's records …
school_loss = 0.10

# … but never for fewer than this many (a school that would lose everything is always held).
school_floor = 5

# The same for the whole district.
district_loss = 0.05
district_floor = 25

# Growth of the whole district, of one kind of record.
growth = 0.25

# One column that changes, or becomes empty, in this share of the records.
column_changed = 0.10
column_emptied = 0.05

# Rows of one file that are left out because of errors.
held_rows = 0.25
"""
