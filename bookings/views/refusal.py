"""The page that says no: what happened, why, and what to do now."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings import availability
from bookings.choosing import address_with
from bookings.intervals import Interval
from bookings.models import Resource
from center import clock, display
from center.errors import RuleViolation, Violation

#: refusals that another time would mend
_OF_THE_TIME = {
    "slot_taken",
    "line_first",
    "past",
    "too_soon",
    "too_far",
    "off_grid",
    "too_short",
    "too_long",
    "outside_hours",
    "closed",
    "hold_expired",
}
#: and those that waiting would
_WORTH_WAITING = {("slot_taken",), ("line_first",)}
#: those of which the page of the business says why, and what is left to do
_OF_THE_BUSINESS = {"not_verified", "suspended"}


def refused(
    request: HttpRequest,
    refusal: RuleViolation,
    *,
    resource: Resource,
    wanted: Interval[dt.datetime] | None = None,
    back: str = "",
) -> HttpResponse:
    """409 with every broken rule and, where another time would help, the nearest free ones."""
    back = back or resource.get_absolute_url()
    nearest: tuple[tuple[str, str], ...] = ()
    if wanted is not None and set(refusal.codes) <= _OF_THE_TIME:
        second = int(clock.now().timestamp())
        nearest = _nearest(resource, wanted, back, get_language(), second)
    context = {
        "violations": refusal.violations,
        "resource": resource,
        "wanted": _in_words(wanted) if wanted else "",
        "no_business": refusal.codes == ("no_business",),
        "own_page": not _OF_THE_BUSINESS.isdisjoint(refusal.codes),
        "nearest": nearest,
        "wait_for": _waiting_for(resource, wanted) if refusal.codes in _WORTH_WAITING else "",
        "back": address_with(back, wanted) if wanted and _is_shown(wanted) else back,
        # When many lose the same race, each of them would count its messages at that moment;
        # the next page does.
        "unread": 0,
    }
    return render(request, "bookings/refused.html", context, status=409)


def _is_shown(wanted: Interval[dt.datetime]) -> bool:
    """Whether a timetable reaches as far, so that the way back can keep what was chosen."""
    return abs(clock.day_of(wanted.start) - clock.today()) <= 365 * clock.DAY


def _waiting_for(resource: Resource, wanted: Interval[dt.datetime] | None) -> str:
    """Where to join the waiting list for what somebody else has taken."""
    if wanted is None:
        return ""
    address = address_with(reverse("waiting_join"), wanted)
    return f"{address}&{urlencode({'space': resource.slug})}"


@lru_cache(maxsize=64)
def _nearest(
    resource: Resource,
    wanted: Interval[dt.datetime],
    back: str,
    _language: str | None,
    _second: int,
) -> tuple[tuple[str, str], ...]:
    """Addresses and words. Everybody who loses the same race within a second is shown the same
    free times."""
    found = availability.nearest_free(resource, wanted)
    return tuple((address_with(back, span), _in_words(span)) for span in found)


def nonsense(
    request: HttpRequest, errors: Any, *, resource: Resource, back: str = ""
) -> HttpResponse:
    """400 for what cannot be meant: no date, no offset, an end before its start."""
    way_out = _("Go back to the timetable and choose a time there.")
    violations = [
        Violation(error["code"] or "invalid", error["message"], way_out)
        for field in errors.get_json_data().values()
        for error in field
    ]
    unique = list({violation.message: violation for violation in violations}.values())
    context = {
        "violations": unique,
        "resource": resource,
        "back": back or resource.get_absolute_url(),
    }
    return render(request, "bookings/refused.html", context, status=400)


def _in_words(span: Interval[dt.datetime]) -> str:
    return f"{display.short_day(clock.day_of(span.start))} {display.span(*span)}"
