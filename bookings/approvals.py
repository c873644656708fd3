"""Requests that wait for staff: the oldest promise first, filtered and searched."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from bookings.lenience import may_be_set_aside
from bookings.models import Allocation, Booking, BookingState, Category, HandOver
from center import clock, display
from center.models import User
from merchants.models import Membership, Merchant, Suspension
from merchants.queue import found_by

CATEGORIES = [choice for choice in Category.choices if choice[0] != Category.EQUIPMENT]


@dataclass(frozen=True)
class Wanted:
    """What the address of the list asks for; nonsense asks for everything."""

    overdue: bool
    category: str
    term: str
    #: everything shown is ticked to begin with
    chooses_all: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        category = asked.get("category", "")
        return cls(
            overdue=asked.get("show") == "overdue",
            category=category if category in Category.values else "",
            term=asked.get("q", "").strip()[:80],
            chooses_all=asked.get("choose") == "all",
        )

    @property
    def is_everything(self) -> bool:
        return not (self.overdue or self.category or self.term)


@dataclass(frozen=True)
class Bar:
    """What ``decide.approve`` refuses a request for: its code there, and what the list says."""

    code: str
    words: str


@dataclass(frozen=True)
class Row:
    """A request as staff judge it: what it takes, and what else the business has that month."""

    booking: Booking
    equipment: list[str]
    others: list[Booking]
    is_overdue: bool
    is_over: bool
    is_own: bool
    #: what has come up against the business since it asked
    barred: list[Bar]

    @property
    def may_be_approved(self) -> bool:
        return not (self.is_own or self.is_over)

    @property
    def goes_with_all(self) -> bool:
        """Whether a press approves it, alone or with all the others."""
        return self.may_be_approved and not self.barred

    @property
    def needs_a_reason(self) -> bool:
        """Whether a reason is all that lacks; it is chosen by itself then."""
        lenient = all(may_be_set_aside(bar.code) for bar in self.barred)
        return self.may_be_approved and bool(self.barred) and lenient

    @property
    def waits_for_papers(self) -> bool:
        """Whether the business is to be verified first: no reason stands in for that."""
        return self.may_be_approved and any(bar.code == "not_verified" for bar in self.barred)

    @property
    def seen(self) -> str:
        """What the form carries: a request changed since is not decided on this sight."""
        return f"{self.booking.pk}:{self.booking.sequence}"


def waiting(wanted: Wanted, now: dt.datetime) -> QuerySet[Booking]:
    rows = Booking.objects.filter(state=BookingState.REQUESTED).order_by("decide_until", "pk")
    if wanted.overdue:
        rows = rows.filter(decide_until__lt=now)
    if wanted.category:
        rows = rows.filter(resource__category=wanted.category)
    if wanted.term:
        of_business = Q(merchant__in=Merchant.objects.filter(found_by(wanted.term)))
        rows = rows.filter(of_business | Q(reference__istartswith=wanted.term))
    taken = Allocation.objects.select_related("unit__resource").order_by("pk")
    return rows.select_related("resource", "merchant").prefetch_related(
        Prefetch("allocations", taken)
    )


def counts(now: dt.datetime) -> dict[str, int]:
    """``waiting`` and of those ``overdue``, whatever is filtered. 1 query."""
    late = Count("pk", filter=Q(decide_until__lt=now))
    return Booking.objects.filter(state=BookingState.REQUESTED).aggregate(
        waiting=Count("pk"), overdue=late
    )


def rows(requests: Sequence[Booking], user: User, now: dt.datetime) -> list[Row]:
    """4 queries, whatever their number."""
    others, barred = _others(requests), _barred(requests, now)
    own = set(Membership.objects.filter(user=user).values_list("merchant_id", flat=True))
    return [_row(booking, others, own, barred, now) for booking in requests]


def _barred(requests: Sequence[Booking], now: dt.datetime) -> dict[int, list[Bar]]:
    """By business what bars it from booking now. 2 queries."""
    businesses = {booking.merchant_id for booking in requests}
    found: dict[int, list[Bar]] = defaultdict(list)
    suspended = Suspension.objects.in_force(now).filter(merchant__in=businesses)
    for pk, until in suspended.values_list("merchant").annotate(Max("ends")):
        words = _("Cannot book until %(until)s") % {"until": display.end(until)}
        found[pk].append(Bar("suspended", words))
    late = HandOver.objects.overdue(now).filter(booking__merchant__in=businesses)
    for pk in set(late.values_list("booking__merchant", flat=True)):
        found[pk].append(Bar("device_overdue", _("Equipment overdue")))
    return found


def _unverified(booking: Booking, now: dt.datetime) -> list[Bar]:
    if booking.merchant is None or booking.merchant.is_verified_on(clock.day_of(now)):
        return []
    return [Bar("not_verified", _("Not verified"))]


def _row(
    booking: Booking,
    others: Sequence[Booking],
    own: set[int],
    barred: Mapping[int, list[Bar]],
    now: dt.datetime,
) -> Row:
    taken = [allocation.unit.resource for allocation in booking.allocations.all()]
    return Row(
        booking=booking,
        equipment=[r.display_name for r in taken if r.pk != booking.resource_id],
        others=[
            other
            for other in others
            if other.merchant_id == booking.merchant_id
            and other.pk != booking.pk
            and _month(other) == _month(booking)
        ],
        is_overdue=booking.decide_until is not None and booking.decide_until < now,
        is_over=booking.starts <= now,
        is_own=booking.merchant_id in own,
        barred=_unverified(booking, now) + barred.get(booking.merchant_id or 0, []),
    )


def _others(requests: Sequence[Booking]) -> list[Booking]:
    """Whatever counts for these businesses in the months of their requests, holds aside."""
    if not requests:
        return []
    days = [clock.day_of(booking.starts) for booking in requests]
    counted = Booking.objects.counted().exclude(state=BookingState.HELD)
    return list(
        counted.filter(
            merchant__in={booking.merchant_id for booking in requests},
            starts__gte=clock.month_bounds(min(days))[0],
            starts__lt=clock.month_bounds(max(days))[1],
        )
        .select_related("resource")
        .order_by("starts")
    )


def _month(booking: Booking) -> tuple[int, int]:
    day = clock.day_of(booking.starts)
    return day.year, day.month
