"""The option that every command has; kept apart so that light commands stay light."""

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
