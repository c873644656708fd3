"""The staff's side: building calls, looking applications over, what programs brought."""

from programs.admin import (
    applications,
    calls,
    consultants,
    consultations,
    event_case,
    events,
    outcomes,
    steps,
)

__all__ = [
    "applications",
    "calls",
    "consultants",
    "consultations",
    "event_case",
    "events",
    "outcomes",
    "steps",
]
