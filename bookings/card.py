"""Visits, no-shows and lent equipment on a business's card for staff."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.models import Booking, BookingState, HandOver, NoShowDecision
from center import clock, display
from merchants.cards import Fact, Part, Years, rows_of
from merchants.models import Merchant

#: lent devices named on the card; more are counted
_NAMED = 5


def card_of(merchant: Merchant, now: dt.datetime) -> Part:
    """3 queries."""
    years = Years.at(now)
    this = Q(starts__gte=years.this, starts__lt=years.until)
    last = Q(starts__gte=years.last, starts__lt=years.this)
    used = Q(state__in=BookingState.used)
    missed = Q(state=BookingState.NO_SHOW) & ~Q(no_show__decision=NoShowDecision.WAIVED)
    figures = Booking.objects.of_merchant(merchant.pk).aggregate(
        used_this=Count("pk", filter=used & this),
        used_last=Count("pk", filter=used & last),
        missed_this=Count("pk", filter=missed & this),
        missed_last=Count("pk", filter=missed & last),
        last_use=Max("starts", filter=used),
        coming=Count("pk", filter=Q(state__in=BookingState.reserved, starts__gt=now)),
    )
    facts = [
        Fact(_("Uses"), _years(figures["used_this"], figures["used_last"])),
        Fact(
            _("Times missed"),
            _years(figures["missed_this"], figures["missed_last"]),
            _("Without those not held against the business."),
        ),
        Fact(_("Last use"), _day(figures["last_use"])),
        Fact(_("Still to come"), f"{figures['coming']:,}"),
        _lent(merchant, now),
    ]
    address = rows_of("admin:bookings_booking_changelist", merchant)
    return Part(_("Visits"), facts, address=address, link=_("Its bookings"))


def _day(instant: dt.datetime | None) -> str:
    """With its year: it may be long ago."""
    return display.full_day(clock.day_of(instant)) if instant else "–"


def _years(this: int, last: int) -> str:
    return _("%(this)s times this year, %(last)s times last year") % {
        "this": f"{this:,}",
        "last": f"{last:,}",
    }


def _lent(merchant: Merchant, now: dt.datetime) -> Fact:
    """What it has in its hands, and what of it should be back."""
    out = HandOver.objects.out().filter(booking__merchant=merchant)
    counted = out.aggregate(out=Count("pk"), overdue=Count("pk", filter=Q(due_back__lt=now)))
    if not counted["out"]:
        return Fact(_("Equipment out"), "0")
    named = out.select_related("unit__resource").order_by("due_back", "pk")[:_NAMED]
    names = ", ".join(f"{row.unit} ({display.moment(row.due_back)})" for row in named)
    late = counted["overdue"]
    words = ngettext("%(n)d overdue", "%(n)d overdue", late) % {"n": late} if late else ""
    return Fact(_("Equipment out"), " · ".join(filter(None, [f"{counted['out']:,}", words])), names)
