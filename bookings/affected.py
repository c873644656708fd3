"""Who is affected when bookings or series were seen: their businesses, and who made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from bookings.models import Booking, Series
from center import subjects
from center.models import User
from merchants.affected import by_businesses


def by_bookings(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of bookings; a subquery or a list."""
    seen = Booking.objects.filter(pk__in=ids).order_by()
    makers = User.objects.filter(pk__in=seen.values("booked_by"))
    return [*by_businesses(seen.values("merchant")), subjects.columns_of_people(makers)]


def by_series(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of series; a subquery or a list."""
    seen = Series.objects.filter(pk__in=ids).order_by()
    makers = User.objects.filter(pk__in=seen.values("created_by"))
    return [*by_businesses(seen.values("merchant")), subjects.columns_of_people(makers)]
