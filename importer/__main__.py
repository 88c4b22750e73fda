"""``python -m importer``."""

from importer.cli.main import main

main()
