class BackupError(Exception):
    """A backup cannot be made or used; the message is one sentence that says why."""
