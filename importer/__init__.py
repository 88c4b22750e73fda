"""importer: a validation-first, file-based roster import engine for schools."""

__version__ = "0.1.0"
