"""Asking how a use was."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.messages.bookings import FACTS, facts_of
from bookings.messages.people import people_of
from bookings.models import Booking
from bookings.services import feedback
from center.notifications.kinds import Kind, register
from center.notifications.services import queue

FEEDBACK = register(
    Kind(
        "bookings.feedback",
        name=_("Satisfaction request"),
        example={**FACTS, "until": FACTS["ends"]},
        mass=True,
    )
)


def ask_feedback(booking: Booking) -> None:
    """Ask whoever booked, else the owner, once a use. For a completed booking."""
    people = people_of(booking)
    if not people:
        return
    person = next((one for one in people if one.pk == booking.booked_by_id), people[0])
    queue(
        kind=FEEDBACK,
        recipient=person,
        context={**facts_of(booking), "until": feedback.open_until(booking)},
        link=reverse("feedback", args=[feedback.token_of(booking)]),
        dedupe_key=f"{FEEDBACK.key}:{booking.pk}",
    )
