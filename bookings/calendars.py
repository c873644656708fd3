"""What a calendar feed shows, to whom, and since when it shows the same."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from bookings import feeds
from bookings.feeds import Entry
from bookings.models import Allocation, Booking, BookingState, CalendarFeed, Resource, Unit
from center import clock
from center.models import User
from merchants.models import Membership, Merchant

#: what else belongs into the calendars of businesses: of a person and, in the calendar of one
#: business, of that one alone; what ends after the moment
Source = Callable[[User, Merchant | None, dt.datetime], Iterable[Entry]]
_sources: dict[str, Source] = {}
#: how long a use that is over stays, and how long one that came to nothing stays as cancelled
PAST, CANCELLED = 60 * clock.DAY, 30 * clock.DAY
#: how exactly is kept when a program read it last: not a write for every look
_READ = dt.timedelta(hours=1)
_SEES_ALL = "bookings.view_booking"


def register(name: str, source: Source) -> None:
    """Add entries of another app to the calendars of businesses; once a name, at the start."""
    _sources[name] = source


@dataclass(frozen=True)
class Choice:
    """A calendar the person may have; ``feed`` if there is an address for it."""

    name: str
    merchant: Merchant | None = None
    resource: Resource | None = None
    feed: CalendarFeed | None = None

    @property
    def key(self) -> str:
        """What a form calls it."""
        if self.merchant is not None:
            return f"business-{self.merchant.pk}"
        return f"resource-{self.resource.pk}" if self.resource is not None else "mine"


@dataclass(frozen=True)
class Content:
    """What is to be seen at one moment. ``seen``: numbers of the bookings."""

    name: str
    entries: list[Entry]
    seen: list[int]
    fingerprint: str


def choices_of(user: User) -> list[Choice]:
    """Everything of his businesses together, each of them, and for staff each resource.
    At most 4 queries."""
    there = {
        (feed.merchant_id, feed.resource_id): feed
        for feed in CalendarFeed.objects.filter(user=user)
    }
    businesses = list(Merchant.objects.filter(memberships__user=user).order_by("pk"))
    found = [Choice(_("All my bookings"), feed=there.get((None, None)))] if businesses else []
    found += [Choice(b.name, merchant=b, feed=there.get((b.pk, None))) for b in businesses]
    if user.has_perm(_SEES_ALL):
        resources = Resource.objects.active()
        found += [
            Choice(r.display_name, resource=r, feed=there.get((None, r.pk))) for r in resources
        ]
    return found


def may_read(feed: CalendarFeed) -> bool:
    """Whether its person may still see what it shows. At most 1 query."""
    if not feed.user.is_active:
        return False
    if feed.resource is not None:
        return feed.user.has_perm(_SEES_ALL)
    if feed.merchant is not None:
        return Membership.objects.filter(user=feed.user, merchant=feed.merchant).exists()
    return True


def content_of(feed: CalendarFeed, now: dt.datetime) -> Content:
    """The bookings of a feed, and what the ``Source`` of other apps add. 3 queries and those
    of the sources, however many entries there are."""
    bookings = list(_shown(feed, now))
    entry = feeds.entry_for_staff if feed.resource is not None else feeds.entry_of
    entries = [entry(booking, _units_of(booking)) for booking in bookings]
    if feed.resource is None:
        for source in _sources.values():
            entries += source(feed.user, feed.merchant, now - PAST)
    name = _name_of(feed)
    shown = repr((name, entries)).encode()
    fingerprint = hashlib.sha256(shown).hexdigest()
    return Content(name, entries, [booking.pk for booking in bookings], fingerprint)


def note_reading(feed: CalendarFeed, fingerprint: str, now: dt.datetime) -> None:
    """Keep since when it shows what it shows, and, by the hour, that it was read. At most 1
    statement, none for most looks."""
    changes: dict[str, object] = {}
    if feed.fingerprint != fingerprint:
        feed.fingerprint, feed.changed_at = fingerprint, now
        changes = {"fingerprint": fingerprint, "changed_at": now}
    if changes or feed.read_at is None or feed.read_at <= now - _READ:
        # By key: a renewal meanwhile has begun anew.
        CalendarFeed.objects.filter(key=feed.key).update(read_at=now, **changes)


def _shown(feed: CalendarFeed, now: dt.datetime) -> QuerySet[Booking]:
    """Without what was never more than a hold."""
    ended = Q(state__in=BookingState.ended)
    kept = ~ended & Q(ends__gt=now - PAST) | ended & Q(closed_at__gt=now - CANCELLED)
    booked = Booking.objects.booked().exclude(requested_at=None, confirmed_at=None).filter(kept)
    rows = _of(feed, booked).select_related("resource", "merchant").order_by("starts", "pk")
    taken = Allocation.objects.select_related("unit__resource").order_by("unit_id")
    given_back = Unit.objects.select_related("resource").order_by("pk")
    return rows.prefetch_related(
        Prefetch("allocations", taken), Prefetch("released_units", given_back)
    )


def _of(feed: CalendarFeed, rows: QuerySet[Booking]) -> QuerySet[Booking]:
    if feed.resource is not None:
        units = Unit.objects.filter(resource=feed.resource)
        taken = Allocation.objects.filter(booking=OuterRef("pk"), unit__in=units)
        given_back = Booking.released_units.through.objects.filter(
            booking=OuterRef("pk"), unit__in=units
        )
        return rows.filter(Q(resource=feed.resource) | Exists(taken) | Exists(given_back))
    mine = Membership.objects.filter(user=feed.user)
    if feed.merchant is not None:
        mine = mine.filter(merchant=feed.merchant)
    return rows.filter(merchant__in=mine.values("merchant"))


def _units_of(booking: Booking) -> list[Unit]:
    """As ``selectors.units_of``, from what was read with the booking."""

    def found() -> Iterator[Unit]:
        yield from (allocation.unit for allocation in booking.allocations.all())
        yield from booking.released_units.all()

    units = {unit.pk: unit for unit in found()}.values()
    return sorted(units, key=lambda unit: (unit.resource_id != booking.resource_id, unit.pk))


def _name_of(feed: CalendarFeed) -> str:
    what = feed.merchant or feed.resource or _("My bookings")
    return f"{feeds.house_name()} – {what}"
