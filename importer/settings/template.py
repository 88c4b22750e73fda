"""The district.toml that ``importer init`` writes; it says what each setting does and its default.

``docs/settings.md`` is written from it.
"""

TEMPLATE = """\
# What importer may assume about this district. Everything here is optional.
# `importer config check` finds mistakes in this file, `importer config show` lists what counts.

# The district's id at the receiving product.
district_id = ""

# false: nothing of this district is synced, not even as a test.
active = true

# true: every sync is a test. It checks, plans and reports, and commits nothing. A test run needs
# both: active and test_run.
test_run = false

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

# A blank cell: "ignore" keeps the stored value, "replace" clears it. A column that isn't there
# never touches anything, and a word such as NULL, where a format has one, always clears.
blanks = "ignore"

# Enrollments and roles that begin on a later day: "pending" lists them, and they become active with
# the first sync on or after that day, whatever it contains. "now": they are active at once.
future = "pending"

# true: a section keeps the title that it was added with.
keep_section_names = false

# New sections with the same teachers, of one school, that are called the same become a parent (the
# one with the smallest id) and its children. false: each stands alone. A section that has a parent,
# or that came before, is never regrouped.
parent_child = true

# What "called the same" means: "name+code" (title and number), "code" or "name".
match_sessions = "name+code"

# The mode of a section that has neither a first nor a last day: true is "self-paced", false is
# "instructor". It is set when the section is added and again only when its days come or go.
self_paced = true

# The mode of a section that has both days: true is "blended", false is "instructor".
blended = false

[match]
# Who is who. An id that is known always tells. A record whose id nobody knows yet may be one that
# is in the roster under another id, and that this drop doesn't send: by these keys, in their order.
# Two that fit are never picked from. Empty: such records are always new.
# Students: "student_id" (the student's number), "email", "sis_id", "clever_id".
students = ["student_id"]

# Teachers and other staff: "email", "teacher_id" (the teacher's number), "sis_id", "clever_id".
teachers = ["email"]

# Sections: "name" (of the same school), "sis_id" (their number in the course), "clever_id".
sections = ["name"]

# A link by e-mail or name alone waits for a person's word: `importer rekey` on the proposals of the
# run gives it for single ones. ["email", "name"] gives it once for all.
confirmed = []

# Sections of which both ends of their dates are further apart than this many days are never one.
# 0: dates tell nothing.
sections_days_apart = 30

# Where the number of a student or teacher that a file brings is kept: in its own place, or as the
# "sis_id".
student_id_onto = "student_id"
teacher_id_onto = "teacher_id"

[absent]
# What becomes of records that a full list no longer has. "keep": they stay as they are.
# People: "suspend" switches the account off (enabled = false) and keeps its place. The roles and
# relationships of who stays stay too.
people = "archive"
sections = "archive"

# Enrollments: "complete" archives them as completed. "complete-last" does so with the last one of a
# person in a course, if the person has no other active one in it; the others are archived.
enrollments = "archive"

# Only courses, sections and enrollments of these terms (ids) are archived for being absent. Empty:
# of all.
terms = []

[local]
# Fields that belong to the platform, such as "people.email" (table.column of the roster, never
# ids). They are filled once and never changed again; a different value is listed as a conflict.
locks = []

# A field that was edited on the platform (platform.csv in the drop shows it) stays. If the
# source changes it too, that is a conflict: listed, and decided for "platform" or for "sis".
wins = "platform"

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

# true: once five drops are committed, district_loss and growth follow what this feed usually does,
# within published bounds, unless you set them to another value yourself. docs/guards.md
learn = true

# true: where nothing but archives is too much, additions and edits are committed and those
# archives wait; they are proposed again with the next drop. false: the whole drop waits.
partial = false

# Ids of people whose name, e-mail and birth date may all be others than before: somebody has
# looked, and the id is theirs now.
new_holders = []

[retention]
# `importer purge` removes what is older than this many days. Raw drops, as they came:
drops_days = 30

# Runs, with their findings and reports, and rosters of the past, for as-of and undo. What the
# newest commit needs always stays. So do the history and the audit; they hold no pupil's data.
runs_days = 395
rosters_days = 395

[arrivals]
# Drops arrive in the folder inbox/ of the workspace, or are fetched from a server ([remote]). What
# lies there is a whole drop once nothing of it has changed for this many seconds …
quiet = 300

# … and every file is there that came with the last committed drop. A file that isn't is waited for
# so long; then the drop is checked as it is, and held if what is missing is needed.
late = 3600

# The name of a file that the sender sends last, such as "done.txt": then nothing more is waited
# for. A file SHA256SUMS (as the command sha256sum writes it) does the same, and proves the drop.
sentinel = ""

# What becomes of the files in the inbox once a drop was taken over. They are kept in the workspace
# in any case. "remove": they are taken away. "keep": they stay, and are taken again when they
# change.
taken = "remove"

[remote]
# A server from which `importer fetch` and `importer run` fetch drops by SFTP. Empty: none.
host = ""
port = 22
user = ""

# The folder there that the files lie in.
folder = "."

# The file with the private key, and the one with the server's pinned key. Relative to the
# workspace.
key = ""
known_hosts = "known_hosts"

# For servers that insist on a password: the name of the environment variable that holds it.
password_from = ""

# What becomes of the files there once a drop was committed: "keep", "delete", or "move" them into
# the folder moved_to.
taken = "keep"
moved_to = ""

# Several senders, such as students from the information system and staff on a spreadsheet. Who is
# absent from one is not absent from another. Each has a folder of its own below inbox/, or a server
# of its own in [sources.remote].
# [[sources]]
# name = "sis"
# format = "clever"
# folder = "sis"
# [[sources]]
# name = "staff"
# format = "user-import-tool"
# folder = "staff"

[deliver]
# A folder in which the reports of every run are laid out for the district to fetch, relative to the
# workspace. They hold the district's own rows, names included. Empty: none.
folder = ""

# How many reports stay there.
keep = 10

[schedule]
# The district's time zone, by its IANA name, such as "America/Chicago". Times of day and dates
# below are of there.
time_zone = "UTC"

# The time of day by which a push should have come, such as "06:00", on these days. If none came
# since the same time of the day before, it is missed. Empty: none is expected. Outside the school
# year of [calendar], and on paused days, none is expected either.
expected = ""
days = ["mon", "tue", "wed", "thu", "fri"]

# Of which [[sources]] it is expected. Empty: of any.
sources = []

# Single dates on which nothing is taken over, such as [2026-11-26, 2026-11-27].
blackouts = []

# Stretches of days on which nothing is taken over, such as the holidays; last is the last day. What
# arrives meanwhile stays in the inbox.
# [[schedule.pauses]]
# first = 2026-12-21
# last = 2027-01-03
# reason = "winter break"

[notify]
# Who gets mail, such as ["it@oak.example"]. It holds no names, ids or values of anybody.
email = []

# What is told: "rejected" (what came can't be read), "held" (a person must decide), "recovered"
# (good again), "missed" (no push came), "failed" (a server or disk, three turns in a row, then at
# most hourly), "committed" (each commit), "every" (each turn that saw a drop).
on = ["rejected", "held", "recovered", "missed", "failed"]

# A time of day, such as "07:30": one mail a day, about all that happened. Empty: each at once.
digest = ""

[smtp]
# The server that takes the mail: "starttls" (port 587), "tls" (port 465) or "none" (port 25).
host = ""
port = 587
security = "starttls"

# Who logs in; empty: nobody does. The password stands in the environment variable of this name.
user = ""
password_from = "IMPORTER_SMTP_PASSWORD"

# The address that mail comes from.
sender = ""

[webhook]
# An address that gets each of these events at once, as JSON, signed as https://standardwebhooks.com
# says. It begins with https://. Empty: none.
url = ""

# The secret, whsec_…, stands in the environment variable of this name.
secret_from = "IMPORTER_WEBHOOK_SECRET"

[readiness]
# What the readiness report can't know from files: whether a SIS sync or the User Import Tool fits
# (`importer readiness`). The product that is rostered, such as "student", and the SIS, such as
# "powerschool", by their names in schemas/readiness/routes.toml. Empty: not said.
product = ""
sis = ""

# The country, as two capital letters: "US". Empty: told by the states of the schools, if it can be.
country = ""

# What is to be synced: "students", "staff", "groups", "sign-on". Empty: what the files hold. If it
# is set and has no "sign-on", nobody needs an e-mail address to sign on with.
needs = []

# true: the drops hold the whole district. Only then do few students prove that it is a small one,
# unless every school that is listed has students.
whole_district = false

# How many minutes a change takes by hand, and how many weeks a school year has.
minutes_each = 2
weeks = 36
"""
