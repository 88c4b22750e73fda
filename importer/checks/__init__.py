"""The catalogue of checks, and the plan that runs a contract's declared checks over a file."""

from importer.checks import (  # noqa: F401 - they fill the catalogue
    cell,
    confirmed,
    damage_cells,
    damage_dates,
    damage_rows,
    encoded,
    file,
    handed_back,
    link,
    plan,
    plan_again,
    plan_guards,
    plan_identity,
    plan_options,
    presets,
    row,
    structure,
    sync_packages,
    workbook,
)
