"""Whom the portal tells about a booking."""

from __future__ import annotations

from collections.abc import Collection

from bookings.models import Booking
from center import rows
from center.models import User
from center.notifications.kinds import Kind, Value
from center.notifications.services import Addressee, queue_each

# Written out, as every change of a booking asks it.
_PEOPLE_SQL = """
SELECT u.* FROM merchants_membership m JOIN center_user u ON u.id = m.user_id
WHERE m.merchant_id = %s AND (m.role = 'owner' OR m.user_id = ANY(%s::bigint[]))
ORDER BY m.id
"""


def people_of(booking: Booking) -> list[User]:
    """The owner of its business, and the member who booked it. 1 query.

    Nobody where staff registered a visitor without an account; and not somebody who has left
    the business since, or staff who booked for it.
    """
    if booking.merchant_id is None:
        return []
    return people(booking.merchant_id, {booking.booked_by_id})


def people(merchant_id: int, booked_by: Collection[int | None]) -> list[User]:
    """The owner of a business, and those of ``booked_by`` who are members of it. 1 query."""
    return rows.read(User, _PEOPLE_SQL, [merchant_id, [pk for pk in booked_by if pk]])


def tell(booking: Booking, kind: Kind, context: dict[str, Value], *, key: str) -> None:
    """Queue a message to each of them, once for ``key``."""
    link = booking.get_absolute_url()
    told = [
        Addressee(person, dedupe_key(kind, booking.pk, key, person.pk), link)
        for person in people_of(booking)
    ]
    queue_each(kind=kind, told=told, context=context)


def dedupe_key(kind: Kind, booking_id: int, key: str, person_id: int) -> str:
    return f"{kind.key}:{booking_id}:{key}:{person_id}"
