"""Bytes in: a file, a folder or a zip becomes a drop; nothing of it is believed."""
