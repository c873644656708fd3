"""What the portal tells people about programs, one module a noun; kinds register on import."""

from programs.messages import consulting, outcomes, sessions

__all__ = ["consulting", "outcomes", "sessions"]
