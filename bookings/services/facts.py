"""What the rules need to know, read under the locks of the service that decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, Q

from bookings import house, opening
from bookings.models import Booking, BookingState, Resource
from bookings.policies import Facts, Rules, Standing, rules_on
from center import clock
from merchants.models import Merchant
from merchants.selectors import suspended_until


def rules_for(resource: Resource, day: dt.date) -> Rules:
    """The rules in force for a use of ``resource`` on ``day``. One query."""
    return rules_on(day, house.current().policies_for(resource))


def standing_of(
    merchant: Merchant | None,
    resource: Resource,
    day: dt.date,
    now: dt.datetime,
    *,
    without: Sequence[Booking] = (),
) -> Standing:
    """How a business stands for a use on ``day``: limits count all spaces of one category."""
    if merchant is None:
        return Standing(registered=False)
    used_day, used_month = used(merchant, resource, day, now, without=without)
    return Standing(
        verified=merchant.is_verified_on(clock.day_of(now)),
        suspended_until=suspended_until(merchant.pk, now),
        used_day=used_day,
        used_month=used_month,
    )


def used(
    merchant: Merchant,
    resource: Resource,
    day: dt.date,
    now: dt.datetime,
    *,
    without: Sequence[Booking] = (),
) -> tuple[int, int]:
    """The business's uses of this category on ``day`` and in its month. Holds that ran out
    do not count, swept or not."""
    month = clock.month_bounds(day)
    start, end = clock.day_bounds(day)
    counts = (
        Booking.objects.of_merchant(merchant.pk)
        .counted()
        .filter(resource__category=resource.category, starts__gte=month[0], starts__lt=month[1])
        .exclude(pk__in=[booking.pk for booking in without])
        .exclude(state=BookingState.HELD, held_until__lte=now)
        .aggregate(
            day=Count("pk", filter=Q(starts__gte=start, starts__lt=end)),
            month=Count("pk"),
        )
    )
    return counts["day"], counts["month"]


def facts_for(
    resource: Resource,
    merchant: Merchant | None,
    day: dt.date,
    now: dt.datetime,
    *,
    without: Sequence[Booking] = (),
) -> Facts:
    """All facts for a use of ``resource`` on ``day``. 3 queries."""
    return Facts(
        now=now,
        calendar=opening.calendars(house.current(), [resource], day, day)[resource.pk],
        standing=standing_of(merchant, resource, day, now, without=without),
    )
