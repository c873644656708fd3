"""Who did not come: an entry of old for the named business, and an appeal that waits."""

from __future__ import annotations

import datetime as dt

from bookings.models import Booking, BookingState, NoShow
from bookings.policies import Rules
from bookings.services.facts import rules_for
from center import clock
from merchants.models import Merchant, Suspension

_APPEAL = (
    "촬영할 상품이 택배 지연으로 도착하지 않아 가지 못했습니다. "
    "시작 5분 전에 센터에 전화드렸지만 통화 중이었습니다."
)


def build(own: Booking) -> None:
    """``own``: what the named business missed; the newest other no-show is appealed against."""
    _enter(own)
    recent = Booking.objects.filter(state=BookingState.NO_SHOW, merchant__isnull=False)
    newest = recent.exclude(merchant=own.merchant).latest("starts")
    row = _enter(newest)
    row.appeal_text, row.appealed_at = _APPEAL, clock.now()
    row.save(update_fields=["appeal_text", "appealed_at"])


def _enter(booking: Booking) -> NoShow:
    """As the worker would have entered it then (the services refuse the past), but that the
    time to appeal begins today, so that it can be tried."""
    assert booking.merchant is not None
    assert booking.closed_at is not None
    rules = rules_for(booking.resource, clock.day_of(booking.starts))
    return NoShow.objects.create(
        booking=booking,
        suspension=_suspension(booking.merchant, booking, rules),
        marked_at=booking.closed_at,
        grace_after=rules.grace_after,
        no_show_days=rules.no_show_days,
        no_show_review=rules.no_show_review,
        no_show_months=rules.no_show_months,
        counted=1,
        review_due=False,
        appeal_until=clock.at(clock.today() + (rules.appeal_days + 1) * clock.DAY),
    )


def _suspension(merchant: Merchant, booking: Booking, rules: Rules) -> Suspension:
    starts = booking.closed_at or booking.starts + dt.timedelta(minutes=rules.grace_after)
    return Suspension.objects.create(
        merchant=merchant,
        starts=starts,
        ends=clock.at(clock.day_of(booking.starts) + rules.no_show_days * clock.DAY),
        reason="예약 미이용",
    )
