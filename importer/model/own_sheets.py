"""By what importer knows again the sheets that it wrote itself, when they come back filled in.

A sheet that explains bears ``NOT_READ`` in its first line, which any spreadsheet keeps and a person
can read. A sheet of sent rows begins with the columns ``BEFORE``, which are not the sender's; rows
that are handed back as CSV end with the first of them. In the sender's own workbook the problems
stand on the right, in the column ``BESIDE``, so that nothing of it is moved.
"""

NOT_READ = "importer doesn't read this sheet."
BEFORE = ("Problems", "Row")
BESIDE = "Problems found"
