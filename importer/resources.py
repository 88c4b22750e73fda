"""Where the data that ships with importer lies: schemas, templates and sample districts."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    """The folder inside an installed wheel, else the one of the checkout."""
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


SCHEMAS = _shipped("schemas")
TEMPLATES = _shipped("templates")
SAMPLES = _shipped("sample_data")
