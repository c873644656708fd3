"""The staff's side: building calls, looking applications over."""

from programs.admin import applications, calls, steps

__all__ = ["applications", "calls", "steps"]
