"""The option that every command has; kept apart so that light commands stay light."""

from pathlib import Path

import click

place = click.Path(path_type=Path, readable=False)  # who can't read it is told so by us, exit 4

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
