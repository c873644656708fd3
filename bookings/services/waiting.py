"""Joining the waiting list, leaving it, declining its offers; accepting one is to confirm it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from bookings import house, refusals
from bookings.locking import lock_merchant
from bookings.models import Booking, Category, Offer, Resource, Waiting, WaitingState
from bookings.policies import MINUTE, Rules
from bookings.services import reserve
from bookings.services.expire import give_up_holds
from bookings.services.facts import rules_for
from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant


@transaction.atomic
def join(
    *,
    user: User,
    merchant: Merchant | None,
    resource: Resource | None = None,
    category: str = "",
    starts: dt.datetime,
    ends: dt.datetime,
    minutes: int,
) -> Waiting:
    """Wait for ``resource``, or for any space of ``category``, between ``starts`` and ``ends``.

    ``minutes`` is the length of the use. Joining twice for the same changes nothing. Whether
    the business may use a time is decided when one is offered; here only what can never come
    true is refused. Raises RuleViolation ``no_business``, ``not_verified``, ``past``,
    ``too_far``, ``too_short``, ``too_long``, ``off_grid``, ``waiting_too_tight`` or
    ``waiting_too_many``.
    """
    if merchant is None:
        raise RuleViolation(refusals.no_business())
    merchant, now = lock_merchant(merchant.pk), clock.now()
    if not merchant.is_verified_on(clock.day_of(now)):
        raise RuleViolation(refusals.not_verified())
    _refuse_what_cannot_be(resource, category, starts, ends, minutes, now)
    wish = {"resource": resource, "category": category, "starts": starts, "ends": ends}
    mine = Waiting.objects.open().filter(merchant=merchant)
    if same := mine.filter(**wish).first():
        return same
    if mine.count() >= settings.WAITING_ENTRIES:
        raise RuleViolation(refusals.waiting_too_many(settings.WAITING_ENTRIES))
    return Waiting.objects.create(
        merchant=merchant, user=user, minutes=minutes, created_at=now, **wish
    )


def _refuse_what_cannot_be(
    resource: Resource | None,
    category: str,
    starts: dt.datetime,
    ends: dt.datetime,
    minutes: int,
    now: dt.datetime,
) -> None:
    rules = rules_of(resource, category, clock.day_of(starts))
    if ends <= now:
        raise RuleViolation(refusals.past())
    if clock.day_of(starts) > rules.last_day(now):
        raise RuleViolation(refusals.too_far(rules.horizon_days, rules.last_day(now)))
    if ends <= rules.earliest(now, house.current().business_days):
        earliest = rules.earliest(now, house.current().business_days)
        raise RuleViolation(refusals.too_soon(rules.notice_days, rules.notice_hours, earliest))
    if minutes % rules.slot_minutes:
        raise RuleViolation(refusals.off_grid(rules.slot_minutes))
    if minutes < rules.min_minutes:
        raise RuleViolation(refusals.too_short(rules.min_minutes))
    if minutes > rules.max_minutes:
        raise RuleViolation(refusals.too_long(rules.max_minutes))
    if ends - starts < minutes * MINUTE:
        raise RuleViolation(refusals.waiting_too_tight())


def rules_of(resource: Resource | None, category: str, day: dt.date) -> Rules:
    """The rules of the space waited for, or of the first of its kind."""
    if resource is None:
        spaces = Resource.objects.active().filter(category=Category(category))
        resource = spaces.first()
    return rules_for(resource, day) if resource else Rules()


@transaction.atomic
def leave(*, entry: Waiting) -> Waiting:
    """Stop waiting; what is offered at the moment is given back. Twice changes nothing."""
    entry = _locked(entry)
    if entry.state != WaitingState.WAITING:
        return entry
    now = clock.now()
    give_up_holds([offer.booking for offer in _open_offers(entry, now)], now=now)
    entry.state, entry.ended_at = WaitingState.LEFT, now
    entry.save(update_fields=["state", "ended_at"])
    return entry


def accept(*, offer: Offer, purpose: str, headcount: int, user_name: str = "") -> Booking:
    """Turn the offered time into a booking, and end the waiting. Twice changes nothing.

    Raises RuleViolation as ``reserve.confirm`` does: ``hold_expired`` once the offer has run out.
    """
    booking = reserve.confirm(
        booking=offer.booking, purpose=purpose, headcount=headcount, user_name=user_name
    )
    Waiting.objects.open().filter(pk=offer.waiting_id).update(
        state=WaitingState.TAKEN, ended_at=clock.now()
    )
    return booking


@transaction.atomic
def decline(*, offer: Offer) -> Offer:
    """Give the offered time to the next in line; the person waits on for others. Declining
    what is answered already changes nothing."""
    _locked(offer.waiting)
    now = clock.now()
    give_up_holds([o.booking for o in _open_offers(offer.waiting, now) if o == offer], now=now)
    offer.booking.refresh_from_db()
    return offer


def leave_all(*, user: User) -> None:
    """Stop waiting everywhere, when the account is closed."""
    for entry in Waiting.objects.open().filter(user=user).order_by("pk"):
        leave(entry=entry)


def _locked(entry: Waiting) -> Waiting:
    """The entry under its business's lock, as offers are made under it."""
    lock_merchant(entry.merchant_id)
    return Waiting.objects.select_for_update(no_key=True).get(pk=entry.pk)


def _open_offers(entry: Waiting, now: dt.datetime) -> list[Offer]:
    return list(Offer.objects.open(now).filter(waiting=entry).select_related("booking"))
