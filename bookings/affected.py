"""Who is affected when bookings, series, hand-overs or trainings were seen: the businesses,
whoever made them, and whoever appealed for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from bookings.models import Booking, HandOver, NoShow, Series, Training
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


def by_series(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of series; a subquery or a list."""
    seen = Series.objects.filter(pk__in=ids).order_by()
    makers = User.objects.filter(pk__in=seen.values("created_by"))
    return [*by_businesses(seen.values("merchant")), subjects.columns_of_people(makers)]


def by_hand_overs(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of hand-overs; they concern whom their booking concerns."""
    return by_bookings(HandOver.objects.filter(pk__in=ids).order_by().values("booking"))


def by_trainings(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of trainings."""
    seen = Training.objects.filter(pk__in=ids).order_by()
    people = User.objects.filter(pk__in=seen.values("user"))
    return [*by_businesses(seen.values("merchant")), subjects.columns_of_people(people)]
