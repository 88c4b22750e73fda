"""The workspace on disk: write-once files, numbered commit records, nothing to repair."""
