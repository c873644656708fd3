class EmbeddedServerError(Exception):
    """A server cannot be had; the message is one sentence that says why and what to do."""
