"""What the address of a page names, found by statements that stand ready: each step of a booking
begins with one of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.http import Http404

from bookings.models import Booking, Resource
from center import rows
from center.models import User
from merchants.models import Merchant

_RESOURCE_SQL = "SELECT * FROM bookings_resource WHERE slug = %s"


def resource_at(slug: str) -> Resource:
    """The resource of that address, offered or not; else Http404. One query."""
    for resource in rows.read(Resource, _RESOURCE_SQL, [slug]):
        return resource
    raise Http404


_LENT_SQL = """
SELECT e.* FROM bookings_resource e
JOIN bookings_resource_used_in u ON u.from_resource_id = e.id
WHERE u.to_resource_id = %s AND e.slug = ANY(%s) AND e.is_active AND e.category = 'equipment'
"""


def equipment_lent(space_id: int, slugs: Iterable[str]) -> list[Resource]:
    """Those of these slugs that are offered and may be taken along to the space. One query."""
    named = [slug for slug in slugs if "\0" not in slug]  # PostgreSQL knows no such character
    return rows.read(Resource, _LENT_SQL, [space_id, named])


def booking_for(user: User, reference: str) -> Booking:
    """The booking of that number, with its resource and its business, if the person acts for
    that; else Http404, so that nobody learns which numbers exist. One query."""
    wanted = [reference.upper(), user.pk]
    for booking, resource, merchant in rows.read_joined(
        (Booking, Resource, Merchant), _booking_sql(), wanted
    ):
        booking.resource, booking.merchant = resource, merchant
        return booking
    raise Http404


@cache
def _booking_sql() -> str:
    columns = rows.columns(Booking, "b"), rows.columns(Resource, "r"), rows.columns(Merchant, "m")
    return f"""
        SELECT {", ".join(columns)}
        FROM bookings_booking b
        JOIN bookings_resource r ON r.id = b.resource_id
        JOIN merchants_merchant m ON m.id = b.merchant_id
        JOIN merchants_membership s ON s.merchant_id = b.merchant_id
        WHERE b.reference = %s AND s.user_id = %s
    """  # noqa: S608  (made of our own names)
