"""What programs tell people, one module a noun; kinds register on import."""

from programs.messages import (
    consulting,
    events,
    materials,
    outcomes,
    partners,
    selection,
    sessions,
)
from programs.messages.applications import (
    called_off,
    ended_in_line,
    handed_in,
    looked_at_again,
    offer_expired,
    place_accepted,
    place_offered,
    rejected,
    supplement_asked,
    withdrawn,
)

__all__ = [
    "called_off",
    "consulting",
    "ended_in_line",
    "events",
    "handed_in",
    "looked_at_again",
    "materials",
    "offer_expired",
    "outcomes",
    "partners",
    "place_accepted",
    "place_offered",
    "rejected",
    "selection",
    "sessions",
    "supplement_asked",
    "withdrawn",
]
