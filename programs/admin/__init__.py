"""Pages of programs in the admin; they add themselves on import."""

from programs.admin import outcomes

__all__ = ["outcomes"]
