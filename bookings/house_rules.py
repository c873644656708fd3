"""The rules in force as sentences: on the timetable, before confirming, in the guide."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings import refusals
from bookings.policies import Rules
from center import clock, display


def sentences(rules: Rules, until: dt.datetime | None = None) -> list[str]:
    """What applies to a use; with ``until``, the deadline of one use, it is named as a date."""
    return [
        _notice(rules),
        _length(rules),
        _limits(rules),
        *([] if rules.companions is None else [companions(rules.companions)]),
        _cancelling(rules, until),
        *([_approval(rules)] if rules.needs_approval else []),
        *([training()] if rules.needs_training else []),
    ]


def training() -> str:
    """Of a space or of equipment whose rules want one."""
    return _(
        "Before the first use somebody of the business needs a training; call %(phone)s for a date."
    ) % {"phone": settings.CENTER_PHONE}


def _notice(rules: Rules) -> str:
    ahead = ngettext("up to %(n)d day ahead", "up to %(n)d days ahead", rules.horizon_days) % {
        "n": rules.horizon_days
    }
    if rules.notice_days:
        notice = ngettext(
            "Book at least %(n)d business day before the use, %(ahead)s.",
            "Book at least %(n)d business days before the use, %(ahead)s.",
            rules.notice_days,
        )
        return notice % {"n": rules.notice_days, "ahead": ahead}
    if rules.notice_hours:
        notice = ngettext(
            "Book at least %(n)d hour before the use, %(ahead)s.",
            "Book at least %(n)d hours before the use, %(ahead)s.",
            rules.notice_hours,
        )
        return notice % {"n": rules.notice_hours, "ahead": ahead}
    return _("Book any time before the use, %(ahead)s.") % {"ahead": ahead}


def _length(rules: Rules) -> str:
    return _("A use lasts %(shortest)s to %(longest)s, setting up and tidying included.") % {
        "shortest": display.length(rules.min_minutes),
        "longest": display.length(rules.max_minutes),
    }


def _limits(rules: Rules) -> str:
    return _("A business uses it %(per_day)d× a day and %(per_month)d× a month at most.") % {
        "per_day": rules.per_day,
        "per_month": rules.per_month,
    }


def companions(most: int) -> str:
    """How many may come along."""
    return refusals.too_many_companions(most).message


def _cancelling(rules: Rules, until: dt.datetime | None) -> str:
    if until is not None and until <= clock.now():
        return _("It can no longer be cancelled or changed here; please call %(phone)s.") % {
            "phone": settings.CENTER_PHONE
        }
    if until is not None:
        return _("You can cancel or change it here until %(until)s.") % {
            "until": display.moment(until)
        }
    time = f"{rules.cancel_time.hour}:{rules.cancel_time.minute:02}"
    if not rules.cancel_days:
        return _("You can cancel or change it here until %(time)s on the day of use.") % {
            "time": time
        }
    return ngettext(
        "You can cancel or change it here until %(time)s, %(n)d day before.",
        "You can cancel or change it here until %(time)s, %(n)d days before.",
        rules.cancel_days,
    ) % {"time": time, "n": rules.cancel_days}


def _approval(rules: Rules) -> str:
    return ngettext(
        "It is confirmed after we approve it, within %(n)d business day.",
        "It is confirmed after we approve it, within %(n)d business days.",
        rules.approval_days,
    ) % {"n": rules.approval_days}
