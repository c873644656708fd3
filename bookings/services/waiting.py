"""Joining the waiting list, leaving it, declining its offers; accepting one is to confirm it."""

from __future__ import annotations

import datetime as dt
import itertools

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from bookings import house, line_refusals, messages, opening, refusals
from bookings.intervals import Interval
from bookings.locking import lock_merchant, reserving
from bookings.models import Booking, Category, Offer, Resource, Waiting, WaitingState
from bookings.policies import MINUTE, Rules
from bookings.services import reserve
from bookings.services.expire import give_up_holds
from bookings.services.facts import rules_for
from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Membership, Merchant


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

    ``minutes`` is the length of the use. Joining twice for the same keeps the place in line and
    takes the length said last (``Waiting.length_before`` tells the one before). Whether
    the business may use a time is decided when one is offered; here only what can never come
    true is refused. Raises RuleViolation ``no_business``, ``not_verified``, ``past``,
    ``too_far``, ``too_short``, ``too_long``, ``off_grid``, ``waiting_too_tight``,
    ``waiting_while_closed`` or ``waiting_too_many``.
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
        return _with_length(same, minutes)
    if mine.count() >= settings.WAITING_ENTRIES:
        raise RuleViolation(line_refusals.waiting_too_many(settings.WAITING_ENTRIES))
    return Waiting.objects.create(
        merchant=merchant, user=user, minutes=minutes, created_at=now, **wish
    )


def _with_length(entry: Waiting, minutes: int) -> Waiting:
    if entry.minutes != minutes:
        entry.length_before, entry.minutes = entry.minutes, minutes
        entry.save(update_fields=["minutes"])
    return entry


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
        raise RuleViolation(line_refusals.waiting_too_tight())
    if not _is_open_for(minutes, resource, category, Interval(starts, ends), now):
        raise RuleViolation(line_refusals.waiting_while_closed())


def _is_open_for(
    minutes: int,
    resource: Resource | None,
    category: str,
    wanted: Interval[dt.datetime],
    now: dt.datetime,
) -> bool:
    """Whether any of the spaces is open so long within the span, from the first start that can
    still be booked. Closures may be lifted, so they do not count."""
    of_house, spaces = house.current(), [resource] if resource else list(_spaces_of(category))
    first, last = clock.day_of(wanted.start), clock.day_of(wanted.end)
    days = [first + n * clock.DAY for n in range((last - first).days + 1)]
    calendars = opening.calendars(of_house, spaces, first, last)
    for space, day in itertools.product(spaces, days):
        rules = rules_for(space, day, of_house)
        bookable = max(rules.earliest(now, of_house.business_days), now + MINUTE)
        for span in calendars[space.pk].openings(day):
            start = _on_grid(max(span.start, wanted.start, bookable), day, rules)
            if min(span.end, wanted.end) - start >= minutes * MINUTE:
                return True
    return False


def _on_grid(since: dt.datetime, day: dt.date, rules: Rules) -> dt.datetime:
    """The first start of the grid of ``day`` at ``since`` or after."""
    midnight, step = clock.at(day), rules.slot_minutes * MINUTE
    return midnight - (midnight - since) // step * step


def rules_of(resource: Resource | None, category: str, day: dt.date) -> Rules:
    """The rules of the space waited for, or of the first of its kind."""
    if resource is None:
        resource = _spaces_of(category).first()
    return rules_for(resource, day) if resource else Rules()


def _spaces_of(category: str) -> QuerySet[Resource]:
    return Resource.objects.active().filter(category=Category(category))


@transaction.atomic
def leave(*, entry: Waiting, by: Offer | None = None) -> Waiting:
    """Stop waiting; what is offered at the moment is given back. Twice changes nothing.

    Raises RuleViolation ``acts_no_more`` where it is asked ``by`` the link of an offer to
    somebody who has left the business.
    """
    entry = _locked(entry)
    if by is not None:
        _refuse_unless_member(by)
    if entry.state != WaitingState.WAITING:
        return entry
    now = clock.now()
    _give_back(_open_offers(entry, now), now)
    _leave(entry, now)
    return entry


