"""DATA → TEXT: all that a person or a machine reads about a run. No files, no clock."""
