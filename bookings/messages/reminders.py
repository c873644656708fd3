"""Reminders before a use. The rows are written by ``bookings.reminders``, many at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bookings.messages.bookings import FACTS
from bookings.messages.people import dedupe_key, people_of
from bookings.models import Booking
from center.notifications.kinds import Kind, register
from center.notifications.services import cancel_all

REMINDER_DAY = register(
    Kind("bookings.reminder_day", name=_("Reminder a day before"), example=FACTS, mass=True)
)
REMINDER_HOUR = register(
    Kind("bookings.reminder_hour", name=_("Reminder an hour before"), example=FACTS)
)


@dataclass(frozen=True)
class Reminder:
    """A message sent ``lead`` before a use; late, but not less than ``latest`` before it."""

    kind: Kind
    lead: dt.timedelta
    latest: dt.timedelta


_HOUR = dt.timedelta(hours=1)
REMINDERS = (
    Reminder(REMINDER_DAY, lead=dt.timedelta(days=1), latest=2 * _HOUR),
    Reminder(REMINDER_HOUR, lead=_HOUR, latest=dt.timedelta(0)),
)


def call_off_reminders(booking: Booking, *, of: dt.datetime) -> None:
    """Those of a use that was to start at ``of`` and are not on their way yet: it has been
    cancelled or moved."""
    keys = [
        dedupe_key(reminder.kind, booking.pk, f"{int(of.timestamp())}", person.pk)
        for reminder in REMINDERS
        for person in people_of(booking)
    ]
    cancel_all(dedupe_keys=keys)
