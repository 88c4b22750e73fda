"""Judges of a planned drop: one idea each. ``planning/guard.py`` says in which order."""
