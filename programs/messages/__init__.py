"""What the portal tells people about programs, one module a noun; kinds register on import."""

from programs.messages import selection

__all__ = ["selection"]
