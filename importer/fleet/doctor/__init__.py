"""Whether a machine, a workspace and an SFTP server are as they must be."""
