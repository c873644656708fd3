"""What the portal tells people about programs, one module a noun; kinds register on import."""

from programs.messages import outcomes, sessions

__all__ = ["outcomes", "sessions"]
