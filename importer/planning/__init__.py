"""Rosters into a change set: pure functions, no files, no clock."""
