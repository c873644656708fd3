"""The staff's side: building calls, looking applications over, what programs brought."""

from programs.admin import applications, calls, outcomes, steps

__all__ = ["applications", "calls", "outcomes", "steps"]
