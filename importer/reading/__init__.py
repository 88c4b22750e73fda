"""Bytes into tables of text, every row known by its physical line; nothing is repaired silently."""