def _leave(entry: Waiting, now: dt.datetime) -> None:
    entry.state, entry.ended_at = WaitingState.LEFT, now
    entry.save(update_fields=["state", "ended_at"])


@reserving
def accept(*, offer: Offer, purpose: str, headcount: int, user_name: str = "") -> Booking:
    """Turn the offered time into a booking, and end the waiting. Twice changes nothing.

    Raises RuleViolation as ``reserve.confirm`` does: ``hold_expired`` once the offer has run out;
    or ``acts_no_more`` for somebody who has left the business since.
    """
    lock_merchant(offer.waiting.merchant_id)
    _refuse_unless_member(offer)
    booking = reserve.confirm(
        booking=offer.booking, purpose=purpose, headcount=headcount, user_name=user_name
    )
    Waiting.objects.open().filter(pk=offer.waiting_id).update(
        state=WaitingState.TAKEN, ended_at=clock.now()
    )
    messages.call_off_offers([offer])
    return booking


@transaction.atomic
def decline(*, offer: Offer) -> Offer:
    """Give the offered time to the next in line; the person waits on for others, if others
    would fit, as ``offer.waiting`` then says. Declining what is answered already changes nothing.
    Raises RuleViolation ``acts_no_more``."""
    offer.waiting = entry = _locked(offer.waiting)
    _refuse_unless_member(offer)
    now = clock.now()
    declined = [o for o in _open_offers(entry, now) if o == offer]
    _give_back(declined, now)
    if declined and Waiting.objects.open().offered_all().filter(pk=entry.pk).exists():
        _leave(entry, now)
    offer.booking.refresh_from_db()
    return offer


def leave_all(*, user: User) -> None:
    """Stop waiting everywhere, when the account is closed."""
    for entry in Waiting.objects.open().filter(user=user).order_by("pk"):
        leave(entry=entry)


@transaction.atomic
def pass_to_owner(*, entry: Waiting) -> None:
    """The business waits on when a member leaves it: its owner gets the offers from now on, and
    one that is open is given back, so that it can be made to the owner. The same where the
    account is deactivated. Without an owner the waiting ends. Nothing happens while the person
    is a member."""
    entry = _locked(entry)
    if entry.state != WaitingState.WAITING or acts_for(entry.user_id, entry.merchant_id):
        return
    now = clock.now()
    _give_back(_open_offers(entry, now), now)
    owner = Membership.objects.acting().filter(role=Membership.Role.OWNER)
    if heir := owner.filter(merchant=entry.merchant_id).first():
        entry.user_id = heir.user_id
    else:
        entry.state, entry.ended_at = WaitingState.LEFT, now
    entry.save(update_fields=["user", "state", "ended_at"])


def acts_for(user_id: int, merchant_id: int) -> bool:
    """Whether the person is a member whose account is in use; for certain under the business's
    lock, as far as the membership goes."""
    return Membership.objects.acting().filter(user=user_id, merchant=merchant_id).exists()


def _refuse_unless_member(offer: Offer) -> None:
    """Of the person it was made to: a link outlives the right to act."""
    person = offer.booking.booked_by_id
    if person is None or not acts_for(person, offer.waiting.merchant_id):
        raise RuleViolation(line_refusals.acts_no_more())


def _locked(entry: Waiting) -> Waiting:
    """The entry under its business's lock, as offers are made under it."""
    lock_merchant(entry.merchant_id)
    return Waiting.objects.select_for_update(no_key=True).get(pk=entry.pk)


def _give_back(offers: list[Offer], now: dt.datetime) -> None:
    give_up_holds([offer.booking for offer in offers], now=now)
    messages.call_off_offers(offers)


def _open_offers(entry: Waiting, now: dt.datetime) -> list[Offer]:
    return list(Offer.objects.open(now).filter(waiting=entry).select_related("booking"))
