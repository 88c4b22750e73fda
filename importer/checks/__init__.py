"""The catalogue of checks, and the plan that runs a contract's declared checks over a file."""

from importer.checks import cell, file, link, plan, row  # noqa: F401 - they fill the catalogue
