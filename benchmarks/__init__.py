"""Benchmarks of importer: invented districts of any size, and timed runs over them."""
