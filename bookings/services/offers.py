"""The waiting list gives what became free to the first in line who can use it.

One pass looks at everybody who waits, in order, against one picture of what is free, and
offers each a time at most. The picture only proposes: each offer is made under the locks and
by the rules of any other booking, and holds its time until it is answered or runs out.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from bookings import availability, messages, refusals
from bookings.availability import Outlook
from bookings.intervals import Interval
from bookings.locking import lock_merchant, lock_resources, reserving
from bookings.models import (
    Booking,
    BookingSource,
    BookingState,
    Category,
    Offer,
    Resource,
    Waiting,
    WaitingState,
)
from bookings.policies import MINUTE, Rules, violations
from bookings.services import freed, units
from bookings.services.expire import expire_ended_holds
from bookings.services.facts import facts_for, rules_for
from bookings.services.reserve import refuse_unless_offered
from bookings.services.waiting import acts_for, pass_to_owner
from center import clock, metrics
from center.errors import RuleViolation
from center.notifications import courtesy
from center.periodic import alone_for_long

#: who waits is looked at so many at a time
_BATCH = 500
#: times tried for one person in one pass: where the first is gone, the next may be there
_TRIES = 3

Place = tuple[Resource, Interval[dt.datetime]]


def make_offers() -> int:
    """Offer what is free to those who wait, the first in line first; returns how many offers.

    Two passes at once would overtake each other, so one of them does nothing. Safe to run
    again at any time.
    """
    with alone_for_long("waiting list") as mine:
        if not mine:
            return 0
        now = clock.now()
        settle(now=now)
        expire_ended_holds(now=now)
        given_back = freed.seen()
        made = sum(_offer_to(waiting, now) for waiting in _line(now))
        freed.looked(given_back)
        return made


def _line(now: dt.datetime) -> Iterator[list[Waiting]]:
    """Everybody who waits for an offer, in order, so many at a time."""
    line = Waiting.objects.open().without_offer(now).filter(offers_made__lt=settings.WAITING_OFFERS)
    line = line.select_related("merchant", "user", "resource").in_line()
    batch = list(line[:_BATCH])
    while batch:
        yield batch
        last = batch[-1]
        same = Q(created_at=last.created_at, pk__gt=last.pk)
        batch = list(line.filter(Q(created_at__gt=last.created_at) | same)[:_BATCH])


def settle(*, now: dt.datetime) -> None:
    """End what is decided: somebody got a time, the span has passed, every offer was missed, or
    the only one there could be; and give the owner the place of whoever has left the business."""
    taken = Offer.objects.accepted().values("waiting")
    Waiting.objects.open().filter(pk__in=taken).update(state=WaitingState.TAKEN, ended_at=now)
    used_up = Q(offers_made__gte=settings.WAITING_OFFERS)
    over = Waiting.objects.open().without_offer(now).filter(used_up | Q(ends__lte=now))
    missed = Waiting.objects.open().without_offer(now).offered_all()
    for pk in over.union(missed).values_list("pk", flat=True):
        _end(pk, now)
    for entry in Waiting.objects.open().of_members_gone():
        pass_to_owner(entry=entry)


@transaction.atomic
def _end(pk: int, now: dt.datetime) -> None:
    """The person hears that it was in vain, in the transaction that ends it."""
    entry = Waiting.objects.open().select_for_update(of=("self",), no_key=True).filter(pk=pk)
    for waiting in entry.select_related("merchant", "user", "resource"):
        waiting.state, waiting.ended_at = WaitingState.OVER, now
        waiting.save(update_fields=["state", "ended_at"])
        messages.waiting_over(waiting)


def _offer_to(waiting: Sequence[Waiting], now: dt.datetime) -> int:
    spaces = list(Resource.objects.active().spaces())
    first = max(clock.day_of(min(entry.starts for entry in waiting)), clock.day_of(now))
    last = max(clock.day_of(max(entry.ends for entry in waiting)), first)
    outlooks = availability.load(spaces, first, last)
    before = _offered_before(waiting)
    made = 0
    for entry in waiting:
        places = (
            (space, span)
            for space, span in _places(entry, spaces, outlooks)
            if (entry.pk, space.pk, span.start) not in before
        )
        if _first_that_works(entry, itertools.islice(places, _TRIES)):
            made += 1
            outlooks = availability.load(spaces, first, last)  # one time less is free
    return made


def _offered_before(waiting: Sequence[Waiting]) -> set[tuple[int, int, dt.datetime]]:
    """What each person was offered already and did not take: not once more."""
    before = Offer.objects.filter(waiting__in=waiting, booking__booked_by=F("waiting__user"))
    return set(before.values_list("waiting", "booking__resource", "booking__starts"))


def _places(
    entry: Waiting, spaces: Sequence[Resource], outlooks: Mapping[int, Outlook]
) -> Iterator[Place]:
    """Free times within the span waited for, the earliest first."""
    wanted = [space for space in spaces if _is_meant(entry, space)]
    found = [(space, span) for space in wanted for span in _spans_within(entry, outlooks[space.pk])]
    yield from sorted(found, key=lambda place: (place[1].start, place[0].position, place[0].pk))


def _is_meant(entry: Waiting, space: Resource) -> bool:
    if entry.resource_id is not None:
        return space.pk == entry.resource_id
    return space.category == Category(entry.category)


def _spans_within(entry: Waiting, outlook: Outlook) -> Iterator[Interval[dt.datetime]]:
    window, length = Interval(entry.starts, entry.ends), entry.minutes * MINUTE
    day, last = clock.day_of(window.start), clock.day_of(window.end)
    days = [day + n * clock.DAY for n in range((last - day).days + 1)]
    for slot in outlook.bookable_slots(days):
        span = Interval(slot.start, slot.start + length)
        if span.within(window) and outlook.has_room_for(span):
            yield span


def _first_that_works(entry: Waiting, places: Iterator[Place]) -> bool:
    """Whether one of the places could be offered; what stands against one may not against the
    next: another day has limits of its own."""
    for space, span in places:
        try:
            return offer(waiting=entry, resource=space, span=span) is not None
        except RuleViolation:
            continue
    return False


@reserving
def offer(*, waiting: Waiting, resource: Resource, span: Interval[dt.datetime]) -> Offer | None:
    """Hold a time for somebody who waits and tell him; None if he no longer does.

    Decides by the same rules and under the same locks as any booking. Raises RuleViolation.
    """
    merchant = lock_merchant(waiting.merchant_id)
    now = clock.now()  # after the waiting
    open_ones = Waiting.objects.open().without_offer(now).filter(pk=waiting.pk)
    if not open_ones.select_for_update(of=("self",), no_key=True).exists():
        return None
    if not acts_for(waiting.user_id, merchant.pk):  # the next look passes it to the owner
        return None
    # Decided under both locks: whoever changes the hours holds the resource's meanwhile.
    resource = lock_resources([resource.pk])[resource.pk]
    refuse_unless_offered(resource)
    day = clock.day_of(span.start)
    rules = rules_for(resource, day)
    facts = facts_for(resource, merchant, day, now, needs_training=rules.needs_training)
    if found := violations(span, rules, facts):
        raise RuleViolation(*found)
    expire_ended_holds(resource_ids=[resource.pk], now=now)
    made = Offer.objects.create(
        waiting=waiting, booking=_hold(waiting, resource, span, rules, now), made_at=now
    )
    Waiting.objects.filter(pk=waiting.pk).update(offers_made=F("offers_made") + 1)
    messages.offered(made)
    metrics.offer_made()
    return made


def _hold(
    waiting: Waiting,
    resource: Resource,
    span: Interval[dt.datetime],
    rules: Rules,
    now: dt.datetime,
) -> Booking:
    unit = units.free_unit(resource.pk, rules.blocked(span))
    if unit is None:
        raise RuleViolation(refusals.slot_taken())
    until = rules.offer_ends(now, span.start, courtesy.quiet_hours())
    booking = Booking.objects.create(
        resource=resource,
        merchant_id=waiting.merchant_id,
        booked_by=waiting.user,
        user_name=waiting.user.name,
        starts=span.start,
        ends=span.end,
        buffer_before=rules.buffer_before,
        buffer_after=rules.buffer_after,
        state=BookingState.HELD,
        source=BookingSource.WEB,
        held_until=until,
        cancellable_until=rules.cancellable_until(span.start),
        created_at=now,
    )
    units.take(booking, [unit])
    freed.tell_at(until)
    return booking
