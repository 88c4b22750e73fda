"""What drops and their history show, for the readiness report."""

from importer.measured.drop import of_drop

__all__ = ["of_drop"]
