"""What the rules need to know, read under the business's lock by the service that decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.db import connection

from bookings import house, opening
from bookings.house import House
from bookings.models import Booking, BookingState, Resource, Training
from bookings.policies import Facts, Rules, Standing, rules_on
from center import clock
from center.models import User
from merchants.models import Merchant


def rules_for(resource: Resource, day: dt.date, settings: House | None = None) -> Rules:
    """The rules in force for a use of ``resource`` on ``day``. One query, none with settings."""
    return rules_on(day, (settings or house.current()).policies_for(resource))


# By hand, because every booking and every page of a member asks it: the limits count the
# uses of all spaces of one category, without holds that ran out, swept or not.
_STANDING_SQL = """
SELECT count(*) FILTER (WHERE b.starts >= %(day)s AND b.starts < %(next_day)s),
       count(*),
       (SELECT max(ends) FROM merchants_suspension
         WHERE merchant_id = %(merchant)s AND lifted_at IS NULL
           AND starts <= %(now)s AND ends > %(now)s),
       (SELECT min(h.due_back) FROM bookings_handover h
          JOIN bookings_booking lent ON lent.id = h.booking_id
         WHERE lent.merchant_id = %(merchant)s AND h.back_at IS NULL AND h.due_back < %(now)s),
       (SELECT version FROM bookings_houseversion),
       ARRAY(SELECT id FROM bookings_booking
              WHERE state = 'held' AND booked_by_id = %(choosing)s)
FROM bookings_booking b JOIN bookings_resource r ON r.id = b.resource_id
WHERE b.merchant_id = %(merchant)s AND r.category = %(category)s
  AND b.starts >= %(month)s AND b.starts < %(next_month)s
  AND b.state = ANY(%(counted)s) AND b.id <> ALL(%(without)s::bigint[])
  AND NOT (b.state = 'held' AND (
      b.held_until <= %(now)s OR coalesce(b.booked_by_id = %(choosing)s, false)
      AND NOT EXISTS (SELECT FROM bookings_offer o WHERE o.booking_id = b.id)))
"""


class Asked(NamedTuple):
    """What one query tells: how a business stands, its trainings aside; the version of the
    house's settings; and what the person ``choosing`` holds, offers too, by number."""

    standing: Standing
    version: int
    held: Sequence[int]


def standing_of(
    merchant: Merchant | None,
    resource: Resource,
    day: dt.date,
    now: dt.datetime,
    *,
    without: Sequence[Booking] = (),
    choosing: User | None = None,
    needs_training: bool = False,
) -> Standing:
    """How a business stands for a use on ``day``. One query, one more where it needs training.

    Bookings in ``without`` do not count, nor what a person ``choosing`` anew holds so far; what
    the waiting list holds for him does.
    """
    if merchant is None:
        return Standing(registered=False)
    asked = ask(merchant, resource, day, now, without=without, choosing=choosing)
    return _trained(asked.standing, merchant, resource, day, needs_training=needs_training)


def _trained(
    standing: Standing,
    merchant: Merchant,
    resource: Resource,
    day: dt.date,
    *,
    needs_training: bool,
) -> Standing:
    trained = not needs_training or is_trained(merchant, resource, day)
    return replace(standing, trained=trained)


def ask(
    merchant: Merchant,
    resource: Resource,
    day: dt.date,
    now: dt.datetime,
    *,
    without: Sequence[Booking] = (),
    choosing: User | None = None,
) -> Asked:
    """As ``standing_of``, without trainings; for whoever needs the settings too. One query."""
    values: dict[str, Any] = {
        "merchant": merchant.pk,
        "category": resource.category,
        "now": now,
        "counted": sorted(BookingState.counted),
        "without": [booking.pk for booking in without],
        "choosing": choosing.pk if choosing else None,
    }
    values["day"], values["next_day"] = clock.day_bounds(day)
    values["month"], values["next_month"] = clock.month_bounds(day)
    with connection.cursor() as cursor:
        cursor.execute(_STANDING_SQL, values)
        used_day, used_month, suspended_until, overdue_since, version, held = cursor.fetchone()
    standing = Standing(
        verified=merchant.is_verified_on(clock.day_of(now)),
        suspended_until=suspended_until,
        overdue_since=overdue_since,
        used_day=used_day,
        used_month=used_month,
    )
    return Asked(standing, version, held)


def is_trained(merchant: Merchant | None, resource: Resource, day: dt.date) -> bool:
    """Whether somebody of the business has the training for a use on ``day``. One query; none
    for the house's own uses, which need none."""
    if merchant is None:
        return True
    trainings = Training.objects.valid_on(day).for_resource(resource)
    return trainings.of_members(merchant.pk).exists()


def facts_for(
    resource: Resource,
    merchant: Merchant | None,
    day: dt.date,
    now: dt.datetime,
    *,
    without: Sequence[Booking] = (),
    choosing: User | None = None,
    settings: House | None = None,
    needs_training: bool = False,
) -> Facts:
    """All facts for a use of ``resource`` on ``day``, counted as ``standing_of`` does. 2 queries,
    one with settings."""
    standing = None
    if merchant is not None:
        standing = standing_of(
            merchant,
            resource,
            day,
            now,
            without=without,
            choosing=choosing,
            needs_training=needs_training,
        )
    return Facts(
        now=now,
        calendar=opening.calendars(settings or house.current(), [resource], day, day)[resource.pk],
        standing=standing,
    )


def facts_asked(
    asked: Asked,
    resource: Resource,
    merchant: Merchant,
    day: dt.date,
    now: dt.datetime,
    *,
    settings: House,
    needs_training: bool,
) -> Facts:
    """The same with what was asked before. No query, one where it needs training."""
    standing = asked.standing
    return Facts(
        now=now,
        calendar=opening.calendars(settings, [resource], day, day)[resource.pk],
        standing=_trained(standing, merchant, resource, day, needs_training=needs_training),
    )
