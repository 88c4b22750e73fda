"""The unattended night: one district's turn, all districts of a machine, and who is told."""
