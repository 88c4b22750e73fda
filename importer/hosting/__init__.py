"""Hosting the push: what makes a machine an SFTP server for districts, and whether it is one."""
