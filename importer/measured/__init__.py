"""What drops and their history show, for the readiness report."""

from importer.measured.drop import of_drop
from importer.measured.workspace import of_workspace

__all__ = ["of_drop", "of_workspace"]
