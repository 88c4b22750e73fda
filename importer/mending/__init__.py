"""Mending: a corrected copy of what was sent, with the mechanical fixes that a person accepts."""
