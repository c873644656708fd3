"""Who is affected when bookings were seen: their businesses, whoever made them,
and whoever appealed for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from bookings.models import Booking, NoShow
from center import subjects
from center.models import User
from merchants.affected import by_businesses


def by_bookings(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of bookings; a subquery or a list."""
    seen = Booking.objects.filter(pk__in=ids).order_by()
    appeals = NoShow.objects.filter(booking__in=seen.values("pk"))
    makers = User.objects.filter(
        Q(pk__in=seen.values("booked_by")) | Q(pk__in=appeals.values("appealed_by"))
    )
    return [*by_businesses(seen.values("merchant")), subjects.columns_of_people(makers)]
