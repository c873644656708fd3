"""The ledger of no-shows: what follows from one, the appeal, the decision of staff."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bookings import no_show_refusals as refusals
from bookings.locking import lock_merchant
from bookings.messages import attendance as messages
from bookings.models import Booking, NoShow, NoShowDecision
from bookings.policies import Rules
from center import clock, display
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant, Suspension
from merchants.services.members import refuse_own_business
from merchants.services.suspend import lift_suspension, suspend


def enter(
    *, booking: Booking, merchant: Merchant, rules: Rules, now: dt.datetime, by: User | None
) -> NoShow:
    """Enter a no-show and apply the penalty of the rules on its day of use.

    Called by ``attendance.mark_no_show`` in its transaction, under the business's lock: two
    no-shows of one business are counted one after the other.
    """
    if by is not None:
        refuse_own_business(merchant, by)
    day = clock.day_of(booking.starts)
    counted = _earlier(merchant, day, rules) + 1
    no_show = NoShow.objects.create(
        booking=booking,
        suspension=_suspension(merchant, booking, rules, now),
        marked_at=now,
        marked_by=by,
        grace_after=rules.grace_after,
        no_show_days=rules.no_show_days,
        no_show_review=rules.no_show_review,
        no_show_months=rules.no_show_months,
        counted=counted,
        review_due=counted >= rules.no_show_review,
        appeal_until=clock.at(clock.day_of(now) + (rules.appeal_days + 1) * clock.DAY),
    )
    messages.no_show(no_show, merchant)
    return no_show


def _earlier(merchant: Merchant, day: dt.date, rules: Rules) -> int:
    """No-shows of the business in the months up to and including ``day``, but for the waived."""
    since = clock.months_before(day, rules.no_show_months)
    return (
        NoShow.objects.of_merchant(merchant.pk)
        .held_against()
        .filter(booking__starts__gte=clock.at(since), booking__starts__lt=clock.at(day + clock.DAY))
        .count()
    )


def _suspension(
    merchant: Merchant, booking: Booking, rules: Rules, now: dt.datetime
) -> Suspension | None:
    """Counted from the day booked, that day included (domain.md §1); none where the days
    are 0 or over by the time it is marked."""
    ends = clock.at(clock.day_of(booking.starts) + rules.no_show_days * clock.DAY)
    if ends <= now:
        return None
    with translation.override("ko"):  # kept as text and shown to everybody
        reason = _("Booked %(when)s and not used") % {"when": display.moment(booking.starts)}
    return suspend(merchant=merchant, ends=ends, reason=reason, tell=False)


@transaction.atomic
def appeal(*, no_show: NoShow, text: str, by: User) -> NoShow:
    """Ask staff to look at a no-show again, once and in time. By a member of the business.

    Raises RuleViolation ``already_appealed``, ``appeal_over`` or ``already_decided``.
    """
    no_show, now = _locked(no_show), clock.now()
    if no_show.decision:
        raise RuleViolation(refusals.already_decided(no_show))
    if no_show.appealed_at is not None:
        raise RuleViolation(refusals.already_appealed(no_show.appealed_at))
    if now >= no_show.appeal_until:
        raise RuleViolation(refusals.appeal_over(no_show.appeal_until))
    no_show.appeal_text, no_show.appealed_at, no_show.appealed_by = text.strip(), now, by
    no_show.save(update_fields=["appeal_text", "appealed_at", "appealed_by"])
    return no_show


def may_appeal(no_show: NoShow, now: dt.datetime) -> bool:
    """Whether the page offers it."""
    return not no_show.decision and no_show.appealed_at is None and now < no_show.appeal_until


@transaction.atomic
def decide(*, no_show: NoShow, decision: NoShowDecision, reason: str, by: User) -> NoShow:
    """Waive a no-show, which lifts its suspension, or uphold it; once, with a reason.

    Raises RuleViolation ``already_decided``, ``reason_needed`` or ``own_business``.
    """
    no_show = _locked(no_show)
    merchant = no_show.booking.merchant
    assert merchant is not None
    refuse_own_business(merchant, by, also=no_show.appealed_by)
    if no_show.decision:
        raise RuleViolation(refusals.already_decided(no_show))
    if not reason.strip():
        raise RuleViolation(refusals.reason_needed())
    no_show.decision, no_show.decision_reason = decision, reason.strip()
    no_show.decided_by, no_show.decided_at = by, clock.now()
    no_show.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
    if decision == NoShowDecision.WAIVED and no_show.suspension is not None:
        lift_suspension(suspension=no_show.suspension, by=by)
    messages.decided(no_show, merchant)
    return no_show


def _locked(no_show: NoShow) -> NoShow:
    """The row as it is now, under the lock of its business: whoever waives lifts and counts."""
    merchant_id = no_show.booking.merchant_id
    assert merchant_id is not None
    lock_merchant(merchant_id)
    rows = NoShow.objects.select_related("booking__merchant", "suspension", "appealed_by")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=no_show.pk)
