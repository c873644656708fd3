"""Sessions as entries of the calendars of businesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings

from bookings.feeds import Entry
from center.models import User
from merchants.models import Merchant
from programs import own_sessions
from programs.models import Session, SessionState


def entries_of(user: User, merchant: Merchant | None, since: dt.datetime) -> Iterator[Entry]:
    """The sessions a person takes part in; those called off as cancelled. 2 queries."""
    for session in own_sessions.for_calendar(user, since, merchant):
        yield _entry(session)


def _entry(session: Session) -> Entry:
    is_off = session.state == SessionState.CANCELLED
    link = "" if is_off else session.online_link
    said = [session.receipt, link, settings.CENTER_PHONE]  # type: ignore[attr-defined]
    return Entry(
        uid=f"session-{session.pk}@{settings.CENTER_EMAIL.rpartition('@')[2]}",
        sequence=session.sequence,
        starts=session.starts,
        ends=session.ends,
        summary=f"{session.program.display_title} – {session.title}",
        location=_location(session),
        description="\n".join(line for line in said if line),
        status="CANCELLED" if is_off else "CONFIRMED",
    )


def _location(session: Session) -> str:
    """A room of the house with the address of the house, or what was typed."""
    place = own_sessions.place_of(session)
    in_house = session.booking is not None and session.state != SessionState.CANCELLED
    return f"{settings.CENTER_ADDRESS} {place}" if in_house else place
