"""The staff's side: building calls, looking applications over, selecting."""

from programs.admin import (
    applications,
    calls,
    selection,
    selection_draw,
    selection_eligibility,
    selection_evaluators,
    steps,
)

__all__ = [
    "applications",
    "calls",
    "selection",
    "selection_draw",
    "selection_eligibility",
    "selection_evaluators",
    "steps",
]
