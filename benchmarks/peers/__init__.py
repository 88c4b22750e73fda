"""importer beside other tools that check tables: the same file, the same rules."""
